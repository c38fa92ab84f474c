"""Recorded daily closes as they were traded, for tests of what a price enters.

The recordings of 2010 to 2022 are adjusted for the splits up to their end; here each split is put back into the closes before
its day. Days of splits are those on which the shares first traded at the new price.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from workbench.domain.identity import Ticker
from workbench.domain.market.prices import DailyBar

SPLITS = {
    "AAPL": {date(2014, 6, 9): 7, date(2020, 8, 31): 4},
    "NVDA": {date(2021, 7, 20): 4},
    "GOOGL": {date(2022, 7, 18): 20},
    "NKE": {date(2012, 12, 26): 2, date(2015, 12, 24): 2},
}


def as_traded(shared: Path, ticker: str, *, source: str = "alpha-vantage-adjusted") -> Iterator[DailyBar]:
    """The bars, oldest first; with adjusted closes for a source that gives them."""
    with (shared / f"data/prices/ohlcv_2010_2022/{ticker}.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            day = date.fromisoformat(row["Date"][:10])
            times = 1
            for split_on, ratio in SPLITS.get(ticker, {}).items():
                times *= ratio if day < split_on else 1
            close = (Decimal(row["Close"]) * times).quantize(Decimal("0.01"))
            adjusted = Decimal(row["Adj Close"]) if source.endswith("adjusted") else None
            yield DailyBar(Ticker(ticker), day, close, close, close, close, 0, adjusted, source)
