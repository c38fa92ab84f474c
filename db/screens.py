"""Companies that pass a screen, as known on a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from db.companies import get_companies
from db.company_metrics import known
from db.ratios import ratios
from db.statements import statement
from workbench.analysis.exports import Export
from workbench.analysis.peers import screen_export
from workbench.domain.errors import InvalidRequest
from workbench.domain.identity import Cik, Company
from workbench.domain.ratios import RatioTable
from workbench.domain.screen_results import ScreenFigure, ScreenResult, ScreenRow, unit_of
from workbench.domain.screens import Bindings, Metric, Screen
from workbench.domain.statements import Figure, PeriodKind, Statement, StatementKind

MOST_EXPORTED = 500


def run_screen(connection: sa.Connection, screen: Screen) -> ScreenResult:
    """The companies that pass every filter, from figures known at the end of `as_of` (None: now).

    A filter whose figure is not known for a company is neither true nor false: the company does not pass, and is counted.
    """
    values = Bindings()
    condition = " and ".join(f"({item.sql(values)})" for item in screen.filters) or "true"
    figure = screen.order.sql(values)
    order = f"figure {'asc' if screen.is_ascending else 'desc'} nulls last, cik"
    if screen.order.measure.has_currency:  # figures of one currency stand together: they have no order among several
        order = f"currency <> 'USD' nulls last, currency, {order}"
    # Every company is judged once; only what a page shows is read again.
    found = connection.execute(
        sa.text(
            f"with judged as materialized (select c.cik, ({condition}) as passes, {figure} as figure, "  # noqa: S608  # nosec B608
            f"{screen.order.basis.value}.currency from companies c {_tables(screen)}) "
            "select count(*) as companies, count(*) filter (where passes) as matched, "
            "count(*) filter (where passes is null) as undecided, "
            f"array(select cik from judged where passes order by {order} limit :limit offset :offset) as page from judged"
        ),
        {**values.values, "day": screen.as_of or date.max, "limit": screen.limit, "offset": screen.offset},
    ).one()
    rows = _rows(connection, screen, found.page)
    return ScreenResult(screen, tuple(rows), found.matched, found.undecided, found.companies)


def _tables(screen: Screen) -> str:
    """A join for each kind of period the screen asks about."""
    names = dict.fromkeys(metric.basis.value for metric in (*screen.metrics, screen.order))
    return " ".join(
        f"left join company_metrics {name} on {name}.cik = c.cik and {name}.basis = '{name}' and {known(name, screen.as_of)}"
        for name in names
    )


def _rows(connection: sa.Connection, screen: Screen, page: Sequence[int]) -> list[ScreenRow]:
    values = Bindings()
    columns = []
    for number, metric in enumerate(screen.metrics):
        name = metric.basis.value
        columns.append(
            f"{metric.sql(values)} as f{number}, {name}.currency as c{number}, {name}.period_label as l{number}, "
            f"{name}.period_end as e{number}"
        )
    query = f"select c.cik, {', '.join(columns)} from companies c {_tables(screen)} where c.cik = any(:page)"  # noqa: S608  # nosec B608
    bound = {**values.values, "day": screen.as_of or date.max, "page": list(page)}
    found = {row.cik: row for row in connection.execute(sa.text(query), bound)}
    companies = get_companies(connection, [Cik(number) for number in page])
    return [ScreenRow(company, _figures(screen, found[company.cik.number])) for company in companies]


def _figures(screen: Screen, row: Any) -> tuple[ScreenFigure, ...]:
    return tuple(
        ScreenFigure(
            metric,
            getattr(row, f"f{number}"),
            unit_of(metric, getattr(row, f"c{number}")),
            getattr(row, f"l{number}"),
            getattr(row, f"e{number}"),
        )
        for number, metric in enumerate(screen.metrics)
    )


def prove(connection: sa.Connection, result: ScreenResult) -> list[tuple[Figure | None, ...]]:
    """For each row of the result its figures with their proof, from the company's own statements and ratios on that day.

    None where the company has reported no such period, or its industry has no such line.
    """
    return [_proofs(connection, row, result.screen.as_of) for row in result.rows]


def export_screen(connection: sa.Connection, screen: Screen) -> Export:
    """All that passes, as a table with the proof of each figure; `limit` and `offset` do not count.

    Raises InvalidRequest when more than `MOST_EXPORTED` companies pass, as each is proven from its own statements.
    """
    result = run_screen(connection, replace(screen, limit=MOST_EXPORTED, offset=0))
    if result.matched > MOST_EXPORTED:
        raise InvalidRequest(
            f"{result.matched} companies pass, and an export takes {MOST_EXPORTED} at most", hint="narrow the screen"
        )
    return screen_export(result, prove(connection, result))


def prove_figure(
    connection: sa.Connection, company: Company, metric: Metric, period_end: date, as_of: date | None
) -> Figure | None:
    """A company's figure of one metric with its proof, as known on `as_of`; None where it has not that line or period."""
    return _figure(_table(connection, company, metric, as_of), metric, period_end)


def _proofs(connection: sa.Connection, row: ScreenRow, as_of: date | None) -> tuple[Figure | None, ...]:
    tables: dict[tuple[StatementKind | None, PeriodKind], Statement | RatioTable] = {}
    found = []
    for shown in row.figures:
        key = (shown.metric.measure.kind, shown.metric.basis)
        if key not in tables:
            tables[key] = _table(connection, row.company, shown.metric, as_of)
        found.append(_figure(tables[key], shown.metric, shown.period_end))
    return tuple(found)


def _table(connection: sa.Connection, company: Company, metric: Metric, as_of: date | None) -> Statement | RatioTable:
    # Two periods: one statement may be ahead of the one that says which is the latest.
    if metric.measure.kind is None:
        return ratios(connection, company, metric.basis, as_of, limit_periods=2)
    return statement(connection, company, metric.measure.kind, metric.basis, as_of, limit_periods=2)


def _figure(table: Statement | RatioTable, metric: Metric, period_end: date | None) -> Figure | None:
    figures = (figure for line in table.lines if line.line == metric.measure.name for figure in line.figures)
    return next((figure for figure in figures if figure.period_end == period_end), None)
