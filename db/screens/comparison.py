"""Comparison of companies, from their individual statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from db.statements.as_known import statement
from db.statements.ratios import ratios
from workbench.domain.errors import InvalidRequest
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.catalogue import Measure
from workbench.domain.measures.comparison import Comparison, align, side_by_side
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind

MOST_COMPANIES = 25
MOST_MEASURES = 20

# A company may have reported a few periods fewer than another; so many more of each are read than are shown.
_LAG = 4


def compare(
    connection: sa.Connection,
    companies: Sequence[Company],
    measures: Sequence[Measure],
    period: PeriodKind,
    as_of: date | None,
    *,
    columns: int | None = None,
) -> Comparison:
    """The measures of these companies as known on `as_of` (None: now), aligned by calendar quarter; see `Comparison`.

    `columns` limits the result to the newest columns. Duplicate companies and measures count once. Raises InvalidRequest for
    none or too many of either.
    """
    companies, measures = list(dict.fromkeys(companies)), list(dict.fromkeys(measures))
    _check("companies", len(companies), MOST_COMPANIES)
    _check("measures", len(measures), MOST_MEASURES)
    limit = columns + _LAG if columns else None
    known: dict[tuple[Cik, StatementKind | None], Statement | RatioTable] = {}
    for company in companies:
        for kind in dict.fromkeys(item.kind for item in measures):
            if kind is None:
                known[company.cik, kind] = ratios(connection, company, period, as_of, limit_periods=limit)
            else:
                known[company.cik, kind] = statement(connection, company, kind, period, as_of, limit_periods=limit)
    rows = [(company, item, align(known[company.cik, item.kind], item.name)) for item in measures for company in companies]
    return side_by_side(rows, period, as_of, columns=columns)


def _check(what: str, number: int, most: int) -> None:
    if not 1 <= number <= most:
        raise InvalidRequest(f"a comparison takes 1 to {most} {what}, not {number}")
