"""Daily prices of one listed share class."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workbench.domain.identity import Ticker


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
