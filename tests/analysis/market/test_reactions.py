"""Price reactions to filings, by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from workbench.analysis.market.reactions import PriceReaction, price_reactions
from workbench.domain.identity import Ticker
from workbench.domain.market.prices import DailyBar

THURSDAY, FRIDAY, MONDAY, TUESDAY = date(2024, 5, 2), date(2024, 5, 3), date(2024, 5, 6), date(2024, 5, 7)


def bars(closes: dict[date, str | None]) -> list[DailyBar]:
    price = Decimal(100)
    return [
        DailyBar(Ticker("KO"), day, price, price, price, price, 1, Decimal(close) if close else None, "made")
        for day, close in closes.items()
    ]


WEEK = bars({THURSDAY: "50", FRIDAY: "52", MONDAY: "51.5", TUESDAY: "55"})


@pytest.mark.parametrize(
    ("filed_on", "from_on", "to_on", "value"),
    [
        (FRIDAY, THURSDAY, MONDAY, 0.03),  # 51.5 / 50 - 1
        (date(2024, 5, 4), FRIDAY, TUESDAY, 55 / 52 - 1),  # a Saturday: Monday is the first day on which it is traded
        (MONDAY, FRIDAY, TUESDAY, 55 / 52 - 1),
    ],
)
def test_from_the_last_close_before_to_the_day_after(filed_on: date, from_on: date, to_on: date, value: float) -> None:
    assert price_reactions(WEEK, [filed_on]) == {filed_on: PriceReaction(from_on, to_on, pytest.approx(value))}


@pytest.mark.parametrize("filed_on", [THURSDAY, TUESDAY, date(2024, 4, 1), date(2024, 6, 1)])
def test_none_without_closes_on_both_sides(filed_on: date) -> None:
    assert price_reactions(WEEK, [filed_on]) == {}
    assert price_reactions([], [filed_on]) == {}


def test_none_over_missing_days_or_without_adjusted_closes() -> None:
    apart = bars({THURSDAY: "50", date(2024, 5, 20): "52", date(2024, 5, 21): "53"})
    assert price_reactions(apart, [FRIDAY, date(2024, 5, 20)]) == {}
    unadjusted = bars({THURSDAY: "50", FRIDAY: None, MONDAY: "51"})
    assert price_reactions(unadjusted, [FRIDAY]) == {}
