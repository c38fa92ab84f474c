"""The chain from a figure to the elements of the filings it comes from."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from db.elements import origins
from db.statements import statement
from workbench.domain.identity import Company
from workbench.domain.provenance import Provenance, figure_at
from workbench.domain.statements import PeriodKind, StatementKind


def provenance(
    connection: sa.Connection,
    company: Company,
    kind: StatementKind,
    line: str,
    *,
    period: PeriodKind = PeriodKind.ANNUAL,
    period_end: date | None = None,
    as_of: date | None = None,
) -> Provenance:
    """Where the figure of a line comes from, for the period that ends on `period_end`, the newest one when None.

    Raises NotFound for a line the company's statement has not, and for a period there is none of.
    """
    known = statement(connection, company, kind, period, as_of)
    found, column, figure = figure_at(known, line, period_end)
    return Provenance(known, found, column, figure, tuple(origins(connection, company.cik, figure.facts, as_of=as_of)))
