"""A screen at the ends of past months: which companies passed, which came and went, and what they returned until the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from workbench.domain.identity import Cik
from workbench.domain.market.prices import FRESH, DailyBar
from workbench.domain.measures.screens import Screen
from workbench.domain.measures.share_basis import days_of_steps

MOST_MONTHS = 60
_PLACES = 2


@dataclass(frozen=True, slots=True)
class ScreenMembers:
    """The companies that pass a screen, and those of which it cannot be said; all others do not pass."""

    passing: frozenset[Cik]
    undecided: frozenset[Cik] = frozenset()


@dataclass(frozen=True, slots=True)
class ScreenMonth:
    """A screen as known at the end of one month.

    `entered` and `left` compare with the month before; both are empty for the first month. A company that cannot be evaluated
    has not left. `return_pct` is the equal-weighted mean, in per cent, of the returns of the `priced` companies until
    `until`, the next month end; None for the last month and without prices.
    """

    day: date
    members: ScreenMembers
    entered: frozenset[Cik]
    left: frozenset[Cik]
    until: date | None
    return_pct: Decimal | None
    priced: int


@dataclass(frozen=True, slots=True)
class ScreenHistory:
    """The months of a screen, oldest first, each by what was known at its end."""

    screen: Screen
    months: tuple[ScreenMonth, ...]

    @property
    def compounded_pct(self) -> Decimal | None:
        """The monthly returns one after another, in per cent; None if a month but the last has none."""
        product = Decimal(1)
        for month in self.months[:-1]:
            if month.return_pct is None:
                return None
            product *= 1 + month.return_pct / 100
        return round((product - 1) * 100, _PLACES) if len(self.months) > 1 else None


def history_of(
    screen: Screen, days: Sequence[date], members: Sequence[ScreenMembers], bars: Mapping[Cik, Sequence[DailyBar]]
) -> ScreenHistory:
    """The history from the members at each day, ascending, and the daily bars of each company, from one source each."""
    months = []
    ends: list[date | None] = [*days[1:], None]
    before: ScreenMembers | None = None
    for day, until, own in zip(days, ends, members, strict=True):
        entered, left = changes(before, own) if before is not None else (frozenset[Cik](), frozenset[Cik]())
        returns = [
            value
            for cik in sorted(own.passing)
            if until is not None and (value := total_return_pct(bars.get(cik, ()), day, until)) is not None
        ]
        mean = round(sum(returns, Decimal(0)) / len(returns), _PLACES) if returns else None
        months.append(ScreenMonth(day, own, entered, left, until, mean, len(returns)))
        before = own
    return ScreenHistory(screen, tuple(months))


def changes(before: ScreenMembers, after: ScreenMembers) -> tuple[frozenset[Cik], frozenset[Cik]]:
    """The companies that entered and those that left: one that cannot be evaluated has done neither."""
    known = before.passing | before.undecided
    return after.passing - known, before.passing - after.passing - after.undecided


def total_return_pct(bars: Sequence[DailyBar], first: date, last: date) -> Decimal | None:
    """The return from the last close by `first` to the last close by `last`, in per cent; None where either is not known.

    Adjusted closes where both have one: with dividends. Closes as traded otherwise, unless a split may lie between them.
    """
    window = [bar for bar in bars if first - FRESH <= bar.traded_on <= last]
    starts = [bar for bar in window if bar.traded_on <= first]
    if not starts or last - window[-1].traded_on > FRESH:
        return None
    held = [starts[-1], *(bar for bar in window if bar.traded_on > first)]
    if any(later.traded_on - bar.traded_on > FRESH for bar, later in pairwise(held)):
        return None
    start, end = held[0], held[-1]
    if start.adjusted_close and end.adjusted_close:
        return (end.adjusted_close / start.adjusted_close - 1) * 100
    if not start.close or days_of_steps(held, ()):
        return None
    return (end.close / start.close - 1) * 100
