"""Bars of a week or a month, made of daily ones."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from workbench.domain.market.prices import DailyBar


class Interval(StrEnum):
    """Weeks begin on Monday, as ISO 8601 has them; months on their first day."""

    WEEK = "week"
    MONTH = "month"

    def first_day(self, day: date) -> date:
        """The first day of the week or month that holds `day`.

        >>> Interval.WEEK.first_day(date(2024, 1, 7)), Interval.MONTH.first_day(date(2024, 1, 7))
        (datetime.date(2024, 1, 1), datetime.date(2024, 1, 1))
        """
        return day - timedelta(days=day.weekday()) if self is Interval.WEEK else day.replace(day=1)

    def last_day(self, day: date) -> date:
        """The last day of the week or month that holds `day`.

        >>> Interval.WEEK.last_day(date(2024, 2, 7)), Interval.MONTH.last_day(date(2024, 2, 7))
        (datetime.date(2024, 2, 11), datetime.date(2024, 2, 29))
        """
        if self is Interval.WEEK:
            return day + min(timedelta(days=6 - day.weekday()), date.max - day)  # the last week there is ends on a Friday
        return day.replace(day=monthrange(day.year, day.month)[1])


@dataclass(frozen=True, slots=True)
class PriceBar:
    """A week or month in US dollars a share, as traded: neither splits nor dividends are taken out of it."""

    starts_on: date
    last_traded_on: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume_shares: int
    trading_days: int


def combine(interval: Interval, bars: Sequence[DailyBar]) -> PriceBar:
    """One bar of the daily ones of one week or month, oldest first; at least one."""
    return PriceBar(
        interval.first_day(bars[0].traded_on),
        bars[-1].traded_on,
        bars[0].open,
        max(bar.high for bar in bars),
        min(bar.low for bar in bars),
        bars[-1].close,
        sum(bar.volume_shares for bar in bars),
        len(bars),
    )
