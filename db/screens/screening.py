"""Companies that pass a screen, as known on a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from db.companies import get_companies
from db.screens.filter_sql import Bindings, conditions_sql, figure_sql, reason_sql
from db.screens.screened_values import bound_values, latest_sql, values_sql, values_to_decide, values_to_show
from db.screens.valuation import valuation
from db.statements.as_known import statement
from db.statements.ratios import ratios
from workbench.analysis.exports import Export
from workbench.analysis.screens.peers import screen_export
from workbench.domain.errors import InvalidRequest, NotComputable
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.measures.screens import AT_CLOSE, Metric, Screen
from workbench.domain.measures.valuation import Valuation
from workbench.domain.screens.screen_results import ScreenFigure, ScreenResult, ScreenRow, unit_of
from workbench.domain.statements.statement import Figure, PeriodKind, Statement, StatementKind

MOST_EXPORTED = 500


def run_screen(connection: sa.Connection, screen: Screen) -> ScreenResult:
    """The companies that pass every filter, from figures known at the end of `as_of` (None: now).

    A filter whose figure is not known for a company is neither true nor false: the company does not pass, and is counted by
    its reason. Valuation measures are what `valuation` says of that day; more companies without stored values than a request
    can value are counted too (see `screened_values`).
    """
    by_price = values_to_decide(connection, screen) if screen.is_by_price else []
    values = Bindings()
    condition = conditions_sql(screen.filters, values)
    reason = reason_sql(screen.filters, values)
    figure = figure_sql(screen.order, values)
    order = f"figure {'asc' if screen.is_ascending else 'desc'} nulls last, cik"
    if screen.order.measure.has_currency:  # figures of one currency stand together: they have no order among several
        order = f"currency <> 'USD' nulls last, currency, {order}"
    # Every company is judged once; only what a page shows is read again.
    result = connection.execute(
        sa.text(
            f"with judged as materialized (select c.cik, ({condition}) as passes, {figure} as figure, "  # noqa: S608
            f"{screen.order.source}.currency as currency, case when ({condition}) is null then {reason} end as reason "
            f"from companies c {_tables(screen, (*screen.metrics, screen.order))}) "
            "select count(*) as companies, count(*) filter (where passes) as matched, "
            f"array(select cik from judged where passes order by {order} limit :limit offset :offset) as page, "
            "(select jsonb_object_agg(reason, n) from (select reason, count(*) as n from judged where passes is null "
            "group by reason) as counted) as reasons from judged"
        ),
        {**values.values, **_bound(screen, by_price), "limit": screen.limit, "offset": screen.offset},
    ).one()
    if not screen.is_by_price and any(metric.basis is None for metric in screen.metrics):
        by_price = values_to_show(connection, screen, [Cik(number) for number in result.page])
    rows = _rows(connection, screen, result.page, by_price)
    reasons = dict(sorted((result.reasons or {}).items(), key=lambda each: (-each[1], each[0])))
    return ScreenResult(screen, tuple(rows), result.matched, result.companies, reasons)


def judge(connection: sa.Connection, screen: Screen) -> tuple[list[Cik], list[Cik]]:
    """All companies that pass every filter, and those that cannot be evaluated, both by CIK; see `run_screen`."""
    by_price = values_to_decide(connection, screen) if screen.is_by_price else []
    values = Bindings()
    condition = conditions_sql(screen.filters, values)
    query = (
        f"select judged.cik, passes from (select c.cik, ({condition}) as passes from companies c "  # noqa: S608
        f"{_tables(screen, screen.metrics)}) as judged where passes is not false order by judged.cik"
    )
    rows = connection.execute(sa.text(query), {**values.values, **_bound(screen, by_price)}).all()
    return [Cik(row.cik) for row in rows if row.passes], [Cik(row.cik) for row in rows if row.passes is None]


def _tables(screen: Screen, metrics: Sequence[Metric]) -> str:
    """A join for each kind of period that metrics are of, and one for the last close."""
    names = dict.fromkeys(metric.source for metric in metrics)
    return " ".join(values_sql(screen.as_of) if name == AT_CLOSE else latest_sql(name, screen.as_of) for name in names)


def _bound(screen: Screen, by_price: Sequence[str]) -> dict[str, Any]:
    """What the joins and reasons bind."""
    return {"day": screen.as_of or date.max, **bound_values(screen.as_of, by_price)}


def _rows(connection: sa.Connection, screen: Screen, page: Sequence[int], by_price: Sequence[str]) -> list[ScreenRow]:
    values = Bindings()
    columns = []
    for number, metric in enumerate(screen.metrics):
        name = metric.source
        columns.append(
            f"{figure_sql(metric, values)} as f{number}, {name}.currency as c{number}, {name}.period_label as l{number}, "
            f"{name}.period_end as e{number}"
        )
    tables = _tables(screen, screen.metrics)
    query = f"select c.cik, {', '.join(columns)} from companies c {tables} where c.cik = any(:page)"  # noqa: S608
    bound = {**values.values, **_bound(screen, by_price), "page": list(page)}
    results = {row.cik: row for row in connection.execute(sa.text(query), bound)}
    companies = get_companies(connection, [Cik(number) for number in page])
    return [ScreenRow(company, _figures(screen, results[company.cik.number])) for company in companies]


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

    None where the company has reported no such period, its industry has no such line, or its figures cannot be computed.
    """
    return [prove_row(connection, row, result.screen.as_of) for row in result.rows]


