"""Alpha Vantage's daily series as CSV and JSON."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import SHARED
from workbench.domain.errors import MalformedDocument
from workbench.domain.identity import Ticker
from workbench.parse.validation import fitting_bars
from workbench.parse.vendors.alpha_vantage import parse_daily

RECORDED = SHARED / "data" / "alphavantage"
IBM = Ticker("IBM")
CSV = (
    b"timestamp,open,high,low,close,volume\r\n"
    b"2024-06-10,121.1900,123.1000,117.0100,121.7900,314162700\r\n"
    b"2024-06-07,119.7700,121.6920,118.0220,120.8880,412386000\r\n"
)


def test_csv_comes_out_oldest_first_and_exact() -> None:
    series = parse_daily(CSV, IBM, "alpha-vantage")
    assert [bar.traded_on for bar in series.bars] == [date(2024, 6, 7), date(2024, 6, 10)]
    first = series.bars[0]
    assert (first.open, first.high, first.low, first.close) == tuple(
        map(Decimal, ("119.7700", "121.6920", "118.0220", "120.8880"))
    )
    assert (first.volume_shares, first.adjusted_close, first.source) == (412_386_000, None, "alpha-vantage")
    assert series.dropped == {}


def test_rows_that_are_no_trading_day_are_dropped_and_counted() -> None:
    body = (
        CSV + b"2024-06-11,1,1,2,1,5\r\n2024-06-12,0,1,1,1,5\r\nsoon,1,1,1,1,5\r\n2024-06-13,1,1,1,x,5\r\n2024-06-14,1,1\r\n"
    )
    series = parse_daily(body, IBM, "alpha-vantage")
    assert len(series.bars) == 2
    assert series.dropped == {"high_below_low": 1, "price_not_positive": 1, "not_a_date": 1, "not_a_number": 2}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html></html>", b"{}", b"[]", b"timestamp,open\r\n", b"timestamp,open,high,low,close,volume\r\n",
        b"\xff\xfe\x00",
        b'{"Meta Data": {"2. Symbol": "MSFT"}, "Time Series (Daily)": {}}', CSV[:20],
    ],
)  # fmt: skip
def test_other_bodies_are_refused(body: bytes) -> None:
    with pytest.raises(MalformedDocument):
        parse_daily(body, IBM, "alpha-vantage")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_body_brings_the_parser_down(body: bytes) -> None:
    for content in (body, CSV[:38] + body):
        try:
            series = parse_daily(content, IBM, "alpha-vantage")
        except MalformedDocument:
            continue
        assert fitting_bars(series.bars) == (series.bars, {})


@pytest.mark.mirror
def test_recorded_csv_of_both_kinds() -> None:
    raw = parse_daily((RECORDED / "demo" / "TIME_SERIES_DAILY.csv").read_bytes(), IBM, "alpha-vantage")
    adjusted = parse_daily((RECORDED / "demo" / "TIME_SERIES_DAILY_ADJUSTED.csv").read_bytes(), IBM, "alpha-vantage-adjusted")
    assert raw.dropped == adjusted.dropped == {}
    assert (raw.bars[-1].traded_on, raw.bars[-1].close, raw.bars[-1].adjusted_close) == (
        date(2026, 5, 15), Decimal("219.3000"), None,
    )  # fmt: skip
    assert adjusted.bars[-1].adjusted_close == Decimal("219.3")
    assert [bar.close for bar in raw.bars[-100:]] == [bar.close for bar in adjusted.bars[-100:]]


@pytest.mark.mirror
def test_recorded_json() -> None:
    body = (RECORDED / "TIME_SERIES_DAILY" / "AAPL.json").read_bytes()
    series = parse_daily(body, Ticker("AAPL"), "alpha-vantage")
    assert len(series.bars) == len(json.loads(body)["Time Series (Daily)"])
    assert (series.bars[-1].traded_on, series.bars[-1].close) == (date(2019, 1, 22), Decimal("155.0200"))
    with pytest.raises(MalformedDocument, match="another ticker"):
        parse_daily(body, Ticker("MSFT"), "alpha-vantage")
