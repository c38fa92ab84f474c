"""Whether a statement adds up: each check from both sides of its rounding, and when it does not apply."""

from __future__ import annotations

from datetime import date

import pytest

from tests.domain.statements.given_figures import (
    QUARTERS,
    YEAR,
    YEAR_BEFORE,
    Given,
    derived,
    filed,
    given,
    refusal,
)
from workbench.domain.statements.computed_figure import ComputedFigure, Refusal
from workbench.domain.statements.statement import Check, StatementKind
from workbench.domain.statements.tie_out import checks

LATER = date(2025, 2, 20)
INCOME, BALANCE, CASHFLOW = StatementKind.INCOME, StatementKind.BALANCE, StatementKind.CASHFLOW


def check(kind: StatementKind, name: str, figures: Given) -> tuple[str, str]:
    """The result of one check on fiscal 2023, and its detail."""
    (found,) = (each for each in checks(given(kind, {YEAR: figures}), kind, [YEAR]) if each.name == name)
    assert found.period_end == YEAR.end
    return found.result, found.detail


def balance(**figures: str | int | ComputedFigure) -> tuple[str, str]:
    return check(BALANCE, "balance_sheet_balances", figures)


NO_TOTAL = ("not_applicable", "a total is not reported")


def test_assets_are_liabilities_and_equity() -> None:
    # Apple's at the end of fiscal 2024.
    apple = {"total_assets": 364_980_000_000, "total_liabilities": 308_030_000_000, "total_equity": 56_950_000_000}
    assert balance(**apple) == (
        "passed", "assets 364,980,000,000, liabilities and equity 308,030,000,000 + 56,950,000,000"
    )  # fmt: skip
    assert balance(**apple | {"total_equity": 56_950_000_000 + 2_000_000})[0] == "failed"
    assert balance(**apple, temporary_equity=0)[1].endswith("308,030,000,000 + 56,950,000,000")
    assert balance(**apple, temporary_equity=7_000_000_000)[0] == "failed"
    apple["total_equity"] = 49_950_000_000
    assert balance(**apple, temporary_equity=7_000_000_000) == (
        "passed", "assets 364,980,000,000, liabilities and equity 308,030,000,000 + 49,950,000,000 + 7,000,000,000"
    )  # fmt: skip


@pytest.mark.parametrize(
    "parts",
    [
        {"total_liabilities": derived(600), "total_equity": 400},
        {"total_liabilities": 600},
        {"total_equity": 400},
    ],
)
def test_without_filed_liabilities_and_equity_their_total_is_compared(parts: Given) -> None:
    assert balance(total_assets=1000, liabilities_and_equity=1000, **parts) == (
        "passed", "assets 1,000, liabilities and equity 1,000"
    )  # fmt: skip
    assert balance(total_assets=1000, liabilities_and_equity=1005, **parts)[0] == "failed"
    assert balance(total_assets=1000, **parts) == NO_TOTAL


def test_without_assets_nothing_is_compared() -> None:
    assert balance(liabilities_and_equity=1000, total_liabilities=600, total_equity=400) == NO_TOTAL


def test_a_total_that_was_restated_apart_is_not_compared() -> None:
    restated = filed(1010, since=LATER, last=LATER, accession="B")
    assert balance(total_assets=restated, total_liabilities=600, total_equity=400) == (
        "not_applicable", "one total was restated after the other was last filed"
    )  # fmt: skip
    again = filed(400, last=LATER)
    assert balance(total_assets=restated, total_liabilities=filed(600, last=LATER), total_equity=again)[0] == "failed"


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


def test_gross_profit_is_revenue_less_cost() -> None:
    # NIKE's fiscal 2024.
    nike = {"revenue": 51_362_000_000, "cost_of_revenue": 28_475_000_000, "gross_profit": 22_887_000_000}
    name = "gross_profit_is_revenue_less_cost"
    assert check(INCOME, name, nike) == (
        "passed", "Revenue 51,362,000,000, Cost of revenue 28,475,000,000, Gross profit 22,887,000,000"
    )  # fmt: skip
    assert check(INCOME, name, nike | {"gross_profit": 22_888_500_000})[0] == "passed"
    assert check(INCOME, name, nike | {"gross_profit": 22_888_500_001})[0] == "failed"
    assert check(INCOME, name, {**nike, "gross_profit": refusal(Refusal.CONTRADICTED)}) == (
        "not_applicable", "a figure is missing"
    )  # fmt: skip


def test_net_income_is_the_whole_less_others() -> None:
    # Walmart's fiscal 2024.
    walmart = {
        "consolidated_net_income": 16_270_000_000, "net_income_noncontrolling": 759_000_000, "net_income": 15_511_000_000
    }  # fmt: skip
    name = "net_income_and_its_parts"
    labels = ("Consolidated net income", "Net income of noncontrolling interests", "Net income")
    amounts = ("16,270,000,000", "759,000,000", "15,511,000,000")
    words = ", ".join(f"{label} {amount}" for label, amount in zip(labels, amounts, strict=True))
    assert check(INCOME, name, walmart) == ("passed", words)
    assert check(INCOME, name, walmart | {"net_income": 17_029_000_000})[0] == "failed"
    assert check(INCOME, name, walmart | {"net_income_noncontrolling": -759_000_000})[0] == "failed"


