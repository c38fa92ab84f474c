"""Both of the SEC's lists of tickers."""

from __future__ import annotations

import json

import pytest

from tests.conftest import MIRROR
from workbench.domain.errors import MalformedDocument
from workbench.domain.identity import Cik, Listing, Ticker
from workbench.parse.edgar.tickers import parse_tickers

FIELDS = ["cik", "name", "ticker", "exchange"]


def test_the_list_with_exchanges() -> None:
    rows = [[1652044, "Alphabet Inc.", "GOOGL", "Nasdaq"], [1067983, "BERKSHIRE HATHAWAY INC", "BRK-B", "NYSE"]]
    rows += [[1652044, "Alphabet Inc.", "GOOG", None], [1, "x", "??", None], [None, "x", "X", None], ["short"]]
    found = parse_tickers(json.dumps({"fields": FIELDS, "data": rows}).encode())
    assert found.dropped == 3
    assert found.by_ticker[Ticker.parse("brk.b")].cik == Cik(1067983)
    assert [row.listing for row in found.of_company(Cik(1652044))] == [
        Listing(Ticker("GOOGL"), "Nasdaq"),
        Listing(Ticker("GOOG"), None),
    ]


def test_the_older_list() -> None:
    found = parse_tickers(b'{"0": {"cik_str": 320193, "ticker": "AAPL", "title": "Apple Inc."}, "1": 7}')
    assert found.by_ticker[Ticker("AAPL")].name == "Apple Inc."
    assert found.dropped == 1


@pytest.mark.parametrize(
    "content", [b"<html>", b"{}", b"[]", b'{"data": 1, "fields": []}', b'{"data": [], "fields": ["cik"]}', b'{"a": 1}', b"nul"]
)
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedDocument, match="list of tickers"):
        parse_tickers(content)


@pytest.mark.mirror
def test_the_secs_own_lists() -> None:
    exchange = parse_tickers((MIRROR / "files/company_tickers_exchange.json").read_bytes())
    assert (len(exchange.by_ticker), exchange.dropped) == (10089, 0)
    older = parse_tickers((MIRROR / "files/company_tickers.json").read_bytes())
    assert (len(older.by_ticker), older.dropped) == (10391, 0)
    assert exchange.by_ticker[Ticker("BRK-B")].cik == older.by_ticker[Ticker("BRK-A")].cik == Cik(1067983)
