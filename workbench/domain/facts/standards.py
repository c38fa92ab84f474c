"""Accounting standards: a column has figures of one.

A company that goes over from US GAAP to IFRS, or back, shows the years before beside its first report on the new standard
(Toyota's fiscal 2020, CRH's of 2022). Those periods have figures of both, which mean different things. The standard in which
a filing last gave the period counts, for all of its figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

# The taxonomies of the two standards; every other concept is a company's own, or of no standard (`dei`).
TAXONOMIES: Final = ("us-gaap:", "ifrs-full:")
# Every balance sheet has this total, so a filing that gives it gives the balances of the day.
BALANCE_TOTALS: Final = ("us-gaap:Assets", "ifrs-full:Assets")

# As for fiscal periods, a single flow is no evidence: a note can give one.
_LEAST_FLOWS = 2


class GivenFigure(NamedTuple):
    """That a filing gave a figure of a concept for a period; an instant has no `start`."""

    concept: str
    start: date | None
    end: date
    filed_on: date


_Period = tuple[date | None, date]


class _Given(NamedTuple):
    """The first and the last day on which filings gave a period in one standard.

    `is_of_former` says that the last of these filings gives its newest periods in another standard alone: it shows the period
    in the former one beside that.
    """

    first: date
    last: date
    is_of_former: bool


class AccountingStandards:
    """The standard of each period that a company reported; it knows none for a company that always used the same."""

    def __init__(self, given: Iterable[GivenFigure]) -> None:
        days: defaultdict[str, defaultdict[_Period, defaultdict[str, list[date]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(list))
        )
        newest: defaultdict[date, dict[str, date]] = defaultdict(dict)
        for each in given:
            standard = standard_of(each.concept)
            days[standard][each.start, each.end][each.concept].append(each.filed_on)
            newest[each.filed_on][standard] = max(each.end, newest[each.filed_on].get(standard, date.min))
        self._given: defaultdict[_Period, dict[str, _Given]] = defaultdict(dict)
        for standard in days.keys() & set(TAXONOMIES) if len(days) > 1 else ():
            for period, concepts in days[standard].items():
                filed = _first_and_last(concepts.values(), 1 if period[0] is None else _LEAST_FLOWS)
                if filed:
                    ends = newest[filed[1]]
                    is_of_former = ends.get(standard, date.min) < max(ends.values())
                    self._given[period][standard] = _Given(*filed, is_of_former)

    def __bool__(self) -> bool:
        """Whether the company has used more than one standard."""
        return bool(self._given)

    def is_of_another(self, concept: str, start: date | None, end: date, *, first_filed_on: date, last_filed_on: date) -> bool:
        """Whether a figure is of another standard than its period, and of no filing that gave the period in that standard.

        Filers under IFRS tag single lines with elements of US GAAP: those stand in the same reports. A figure of the former
        standard does so, too, where the first report on the new one shows the whole period in both.
        """
        given, own = self._given.get((start, end)), standard_of(concept)
        if not given or not own:
            return False
        standard = max(given, key=lambda each: (given[each].last, not given[each].is_of_former, each))
        if own == standard:
            return False
        period, former = given[standard], given.get(own)
        if former is not None and former.is_of_former and last_filed_on <= former.last:
            return True
        return last_filed_on < period.first or first_filed_on > period.last


def standard_of(concept: str) -> str:
    """The taxonomy of a concept's standard; empty for a concept of none."""
    return next((taxonomy for taxonomy in TAXONOMIES if concept.startswith(taxonomy)), "")


def are_of_one_standard(concepts: Iterable[str]) -> bool:
    """Whether no two concepts are of different accounting standards."""
    return len({concept[:2] for concept in concepts if concept.startswith(TAXONOMIES)}) <= 1


def _first_and_last(days: Iterable[Sequence[date]], least: int) -> tuple[date, date] | None:
    """The first and the last day by which filings have given at least so many figures; None if they never did."""
    spans = [(min(each), max(each)) for each in days]
    if len(spans) < least:
        return None
    return sorted(first for first, _ in spans)[least - 1], sorted(last for _, last in spans)[-least]
