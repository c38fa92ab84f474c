"""The daily bars that the bokeh-sampledata package ships: real prices of a few companies, 2000 to 2013."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from workbench.domain.errors import MalformedDocument
from workbench.domain.identity import Ticker
from workbench.domain.market.prices import DailyBar

SOURCE = "bokeh-sampledata"

# The file names a share by what it was called while it traded. Google's one listed class was GOOG until 2014-04-02; the next
# day each share was joined by one of class C: the old one went on as GOOGL, the new one took over the name GOOG. Both stem
# from the share of 2004 to 2013, so its bars answer for both. Facebook's FB is META since 2022-06-09.
_TODAY = {"GOOG": ("GOOG", "GOOGL"), "FB": ("META",)}


def parse_sample_prices(content: bytes) -> Iterator[DailyBar]:
    """The bars of the package's `stocks.csv.gz` under the tickers of today, in the file's order.

    Open, high, low, close and volume are as traded, never adjusted. The adjusted close is the publisher's and divides out
    splits and dividends of later years too. Raises MalformedDocument.
    """
    try:
        text = gzip.decompress(content).decode("utf-8")
        rows = csv.DictReader(io.StringIO(text))
        if rows.fieldnames is None:
            raise ValueError("it is empty")
        for row in rows:
            for symbol in _TODAY.get(row["Ticker"], (row["Ticker"],)):
                yield DailyBar(
                    ticker=Ticker.parse(symbol),
                    traded_on=date.fromisoformat(row["Date"]),
                    open=Decimal(row["Open"]),
                    high=Decimal(row["High"]),
                    low=Decimal(row["Low"]),
                    close=Decimal(row["Close"]),
                    volume_shares=int(row["Volume"]),
                    adjusted_close=Decimal(row["Adj Close"]),
                    source=SOURCE,
                )
    except (
        OSError,
        EOFError,
        zlib.error,
        UnicodeDecodeError,
        csv.Error,
        KeyError,
        TypeError,
        ValueError,
        InvalidOperation,
    ) as error:
        raise MalformedDocument(f"the sample prices cannot be read: {error}", document="stocks.csv.gz") from error
