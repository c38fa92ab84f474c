"""A screen over month ends: who came and went, and equal-weighted returns of what is priced."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from workbench.domain.identity import Cik, Ticker
from workbench.domain.market.prices import DailyBar
from workbench.domain.measures.screens import Screen
from workbench.domain.screens.screen_history import ScreenMembers, changes, history_of, total_return_pct

ONE, TWO, THREE = Cik(1), Cik(2), Cik(3)
DAYS = [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)]


def bars(closes: dict[date, str], adjusted: dict[date, str] | None = None) -> list[DailyBar]:
    return [
        DailyBar(
            Ticker("X"), day, *[Decimal(close)] * 4, 1, Decimal(adjusted[day]) if adjusted else None, "alpha-vantage"
        )
        for day, close in closes.items()
    ]  # fmt: skip


def weekly(first: str, last: str) -> dict[date, str]:
    """Closes a week apart from 31 January to 29 February 2024; the last one is of that day."""
    return {
        date(2024, 1, 31): first, date(2024, 2, 7): first, date(2024, 2, 14): first, date(2024, 2, 21): first,
        date(2024, 2, 28): last,
    }  # fmt: skip


def test_months_say_who_came_and_went_and_what_they_returned() -> None:
    members = [
        ScreenMembers(frozenset({ONE, TWO})),
        ScreenMembers(frozenset({TWO, THREE}), frozenset({ONE})),
        ScreenMembers(frozenset({THREE})),
    ]
    prices = {ONE: bars(weekly("100", "110")), TWO: bars(weekly("50", "49")), THREE: bars(weekly("10", "20"))}
    january, february, march = history_of(Screen(), DAYS, members, prices).months
    # (10 % - 2 %) / 2; the third company is not in the screen yet.
    assert (january.return_pct, january.priced, january.until) == (Decimal("4.00"), 2, DAYS[1])
    assert (february.entered, february.left) == ({THREE}, set())
    assert (march.entered, march.left) == (set(), {TWO})
    assert (march.return_pct, march.until) == (None, None)
    assert (february.return_pct, february.priced) == (None, 0)  # no close of March is there


def test_returns_are_compounded_only_where_every_month_has_one() -> None:
    members = [ScreenMembers(frozenset({ONE}))] * 3
    closes = weekly("100", "110") | {date(2024, 3, day): "121" for day in (6, 13, 20, 27)}
    whole = history_of(Screen(), DAYS, members, {ONE: bars(closes)})
    assert [month.return_pct for month in whole.months] == [Decimal("10.00"), Decimal("10.00"), None]
    assert whole.compounded_pct == Decimal("21.00")
    assert history_of(Screen(), DAYS, members, {ONE: bars(weekly("100", "110"))}).compounded_pct is None


def test_one_that_cannot_be_evaluated_neither_enters_nor_leaves() -> None:
    before = ScreenMembers(frozenset({ONE}), frozenset({TWO}))
    assert changes(before, ScreenMembers(frozenset({TWO}), frozenset({ONE}))) == (frozenset(), frozenset())
    assert changes(before, ScreenMembers(frozenset({THREE}))) == ({THREE}, {ONE})


@pytest.mark.parametrize(
    ("closes", "adjusted"),
    [
        ({date(2024, 1, 20): "100", date(2024, 2, 28): "110"}, None),  # the first close is older than a week
        ({date(2024, 1, 31): "100", date(2024, 2, 20): "110"}, None),  # the last one
        ({date(2024, 1, 31): "100", date(2024, 2, 28): "110"}, None),  # four weeks without a close
        (weekly("100", "51"), None),  # half the price: a split may lie there
    ],
)
def test_a_return_that_is_not_known_is_none(closes: dict[date, str], adjusted: dict[date, str] | None) -> None:
    assert total_return_pct(bars(closes, adjusted), DAYS[0], DAYS[1]) is None


def test_adjusted_closes_count_over_a_split_and_with_dividends() -> None:
    closes = weekly("100", "51")
    adjusted = {day: ("51" if close == "51" else "50") for day, close in closes.items()}
    assert total_return_pct(bars(closes, adjusted), DAYS[0], DAYS[1]) == 2
