"""All that is computed ahead of one company: statements, restatements, latest and annual figures, and check results."""

from __future__ import annotations

import sqlalchemy as sa

from db.companies import lock_company
from db.facts.calculations import refresh_extension_mappings
from db.screens.company_metrics import refresh_company
from db.statements.annual_figures import refresh_annual_figures
from db.statements.as_known import refresh_statements
from db.statements.checks import refresh_checks
from db.statements.company_facts import CompanyFacts
from db.statements.restatements import refresh_restatements
from workbench.domain.identity import Cik


def refresh_figures(connection: sa.Connection, cik: Cik) -> int:
    """Brings all that is computed ahead of a company up to its facts; returns for how many filing days.

    What new filings leave as it was is not computed again.
    """
    lock_company(connection, cik)
    refresh_extension_mappings(connection, cik)
    read = CompanyFacts(connection, cik)
    days = refresh_company(connection, cik, read)
    refresh_statements(connection, cik, read)
    refresh_restatements(connection, cik)
    refresh_annual_figures(connection, cik)
    refresh_checks(connection, cik, read)
    return days
