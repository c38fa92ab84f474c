"""A count and a close are brought to the same shares by what closes and filings prove, and by nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from workbench.domain.facts.splits import Split
from workbench.domain.identity import Ticker
from workbench.domain.market.prices import DailyBar
from workbench.domain.measures.share_basis import Step, splits_to_price

FIRST = date(2024, 1, 2)
SPLIT_ON = FIRST + timedelta(days=40)
RESTATED = Split(Fraction(4), FIRST + timedelta(days=60), "0000000001-24-000002")


def bars(closes: list[tuple[int, str, str | None]]) -> list[DailyBar]:
    """Each close stands from its day (counted from the first) to the next one's, or for twenty days."""
    found = []
    ends = [day for day, _, _ in closes[1:]] + [closes[-1][0] + 20]
    for (begin, close, adjusted), end in zip(closes, ends, strict=True):
        for day in range(begin, end):
            price = Decimal(close)
            after = Decimal(adjusted) if adjusted else None
            found.append(DailyBar(Ticker("ACM"), FIRST + timedelta(days=day), price, price, price, price, 1, after, "x"))
    return found


# 400 before and 100 after a split of 4 for 1, as traded, with and without the source's adjusted closes.
ADJUSTED = bars([(0, "400", "100"), (40, "100", "100")])
RAW = bars([(0, "400", None), (40, "100", None)])


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@pytest.mark.parametrize(
    ("counted", "filed", "splits", "expected"),
    [
        (5, 10, (), (Step(SPLIT_ON, Fraction(4)),)),
        (45, 50, (), ()),
        # Counted before the split and reported after it: only a report that restates for the split is in new shares.
        (35, 50, (), None),
        (35, 50, (Split(Fraction(4), day(50), "0000000001-24-000001"),), ()),
    ],
)
def test_adjusted_closes_show_splits(
    counted: int, filed: int, splits: tuple[Split, ...], expected: tuple[Step, ...] | None
) -> None:
    assert splits_to_price(day(counted), day(filed), ADJUSTED, splits) == expected


def test_closes_as_traded_show_a_split_that_filings_prove_and_leave_another_open() -> None:
    assert splits_to_price(day(5), day(10), RAW, ()) is None
    assert splits_to_price(day(5), day(10), RAW, (RESTATED,)) == (Step(SPLIT_ON, Fraction(4)),)
    assert splits_to_price(day(42), day(45), RAW, ()) == ()


def test_a_dividend_is_no_split_and_an_unusual_step_is_unknown() -> None:
    # A dividend of 1 out of 100, and a spin-off that takes 15 %.
    assert splits_to_price(day(5), day(10), bars([(0, "100", "99"), (40, "99", "99")]), ()) == ()
    assert splits_to_price(day(5), day(10), bars([(0, "100", "85"), (40, "85", "85")]), ()) is None


def test_a_fall_of_the_market_alone_is_no_split_in_adjusted_closes() -> None:
    assert splits_to_price(day(5), day(10), bars([(0, "100", "100"), (40, "50", "50")]), ()) == ()


def test_bars_that_begin_after_the_count_or_have_a_gap_say_nothing() -> None:
    assert splits_to_price(day(-9), day(-2), ADJUSTED, ()) is None
    gap = bars([(0, "100", None)]) + bars([(40, "100", None)])
    assert splits_to_price(day(5), day(10), gap, ()) is None


def test_a_split_that_a_filing_proves_and_closes_do_not_show_leaves_the_basis_unknown() -> None:
    level = bars([(0, "100", "100"), (40, "100", "100")])
    assert splits_to_price(day(5), day(10), level, (RESTATED,)) is None
    # The report of the day after the last close restates: the split must lie before the close.
    last = level[-1].traded_on + timedelta(days=1)
    late = Split(Fraction(4), last, "0000000001-24-000003")
    assert splits_to_price(day(50), last, level, (late,)) is None
    assert splits_to_price(day(50), last, ADJUSTED, (late,)) == ()
