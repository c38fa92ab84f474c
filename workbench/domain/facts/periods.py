"""Fiscal periods: the only module that decides the lengths of periods.

A fiscal year is the period that a company's own annual reports cover, not the stated year end. What a company calls that year
is decided in `fiscal_years`, for the company as a whole: the `fy` of a filing describes the filing and all that it repeats of
earlier years. Everything here works on calendar days, both ends included.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import takewhile
from operator import itemgetter
from typing import NamedTuple

from workbench.domain.facts.fiscal_years import YearLabels

_DAY = timedelta(days=1)


class Length(StrEnum):
    """The length of a reported period, in terms of a fiscal calendar."""

    QUARTER = "quarter"
    TRIMESTER = "trimester"
    HALF = "half"
    EIGHT_MONTHS = "eight_months"
    NINE_MONTHS = "nine_months"
    YEAR = "year"
    OTHER = "other"


# Days, both ends counted. A quarter is 12 weeks (Costco's first three) to 17 (its last in a 53-week year); a half 24 to 28
# weeks; "nine months" 36 (Costco) to 40 weeks; a year 52 or 53 weeks or 365 or 366 days. A trimester is four calendar months:
# 120 to 123 days, a day more than 17 weeks. A few days of slack for calendar months; the ranges do not overlap, so a period
# has one length.
_LENGTHS: tuple[tuple[Length, int, int], ...] = (
    (Length.QUARTER, 80, 119),
    (Length.TRIMESTER, 120, 124),
    (Length.HALF, 164, 200),
    (Length.EIGHT_MONTHS, 240, 247),
    (Length.NINE_MONTHS, 248, 288),
    (Length.YEAR, 350, 380),
)
_LENGTH_BY_DAYS = {days: length for length, least, most in _LENGTHS for days in range(least, most + 1)}
_OTHER = Length.OTHER

# Days from one period's last to the same period's a year later, counted as in a year of its own, without the slack of months.
YEAR_APART = range(358, 377)
# Two filings of one company may date the same period's first day differently (a 52/53-week year and its calendar twin).
_SLACK = timedelta(days=7)
# Annual periods that overlap by more than this are two versions of one year, not neighbours with a wrong date.
_OVERLAP_DAYS = 14
# One stray fact is no evidence of a period: a report shows at least net income and another anchor.
_LEAST_SUPPORT = 2


def days_of(start: date, end: date) -> int:
    """Days from `start` to `end`, both counted."""
    return (end - start).days + 1


def length_of(start: date, end: date) -> Length:
    """The length of a period; OTHER if no fiscal calendar has it (a stub, two years, a month)."""
    return _LENGTH_BY_DAYS.get((end - start).days + 1, _OTHER)


def own_period_end(spans: Mapping[tuple[date, date], int], filed_on: date, *, is_annual: bool) -> date | None:
    """The last day of a report's own period: the newest that it reports, of a year's length in an annual report.

    `spans` counts its facts by first and last day. A period with a single fact is none, and so is one that ends after the
    filing (an outlook or a mistyped date). None if the report covers no such period.
    """
    ends = (
        end
        for (start, end), facts in spans.items()
        if facts >= _LEAST_SUPPORT
        and end <= filed_on
        and (length := length_of(start, end)) is not _OTHER
        and (length is Length.YEAR or not is_annual)
    )
    return max(ends, default=None)


class FiscalPeriod(NamedTuple):
    """A fiscal year (`quarter` None), an interim period of one, or the twelve months up to the end of either (`is_trailing`).

    Interim periods are discrete quarters or, of companies that report less often, trimesters or half-years: `months` says
    which, and `quarter` counts periods of that length from 1. So the second half-year has `quarter` 2 and `months` 6.
    `year_start` is the first day of its fiscal year. A transition period, between an old and a new year end, counts its
    quarters from 1 and is labelled as a fiscal year that ends with it. Trailing quarters are labelled by the last one.
    """

    start: date
    end: date
    fiscal_year: int
    quarter: int | None
    year_start: date
    is_transition: bool = False
    is_trailing: bool = False
    months: int = 3

    @property
    def elapsed_months(self) -> int:
        """Months from the first day of the fiscal year to the end of an interim period; 12 for a year."""
        return 12 if self.quarter is None else self.quarter * self.months


class Evidence(NamedTuple):
    """One anchor figure (net income, operating cash flow and the like) reported for a period; an instant has no `start`.

    `is_annual` and `is_interim` say whether an annual or a quarterly report carries it, `is_transition` whether the annual
    report of a transition period does, between an old and a new year end.
    """

    start: date | None
    end: date
    is_annual: bool
    is_interim: bool
    unit: str = "USD"
    is_transition: bool = False


@dataclass(frozen=True, slots=True)
class FiscalCalendar:
    """The fiscal years and interim periods a company has reported, oldest first, none overlapping another of its kind.

    `quarters` are quarters, trimesters or half-years. `trailing` are the twelve months up to the end of each of them that
    others precede without a gap; then the fiscal years that end after the last of those, which are twelve months as well.
    """

    years: tuple[FiscalPeriod, ...]
    quarters: tuple[FiscalPeriod, ...]
    trailing: tuple[FiscalPeriod, ...] = ()

    @classmethod
    def observed(cls, evidence: Iterable[Evidence], names: YearLabels | None = None) -> FiscalCalendar:
        """The calendar from a company's reports; the order of the evidence does not matter. `names` labels its years.

        If versions of a year overlap, the one with more anchors wins, then the later one. Periods with one anchor, or with a
        length that no fiscal calendar has, are dropped.
        """
        reported = [
            (start, end, is_annual, is_transition)
            for start, end, is_annual, is_interim, _, is_transition in evidence
            if start is not None and (is_annual or is_interim)
        ]
        interim = Counter([(start, end) for start, end, *_ in reported])
        annual = Counter([(start, end) for start, end, is_annual, _ in reported if is_annual])
        between = Counter([(start, end) for start, end, _, is_transition in reported if is_transition])
        spans = _without_overlaps({span: n for span, n in annual.items() if length_of(*span) is Length.YEAR})
        supported = _Support(
            {span: n for span, n in interim.items() if n >= _LEAST_SUPPORT},
            {span for span, n in between.items() if n >= _LEAST_SUPPORT and length_of(*span) is not Length.YEAR},
        )
        names = names or YearLabels()
        labels = _labels(spans, names)
        years = tuple(FiscalPeriod(start, end, labels[start], None, start) for start, end in spans)
        quarters = tuple(_all_quarters(spans, labels, supported, names) if spans else _before_the_first_year(supported, names))
        return cls(years, quarters, tuple(_trailing(years, quarters)))

    @property
    def cadence(self) -> int | None:
        """Months of the interim periods that the company reports; None if it has reported none since its newest year began."""
        if not self.quarters or (self.years and self.quarters[-1].end < self.years[-1].start):
            return None
        return self.quarters[-1].months

    def quarters_of(self, trailing: FiscalPeriod) -> tuple[FiscalPeriod, ...]:
        """The interim periods of a trailing period, oldest first."""
        return tuple(quarter for quarter in self.quarters if trailing.start <= quarter.start and quarter.end <= trailing.end)

    def year_before(self, period: FiscalPeriod) -> FiscalPeriod | None:
        """The period of the same kind that ends a year (52 or 53 weeks, twelve months) earlier, or None."""
        kind = self.trailing if period.is_trailing else self.quarters if period.quarter is not None else self.years
        length = length_of(period.start, period.end)
        for earlier in kind:
            apart = (period.end - earlier.end).days + 1
            if apart in YEAR_APART and length_of(earlier.start, earlier.end) is length:
                return earlier
        return None


def _trailing(years: Sequence[FiscalPeriod], quarters: Sequence[FiscalPeriod]) -> Iterable[FiscalPeriod]:
    last = None
    for position, quarter in enumerate(quarters):
        twelve = [quarter]
        for before in reversed(quarters[:position]):
            if sum(each.months for each in twelve) >= 12 or twelve[-1].start - before.end != _DAY:
                break
            twelve.append(before)
        is_year = length_of(twelve[-1].start, quarter.end) is Length.YEAR
        if is_year and sum(each.months for each in twelve) == 12:
            last = quarter.end
            yield quarter._replace(start=twelve[-1].start, is_trailing=True)
    yield from (year._replace(is_trailing=True) for year in years if last is None or year.end > last)


_Span = tuple[date, date]


# Year-to-dates that begin where a fiscal year begins, and periods that do only when they are its first.
_BEYOND_A_QUARTER = (Length.HALF, Length.EIGHT_MONTHS, Length.NINE_MONTHS)
_SHORTEST = (Length.QUARTER, Length.TRIMESTER)


class _Support(dict[_Span, int]):
    """Periods, ascending, with the number of anchors for each; `transitions` are those of reports on transition periods."""

    def __init__(self, counts: Mapping[_Span, int], transitions: Iterable[_Span] = ()) -> None:
        super().__init__(sorted(counts.items()))
        self._spans = list(self)
        self.transitions = sorted(transitions)

    def within(self, first: date, last: date) -> dict[_Span, int]:
        """The periods that begin on or after `first` and end on or before `last`."""
        later = self._spans[bisect_left(self._spans, first, key=itemgetter(0)) :]
        return {span: self[span] for span in takewhile(lambda span: span[0] <= last, later) if span[1] <= last}


def _without_overlaps(support: Mapping[_Span, int]) -> list[_Span]:
    chosen: list[_Span] = []
    for span in sorted(support, key=lambda span: (support[span], span), reverse=True):
        if support[span] >= _LEAST_SUPPORT and all(_shared_days(span, other) <= _OVERLAP_DAYS for other in chosen):
            chosen.append(span)
    return sorted(chosen)


def _shared_days(one: _Span, other: _Span) -> int:
    return max(0, days_of(max(one[0], other[0]), min(one[1], other[1])))


def _labels(years: Sequence[_Span], names: YearLabels) -> dict[date, int]:
    """The label of each year by its first day; labels are unique, even if years end before and after a date in January."""
    labels: dict[date, int] = {}
    later = None
    for start, end in reversed(years):
        own = names.of(end)
        later = labels[start] = own if later is None else min(own, later - 1)
    return labels


def _all_quarters(
    years: Sequence[_Span], labels: dict[date, int], support: _Support, names: YearLabels
) -> Iterable[FiscalPeriod]:
    """Quarters of each year, of transition periods between years, and of the current year."""
    for position, (start, end) in enumerate(years):
        if position and (start - years[position - 1][1]).days > _OVERLAP_DAYS:
            yield from _transition(years[position - 1][1] + _DAY, start - _DAY, support, names)
        yield from _quarters(start, end, labels[start], support)
    if years:
        yield from _running(years[-1][1] + _DAY, support, names)


def _before_the_first_year(support: _Support, names: YearLabels) -> Iterable[FiscalPeriod]:
    """Quarters of a company without an annual report so far, and of the comparative year in its reports.

    A year begins where its year-to-dates begin. If none is longer than a quarter, only first quarters were reported, since a
    report of a later quarter also gives the year to date.
    """
    firsts = {s for s, e in support if length_of(s, e) in _BEYOND_A_QUARTER}
    starts: list[date] = []
    for start in sorted(firsts or {s for s, e in support if length_of(s, e) in _SHORTEST}, reverse=True):
        if not starts or days_of(start, starts[-1]) > YEAR_APART[0] - _SLACK.days:
            starts.append(start)
    for start in reversed(starts):
        yield from _quarters(start, None, names.of(start + timedelta(days=364)), support)


def _running(start: date, support: _Support, names: YearLabels) -> Iterable[FiscalPeriod]:
    """Quarters of the current year: from the day after the last year or, with a new year end, from its new start."""
    closed = [e for s, e in support.transitions if abs(s - start) <= _SLACK]
    if closed:
        yield from _transition(start, max(closed), support, names)
        start = max(closed) + _DAY
    later = [s for s, e in support if s > start + _SLACK and length_of(s, e) in _BEYOND_A_QUARTER]
    if later and not any(abs(s - start) <= _SLACK and length_of(s, e) in _BEYOND_A_QUARTER for s, e in support):
        yield from _transition(start, min(later) - _DAY, support, names)
        start = min(later)
    yield from _quarters(start, None, names.of(start + timedelta(days=364)), support)


def _transition(start: date, end: date, support: _Support, names: YearLabels) -> Iterable[FiscalPeriod]:
    if length_of(start, end) is Length.YEAR:  # no annual report here, but an ordinary year
        yield from _quarters(start, end, names.of(end), support)
        return
    for quarter in _quarters(start, None, names.of(end), support):
        if quarter.end <= end:
            yield quarter._replace(is_transition=True)


class _Cadence(NamedTuple):
    """How often a company reports: the months of a period, its length, and that of the year to date after each."""

    months: int
    length: Length
    to_date: tuple[Length, ...]


_CADENCES = (
    _Cadence(3, Length.QUARTER, (Length.QUARTER, Length.HALF, Length.NINE_MONTHS)),
    _Cadence(4, Length.TRIMESTER, (Length.TRIMESTER, Length.EIGHT_MONTHS)),
    _Cadence(6, Length.HALF, (Length.HALF,)),
)
_HALVES = _CADENCES[-1]


def _quarters(start: date, end: date | None, fiscal_year: int, support: _Support) -> Iterable[FiscalPeriod]:
    """Interim periods of one fiscal year: quarters, else trimesters, else half-years.

    A company that reports half-years after two quarters gives the second half of that year all the same.
    """
    inside = support.within(start - _SLACK, end or start + timedelta(days=380))
    fiscal_periods: list[FiscalPeriod] = []
    for cadence in _CADENCES:
        ends = _ends(start, end, cadence, inside)
        for number, last in sorted(ends.items()):
            first = start if number == 1 else _first_day(last, ends.get(number - 1), cadence, inside)
            if first is not None:
                fiscal_periods.append(FiscalPeriod(first, last, fiscal_year, number, start, months=cadence.months))
        if fiscal_periods:
            break
    yield from fiscal_periods
    if end is not None and fiscal_periods and fiscal_periods[-1].elapsed_months == _HALVES.months:
        second = fiscal_periods[-1].end + _DAY
        if fiscal_periods[-1].months != _HALVES.months and length_of(second, end) is _HALVES.length:
            yield FiscalPeriod(second, end, fiscal_year, 2, start, months=_HALVES.months)


def _ends(start: date, end: date | None, cadence: _Cadence, inside: Mapping[_Span, int]) -> dict[int, date]:
    """The last days of a year's periods by their number, from its year-to-dates and from periods of one such length."""
    ends: dict[int, date] = {}
    for number, length in enumerate(cadence.to_date, start=1):
        begins = {start} | ({ends[number - 1] + _DAY} if number - 1 in ends else set())
        result = Counter[date]()
        for (s, e), n in inside.items():
            if any(abs(s - begin) <= _SLACK for begin in begins):
                wanted = length if abs(s - start) <= _SLACK else cadence.length
                if length_of(s, e) is wanted:
                    result[e] += n
        if result:
            ends[number] = max(result, key=lambda day: (result[day], day))
    if end is not None:
        ends[len(cadence.to_date) + 1] = end
    return ends


def _first_day(last: date, before: date | None, cadence: _Cadence, inside: Mapping[_Span, int]) -> date | None:
    """The first day of a later period of the year that ends on `last`; `before` is the end of the one before it, if known."""
    if before is not None:
        first = before + _DAY
        return first if length_of(first, last) is cadence.length else None
    own = [s for s, e in inside if e == last and length_of(s, e) is cadence.length]
    return max(own, key=lambda day: (inside[day, last], day)) if own else None


def same_start(one: date, other: date) -> bool:
    """Whether two first days of a period with one end mean the same period."""
    return abs(one - other) <= _SLACK
