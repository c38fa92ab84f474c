"""How a share's price moved when a report was filed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from workbench.analysis.market.returns import LONGEST_CLOSURE, total_return
from workbench.domain.market.prices import DailyBar


@dataclass(frozen=True, slots=True)
class PriceReaction:
    """The return, as a ratio, from the close of `from_on`, the last before the filing, to that of `to_on`.

    `to_on` is the trading day after the first one of the filing: a report that comes after the close moves that one.
    """

    from_on: date
    to_on: date
    value: float


def price_reactions(bars: Sequence[DailyBar], filed_on: Iterable[date]) -> dict[date, PriceReaction]:
    """The reaction to filings of these days, by day, from adjusted closes of one source, oldest first.

    Days are left out without bars on both sides, within a week of each other, or without adjusted closes.
    """
    days = [bar.traded_on for bar in bars]
    reactions: dict[date, PriceReaction] = {}
    for day in filed_on:
        place = bisect_left(days, day)
        window = bars[place - 1 : place + 2] if place else ()
        if len(window) < 3 or window[1].traded_on - day > LONGEST_CLOSURE:
            continue
        moved = total_return(window)
        if moved.value is not None:
            reactions[day] = PriceReaction(window[0].traded_on, window[-1].traded_on, moved.value)
    return reactions
