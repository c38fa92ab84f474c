"""Price changes of shares over a number of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from workbench.domain.identity import Company, Ticker

# Prices that ended so long ago say nothing about the day they are shown on.
_STAYS_NEWS = timedelta(days=14)
# A move of this size may be a stock split if closes are unadjusted.
SPLIT_LIKE_PCT = Decimal(25)


class Span(StrEnum):
    """The distance to the earlier price: the previous trading day, or the last trading day up to so many calendar days ago."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    @property
    def days(self) -> int:
        """Calendar days back, at least."""
        return {"day": 1, "week": 7, "month": 30, "year": 365}[self.value]


@dataclass(frozen=True, slots=True)
class Mover:
    """One share class between two trading days of one source. `before` and `after` are closes, adjusted for splits and
    dividends on both days or on neither; `close` is the later one as traded.
    """

    company: Company
    ticker: Ticker
    source: str
    from_on: date
    to_on: date
    before: Decimal
    after: Decimal
    is_adjusted: bool
    close: Decimal

    @property
    def change_pct(self) -> Decimal:
        """The change in percent of the earlier close, to two digits."""
        return round((self.after / self.before - 1) * 100, 2)

    @property
    def may_be_a_split(self) -> bool:
        """Whether the change is large and the closes are unadjusted, so that it may be a split."""
        return not self.is_adjusted and abs(self.change_pct) >= SPLIT_LIKE_PCT

    def is_news_on(self, day: date) -> bool:
        """Whether the later price is of the two weeks up to this day."""
        return day - self.to_on <= _STAYS_NEWS
