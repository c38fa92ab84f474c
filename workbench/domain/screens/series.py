"""Series: one measure of one company over time, for charts. A refused or missing figure is a point without a value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from workbench.domain.errors import InvalidRequest
from workbench.domain.facts.splits import Split
from workbench.domain.identity import Company
from workbench.domain.market.prices import PriceSeries
from workbench.domain.measures.catalogue import Measure, screened_measure
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.measures.share_basis import days_of_steps
from workbench.domain.measures.valuation_history import ValuationHistory
from workbench.domain.statements.statement import Statement, StatementPeriod

MOST_SERIES = 12

# Daily closes beside the measures of the catalogue.
CLOSE = Measure("close", "Share price", None, "per_share", is_of_price=True)

_EXAMPLE = "write a series as `AAPL:revenue`, `NVDA:pe` or `AAPL:close`, with `:right` for the right axis"


@dataclass(frozen=True, slots=True)
class WantedSeries:
    """A series as it is written: `AAPL:revenue`, or `AAPL:revenue:right` to draw it on the right axis."""

    company: str
    measure: Measure
    is_right: bool = False

    @classmethod
    def parse(cls, text: str) -> WantedSeries:
        """Parses a series; raises InvalidRequest for an unknown measure and for text that is no series."""
        parts = [part.strip() for part in text.split(":")]
        if not 2 <= len(parts) <= 3 or not parts[0] or (len(parts) == 3 and parts[2].lower() not in ("left", "right")):
            raise InvalidRequest(f"{text.strip()!r} is not a series", hint=_EXAMPLE)
        name = parts[1].lower()
        measure = CLOSE if name == CLOSE.name else screened_measure(name)
        return cls(parts[0].upper(), measure, len(parts) == 3 and parts[2].lower() == "right")

    @property
    def is_of_closes(self) -> bool:
        """Whether it is a series of daily closes."""
        return self.measure == CLOSE

    def __str__(self) -> str:
        return f"{self.company}:{self.measure.name}{':right' if self.is_right else ''}"


def parse_series(text: str) -> tuple[WantedSeries, ...]:
    """Parses series separated by commas, without duplicates; raises as `WantedSeries.parse`, and for too many."""
    wanted = tuple(dict.fromkeys(WantedSeries.parse(part) for part in re.split(r"[,;]", text) if part.strip()))
    if len(wanted) > MOST_SERIES:
        raise InvalidRequest(f"a chart takes at most {MOST_SERIES} series, not {len(wanted)}")
    return wanted


class Span(StrEnum):
    """How far back a chart reaches from its last day."""

    YEAR = "1y"
    THREE_YEARS = "3y"
    FIVE_YEARS = "5y"
    TEN_YEARS = "10y"
    ALL = "max"

    def since(self, until: date) -> date | None:
        """The first day of the span; None for everything."""
        years = None if self is Span.ALL else int(self.value.removesuffix("y"))
        return None if years is None else years_before(until, years)


class Sampling(StrEnum):
    """Which closes of a price series are shown: every one, or the last of each calendar week or month."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


def sampling_of(span: Span) -> Sampling:
    """A year is shown by days, up to five years by weeks, more by months."""
    by_week = (Span.THREE_YEARS, Span.FIVE_YEARS)
    return Sampling.DAILY if span is Span.YEAR else Sampling.WEEKLY if span in by_week else Sampling.MONTHLY