WITH_RESTRICTED = "us-gaap:CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents"
CASH = "us-gaap:CashAndCashEquivalentsAtCarryingValue"


def cash(start: ComputedFigure, change: ComputedFigure, end: ComputedFigure) -> tuple[str, str]:
    return check(CASHFLOW, "cash_roll_forward", {"cash_at_start": start, "net_change_in_cash": change, "cash_at_end": end})


def test_cash_rolls_forward() -> None:
    # Apple's fiscal 2024: 30,737 and -794 make 29,943.
    start, change, end = filed(30_737_000_000), filed(-794_000_000), filed(29_943_000_000)
    assert cash(start, change, end) == ("passed", "start 30,737,000,000, change -794,000,000, end 29,943,000,000")
    assert cash(start, change, filed(29_944_500_000))[0] == "passed"
    assert cash(start, change, filed(29_944_500_001))[0] == "failed"
    missing = ("not_applicable", "cash at start or end, or its change, is not reported")
    unknown = refusal(Refusal.NOT_REPORTED)
    assert cash(unknown, change, end) == cash(start, unknown, end) == cash(start, change, unknown) == missing
    restated = filed(29_000_000_000, since=LATER, last=LATER, accession="B")
    assert cash(start, change, restated) == ("not_applicable", "one figure was restated after another was last filed")


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


def test_cash_with_and_without_restricted_cash_is_not_compared() -> None:
    start, change = filed(1000, concept=CASH), filed(100, concept=WITH_RESTRICTED)
    assert cash(start, change, filed(1500, concept=WITH_RESTRICTED)) == (
        "not_applicable", "only some of the three figures include restricted cash"
    )  # fmt: skip
    assert cash(start, change, filed(1100, concept=WITH_RESTRICTED))[0] == "passed"
    assert cash(start, filed(100, concept=CASH), filed(1500, concept=CASH))[0] == "failed"


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


def test_a_year_is_compared_line_by_line_with_all_four_quarters_that_agree() -> None:
    (found,) = year_and_quarters("revenue", 10, 1, 2, 3)
    assert (found.result, found.detail) == ("not_applicable", "0 lines compared")
    restated = filed(20, since=LATER, last=LATER, accession="B")
    (found,) = year_and_quarters("revenue", restated, 1, 2, 3, 4)
    assert found.result == "not_applicable"
    lines = ("operating_cash_flow", "investing_cash_flow", "financing_cash_flow")
    by_period = {YEAR: dict.fromkeys(lines, 100)} | {quarter: dict.fromkeys(lines, 25) for quarter in QUARTERS}
    found = next(each for each in checks(given(CASHFLOW, by_period), CASHFLOW, [YEAR]) if "sum" in each.name)
    assert (found.result, found.detail) == ("passed", "3 lines compared")
    by_period[QUARTERS[0]] = {lines[0]: 20, lines[1]: 31, lines[2]: 25}
    found = next(each for each in checks(given(CASHFLOW, by_period), CASHFLOW, [YEAR]) if "sum" in each.name)
    assert found.result == "failed"
    first, second = found.detail.split("; ")
    assert first.endswith("year 100, quarters 95")
    assert second.endswith("year 100, quarters 106")


def test_a_year_that_is_no_column_or_has_no_four_quarters_is_not_summed() -> None:
    by_period = {YEAR: {"revenue": 10}} | {quarter: {"revenue": 2} for quarter in QUARTERS}
    figures = given(INCOME, by_period, years=[YEAR_BEFORE, YEAR])
    assert [each.period_end for each in checks(figures, INCOME, [YEAR]) if "sum" in each.name] == [YEAR.end]
    assert [each for each in checks(figures, INCOME, [YEAR_BEFORE]) if "sum" in each.name] == []
    # A column of the last quarter ends with its year.
    assert [each.period_end for each in checks(figures, INCOME, [QUARTERS[3]]) if "sum" in each.name] == [YEAR.end]
    assert [each for each in checks(figures, INCOME, [QUARTERS[2]]) if "sum" in each.name] == []


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (INCOME, ["gross_profit_is_revenue_less_cost", "net_income_and_its_parts", "year_is_sum_of_quarters"]),
        (BALANCE, ["balance_sheet_balances"]),
        (CASHFLOW, ["cash_roll_forward", "year_is_sum_of_quarters"]),
    ],
)
def test_checks_come_one_after_the_other_each_in_the_order_of_the_columns(kind: StatementKind, names: list[str]) -> None:
    found = [(each.name, each.period_end) for each in checks(given(kind, {}), kind, [YEAR_BEFORE, YEAR])]
    columns = [YEAR_BEFORE.end, YEAR.end]
    expected = [
        (name, end)
        for name in [*names, "figures_have_their_sign", "figures_have_their_scale"]
        for end in (columns if "sum" not in name else columns[1:])
    ]
    assert found == expected
