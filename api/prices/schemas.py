"""Weekly and monthly bars as the API gives them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict

from workbench.domain.identity import Ticker
from workbench.domain.market.price_bars import Interval, PriceBar

_BAR: JsonDict = {
    "starts_on": "2024-06-24", "last_traded_on": "2024-06-28", "open": "97.05", "high": "97.70", "low": "74.53",
    "close": "75.37", "volume_shares": 184000000, "trading_days": 5,
}  # fmt: skip


class PriceBarOut(BaseModel):
    """A week (from Monday) or a month in US dollars a share, as traded."""

    starts_on: date
    last_traded_on: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume_shares: int
    trading_days: int


class PriceBarsOut(BaseModel):
    """Bars of one share class from one source, oldest first."""

    ticker: str
    interval: Interval
    as_of: date | None
    source: str | None
    bars: list[PriceBarOut]
    model_config = ConfigDict(
        json_schema_extra={
            "example": {"ticker": "NKE", "interval": "week", "as_of": "2024-06-30", "source": "alpha-vantage", "bars": [_BAR]}
        }
    )

    @classmethod
    def of(
        cls, ticker: Ticker, interval: Interval, as_of: date | None, source: str | None, bars: Sequence[PriceBar]
    ) -> PriceBarsOut:
        """The bars, written out."""
        rows = [PriceBarOut(**{name: getattr(bar, name) for name in PriceBarOut.model_fields}) for bar in bars]
        return cls(ticker=ticker.symbol, interval=interval, as_of=as_of, source=source, bars=rows)