def years_before(day: date, years: int) -> date:
    """The same day so many years before; 28 February for 29 February; the first of all days at the earliest."""
    year = max(day.year - years, date.min.year)
    return day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=year)


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One value on `day`: a period's end, a day of valuation or a trading day; `value` None exactly with a `reason` code.

    `label` is the fiscal period, empty for days. `known_on` is None for a refused value. `accessions` are the filings of the
    facts behind it.
    """

    day: date
    label: str
    value: Decimal | None
    unit: str | None
    reason: str | None = None
    known_on: date | None = None
    period: StatementPeriod | None = None
    accessions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """Points oldest first, all values in `unit`: a currency, shares, pct, ratio, days, `USD/shares`; None without any value.

    `reason` says why there are no points at all. `steps` are days on which unadjusted closes show a split, or may show one.
    `note` says what a reader must know, such as the source of prices.
    """

    wanted: WantedSeries
    company: Company
    unit: str | None
    points: tuple[SeriesPoint, ...]
    reason: str | None = None
    note: str = ""
    steps: tuple[date, ...] = ()

    @property
    def label(self) -> str:
        """`AAPL Revenue`."""
        return f"{self.company.label} {self.wanted.measure.label}"


def in_one_unit(
    wanted: WantedSeries, company: Company, points: Sequence[SeriesPoint], *, note: str = "", steps: Iterable[date] = ()
) -> Series:
    """The series in the unit of its newest value: values in another one, as after a change of currency, are refused."""
    unit = next((point.unit for point in reversed(points) if point.value is not None), None)
    same = tuple(
        point
        if point.value is None or point.unit == unit
        else SeriesPoint(point.day, point.label, None, point.unit, "currency_mismatch", period=point.period)
        for point in points
    )
    return Series(wanted, company, unit, same, note=note, steps=tuple(steps))


def series_of_table(wanted: WantedSeries, table: Statement | RatioTable) -> Series:
    """A line's figures by period end, share figures in today's shares; without points if the industry has no such line."""
    line = next((each for each in table.lines if each.line == wanted.measure.name), None)
    if line is None:
        reason = "not_for_industry" if table.periods else "not_reported"
        return Series(wanted, table.company, None, (), reason)
    points = [
        SeriesPoint(
            period.end, period.label, figure.comparable, figure.unit, figure.reason, figure.known_on, period,
            tuple(dict.fromkeys(fact.accession for fact in figure.facts)),
        )
        for period, figure in zip(table.periods, line.figures, strict=True)
    ]  # fmt: skip
    return in_one_unit(wanted, table.company, points)


def series_of_valuations(wanted: WantedSeries, history: ValuationHistory) -> Series:
    """A valuation measure by the days of its history, each as known on its own day."""
    figures = [(each.day, each.figure(wanted.measure.name)) for each in history.points]
    points = [
        SeriesPoint(
            day, "", figure.value, figure.unit, figure.reason, day if figure.value is not None else None, None,
            tuple(dict.fromkeys(fact.accession for fact in figure.facts)),
        )
        for day, figure in figures
    ]  # fmt: skip
    return in_one_unit(wanted, history.company, points)


def sampled(series: Series, sampling: Sampling) -> Series:
    """A price series with the last point of each week or month; the same series for `DAILY`."""
    if sampling is Sampling.DAILY:
        return series
    groups: dict[tuple[int, int], SeriesPoint] = {}
    for point in series.points:
        by_week = point.day.isocalendar()[:2]
        groups[by_week if sampling is Sampling.WEEKLY else (point.day.year, point.day.month)] = point
    return _with_points(series, groups.values())


def since(series: Series, first: date | None) -> Series:
    """The series from a day on; None: all of it."""
    return series if first is None else _with_points(series, (point for point in series.points if point.day >= first))


def series_of_closes(wanted: WantedSeries, company: Company, prices: PriceSeries | None, splits: Iterable[Split]) -> Series:
    """Daily closes of the company's first share class, in US dollars: adjusted ones where every day has one.

    Closes as traded name the days on which they show one of the `splits`, or may show one.
    """
    if prices is None or not prices.bars:
        return Series(wanted, company, None, (), "not_listed" if prices is None else "no_price")
    is_adjusted = all(bar.adjusted_close is not None for bar in prices.bars)
    closes = [bar.adjusted_close if is_adjusted and bar.adjusted_close is not None else bar.close for bar in prices.bars]
    points = [
        SeriesPoint(bar.traded_on, "", close, "USD/shares", None, bar.traded_on)
        for bar, close in zip(prices.bars, closes, strict=True)
    ]
    basis = "adjusted for splits and dividends" if is_adjusted else "as traded: a split makes a step"
    steps = () if is_adjusted else days_of_steps(prices.bars, tuple(splits))
    return in_one_unit(wanted, company, points, note=f"Closes {basis}. {prices.notice}", steps=steps)


def _with_points(series: Series, points: Iterable[SeriesPoint]) -> Series:
    return replace(series, points=tuple(points))
