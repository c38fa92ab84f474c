"""Daily prices of one listed share class, from one source at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from workbench.domain.identity import Ticker

# Sources whose newest bars lie within a week of each other are equally recent: weekends, holidays and a vendor's delay.
_EQUALLY_RECENT = timedelta(days=7)

# Six places keep a cent of a share that has been split a thousandfold.
_ADJUSTED_PLACES = Decimal("0.000001")

SOURCE_NOTES = {
    "bokeh-sampledata": "sample data of the bokeh-sampledata package, 2000 to 2013, for trying the workbench",
    "workbench-sample": "invented for the sample company, for trying the workbench",
    "alpha-vantage": "Alpha Vantage, as traded",
    "alpha-vantage-adjusted": "Alpha Vantage, with closes adjusted for splits and dividends",
}

# Sources whose `close` is the traded price, not adjusted for splits. For other sources this is unknown.
CLOSES_AS_TRADED = frozenset(SOURCE_NOTES)

# The longest closure of the New York Stock Exchange since 1933 lasted from 2001-09-10 to 2001-09-17: a close that is older
# than this is not the last one.
FRESH = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DailyBar:
    """One trading day in US dollars a share as the source gives it; `adjusted_close` as adjusted on the day it was fetched."""

    ticker: Ticker
    traded_on: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume_shares: int
    adjusted_close: Decimal | None
    source: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """The bars of one source for a ticker within a window: first and last trading day and their number."""

    source: str
    first_on: date
    last_on: date
    bars: int


@dataclass(frozen=True, slots=True)
class PriceSeries:
    """Bars of one ticker from one source, oldest first; `others` are sources that were not used: sources are never joined.

    `source` is None exactly when there are no bars.
    """

    ticker: Ticker
    as_of: date | None
    source: str | None
    bars: tuple[DailyBar, ...]
    others: tuple[Coverage, ...] = ()

    @property
    def notice(self) -> str:
        """A note for the reader: the source, its first and last day, and the sources that were not used."""
        if not self.bars:
            return f"No prices are stored for {self.ticker}."
        note = SOURCE_NOTES.get(self.source or "", self.source)
        text = f"Prices from {self.bars[0].traded_on} to {self.bars[-1].traded_on}: {note}."
        if self.others:
            apart = ", ".join(f"{each.source} ({each.first_on} to {each.last_on})" for each in self.others)
            text += f" Not joined with: {apart}."
        return text


def preferred_source(coverages: Iterable[Coverage]) -> Coverage | None:
    """The source to use if several have prices: the most recent; among equally recent ones the one with most bars.

    Sources are equally recent if their last bars lie within seven days of the newest. Ties go to the later last bar, then
    to the name. Two sources are never joined, because each adjusts for splits and dividends in its own way and on its own
    day: the step between them would look like a return. None without any coverage.
    """
    known = list(coverages)
    if not known:
        return None
    newest = max(each.last_on for each in known)
    recent = [each for each in known if newest - each.last_on <= _EQUALLY_RECENT]
    return min(recent, key=lambda each: (-each.bars, -each.last_on.toordinal(), each.source))


def continues(stored: Iterable[DailyBar], newer: Iterable[DailyBar]) -> bool:
    """Whether newer bars of one source can be added to the stored ones: they share days with equal adjusted closes.

    Without a shared day, days may be missing in between. If adjusted closes differ, the source has since adjusted earlier days
    for a split or dividend, and the stored bars have a different basis.
    """
    known = {bar.traded_on: bar.adjusted_close for bar in stored}
    shared = [(known[bar.traded_on], bar.adjusted_close) for bar in newer if bar.traded_on in known]
    return bool(shared) and all(before == after for before, after in shared)


def adjusted_as_of_last(bars: Sequence[DailyBar]) -> tuple[DailyBar, ...]:
    """The same bars with closes adjusted only for splits and dividends up to the last bar.

    A source's adjusted close reflects every later action, also those after the last bar. The ratio of adjusted to raw close on
    the last bar is exactly the product of those later adjustments, so dividing by it removes them: the last adjusted close
    equals its raw close. Bars without an adjusted close stay so; if the last one has none, later adjustments are unknown, and
    all bars lose theirs. Rounded to six places.
    """
    if not bars or bars[-1].adjusted_close is None:
        return tuple(replace(bar, adjusted_close=None) for bar in bars)
    last, last_adjusted = bars[-1].close, bars[-1].adjusted_close
    return tuple(
        bar
        if bar.adjusted_close is None
        else replace(bar, adjusted_close=(bar.adjusted_close * last / last_adjusted).quantize(_ADJUSTED_PLACES))
        for bar in bars
    )
