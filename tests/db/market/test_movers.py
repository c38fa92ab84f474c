"""Which closes a move is between, to the day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from db.companies import save_company
from db.market.movers import movers
from db.market.prices import save_bars
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.domain.market.movers import Span
from workbench.domain.market.prices import DailyBar

WEST, EAST = (
    Company(Cik(1), "West", (Listing(Ticker("WST"), "NYSE"),)),
    Company(Cik(2), "East", (Listing(Ticker("EST"), "NYSE"),)),
)
LAST = date(2024, 5, 17)


@pytest.fixture(autouse=True)
def _companies(connection: sa.Connection) -> None:
    for company in (WEST, EAST):
        save_company(connection, company)


def save(connection: sa.Connection, company: Company, closes: dict[date, str]) -> None:
    ticker = company.listings[0].ticker
    bars = [DailyBar(ticker, day, *[Decimal(close)] * 4, 100, None, "vendor") for day, close in closes.items()]
    save_bars(connection, bars)


def symbols(connection: sa.Connection, **asked: object) -> list[str]:
    return [move.ticker.symbol for move in movers(connection, **asked)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("days", "is_shown"), [(0, True), (7, True), (8, False)])
def test_a_close_seven_days_before_the_newest_still_belongs_to_the_market_day(
    connection: sa.Connection, days: int, is_shown: bool
) -> None:
    old = LAST - timedelta(days=days)
    save(connection, WEST, {LAST - timedelta(days=1): "10", LAST: "11"})
    save(connection, EAST, {old - timedelta(days=1): "10", old: "12"})
    assert ("EST" in symbols(connection)) is is_shown
    assert "WST" in symbols(connection)


def test_as_of_sees_the_close_of_its_own_day_and_no_later_one(connection: sa.Connection) -> None:
    save(connection, WEST, {LAST - timedelta(days=2): "10", LAST - timedelta(days=1): "11", LAST: "22"})
    for as_of, change in ((LAST, "100.00"), (LAST - timedelta(days=1), "10.00")):
        assert [move.change_pct for move in movers(connection, as_of=as_of)] == [Decimal(change)]
        assert [move.to_on for move in movers(connection, as_of=as_of)] == [as_of]


@pytest.mark.parametrize("span", [Span.WEEK, Span.MONTH, Span.YEAR])
def test_a_span_reaches_back_to_the_close_of_its_first_day(connection: sa.Connection, span: Span) -> None:
    first = LAST - timedelta(days=span.days)
    save(connection, WEST, {first - timedelta(days=1): "8", first: "10", first + timedelta(days=1): "9", LAST: "11"})
    (move,) = movers(connection, span=span)
    assert (move.from_on, move.to_on, move.change_pct) == (first, LAST, Decimal("10.00"))


def test_only_the_companies_that_are_asked_for(connection: sa.Connection) -> None:
    for company in (WEST, EAST):
        save(connection, company, {LAST - timedelta(days=1): "10", LAST: "11"})
    assert symbols(connection, ciks=[EAST.cik]) == ["EST"]
