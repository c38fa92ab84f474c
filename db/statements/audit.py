"""The audit of stored statements: every identity over every column of one company or of all."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from db.companies import get_companies, known_ciks
from db.facts.computable import computes
from db.facts.segments import breakdowns
from db.statements.as_known import statement
from workbench.domain.identity import Company
from workbench.domain.measures.audit import CompanyAudit, audit
from workbench.domain.statements.statement import PeriodKind, StatementKind


def audits(
    connection: sa.Connection, companies: Sequence[Company] = (), *, limit: int | None = None, offset: int = 0
) -> list[CompanyAudit]:
    """The audits of these companies, in their order; of all by CIK without any. `limit` and `offset` count companies."""
    last = None if limit is None else offset + limit
    chosen = list(companies)[offset:last]
    if not companies:
        ciks = known_ciks(connection)[offset:last]
        chosen = get_companies(connection, ciks) if ciks else []
    return [audit_company(connection, company) for company in chosen]


@computes("the audit")
def audit_company(connection: sa.Connection, company: Company) -> CompanyAudit:
    """The audit of one company's annual, quarterly and trailing statements as known now, and of its sums of segments."""
    statements = [statement(connection, company, kind, period, None) for kind in StatementKind for period in PeriodKind]
    return audit(statements, breakdowns(connection, company))
