"""Whether a statement adds up: each check from both sides of its rounding, and when it does not apply."""

from __future__ import annotations

import pytest

from tests.domain.statements.given_figures import (
    QUARTERS,
    YEAR,
    YEAR_BEFORE,
    Given,
    filed,
    given,
)
from workbench.domain.statements.computed_figure import ComputedFigure
from workbench.domain.statements.statement import Check, StatementKind
from workbench.domain.statements.tie_out import checks

INCOME, BALANCE, CASHFLOW = StatementKind.INCOME, StatementKind.BALANCE, StatementKind.CASHFLOW


def check(kind: StatementKind, name: str, figures: Given) -> tuple[str, str]:
    """The result of one check on fiscal 2023, and its detail."""
    (found,) = (each for each in checks(given(kind, {YEAR: figures}), kind, [YEAR]) if each.name == name)
    assert found.period_end == YEAR.end
    return found.result, found.detail


def balance(**figures: str | int | ComputedFigure) -> tuple[str, str]:
    return check(BALANCE, "balance_sheet_balances", figures)


@pytest.mark.parametrize(
    ("assets", "liabilities", "equity", "verdict"),
    [
        # Three figures in millions, each half a million off.
        ("10000000000", "6000000000", "4001500000", "passed"),
        ("10000000000", "6000000000", "4001500001", "failed"),
        ("10000000000", "6000000000", "3998500000", "passed"),
        ("10000000000", "6000000000", "3998499999", "failed"),
        # Thousands are the roundest that a figure of 400 thousand can be rounded to: a four-hundredth.
        ("400000", "201000", "200500", "passed"),
        ("400000", "201000", "200501", "failed"),
        # A figure of three million is round by chance: only dollars count.
        ("3000000", "2000000", "1000001", "passed"),
        ("3000000", "2000000", "1000002", "failed"),
        # The roundest figure counts: the others may be exact.
        ("10000123456", "6000000000", "4001623456", "passed"),
        ("10000123456", "6000000000", "4001623457", "failed"),
    ],
)
def test_a_balance_holds_to_half_of_the_roundest_digit_of_each(
    assets: str, liabilities: str, equity: str, verdict: str
) -> None:
    assert balance(total_assets=assets, total_liabilities=liabilities, total_equity=equity)[0] == verdict


def cash(start: ComputedFigure, change: ComputedFigure, end: ComputedFigure) -> tuple[str, str]:
    return check(CASHFLOW, "cash_roll_forward", {"cash_at_start": start, "net_change_in_cash": change, "cash_at_end": end})


@pytest.mark.parametrize("round_one", ["start", "change", "end"])
def test_the_roundest_of_the_three_says_how_far_cash_may_be_off(round_one: str) -> None:
    figures = {"start": 30_123_456_789, "change": -1_123_000_788, "end": 29_000_456_001}
    figures[round_one] = {"start": 30_123_000_000, "change": -1_123_000_000, "end": 29_000_000_000}[round_one]
    off = figures["start"] + figures["change"] - figures["end"]
    assert 100 < abs(off) <= 1_500_000
    assert cash(*(filed(value) for value in figures.values()))[0] == "passed"
    other = "end" if round_one != "end" else "change"
    figures[other] += 1_999_999
    assert cash(*(filed(value) for value in figures.values()))[0] == "failed"


def year_and_quarters(name: str, year: str | int | ComputedFigure | None, *quarters: str | int | None) -> list[Check]:
    figures = {period: {name: value} for period, value in zip(QUARTERS, quarters, strict=False) if value is not None}
    by_period = {**figures, **({YEAR: {name: year}} if year is not None else {})}
    kind = CASHFLOW if "cash" in name else INCOME
    found = checks(given(kind, by_period), kind, [YEAR, *QUARTERS])
    return [each for each in found if each.name == "year_is_sum_of_quarters"]


@pytest.mark.parametrize(
    ("year", "verdict", "detail"),
    [
        ("10000000000", "passed", "1 lines compared"),
        ("10002500000", "passed", "1 lines compared"),  # five figures in millions
        ("10002500001", "failed", "Revenue: year 10,002,500,001, quarters 10,000,000,000"),
        (None, "not_applicable", "0 lines compared"),
    ],
)
def test_a_year_is_the_sum_of_its_quarters(year: str | None, verdict: str, detail: str) -> None:
    quarters = ("2400000000", "2500000000", "2500000000", "2600000000")
    (found,) = year_and_quarters("revenue", year, *quarters)
    assert (found.period_end, found.result, found.detail) == (YEAR.end, verdict, detail)


def test_a_year_may_be_rounder_than_its_quarters() -> None:
    quarters = ("2400000001", "2500000002", "2500000003", "2600000004")
    (found,) = year_and_quarters("revenue", "10002000000", *quarters)
    assert found.result == "passed"
    (found,) = year_and_quarters("revenue", "10003000000", *quarters)
    assert found.result == "failed"


def test_a_year_that_is_no_column_or_has_no_four_quarters_is_not_summed() -> None:
    by_period = {YEAR: {"revenue": 10}} | {quarter: {"revenue": 2} for quarter in QUARTERS}
    figures = given(INCOME, by_period, years=[YEAR_BEFORE, YEAR])
    assert [each.period_end for each in checks(figures, INCOME, [YEAR]) if "sum" in each.name] == [YEAR.end]
    assert [each for each in checks(figures, INCOME, [YEAR_BEFORE]) if "sum" in each.name] == []
    # A column of the last quarter ends with its year.
    assert [each.period_end for each in checks(figures, INCOME, [QUARTERS[3]]) if "sum" in each.name] == [YEAR.end]
    assert [each for each in checks(figures, INCOME, [QUARTERS[2]]) if "sum" in each.name] == []
