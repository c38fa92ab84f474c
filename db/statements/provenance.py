"""Provenance: the chain from a figure to the filing elements it comes from."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from db.facts.computable import computes
from db.facts.elements import origins
from db.statements.as_known import statement
from db.statements.ratios import ratios
from workbench.domain.identity import Company
from workbench.domain.measures.catalogue import measure
from workbench.domain.measures.provenance import Provenance, figure_at
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind


@computes("the proof")
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
    return _chain(connection, statement(connection, company, kind, period, as_of), line, period_end)


@computes("the proof")
def ratio_provenance(
    connection: sa.Connection,
    company: Company,
    ratio: str,
    *,
    period: PeriodKind = PeriodKind.ANNUAL,
    period_end: date | None = None,
    as_of: date | None = None,
) -> Provenance:
    """As `provenance`, for a ratio; raises NotFound also for a ratio that this industry does not have."""
    return _chain(connection, ratios(connection, company, period, as_of), ratio, period_end)


@computes("the proof")
def measure_provenance(
    connection: sa.Connection,
    company: Company,
    name: str,
    *,
    period: PeriodKind = PeriodKind.ANNUAL,
    period_end: date | None = None,
    as_of: date | None = None,
) -> Provenance:
    """As `provenance`, for a line or ratio; raises InvalidRequest for a name that is neither."""
    of = measure(name)
    if of.kind is None:
        return ratio_provenance(connection, company, of.name, period=period, period_end=period_end, as_of=as_of)
    return provenance(connection, company, of.kind, of.name, period=period, period_end=period_end, as_of=as_of)


def _chain(connection: sa.Connection, table: Statement | RatioTable, line: str, period_end: date | None) -> Provenance:
    result, column, figure = figure_at(table, line, period_end)
    places = origins(connection, table.company.cik, figure.facts, as_of=table.as_of)
    return Provenance(table, result, column, figure, tuple(places))
