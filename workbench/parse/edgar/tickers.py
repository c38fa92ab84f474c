"""The SEC's lists of tickers, in both of their forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.domain.errors import InvalidIdentifier, MalformedDocument
from workbench.domain.identity import Cik, Listing, Ticker
from workbench.parse.json_document import mapping, read_json


@dataclass(frozen=True, slots=True)
class TickerRow:
    """One share class: whose it is and where it is listed."""

    cik: Cik
    name: str
    listing: Listing


@dataclass(frozen=True, slots=True)
class TickerList:
    """Every listed share class in the SEC's order, which puts a company's first class first.

    `dropped` counts rows that name no ticker or no company.
    """

    by_ticker: Mapping[Ticker, TickerRow]
    dropped: int

    def of_company(self, cik: Cik) -> list[TickerRow]:
        """The share classes of one company, in the list's order."""
        return [row for row in self.by_ticker.values() if row.cik == cik]


def parse_tickers(content: bytes) -> TickerList:
    """Reads `company_tickers_exchange.json` (fields and rows) or `company_tickers.json` (numbered objects).

    Raises MalformedDocument for anything else. The first of two rows with one ticker stays.
    """
    name = "list of tickers"
    document = mapping(read_json(content, name), name)
    rows = _table(document) if "data" in document else list(document.values())
    if rows is None:
        raise MalformedDocument(f"{name}: it has neither of its two known forms", document=name)
    by_ticker: dict[Ticker, TickerRow] = {}
    dropped = 0
    for row in rows:
        parsed = _row(row)
        if parsed is None:
            dropped += 1
        else:
            by_ticker.setdefault(parsed.listing.ticker, parsed)
    if not by_ticker:
        raise MalformedDocument(f"{name}: it holds no ticker", document=name)
    return TickerList(by_ticker, dropped)


def _table(document: dict[str, Any]) -> list[Any] | None:
    fields, data = document.get("fields"), document["data"]
    if not isinstance(fields, list) or not isinstance(data, list) or not all(isinstance(field, str) for field in fields):
        return None
    return [dict(zip(fields, row, strict=True)) if isinstance(row, list) and len(row) == len(fields) else None for row in data]


def _row(row: Any) -> TickerRow | None:
    if not isinstance(row, dict):
        return None
    number = row.get("cik", row.get("cik_str"))
    name = row.get("name", row.get("title"))
    ticker, exchange = row.get("ticker"), row.get("exchange")
    if type(number) not in (int, str) or not isinstance(name, str) or not name.isprintable() or not isinstance(ticker, str):
        return None
    try:
        listing = Listing(Ticker.parse(ticker), exchange if isinstance(exchange, str) and exchange.isprintable() else None)
        return TickerRow(Cik.parse(str(number)), name.strip(), listing)
    except InvalidIdentifier:
        return None
