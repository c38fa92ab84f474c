"""Comparisons and screens as JSON, and as tables to save."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoDate, PageFields, Schema
from workbench.analysis.exports import Cell, Export, ExportedFigure
from workbench.analysis.statements.statement_json import PeriodAnswer, ProvenFigureFields, figure_document, period_document
from workbench.domain.identity import Company
from workbench.domain.measures.comparison import ComparedFigure, Comparison
from workbench.domain.measures.screens import Metric
from workbench.domain.screens.screen_results import ScreenFigure, ScreenResult, ScreenRow
from workbench.domain.statements.statement import Figure, PeriodKind


class PeerAnswer(TypedDict, closed=True):
    """A company by its names."""

    ticker: str | None
    cik: int
    name: str
    sic: str | None


class CalendarPeriodAnswer(TypedDict, closed=True):
    """A calendar year, or a quarter of one."""

    label: str
    year: int
    quarter: int | None


class ComparedFigureAnswer(ProvenFigureFields, closed=True):
    """A figure with the company's own fiscal period."""

    period: PeriodAnswer


class ComparedRowAnswer(TypedDict, closed=True):
    """One measure of one company: a figure for each column, null where it reported no such period."""

    company: PeerAnswer
    measure: str
    label: str
    figures: list[ComparedFigureAnswer | None]


class ComparisonAnswer(TypedDict, closed=True):
    """Rows by measure, then company; columns from oldest to newest."""

    period: PeriodKind
    as_of: IsoDate | None
    columns: list[CalendarPeriodAnswer]
    rows: list[ComparedRowAnswer]


class FilterAnswer(TypedDict, closed=True):
    """A filter as it is written, and in words."""

    filter: str
    sentence: str


class MetricAnswer(TypedDict, closed=True):
    """A column of the screen: a line or ratio in the latest period of a kind, or a valuation measure at the last close."""

    metric: str
    measure: str
    label: str
    basis: PeriodKind | Literal["close"]


class LatestFigureAnswer(TypedDict, closed=True):
    """A latest figure; `value` is null if it is refused, `period` and `period_end` if there is no period of that kind."""

    metric: str
    value: str | None
    unit: str
    period: str | None
    period_end: IsoDate | None


class ScreenedCompanyAnswer(TypedDict, closed=True):
    """A company that passes the screen."""

    company: PeerAnswer
    figures: list[LatestFigureAnswer]


class UndecidedAnswer(TypedDict, closed=True):
    """How many companies lack a figure for this reason, a code."""

    reason: str
    companies: int


class ScreenAnswer(PageFields, closed=True):
    """A screen in words, and the companies that pass it.

    `undecided` counts companies that lack a figure to decide and pass all else, and `undecided_reasons` says why, most
    frequent first; `looked_at` counts all companies.
    """

    as_of: IsoDate | None
    sentence: str
    filters: list[FilterAnswer]
    sort: Annotated[str, Schema(description="The metric of the order; - before it means smallest first.")]
    metrics: list[MetricAnswer]
    companies: list[ScreenedCompanyAnswer]
    matched: int
    undecided: int
    undecided_reasons: list[UndecidedAnswer]
    looked_at: int


def comparison_document(comparison: Comparison) -> ComparisonAnswer:
    """The comparison: columns oldest first, a row a measure and company, figures as in a statement."""
    return {
        "period": comparison.period,
        "as_of": comparison.as_of.isoformat() if comparison.as_of else None,
        "columns": [{"label": column.label, "year": column.year, "quarter": column.quarter} for column in comparison.columns],
        "rows": [
            {
                "company": company_document(row.company),
                "measure": row.measure.name,
                "label": row.measure.label,
                "figures": [_compared(figure) for figure in row.figures],
            }
            for row in comparison.rows
        ],
    }


def _compared(compared: ComparedFigure | None) -> ComparedFigureAnswer | None:
    if compared is None:
        return None
    return {"period": period_document(compared.period), **figure_document(compared.figure)}


def screen_document(result: ScreenResult) -> ScreenAnswer:
    """The screen and its companies: filters with their sentences, companies in order, latest figures."""
    screen = result.screen
    return {
        "as_of": screen.as_of.isoformat() if screen.as_of else None,
        "sentence": screen.sentence,
        "filters": [{"filter": str(item), "sentence": item.sentence} for item in screen.filters],
        "sort": ("-" if screen.is_ascending else "") + str(screen.order),
        "metrics": [_metric(metric) for metric in screen.metrics],
        "companies": [
            {"company": company_document(row.company), "figures": [_latest(figure) for figure in row.figures]}
            for row in result.rows
        ],
        "matched": result.matched,
        "undecided": result.undecided,
        "undecided_reasons": [{"reason": reason, "companies": count} for reason, count in result.reasons.items()],
        "looked_at": result.companies,
        "limit": screen.limit,
        "offset": screen.offset,
        "next_offset": result.next_offset,
    }


def _latest(figure: ScreenFigure) -> LatestFigureAnswer:
    return {
        "metric": str(figure.metric),
        "value": _plain(figure.value),
        "unit": figure.unit,
        "period": figure.period_label,
        "period_end": figure.period_end.isoformat() if figure.period_end else None,
    }


def screen_export(result: ScreenResult, proofs: Sequence[Sequence[Figure | None]]) -> Export:
    """What a screen found as a table: a row a company, for each metric its figure, unit and period.

    `proofs` are the figures with their facts, as the query layer's `prove` gives them.
    """
    screen = result.screen
    header = ["Company", "Ticker", "CIK", "SIC"]
    for metric in screen.metrics:
        header += [metric.label, "Unit", "Period"]
    undecided = f"; {result.reasons_in_words}" if result.undecided else ""
    return Export(
        name="Screen",
        title="Companies screened",
        notes=(screen.sentence, f"{result.matched} of {result.companies} companies pass{undecided}."),
        header=tuple(header),
        rows=tuple(_screen_row(row) for row in result.rows),
        figures=tuple(
            ExportedFigure(
                row.company, shown.metric.measure, shown.metric.source, str(shown.metric), shown.period_label or "", proof
            )
            for row, proven in zip(result.rows, proofs, strict=True)
            for shown, proof in zip(row.figures, proven, strict=True)
            if proof is not None
        ),
    )


def _screen_row(row: ScreenRow) -> tuple[Cell, ...]:
    company = row.company
    cells: list[Cell] = [company.name, company.ticker.symbol if company.ticker else None, str(company.cik), company.sic]
    for figure in row.figures:
        cells += [figure.value, figure.unit if figure.value is not None else None, figure.period_label]
    return tuple(cells)


def _metric(metric: Metric) -> MetricAnswer:
    return {
        "metric": str(metric),
        "measure": metric.measure.name,
        "label": metric.measure.label,
        "basis": metric.basis or "close",
    }


def company_document(company: Company) -> PeerAnswer:
    """The company by its names."""
    return {
        "ticker": company.ticker.symbol if company.ticker else None,
        "cik": company.cik.number,
        "name": company.name,
        "sic": company.sic,
    }


def _plain(value: Decimal | None) -> str | None:
    return f"{value:f}" if value is not None else None
