"""Measures of companies as each of several days knew them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import sqlalchemy as sa

from db.facts.computable import computes
from db.screens.company_metrics import key_figures
from db.screens.screening import prove_row
from db.screens.valuation import FiledHistory
from workbench.domain.errors import InvalidRequest
from workbench.domain.identity import Company
from workbench.domain.measures.panel import Panel, PanelCell
from workbench.domain.measures.screens import Metric
from workbench.domain.measures.valuation import Valuation
from workbench.domain.screens.screen_results import NO_FIGURE, NO_SUCH_PERIOD, ScreenFigure, ScreenRow, unit_of
from workbench.domain.statements.statement import Figure

MOST_CELLS = 100_000


def panel(connection: sa.Connection, days: Sequence[date], companies: Sequence[Company], metrics: Sequence[Metric]) -> Panel:
    """The latest figure of each metric and company as known at the end of each day: by day, company, then metric.

    The latest period of a kind is that of `latest_figures`. Raises InvalidRequest for nothing to show, or for more than
    `MOST_CELLS` cells, and NotComputable for a company on whose facts the rules fail.
    """
    days, companies, metrics = sorted(set(days)), list(dict.fromkeys(companies)), list(dict.fromkeys(metrics))
    count = len(days) * len(companies) * len(metrics)
    if not 0 < count <= MOST_CELLS:
        raise InvalidRequest(f"a panel has 1 to {MOST_CELLS:,} cells of days, companies and measures, not {count:,}")
    cells = [cell for company in companies for cell in _cells(connection, company, days, metrics)]
    order = {company.cik: place for place, company in enumerate(companies)}
    return Panel(tuple(sorted(cells, key=lambda cell: (cell.day, order[cell.company.cik], metrics.index(cell.metric)))))


@computes("the panel")
def _cells(connection: sa.Connection, company: Company, days: Sequence[date], metrics: Sequence[Metric]) -> list[PanelCell]:
    history = FiledHistory(connection, company, days[-1])
    filed = [metric for metric in metrics if metric.basis is not None]
    priced = [metric for metric in metrics if metric.basis is None]
    cells: list[PanelCell] = []
    for day, proofs in _proofs_by_day(connection, company, filed, days, history.days):
        cells += [_filed_cell(day, company, shown, figure) for shown, figure in proofs.items()]
        if priced:
            valuation = history.on(day, day)
            cells += [_priced_cell(day, company, metric, valuation) for metric in priced]
    return cells


_Proofs = Mapping[ScreenFigure, Figure | None]


def _proofs_by_day(
    connection: sa.Connection, company: Company, metrics: Sequence[Metric], days: Sequence[date], filed_on: Sequence[date]
) -> Iterator[tuple[date, _Proofs]]:
    """Each day with the latest figures and their proofs, which are the same until the company files again."""
    seen: int | None = None
    proofs: _Proofs = {}
    for day in days:
        filings = bisect_right(filed_on, day)
        if metrics and filings != seen:
            seen = filings
            shown = _latest(connection, company, metrics, day)
            proofs = dict(zip(shown, prove_row(connection, ScreenRow(company, shown), day), strict=True))
        yield day, proofs


def _latest(connection: sa.Connection, company: Company, metrics: Sequence[Metric], day: date) -> tuple[ScreenFigure, ...]:
    known = {each.basis: each for each in key_figures(connection, company.cik, as_of=day)}
    figures = []
    for metric in metrics:
        period = known.get(metric.basis) if metric.basis else None
        unit = unit_of(metric, period.currency if period else None)
        place = (period.period_label, period.period_end) if period else (None, None)
        figures.append(ScreenFigure(metric, None, unit, *place))
    return tuple(figures)


def _filed_cell(day: date, company: Company, shown: ScreenFigure, figure: Figure | None) -> PanelCell:
    label, end = shown.period_label, shown.period_end
    if figure is None or figure.comparable is None:
        reason = figure.reason if figure is not None else NO_SUCH_PERIOD if end is None else NO_FIGURE
        return PanelCell(day, company, shown.metric, None, shown.unit, reason, label, end)
    unit = figure.unit or shown.unit
    return PanelCell(day, company, shown.metric, figure.comparable, unit, None, label, end, figure.known_on)


def _priced_cell(day: date, company: Company, metric: Metric, valuation: Valuation) -> PanelCell:
    line = next(line for line in valuation.lines if line.line == metric.measure.name)
    figure, period = line.figure, line.period
    label, end = (period.label, period.end) if period else (None, None)
    unit = figure.unit or unit_of(metric, None)
    return PanelCell(day, company, metric, figure.value, unit, figure.reason, label, end, figure.known_on)
