"""Daily, weekly and monthly bars as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from typing_extensions import TypedDict

from workbench.analysis.answer_types import DecimalText, IsoDate
from workbench.domain.identity import Ticker
from workbench.domain.market.price_bars import Interval, PriceBar
from workbench.domain.market.prices import DailyBar, PriceSeries


class BarAnswer(TypedDict, closed=True):
    """One trading day in US dollars a share; `adjusted_close` knows the splits and dividends up to `as_of`."""

    traded_on: IsoDate
    open: DecimalText
    high: DecimalText
    low: DecimalText
    close: DecimalText
    adjusted_close: DecimalText | None
    volume_shares: int


class CoverageAnswer(TypedDict, closed=True):
    """What another source holds in the same window."""

    source: str
    first_on: IsoDate
    last_on: IsoDate
    bars: int


class PricesAnswer(TypedDict, closed=True):
    """Bars of one share class from one source, oldest first; `others` are the sources that are not used."""

    ticker: str
    as_of: IsoDate | None
    source: str | None
    notice: str
    bars: list[BarAnswer]
    others: list[CoverageAnswer]


class PriceBarAnswer(TypedDict, closed=True):
    """A week (from Monday) or a month in US dollars a share, as traded."""

    starts_on: IsoDate
    last_traded_on: IsoDate
    open: DecimalText
    high: DecimalText
    low: DecimalText
    close: DecimalText
    volume_shares: int
    trading_days: int


class PriceBarsAnswer(TypedDict, closed=True):
    """Bars of one share class from one source, oldest first."""

    ticker: str
    interval: Interval
    as_of: IsoDate | None
    source: str | None
    bars: list[PriceBarAnswer]


def prices_answer(series: PriceSeries) -> PricesAnswer:
    """The bars of a window, oldest first; prices are decimal text with every digit of the source."""
    return {
        "ticker": series.ticker.symbol,
        "as_of": series.as_of.isoformat() if series.as_of else None,
        "source": series.source,
        "notice": series.notice,
        "bars": [_bar(bar) for bar in series.bars],
        "others": [
            {
                "source": other.source,
                "first_on": other.first_on.isoformat(),
                "last_on": other.last_on.isoformat(),
                "bars": other.bars,
            }
            for other in series.others
        ],
    }


def _bar(bar: DailyBar) -> BarAnswer:
    return {
        "traded_on": bar.traded_on.isoformat(),
        "open": f"{bar.open:f}",
        "high": f"{bar.high:f}",
        "low": f"{bar.low:f}",
        "close": f"{bar.close:f}",
        "adjusted_close": f"{bar.adjusted_close:f}" if bar.adjusted_close is not None else None,
        "volume_shares": bar.volume_shares,
    }


def price_bars_answer(
    ticker: Ticker, interval: Interval, as_of: date | None, source: str | None, bars: Sequence[PriceBar]
) -> PriceBarsAnswer:
    """Weekly or monthly bars, oldest first; prices are decimal text."""
    return {
        "ticker": ticker.symbol,
        "interval": interval,
        "as_of": as_of.isoformat() if as_of else None,
        "source": source,
        "bars": [
            {
                "starts_on": bar.starts_on.isoformat(),
                "last_traded_on": bar.last_traded_on.isoformat(),
                "open": f"{bar.open:f}",
                "high": f"{bar.high:f}",
                "low": f"{bar.low:f}",
                "close": f"{bar.close:f}",
                "volume_shares": bar.volume_shares,
                "trading_days": bar.trading_days,
            }
            for bar in bars
        ],
    }
