"""Returns of daily bars: numbers a reader can recompute, and none where the days between are unknown.

Floats, as everything in `analysis` that is not reported money.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from workbench.domain.errors import InvalidRequest
from workbench.domain.market.prices import DailyBar

# The longest closure of the New York Stock Exchange since 1933 lasted from 2001-09-10 to 2001-09-17. A step of more than
# seven calendar days between two bars is therefore days that are missing, not days without trading.
LONGEST_CLOSURE = timedelta(days=7)


class ReturnKind(StrEnum):
    """`simple`: p1 / p0 - 1, adds up over holdings. `log`: ln(p1 / p0), adds up over time."""

    SIMPLE = "simple"
    LOG = "log"


class Closes(StrEnum):
    """`adjusted`: total return, splits and dividends taken out by the source. `raw`: as traded; a split looks like a loss."""

    ADJUSTED = "adjusted"
    RAW = "raw"


@dataclass(frozen=True, slots=True)
class DailyReturn:
    """The return of one trading day over the one before, as a ratio (0.01 is one percent).

    `value` is None exactly when `reason` says why: `first_bar`, `gap` (bars are missing before this day) or
    `no_adjusted_close`.
    """

    traded_on: date
    value: float | None
    reason: str | None = None


def daily_returns(
    bars: Sequence[DailyBar], *, kind: ReturnKind = ReturnKind.SIMPLE, closes: Closes = Closes.ADJUSTED
) -> list[DailyReturn]:
    """One row a bar, in the order of the bars, which must be of one ticker and source, oldest first.

    Raises InvalidRequest for bars of several tickers or sources (their step would be no return) or out of order.
    """
    _check_one_series(bars)
    rows = [DailyReturn(bars[0].traded_on, None, "first_bar")] if bars else []
    for before, bar in pairwise(bars):
        start, end = _close(before, closes), _close(bar, closes)
        if bar.traded_on - before.traded_on > LONGEST_CLOSURE:
            rows.append(DailyReturn(bar.traded_on, None, "gap"))
        elif start is None or end is None:
            rows.append(DailyReturn(bar.traded_on, None, "no_adjusted_close"))
        else:
            rows.append(DailyReturn(bar.traded_on, _return(start, end, kind)))
    return rows


def total_return(
    bars: Sequence[DailyBar], *, kind: ReturnKind = ReturnKind.SIMPLE, closes: Closes = Closes.ADJUSTED
) -> DailyReturn:
    """The return from the first bar to the last, dated on the last; refused with the reason of the first day refused.

    Raises InvalidRequest as `daily_returns` does, and for fewer than two bars.
    """
    if len(bars) < 2:
        raise InvalidRequest("a return needs at least two trading days")
    refused = next((row for row in daily_returns(bars, closes=closes)[1:] if row.reason), None)
    if refused is not None:
        return DailyReturn(bars[-1].traded_on, None, refused.reason)
    start, end = _close(bars[0], closes), _close(bars[-1], closes)
    if start is None or end is None:  # unreachable after the check above; for the type checker
        return DailyReturn(bars[-1].traded_on, None, "no_adjusted_close")
    return DailyReturn(bars[-1].traded_on, _return(start, end, kind))


def _close(bar: DailyBar, closes: Closes) -> float | None:
    if closes is Closes.RAW:
        return float(bar.close)
    return None if bar.adjusted_close is None else float(bar.adjusted_close)


def _return(start: float, end: float, kind: ReturnKind) -> float:
    return math.log(end / start) if kind is ReturnKind.LOG else end / start - 1


def _check_one_series(bars: Sequence[DailyBar]) -> None:
    if len({(bar.ticker, bar.source) for bar in bars}) > 1:
        raise InvalidRequest("returns need bars of one ticker from one source: a step between two sources is no return")
    for before, bar in pairwise(bars):
        if bar.traded_on <= before.traded_on:
            raise InvalidRequest(f"bars are not in order: {bar.traded_on} comes after {before.traded_on}")
