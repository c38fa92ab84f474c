"""What a company calls its fiscal years: learned from the labels that its own annual and quarterly reports state.

Retailers name a year by the calendar year in which most of it lies: the one to 2024-01-28 is The Home Depot's fiscal 2023,
and NVIDIA's fiscal 2024. Only the company can say, and it does on the cover of each report (`dei:DocumentFiscalYearFocus`,
the `fy` of companyfacts). Single labels are wrong now and then, so years are never named one by one: the reports of one year
end decide together by how much the company's labels differ from the calendar year, and that holds for all its years.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

_DAYS_A_YEAR = 365.25
_DAYS_A_MONTH = _DAYS_A_YEAR / 12
# Years of 52 and 53 weeks move their end within a week; the end that a quarterly report implies can be three weeks off
# (Costco's year has quarters of 12, 12, 12 and 16 weeks). A company that moves its year end moves it by a month or more.
SAME_YEAR_END = 21
# A label further from the calendar year than this is a typing error: no company is two years ahead or behind.
_MOST_APART = 1

# Months from the end of a fiscal period to the end of its year, by the SEC's codes (`dei:DocumentFiscalPeriodFocus`).
_MONTHS_LEFT = {
    "FY": 0, "Q4": 0, "H2": 0, "T3": 0, "Q3": 3, "M9": 3, "T2": 4, "Q2": 6, "H1": 6, "T1": 8, "Q1": 9,
}  # fmt: skip


def fiscal_year_of(end: date) -> int:
    """The calendar year that a fiscal year which ends on this day is named by, unless its company says otherwise.

    A 52/53-week year that ends in the first seven days of January belongs to the year that has just ended: it is the one
    that ends on the weekday nearest to 31 December. So a year to 2025-01-26 is fiscal 2025, one to 2021-01-02 fiscal 2020.
    """
    return (end - timedelta(days=7)).year


def months_left(fiscal_period: str, *, is_annual: bool) -> int | None:
    """Months from the end of a report's own period to the end of its fiscal year.

    None where the code of the period does not fit the report, as `FY` on a quarterly one.
    """
    if is_annual:
        return 0
    return _MONTHS_LEFT.get(fiscal_period.upper()) or None


class StatedYear(NamedTuple):
    """The fiscal year to which one report says that its own period belongs.

    `period_end` is the last day of that period, `months_left` how long the fiscal year goes on after it: 0 for an annual
    report.
    """

    accession: str
    period_end: date
    fiscal_year: int
    months_left: int
    filed_on: date

    @property
    def year_end(self) -> date:
        """The day on or about which that fiscal year ends."""
        return self.period_end + timedelta(days=round(self.months_left * _DAYS_A_MONTH))


class YearOffset(NamedTuple):
    """From the day `known_from` on, fiscal years that end about the day of `year_end` are named `years` after the rule.

    The rule is `fiscal_year_of`; `year_end` is that day in any year. -1 names the year to 2024-01-28 fiscal 2023.
    """

    year_end: date
    known_from: date
    years: int


class YearLabels:
    """Names fiscal years as the company does, by its offsets as known on a day; without any, by `fiscal_year_of`."""

    def __init__(self, offsets: Iterable[YearOffset] = ()) -> None:
        in_order = sorted(offsets, key=attrgetter("known_from"))
        self._years = {offset.year_end: offset.years for offset in in_order}

    def of(self, end: date) -> int:
        """The label of the fiscal year that ends on or about this day."""
        nearest = _nearest(self._years, end)
        return fiscal_year_of(end) + (self._years[nearest] if nearest is not None else 0)


def year_offsets(stated: Iterable[StatedYear]) -> list[YearOffset]:
    """By how much a company's labels differ from the rule, from each day on which its reports made it so; oldest first.

    Nothing is said of a year end as long as the reports state what the rule gives. Each entry follows from reports filed by
    its day alone, and the order in which they are given does not matter.
    """
    votes: dict[date, _Votes] = {}
    results = []
    for day, filed in groupby(sorted(stated, key=attrgetter("filed_on", "accession")), key=attrgetter("filed_on")):
        for each in filed:
            nearest = _nearest(votes, each.year_end)
            if nearest is None and votes and each.months_left:
                continue  # a quarter mistaken for another one implies a year end that is none (Under Armour, March 2020)
            votes.setdefault(each.year_end if nearest is None else nearest, _Votes()).add(each)
        for year_end, own in votes.items():
            if (years := own.decided()) != own.last:
                own.last = years
                results.append(YearOffset(year_end, day, years))
    return results


class _Votes:
    """What the reports of one year end state, by the end of the year (annual reports) or of the period (others)."""

    def __init__(self) -> None:
        self.last = 0
        self._annual: dict[date, int] = {}
        self._interim: dict[date, int] = {}

    def add(self, stated: StatedYear) -> None:
        years = stated.fiscal_year - fiscal_year_of(stated.year_end)
        if abs(years) <= _MOST_APART:
            by_end = self._interim if stated.months_left else self._annual
            by_end[stated.period_end] = years  # of two reports on one period the later filed counts

    def decided(self) -> int:
        """The newest two annual labels if they agree, else what most state; quarterly ones where there is no other.

        Two in a row outweigh older ones, because a company may come to count otherwise: Walmart's reports until 2014 state
        the year in which each began, and all later ones the year in which it ends.
        """
        by_end = self._annual or self._interim
        newest_first = [by_end[end] for end in sorted(by_end, reverse=True)]
        if not newest_first or newest_first[0] in newest_first[1:2]:
            return newest_first[0] if newest_first else 0
        counts = Counter(newest_first)
        return max(counts, key=lambda years: (counts[years], -newest_first.index(years)))


def _nearest(year_ends: Mapping[date, object], end: date) -> date | None:
    near = min(year_ends, key=lambda known: (_days_apart(known, end), known), default=None)
    return near if near is not None and _days_apart(near, end) <= SAME_YEAR_END else None


def _days_apart(one: date, other: date) -> float:
    """Days between two days of the calendar, whatever their years."""
    days = abs((one - other).days) % _DAYS_A_YEAR
    return min(days, _DAYS_A_YEAR - days)
