"""Alpha Vantage's daily series, as CSV or JSON."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from workbench.domain.errors import MalformedDocument
from workbench.domain.identity import Ticker
from workbench.domain.market.prices import DailyBar
from workbench.parse.json_document import mapping, read_json
from workbench.parse.validation import fitting_bars

_PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True)
class DailySeries:
    """Sound bars, oldest first, and how many rows were dropped by reason."""

    bars: tuple[DailyBar, ...]
    dropped: dict[str, int]


def parse_daily(content: bytes, ticker: Ticker, source: str) -> DailySeries:
    """The bars of TIME_SERIES_DAILY or TIME_SERIES_DAILY_ADJUSTED; prices exactly as spelled.

    A row that cannot be a trading day (see `validation`, or a field that is not a number) is dropped and counted. Raises
    MalformedDocument for another kind of body, for JSON of another ticker, and for a series without a single row.
    """
    name = f"daily prices of {ticker}"
    rows = list(_json_rows(content, ticker, name) if content.lstrip()[:1] in (b"{", b"<", b"") else _csv_rows(content, name))
    if not rows:
        raise MalformedDocument(f"{name}: there is no row", document=name)
    read = [_bar(row, ticker, source) for row in rows]
    sound, refused = fitting_bars([bar for bar in read if isinstance(bar, DailyBar)])
    bars = {bar.traded_on: bar for bar in sound}
    dropped = Counter(reason for reason in read if isinstance(reason, str)) + refused
    return DailySeries(tuple(bars[day] for day in sorted(bars)), dict(dropped))


def _csv_rows(content: bytes, name: str) -> Iterator[dict[str, str]]:
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8")), strict=True)
        if not {"timestamp", "volume", *_PRICES} <= set(reader.fieldnames or ()):
            raise MalformedDocument(f"{name}: it does not have the columns of a daily series", document=name)
        for row in reader:
            yield {field: value for field, value in row.items() if field is not None and value is not None}
    except (UnicodeDecodeError, csv.Error) as error:
        raise MalformedDocument(f"{name}: it is not CSV: {error}", document=name) from None


def _json_rows(content: bytes, ticker: Ticker, name: str) -> Iterator[dict[str, str]]:
    document = mapping(read_json(content, name), name)
    stated = str(mapping(document.get("Meta Data", {}), name, "Meta Data").get("2. Symbol", ticker.symbol))
    if stated.upper().replace(".", "-") != ticker.symbol:
        raise MalformedDocument(f"{name}: it is that of another ticker", document=name)
    for day, row in mapping(document.get("Time Series (Daily)"), name, "Time Series (Daily)").items():
        fields = mapping(row, name, day).items()
        # Fields are numbered differently in the two series: "5. volume" in one, "6. volume" in the other.
        yield {"timestamp": day} | {key.partition(". ")[2].replace(" ", "_"): str(value) for key, value in fields}


def _bar(row: dict[str, str], ticker: Ticker, source: str) -> DailyBar | str:
    """The bar, or why the row is none."""
    try:
        traded_on = date.fromisoformat(row["timestamp"])
    except (KeyError, ValueError):
        return "not_a_date"
    try:
        opening, high, low, close = (_number(row[field]) for field in _PRICES)
        adjusted = _number(row["adjusted_close"]) if "adjusted_close" in row else None
        volume = int(_number(row["volume"]))
    except (KeyError, InvalidOperation, ValueError, OverflowError):
        return "not_a_number"
    return DailyBar(ticker, traded_on, opening, high, low, close, volume, adjusted, source)


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or not -20 < number.adjusted() < 20:
        raise ValueError(text)
    return number
