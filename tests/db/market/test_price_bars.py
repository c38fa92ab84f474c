"""Weekly and monthly bars: whole ones by the views, those that the window cuts of the days that are left."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from db.market.price_bars import price_bars
from db.market.prices import save_bars
from workbench.domain.identity import Ticker
from workbench.domain.market.price_bars import Interval, PriceBar
from workbench.domain.market.prices import DailyBar

NIKE = Ticker("NKE")
# Thursday to the Tuesday after next over the end of June 2024; the fall of the 28th followed its results of the 27th.
DAYS = [(20, 94, 6), (21, 97, 6), (24, 96, 6), (27, 94, 6), (28, 75, 6), (1, 76, 7), (2, 77, 7)]


def fill(connection: sa.Connection, source: str = "one") -> None:
    bars = []
    for day, close, month in DAYS:
        price = Decimal(close)
        bars.append(DailyBar(NIKE, date(2024, month, day), price - 1, price + 2, price - 2, price, 10 * day, None, source))
    save_bars(connection, bars)


def bar(starts: date, last: date, prices: tuple[int, int, int, int], volume: int, days: int) -> PriceBar:
    return PriceBar(starts, last, *(Decimal(each) for each in prices), volume, days)  # type: ignore[arg-type]


def test_weeks_begin_on_monday_and_months_on_their_first(connection: sa.Connection) -> None:
    fill(connection)
    assert price_bars(connection, NIKE, Interval.WEEK) == (
        "one",
        [
            bar(date(2024, 6, 17), date(2024, 6, 21), (93, 99, 92, 97), 410, 2),
            bar(date(2024, 6, 24), date(2024, 6, 28), (95, 98, 73, 75), 790, 3),
            bar(date(2024, 7, 1), date(2024, 7, 2), (75, 79, 74, 77), 30, 2),
        ],
    )
    assert price_bars(connection, NIKE, Interval.MONTH)[1] == [
        bar(date(2024, 6, 1), date(2024, 6, 28), (93, 99, 73, 75), 1200, 5),
        bar(date(2024, 7, 1), date(2024, 7, 2), (75, 79, 74, 77), 30, 2),
    ]


def test_as_of_knows_nothing_of_the_rest_of_its_week(connection: sa.Connection) -> None:
    fill(connection)
    before_the_fall = price_bars(connection, NIKE, Interval.WEEK, as_of=date(2024, 6, 27))[1]
    assert before_the_fall[-1] == bar(date(2024, 6, 24), date(2024, 6, 27), (95, 98, 92, 94), 510, 2)
    month = price_bars(connection, NIKE, Interval.MONTH, as_of=date(2024, 6, 27))[1]
    assert month == [bar(date(2024, 6, 1), date(2024, 6, 27), (93, 99, 92, 94), 920, 4)]


def test_a_window_that_cuts_both_ends_or_one_week_twice(connection: sa.Connection) -> None:
    fill(connection)
    cut = price_bars(connection, NIKE, Interval.WEEK, since=date(2024, 6, 21), until=date(2024, 7, 1))[1]
    assert [(each.starts_on, each.trading_days) for each in cut] == [
        (date(2024, 6, 17), 1),
        (date(2024, 6, 24), 3),
        (date(2024, 7, 1), 1),
    ]
    within = price_bars(connection, NIKE, Interval.WEEK, since=date(2024, 6, 25), until=date(2024, 6, 27))[1]
    assert within == [bar(date(2024, 6, 24), date(2024, 6, 27), (93, 96, 92, 94), 270, 1)]


def test_nothing_stored_and_another_source(connection: sa.Connection) -> None:
    assert price_bars(connection, NIKE, Interval.WEEK) == (None, [])
    fill(connection)
    assert price_bars(connection, NIKE, Interval.WEEK, source="two") == (None, [])
