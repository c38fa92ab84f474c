"""The share basis of a close: splits between the filing of a share count and the day of a price.

A count is on the share basis of its filing date: a report after a split restates for it (SEC Staff Accounting Bulletin Topic
4.C). A close is on the share basis of its own day. If a proven split lies between, the count is multiplied by it. Proof is a
source's adjusted closes, or closes that fall by the ratio that filings state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import prod

from workbench.domain.facts.splits import Split, nearest_ratio
from workbench.domain.market.prices import FRESH, DailyBar

# How far bars must reach back before the filing date of a count, to show a split that the filing restates for.
BARS_BEFORE = timedelta(days=200)

# A quarterly dividend changes a source's adjusted closes by less than this; a larger step is a split or unknown.
_DIVIDEND_RATIO = Decimal("0.04")
# Closes have cents and adjusted closes at least four digits, so their split ratio is exact to this.
_SPLIT_TOLERANCE = Decimal("0.005")
# The most by which the market moves unadjusted closes on the day of a split, beside the split.
_MARKET_RATIO = Decimal("0.12")
# A larger daily move of unadjusted closes may be a split: the smallest usual split, 5 for 4, is a fall of 20 %, the smallest
# reverse split, 1 for 2, a rise of 100 %.
_FALL, _RISE = Decimal("0.82"), Decimal("1.6")


@dataclass(frozen=True, slots=True)
class Step:
    """A split by the closes of a source: from `traded_on` a share is `ratio` of the new ones."""

    traded_on: date
    ratio: Fraction

    @property
    def label(self) -> str:
        """As in `4 for 1 on 2020-08-31`."""
        return f"{self.ratio.numerator} for {self.ratio.denominator} on {self.traded_on}"


def steps_between(bars: Sequence[DailyBar], after: date, until: date, splits: Sequence[Split]) -> tuple[Step, ...] | None:
    """The splits on days after `after`, up to `until`; None where one may lie among these bars of one source unproven.

    `splits` are those that filings prove. So is None what the bars do not cover: a first one after `after`, a gap.
    """
    window = [bar for bar in bars if bar.traded_on <= until]
    if after >= until:
        return ()
    if not window or window[0].traded_on > after:
        return None
    results = []
    for before, bar in pairwise(window):
        if bar.traded_on <= after:
            continue
        ratio = _step(before, bar, splits)
        if ratio is None:
            return None
        if ratio != 1:
            results.append(Step(bar.traded_on, ratio))
    return tuple(results)


def days_of_steps(bars: Sequence[DailyBar], splits: Sequence[Split]) -> list[date]:
    """The days on which the closes of these bars show a split, or may show one: no other day changes the share basis."""
    return [bar.traded_on for before, bar in pairwise(bars) if _step(before, bar, splits) != 1]


def _step(before: DailyBar, bar: DailyBar, splits: Sequence[Split]) -> Fraction | None:
    """The split between two bars, 1 for none; None where one may lie there unproven."""
    has_adjusted = before.adjusted_close is not None and bar.adjusted_close is not None
    return _by_adjustment(before, bar) if has_adjusted else _by_fall(before, bar, splits)


def _by_adjustment(before: DailyBar, bar: DailyBar) -> Fraction | None:
    """The split that a source has taken out of its adjusted closes, 1 for none; None for another step than a dividend."""
    if not (before.adjusted_close and bar.adjusted_close and bar.close and before.close):
        return None
    times = (before.close / bar.close) / (before.adjusted_close / bar.adjusted_close)
    if abs(times - 1) <= _DIVIDEND_RATIO:
        return Fraction(1)
    ratio = nearest_ratio(times)
    return ratio if abs(times * ratio.denominator / ratio.numerator - 1) <= _SPLIT_TOLERANCE else None


def _by_fall(before: DailyBar, bar: DailyBar, splits: Sequence[Split]) -> Fraction | None:
    """The same by closes as traded: a move that fits a split which filings prove; None for a large one that fits none."""
    if not before.close or bar.traded_on - before.traded_on > FRESH:
        return None
    move = bar.close / before.close
    if _FALL < move < _RISE:
        return Fraction(1)
    for split in splits:
        times = Decimal(split.ratio.numerator) / split.ratio.denominator
        if bar.traded_on <= split.first_filed_on and abs(move * times - 1) <= _MARKET_RATIO:
            return split.ratio
    return None


def splits_to_price(
    counted_on: date, filed_on: date, bars: Sequence[DailyBar], splits: Sequence[Split]
) -> tuple[Step, ...] | None:
    """The splits by which a count must be multiplied to be in the shares of the last bar; None where that is not known.

    The count is of `counted_on` and was filed on `filed_on`. A split between these two days counts as restated for when the
    filing proves it, and leaves the count in doubt otherwise; so does one that the filing proves and the closes do not show.
    """
    priced_on = bars[-1].traded_on
    proven = [split for split in splits if filed_on < split.first_filed_on]
    within = steps_between(bars, counted_on, min(filed_on, priced_on), splits)
    since = steps_between(bars, filed_on, priced_on, splits)
    if within is None or since is None:
        return None
    restated = [split for split in splits if counted_on < split.first_filed_on <= filed_on]
    if any(all(step.ratio != split.ratio for split in restated) for step in within):
        return None
    # Priced before the filing, a split that it proves must have come before the price.
    unseen = [split for split in restated if split.first_filed_on > priced_on]
    if unseen:
        earlier = steps_between(bars, bars[0].traded_on, priced_on, splits)
        if earlier is None or any(all(step.ratio != split.ratio for step in earlier) for split in unseen):
            return None
    if proven and product(since) != prod((split.ratio for split in proven), start=Fraction(1)):
        return None
    return since


def product(steps: Sequence[Step]) -> Fraction:
    """New shares for one old one over all of these splits."""
    return prod((step.ratio for step in steps), start=Fraction(1))
