"""A chart: series in one view over one span as known on one day, with their axes and marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from workbench.domain.as_of import today
from workbench.domain.errors import InvalidRequest
from workbench.domain.identity import Cik, Company
from workbench.domain.screens.axes import Axis, axes_of
from workbench.domain.screens.series import (
    Sampling,
    Series,
    Span,
    WantedSeries,
    parse_series,
    sampled,
    sampling_of,
    since,
)
from workbench.domain.screens.series_views import IndexBase, SeriesView, growth, indexed, per_share
from workbench.domain.statements.statement import PeriodKind

_Choice = TypeVar("_Choice", bound=StrEnum)


class MarkKind(StrEnum):
    """What a mark on a chart stands for."""

    FILINGS = "filings"
    EVENTS = "events"
    SPLITS = "splits"


@dataclass(frozen=True, slots=True)
class Mark:
    """A periodic report, an 8-K or a split, on the day it was filed; of a split the first filing in new shares."""

    company: Company
    day: date
    kind: MarkKind
    label: str
    accession: str


@dataclass(frozen=True, slots=True)
class ChartQuestion:
    """What a chart shows: series, kind of period, view, span and marks, as known at the end of `as_of` (None: now)."""

    wanted: tuple[WantedSeries, ...]
    period: PeriodKind = PeriodKind.ANNUAL
    view: SeriesView = SeriesView.AS_IS
    span: Span = Span.TEN_YEARS
    marks: frozenset[MarkKind] = frozenset()
    as_of: date | None = None

    @property
    def until(self) -> date:
        """The last day of the span."""
        return self.as_of or today()

    @property
    def first_day(self) -> date | None:
        """The first day of the span; None for everything."""
        return self.span.since(self.until)


@dataclass(frozen=True, slots=True)
class Chart:
    """The series in the order of the question, each with its axis and, of an index, its base; marks oldest first."""

    question: ChartQuestion
    series: tuple[Series, ...]
    axes: tuple[Axis | None, ...]
    bases: tuple[IndexBase | None, ...]
    sampling: Sampling
    marks: tuple[Mark, ...] = ()


def parse_chart(parameters: Mapping[str, str], period: PeriodKind, as_of: date | None) -> ChartQuestion:
    """The question of a chart's parameters `series`, `view`, `span` and `marks`, each with its default if it is empty.

    Raises InvalidRequest for what cannot be parsed.
    """
    view, span = parameters.get("view") or SeriesView.AS_IS.value, parameters.get("span") or Span.TEN_YEARS.value
    return ChartQuestion(
        parse_series(parameters.get("series", "")),
        period,
        _choice(SeriesView, "view", view),
        _choice(Span, "span", span),
        parse_marks(parameters.get("marks", "").split(",")),
        as_of,
    )


def parse_marks(names: Iterable[str]) -> frozenset[MarkKind]:
    """The kinds of marks by name, empty names left out; raises InvalidRequest for an unknown one."""
    return frozenset(_choice(MarkKind, "marks", name) for name in names if name.strip())


def build_chart(
    question: ChartQuestion, series: Sequence[Series], shares: Mapping[Cik, Series], marks: Iterable[Mark] = ()
) -> Chart:
    """The chart of these series, which reach as far back as there is anything: growth needs the year before the span.

    `shares` are average diluted shares for the view `per_share`. Closes are sampled last, so that no change is of sampled
    days.
    """
    sampling, first = sampling_of(question.span), question.first_day
    shown, bases = [], []
    for each in series:
        viewed, base = _in_view(question, each, shares, first)
        viewed = since(viewed, first)
        shown.append(sampled(viewed, sampling) if each.wanted.is_of_closes else viewed)
        bases.append(base)
    ordered = sorted(marks, key=lambda mark: (mark.day, mark.company.cik, mark.accession, mark.label))
    return Chart(question, tuple(shown), tuple(axes_of(shown)), tuple(bases), sampling, tuple(ordered))


def _in_view(
    question: ChartQuestion, series: Series, shares: Mapping[Cik, Series], first: date | None
) -> tuple[Series, IndexBase | None]:
    if question.view is SeriesView.INDEX:
        return indexed(since(series, first))
    if question.view is SeriesView.GROWTH:
        return growth(series), None
    if question.view is SeriesView.PER_SHARE:
        return per_share(series, shares.get(series.company.cik)), None
    return series, None


def _choice(kind: type[_Choice], name: str, text: str) -> _Choice:
    try:
        return kind(text.strip().lower())
    except ValueError:
        raise InvalidRequest(f"{name} must be one of {', '.join(kind)}, not {text!r}") from None
