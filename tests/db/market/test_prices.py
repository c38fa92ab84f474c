"""Daily bars in the database: one source at a time, cut at `as_of`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from db.market.prices import BarsSaved, coverage, daily_bars, price_series, save_bars
from workbench.domain.identity import Ticker
from workbench.domain.market.prices import DailyBar

NVDA = Ticker("NVDA")


def bar(day: str, close: str, *, adjusted: str | None = None, source: str = "one", ticker: Ticker = NVDA) -> DailyBar:
    price = Decimal(close)
    return DailyBar(
        ticker, date.fromisoformat(day), price, price, price, price, 100, Decimal(adjusted) if adjusted else None, source
    )


# Round figures around the ten-for-one split of 2024-06-10: the source had divided it out when it was asked later.
SPLIT = [
    bar("2024-06-06", "1200", adjusted="120"),
    bar("2024-06-07", "1210", adjusted="121"),
    bar("2024-06-10", "122", adjusted="122"),
]


def test_bars_come_back_oldest_first_and_exact(connection: sa.Connection) -> None:
    saved = save_bars(connection, [bar("2024-06-07", "1208.880005"), bar("2024-06-06", "0.0001")])
    assert saved == BarsSaved(new=2)
    assert daily_bars(connection, NVDA) == [bar("2024-06-06", "0.0001"), bar("2024-06-07", "1208.880005")]


def test_saving_again_changes_nothing_and_a_correction_only_its_day(connection: sa.Connection) -> None:
    save_bars(connection, SPLIT)
    assert save_bars(connection, SPLIT) == BarsSaved(unchanged=3)
    corrected = [*SPLIT[:2], bar("2024-06-10", "121.79", adjusted="121.79"), bar("2024-06-11", "120.91", adjusted="120.91")]
    assert save_bars(connection, corrected) == BarsSaved(new=1, changed=1, unchanged=2)
    assert [each.close for each in daily_bars(connection, NVDA)][2:] == [Decimal("121.79"), Decimal("120.91")]


def test_since_and_until_are_both_included(connection: sa.Connection) -> None:
    save_bars(connection, SPLIT)
    days = [each.traded_on for each in daily_bars(connection, NVDA, since=date(2024, 6, 7), until=date(2024, 6, 7))]
    assert days == [date(2024, 6, 7)]


def test_as_of_knows_nothing_later_than_its_day(connection: sa.Connection) -> None:
    save_bars(connection, SPLIT)
    before = daily_bars(connection, NVDA, as_of=date(2024, 6, 9))
    assert [(each.close, each.adjusted_close) for each in before] == [(1200, 1200), (1210, 1210)]
    after = daily_bars(connection, NVDA, as_of=date(2024, 6, 10))
    assert [each.adjusted_close for each in after] == [120, 121, 122]


def test_as_of_anchors_at_its_own_day_when_the_window_ends_sooner(connection: sa.Connection) -> None:
    save_bars(connection, SPLIT)
    window = daily_bars(connection, NVDA, until=date(2024, 6, 7), as_of=date(2024, 6, 10))
    assert [each.adjusted_close for each in window] == [120, 121]


def test_two_sources_are_never_joined_and_the_other_is_named(connection: sa.Connection) -> None:
    old = [bar("2013-02-28", "3"), bar("2013-03-01", "4")]
    save_bars(connection, [*old, *(bar(f"2024-06-{day:02}", "9", source="two") for day in (6, 7, 10))])
    series = price_series(connection, NVDA)
    assert series.source == "two"
    assert {each.source for each in series.bars} == {"two"}
    assert [(each.source, each.bars) for each in series.others] == [("one", 2)]
    assert "one (2013-02-28 to 2013-03-01)" in series.notice
    # In a window that only the older source covers, it answers.
    assert daily_bars(connection, NVDA, as_of=date(2013, 12, 31)) == old
    assert daily_bars(connection, NVDA, source="one") == old
    assert daily_bars(connection, NVDA, source="three") == []


def test_nothing_stored_is_no_error(connection: sa.Connection) -> None:
    series = price_series(connection, Ticker("ZZZZ"))
    assert (series.source, series.bars, series.others) == (None, (), ())
    assert "No prices are stored for ZZZZ" in series.notice
    assert coverage(connection, Ticker("ZZZZ")) == []
    assert save_bars(connection, []) == BarsSaved()


@pytest.mark.parametrize("ticker", ["BRK-B", "AAPL"])
def test_tickers_are_kept_apart(connection: sa.Connection, ticker: str) -> None:
    save_bars(connection, [bar("2024-06-06", "1"), bar("2024-06-06", "2", ticker=Ticker(ticker))])
    assert [each.close for each in daily_bars(connection, Ticker(ticker))] == [2]
