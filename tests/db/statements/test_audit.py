"""The audit over stored statements: companies in order, and breaks that the pages show."""

from __future__ import annotations

import sqlalchemy as sa

from db.companies import save_company
from db.engine import Database
from db.facts.loading import load_facts
from db.statements.audit import audits
from tests.db.statements.test_checks import ACME, balance
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.audit import AuditOutcome
from workbench.domain.statements.statement import PeriodKind
from workbench.ingest.operations.metrics import refresh_metrics

BARE = Company(Cik(9), "Bare")


def test_companies_come_by_cik_and_by_name_and_a_page_at_a_time(connection: sa.Connection) -> None:
    for company in (BARE, ACME):
        save_company(connection, company)
    assert [each.company.cik for each in audits(connection)] == [ACME.cik, BARE.cik]
    assert [each.company.cik for each in audits(connection, limit=1, offset=1)] == [BARE.cik]
    (named,) = audits(connection, [BARE])
    assert (named.company.cik, named.columns, named.figures_shown, named.breaks) == (BARE.cik, 0, 0, ())


def test_a_break_of_a_stored_statement_is_marked_by_its_check(database: Database) -> None:
    with database.write() as connection:
        save_company(connection, ACME)
        load_facts(connection, ACME.cik, balance(2022, "1000", "1000") + balance(2023, "1200", "1100"))
    refresh_metrics(database)
    with database.read() as connection:
        (found,) = audits(connection)
    counted = found.counts["assets_are_liabilities_and_equity"]
    outcomes = (AuditOutcome.HOLDS, AuditOutcome.BROKEN_MARKED, AuditOutcome.BROKEN_UNMARKED)
    assert [counted[outcome] for outcome in outcomes] == [1, 1, 0]
    (broken,) = found.breaks
    assert broken.period is PeriodKind.ANNUAL
    assert [(line, figure.value, figure.facts[0].accession) for line, _, figure in broken.figures] == [
        ("total_assets", 1200, "0000000007-24-000001"),
        ("liabilities_and_equity", 1100, "0000000007-24-000001"),
    ]