def export_screen(connection: sa.Connection, screen: Screen) -> Export:
    """All that passes, as a table with the proof of each figure; `limit` and `offset` do not count.

    Raises InvalidRequest when more than `MOST_EXPORTED` companies pass, as each is proven from its own statements.
    """
    result = run_screen(connection, replace(screen, limit=MOST_EXPORTED, offset=0))
    if result.matched > MOST_EXPORTED:
        raise InvalidRequest(
            f"{result.matched} companies pass; an export is limited to {MOST_EXPORTED}", hint="narrow the screen"
        )
    return screen_export(result, prove(connection, result))


def prove_figure(
    connection: sa.Connection, company: Company, metric: Metric, period_end: date, as_of: date | None
) -> Figure | None:
    """A company's figure of one metric with its proof, as known on `as_of`; None where it has not that line or period."""
    return _figure(_table(connection, company, metric, as_of), metric, period_end)


def prove_row(connection: sa.Connection, row: ScreenRow, as_of: date | None) -> tuple[Figure | None, ...]:
    """The same for one row, whose figures name the periods to prove."""
    tables: dict[tuple[StatementKind | None, PeriodKind | None], _Table | None] = {}
    results = []
    for shown in row.figures:
        key = (shown.metric.measure.kind, shown.metric.basis)
        if key not in tables:
            try:
                tables[key] = _table(connection, row.company, shown.metric, as_of)
            except NotComputable:  # its row stands without a proof, and the others with theirs
                tables[key] = None
        table = tables[key]
        results.append(_figure(table, shown.metric, shown.period_end) if table is not None else None)
    return tuple(results)


_Table = Statement | RatioTable | Valuation


def _table(connection: sa.Connection, company: Company, metric: Metric, as_of: date | None) -> _Table:
    if metric.basis is None:
        return valuation(connection, company, as_of)
    # Two periods: one statement may be ahead of the one that says which is the latest.
    if metric.measure.kind is None:
        return ratios(connection, company, metric.basis, as_of, limit_periods=2)
    return statement(connection, company, metric.measure.kind, metric.basis, as_of, limit_periods=2)


def _figure(table: _Table, metric: Metric, period_end: date | None) -> Figure | None:
    if isinstance(table, Valuation):
        return table.figure(metric.measure.name)
    figures = (figure for line in table.lines if line.line == metric.measure.name for figure in line.figures)
    return next((figure for figure in figures if figure.period_end == period_end), None)
