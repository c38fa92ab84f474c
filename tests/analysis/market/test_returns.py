"""Returns: hand-checked on real closes, refused across gaps."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.market.returns import Closes, ReturnKind, daily_returns, total_return
from workbench.domain.errors import InvalidRequest
from workbench.domain.identity import Ticker
from workbench.domain.market.prices import DailyBar
from workbench.parse.vendors.sample_prices import parse_sample_prices

IBM = Ticker("IBM")


def bar(day: date, close: str, adjusted: str | None = None, *, source: str = "one") -> DailyBar:
    price = Decimal(close)
    return DailyBar(IBM, day, price, price, price, price, 1, Decimal(adjusted) if adjusted else None, source)


def test_simple_and_log_returns_by_hand() -> None:
    bars = [bar(date(2024, 6, 6), "200", "100"), bar(date(2024, 6, 7), "190", "110"), bar(date(2024, 6, 10), "209", "99")]
    assert [row.value for row in daily_returns(bars)] == [None, pytest.approx(0.10), pytest.approx(-0.10)]
    assert daily_returns(bars)[0].reason == "first_bar"
    raw = daily_returns(bars, closes=Closes.RAW)
    assert [row.value for row in raw[1:]] == [pytest.approx(-0.05), pytest.approx(0.10)]
    logs = daily_returns(bars, kind=ReturnKind.LOG)
    assert logs[1].value == pytest.approx(math.log(1.1))
    assert total_return(bars).value == pytest.approx(-0.01)
    assert total_return(bars, kind=ReturnKind.LOG).value == pytest.approx(math.log(0.99))


def test_a_gap_is_refused_and_the_longest_closure_is_not() -> None:
    closure = [bar(date(2001, 9, 10), "96", "96"), bar(date(2001, 9, 17), "93", "93")]
    assert daily_returns(closure)[1].value == pytest.approx(-0.03125)
    gap = [bar(date(2024, 6, 3), "10", "10"), bar(date(2024, 6, 11), "11", "11")]
    assert (daily_returns(gap)[1].value, daily_returns(gap)[1].reason) == (None, "gap")
    assert (total_return(gap).value, total_return(gap).reason) == (None, "gap")


def test_without_adjusted_closes_there_is_no_total_return() -> None:
    bars = [bar(date(2024, 6, 6), "10"), bar(date(2024, 6, 7), "11")]
    assert total_return(bars).reason == "no_adjusted_close"
    assert total_return(bars, closes=Closes.RAW).value == pytest.approx(0.1)


def test_bars_that_are_no_series_are_refused() -> None:
    first, second = bar(date(2024, 6, 6), "10"), bar(date(2024, 6, 7), "11")
    with pytest.raises(InvalidRequest, match="one source"):
        daily_returns([first, bar(date(2024, 6, 7), "11", source="two")])
    with pytest.raises(InvalidRequest, match="order"):
        daily_returns([second, first])
    with pytest.raises(InvalidRequest, match="two trading days"):
        total_return([first])
    assert daily_returns([]) == []


def test_apples_split_of_2005_is_no_loss_in_adjusted_closes() -> None:
    """Two for one on 2005-02-28: 88.99 the Friday before, 44.86 that Monday (closes as traded)."""
    content = files("bokeh_sampledata").joinpath("_data", "stocks.csv.gz").read_bytes()
    days = (date(2005, 2, 25), date(2005, 2, 28))
    bars = [each for each in parse_sample_prices(content) if each.ticker == Ticker("AAPL") and each.traded_on in days]
    assert [each.close for each in bars] == [Decimal("88.99"), Decimal("44.86")]
    assert daily_returns(bars, closes=Closes.RAW)[1].value == pytest.approx(44.86 / 88.99 - 1)
    assert daily_returns(bars)[1].value == pytest.approx(2 * 44.86 / 88.99 - 1, abs=1e-6)


@given(st.lists(st.decimals("0.01", "10000", places=2), min_size=2, max_size=30))
def test_log_returns_add_up_and_simple_ones_compound(closes: list[Decimal]) -> None:
    start = date(2024, 1, 1)
    bars = [bar(start + timedelta(days=place), str(close), str(close)) for place, close in enumerate(closes)]
    logs = [row.value for row in daily_returns(bars, kind=ReturnKind.LOG)[1:]]
    assert math.fsum(value for value in logs if value is not None) == pytest.approx(
        total_return(bars, kind=ReturnKind.LOG).value, abs=1e-9
    )
    growth = math.prod(1 + (row.value or 0.0) for row in daily_returns(bars)[1:])
    assert growth == pytest.approx(1 + (total_return(bars).value or 0.0), rel=1e-9)
