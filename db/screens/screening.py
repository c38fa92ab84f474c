"""Companies that pass a screen, as known on a date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from db.companies import get_companies
from db.screens.company_metrics import known, numbers_document
from db.screens.filter_sql import Bindings, conditions_sql, figure_sql
from db.screens.valuation import valuation
from db.statements.as_known import statement
from db.statements.ratios import ratios
from workbench.analysis.exports import Export
from workbench.analysis.screens.peers import screen_export
from workbench.domain.as_of import today
from workbench.domain.errors import InvalidRequest, NotComputable
from workbench.domain.identity import Cik, Company
from workbench.domain.market.prices import FRESH
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.measures.screen_results import ScreenFigure, ScreenResult, ScreenRow, unit_of
from workbench.domain.measures.screens import AT_CLOSE, FigureFilter, Metric, Screen, is_of_price
from workbench.domain.measures.valuation import Valuation
from workbench.domain.statements.statement import Figure, PeriodKind, Statement, StatementKind

MOST_EXPORTED = 500
# What a company costs is worked out when it is asked, since closes change every day: about 40 ms each.
MOST_VALUED = 250


def run_screen(connection: sa.Connection, screen: Screen) -> ScreenResult:
    """The companies that pass every filter, from figures known at the end of `as_of` (None: now).

    A filter whose figure is not known for a company is neither true nor false: the company does not pass, and is counted.
    What is of the last close is what `valuation` says of that day. Raises InvalidRequest where the filters leave more than
    `MOST_VALUED` companies with a close to be valued.
    """
    worth = _values_of(connection, _with_close(connection, screen), screen.as_of) if screen.is_by_price else None
    values = Bindings()
    condition = conditions_sql(screen.filters, values)
    figure = figure_sql(screen.order, values)
    order = f"figure {'asc' if screen.is_ascending else 'desc'} nulls last, cik"
    if screen.order.measure.has_currency:  # figures of one currency stand together: they have no order among several
        order = f"currency <> 'USD' nulls last, currency, {order}"
    # Every company is judged once; only what a page shows is read again.
    found = connection.execute(
        sa.text(
            f"with judged as materialized (select c.cik, ({condition}) as passes, {figure} as figure, "  # noqa: S608
            f"{screen.order.source}.currency from companies c {_tables(screen, (*screen.metrics, screen.order))}) "
            "select count(*) as companies, count(*) filter (where passes) as matched, "
            "count(*) filter (where passes is null) as undecided, "
            f"array(select cik from judged where passes order by {order} limit :limit offset :offset) as page from judged"
        ),
        {**values.values, **_bound(screen, worth), "limit": screen.limit, "offset": screen.offset},
    ).one()
    if worth is None and any(metric.basis is None for metric in screen.metrics):
        worth = _values_of(connection, [Cik(number) for number in found.page], screen.as_of)
    rows = _rows(connection, screen, found.page, worth)
    return ScreenResult(screen, tuple(rows), found.matched, found.undecided, found.companies)


# Binds `:values`, a row of figures for each company that was valued.
_AT_CLOSE = f"""
    left join jsonb_to_recordset(cast(:values as jsonb))
    as {AT_CLOSE} (cik bigint, currency text, period_label text, period_end date, figures jsonb) on {AT_CLOSE}.cik = c.cik
"""


def _tables(screen: Screen, metrics: Sequence[Metric]) -> str:
    """A join for each kind of period that metrics are of, and one for the last close."""
    names = dict.fromkeys(metric.source for metric in metrics)
    return " ".join(_AT_CLOSE if name == AT_CLOSE else _latest(name, screen.as_of) for name in names)


def _latest(name: str, as_of: date | None) -> str:
    return f"left join company_metrics {name} on {name}.cik = c.cik and {name}.basis = '{name}' and {known(name, as_of)}"


def _bound(screen: Screen, worth: Mapping[Cik, Valuation] | None) -> dict[str, Any]:
    """What the joins bind."""
    rows = ", ".join(_document(found) for found in (worth or {}).values() if found.price is not None)
    return {"day": screen.as_of or date.max, "values": f"[{rows}]"}


def _document(found: Valuation) -> str:
    """The figures of a valuation that are not refused, as a row of JSON over the day of its close."""
    figures = numbers_document((line.line, f"{line.figure.value:f}") for line in found.lines if line.figure.value is not None)
    traded_on = found.price.traded_on.isoformat() if found.price else ""
    return (
        f'{{"cik": {found.company.cik}, "currency": "{found.figure("market_cap").unit}", "period_label": "{traded_on}", '
        f'"period_end": "{traded_on}", "figures": {figures}}}'
    )


def _with_close(connection: sa.Connection, screen: Screen) -> list[Cik]:
    """Companies with a close that is new enough, except those that a filter over what they filed leaves out."""
    values = Bindings()
    others = [item for item in screen.filters if not is_of_price(item)]
    metrics = [item.metric for item in others if isinstance(item, FigureFilter)]
    day = screen.as_of or today()
    found = connection.scalars(
        sa.text(
            f"select c.cik from companies c {_tables(screen, metrics)} "  # noqa: S608
            f"where ({conditions_sql(others, values)}) is not false and exists (select 1 from company_tickers t "
            "join stock_prices p on p.ticker = t.ticker and p.traded_on between :first and :last "
            "where t.cik = c.cik and t.position = 0) order by c.cik"
        ),
        {**values.values, **_bound(screen, None), "first": day - min(FRESH, day - date.min), "last": day},
    ).all()
    if len(found) > MOST_VALUED:
        raise InvalidRequest(
            f"the screen would value {len(found)} companies; the limit is {MOST_VALUED}",
            hint="narrow it with filters on statement lines or ratios, which are applied first",
        )
    return [Cik(number) for number in found]


def _values_of(connection: sa.Connection, ciks: Sequence[Cik], as_of: date | None) -> dict[Cik, Valuation]:
    """Valuations by company; one that cannot be computed is left out, and so counts as undecided."""
    found: dict[Cik, Valuation] = {}
    for company in get_companies(connection, ciks):
        with suppress(NotComputable), connection.begin_nested():
            found[company.cik] = valuation(connection, company, as_of)
    return found


def _rows(
    connection: sa.Connection, screen: Screen, page: Sequence[int], worth: Mapping[Cik, Valuation] | None
) -> list[ScreenRow]:
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
    bound = {**values.values, **_bound(screen, worth), "page": list(page)}
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

    None where the company has reported no such period, its industry has no such line, or its figures cannot be computed.
    """
    return [_proofs(connection, row, result.screen.as_of) for row in result.rows]


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


def _proofs(connection: sa.Connection, row: ScreenRow, as_of: date | None) -> tuple[Figure | None, ...]:
    tables: dict[tuple[StatementKind | None, PeriodKind | None], _Table | None] = {}
    found = []
    for shown in row.figures:
        key = (shown.metric.measure.kind, shown.metric.basis)
        if key not in tables:
            try:
                tables[key] = _table(connection, row.company, shown.metric, as_of)
            except NotComputable:  # its row stands without a proof, and the others with theirs
                tables[key] = None
        table = tables[key]
        found.append(_figure(table, shown.metric, shown.period_end) if table is not None else None)
    return tuple(found)


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
