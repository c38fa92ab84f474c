"""The daily bars of the bokeh-sampledata package."""

from __future__ import annotations

import gzip
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from workbench.domain.errors import MalformedDocument
from workbench.domain.identity import Ticker
from workbench.domain.market.prices import DailyBar
from workbench.parse.validation import fitting_bars
from workbench.parse.vendors.sample_prices import SOURCE, parse_sample_prices


@pytest.fixture(scope="module")
def bars() -> list[DailyBar]:
    return list(parse_sample_prices(files("bokeh_sampledata").joinpath("_data", "stocks.csv.gz").read_bytes()))


def test_values_are_those_of_the_file_to_the_last_digit(bars: list[DailyBar]) -> None:
    assert bars[0] == DailyBar(
        Ticker("AAPL"), date(2000, 3, 1), Decimal("118.56"), Decimal("132.06"), Decimal("118.5"), Decimal("130.31"),
        9_616_100, Decimal("4.186662803811"), SOURCE,
    )  # fmt: skip
    assert fitting_bars(bars) == (tuple(bars), {})


def test_each_series_runs_to_march_2013(bars: list[DailyBar]) -> None:
    series: dict[str, list[date]] = {}
    for bar in bars:
        series.setdefault(bar.ticker.symbol, []).append(bar.traded_on)
    found = {symbol: (len(days), min(days).isoformat()) for symbol, days in series.items()}
    assert found == {
        "AAPL": (3270, "2000-03-01"),
        "GOOG": (2148, "2004-08-19"),
        "GOOGL": (2148, "2004-08-19"),
        "IBM": (3270, "2000-03-01"),
        "META": (196, "2012-05-18"),
        "MSFT": (3270, "2000-03-01"),
    }
    assert {max(days) for days in series.values()} == {date(2013, 3, 1)}


def test_both_share_classes_of_google_stem_from_the_one_share_of_then(bars: list[DailyBar]) -> None:
    closes = {
        symbol: [(bar.traded_on, bar.close) for bar in bars if bar.ticker.symbol == symbol] for symbol in ("GOOG", "GOOGL")
    }
    assert closes["GOOG"] == closes["GOOGL"]
    assert closes["GOOG"][0] == (date(2004, 8, 19), Decimal("100.335"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Ticker,Date",
        gzip.compress(b"Ticker,Date,Open\nAAPL,2000-03-01,1\n"),
        gzip.compress(b"Ticker,Date,Open,High,Low,Close,Volume,Adj Close\nAAPL,2000-03-01,x,1,1,1,1,1\n"),
        gzip.compress(b"Ticker,Date,Open,High,Low,Close,Volume,Adj Close\nAAPL,yesterday,1,1,1,1,1,1\n"),
        gzip.compress(b"\xff\xfe")[:12],
    ],
    ids=["empty", "not gzip", "columns missing", "no number", "no date", "cut"],
)
def test_damage_is_one_clear_error(content: bytes) -> None:
    with pytest.raises(MalformedDocument, match="sample prices cannot be read"):
        list(parse_sample_prices(content))
