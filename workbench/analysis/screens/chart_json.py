"""A chart as one answer, which its page draws, its files export and the API gives: series, axes, marks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from typing_extensions import TypedDict

from workbench.analysis.answer_types import DecimalText, IsoDate, Schema
from workbench.analysis.screens.peers import PeerAnswer, company_document
from workbench.domain.measures.comparison import calendar_period
from workbench.domain.screens.axes import Axis
from workbench.domain.screens.chart import Chart, Mark, MarkKind
from workbench.domain.screens.series import Sampling, Series, SeriesPoint, Span
from workbench.domain.screens.series_views import IndexBase, SeriesView
from workbench.domain.statements.statement import PeriodKind


class SeriesPointAnswer(TypedDict, closed=True):
    """A value on a day; null for a figure that is refused or cannot be shown in this view, and then with a reason."""

    day: IsoDate
    period: Annotated[str | None, Schema(description="The fiscal period; null for valuation measures and closes.")]
    calendar: Annotated[
        str | None, Schema(description="The calendar year or quarter that a fiscal period belongs to, as in a comparison.")
    ]
    value: Annotated[str | None, Schema(description="A decimal number as text.")]
    reason: str | None
    known_on: IsoDate | None
    accessions: Annotated[list[str], Schema(description="The filings of the facts behind the value.")]


class IndexBaseAnswer(TypedDict, closed=True):
    """The value that is 100."""

    day: IsoDate
    period: str | None
    value: str
    unit: str | None


class SeriesAnswer(TypedDict, closed=True):
    """One measure of one company, oldest point first; `unit` is that of all values, null without any."""

    series: Annotated[str, Schema(description="As it is written, such as AAPL:revenue.")]
    company: PeerAnswer
    measure: str
    label: str
    unit: Annotated[
        str | None,
        Schema(description="A currency, USD/shares, shares, pct, ratio, days, index (base 100) or pp (percentage points)."),
    ]
    axis: Annotated[Axis | None, Schema(description="Null where no axis has its unit: it is not drawn.")]
    base: Annotated[IndexBaseAnswer | None, Schema(description="Of an index, the value that is 100.")]
    reason: Annotated[str | None, Schema(description="Why there are no points; null if there are.")]
    note: Annotated[str, Schema(description="What a reader must know, such as the source of closes.")]
    points: list[SeriesPointAnswer]


class MarkAnswer(TypedDict, closed=True):
    """A report, an 8-K or a split on the day it was filed; of a split the first filing in new shares."""

    company: PeerAnswer
    day: IsoDate
    kind: MarkKind
    label: str
    accession: str


class ChartAnswer(TypedDict, closed=True):
    """Series in one view over one span as known on `as_of`; `sampling` says which closes of price series are given."""

    as_of: IsoDate | None
    period: PeriodKind
    view: SeriesView
    span: Span
    since: IsoDate | None
    until: IsoDate
    sampling: Sampling
    series: list[SeriesAnswer]
    marks: list[MarkAnswer]


def chart_answer(chart: Chart) -> ChartAnswer:
    """The chart: series in the order of the question, points and marks oldest first, values as decimal text."""
    question = chart.question
    return {
        "as_of": question.as_of.isoformat() if question.as_of else None,
        "period": question.period,
        "view": question.view,
        "span": question.span,
        "since": question.first_day.isoformat() if question.first_day else None,
        "until": question.until.isoformat(),
        "sampling": chart.sampling,
        "series": [_series(*each) for each in zip(chart.series, chart.axes, chart.bases, strict=True)],
        "marks": [_mark(mark) for mark in chart.marks],
    }


class ChartRow(TypedDict, closed=True):
    """One point of a chart as a row."""

    cik: int
    ticker: str | None
    company: str
    measure: str
    label: str
    view: str
    axis: str | None
    day: IsoDate
    period: str | None
    value: DecimalText | None
    unit: str | None
    reason: str | None
    known_on: IsoDate | None
    accessions: str


CHART_HEADER = tuple(ChartRow.__annotations__)


def chart_rows(answer: ChartAnswer) -> Iterator[tuple[object, ...]]:
    """One row a point under `CHART_HEADER`, series by series: exactly what the chart shows, gaps with their reason."""
    for series in answer["series"]:
        company = series["company"]
        for point in series["points"]:
            yield (
                company["cik"], company["ticker"], company["name"], series["measure"], series["label"], answer["view"].value,
                series["axis"].value if series["axis"] else None, point["day"], point["period"], point["value"],
                series["unit"] if point["value"] is not None else None, point["reason"], point["known_on"],
                " ".join(point["accessions"]),
            )  # fmt: skip


def _series(series: Series, axis: Axis | None, base: IndexBase | None) -> SeriesAnswer:
    return {
        "series": str(series.wanted),
        "company": company_document(series.company),
        "measure": series.wanted.measure.name,
        "label": series.wanted.measure.label,
        "unit": series.unit,
        "axis": axis,
        "base": _base(base) if base is not None else None,
        "reason": series.reason,
        "note": series.note,
        "points": [_point(point) for point in series.points],
    }


def _point(point: SeriesPoint) -> SeriesPointAnswer:
    calendar = calendar_period(point.period) if point.period is not None else None
    return {
        "day": point.day.isoformat(),
        "period": point.label or None,
        "calendar": calendar.label if calendar is not None else None,
        "value": f"{point.value:f}" if point.value is not None else None,
        "reason": point.reason if point.value is None else None,
        "known_on": point.known_on.isoformat() if point.known_on else None,
        "accessions": list(point.accessions),
    }


def _base(base: IndexBase) -> IndexBaseAnswer:
    return {"day": base.day.isoformat(), "period": base.label or None, "value": f"{base.value:f}", "unit": base.unit}


def _mark(mark: Mark) -> MarkAnswer:
    return {
        "company": company_document(mark.company),
        "day": mark.day.isoformat(),
        "kind": mark.kind,
        "label": mark.label,
        "accession": mark.accession,
    }
