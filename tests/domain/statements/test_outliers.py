"""Impossible signs and scales: what is refused or marked, and what large and small figures may do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from tests.domain.statements.given_figures import YEAR, YEAR_AFTER, YEAR_BEFORE, Given, derived, given, refusal
from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.statements.computed_figure import Refusal
from workbench.domain.statements.figures import Figures
from workbench.domain.statements.outliers import is_out_of_scale, scale_checks, sign_checks
from workbench.domain.statements.statement import Check, StatementKind

INCOME, BALANCE, CASHFLOW = StatementKind.INCOME, StatementKind.BALANCE, StatementKind.CASHFLOW


def outlier_checks(
    figures: Figures, kind: StatementKind, periods: Sequence[FiscalPeriod], before: FiscalPeriod | None
) -> Iterator[Check]:
    yield from sign_checks(figures, kind, periods)
    yield from scale_checks(figures, kind, periods, before=before)


def signs(kind: StatementKind, figures: Given) -> tuple[str, str]:
    found = next(outlier_checks(given(kind, {YEAR: figures}), kind, [YEAR], None))
    assert (found.name, found.period_end) == ("figures_have_their_sign", YEAR.end)
    return found.result, found.detail


@pytest.mark.parametrize(
    ("kind", "line", "words"),
    [
        (INCOME, "revenue", "Revenue is -5"),
        (INCOME, "cost_of_revenue", "Cost of revenue is -5"),
        (INCOME, "weighted_average_shares", "is -5"),
        (INCOME, "weighted_average_shares_diluted", "is -5"),
        (BALANCE, "total_assets", "Total assets is -5"),
        (BALANCE, "current_assets", "is -5"),
        (BALANCE, "cash_and_equivalents", "is -5"),
        (BALANCE, "inventory", "is -5"),
        (BALANCE, "shares_outstanding", "is -5"),
        (CASHFLOW, "cash_at_start", "is -5"),
        (CASHFLOW, "cash_at_end", "is -5"),
    ],
)
def test_counts_and_assets_are_never_negative(kind: StatementKind, line: str, words: str) -> None:
    verdict, detail = signs(kind, {line: -5})
    assert verdict == "failed"
    assert detail.endswith(words)
    for value in (0, 5):
        assert signs(kind, {line: value}) == ("passed", "1 figure checked")


def test_what_is_checked_is_counted() -> None:
    assert signs(BALANCE, {}) == ("not_applicable", "0 figures checked")
    assert signs(BALANCE, {"total_assets": 7, "inventory": 0}) == ("passed", "2 figures checked")
    assert signs(BALANCE, {"total_assets": -7, "inventory": -1234567})[1].split("; ") == [
        "Total assets is -7", "Inventory is -1,234,567"
    ]  # fmt: skip
    # Losses and debts may have either sign.
    assert signs(BALANCE, {"total_equity": -7, "retained_earnings": -7})[0] == "not_applicable"


def test_a_line_refused_for_its_sign_is_told_of() -> None:
    verdict, detail = signs(BALANCE, {"goodwill": refusal(Refusal.WRONG_SIGN), "total_assets": 7})
    assert (verdict, detail) == ("failed", "Goodwill was filed with the wrong sign")
    assert signs(BALANCE, {"goodwill": refusal(Refusal.RESTATED_APART)})[0] == "not_applicable"
    every = {"revenue": 9, "net_income": 1, "eps_basic": 1, **TAXED}
    assert signs(INCOME, every) == ("passed", "3 figures checked")


@pytest.mark.parametrize(
    ("earnings", "per_share", "preferred", "verdict"),
    [
        (93_736_000_000, "6.11", None, "passed"),
        (-93_736_000_000, "6.11", None, "failed"),
        (93_736_000_000, "-6.11", None, "failed"),
        (-93_736_000_000, "-6.11", None, "passed"),
        (93_736_000_000, "-6.11", 1000, "not_applicable"),  # preferred dividends can turn a profit into a loss a share
        (93_736_000_000, "-6.11", 0, "failed"),
        (61, "0.61", None, "passed"),
        (-61, "0.61", None, "failed"),
        (0, "6.11", None, "not_applicable"),
        (93_736_000_000, "0", None, "not_applicable"),
        (None, "6.11", None, "not_applicable"),
    ],
)
def test_earnings_and_earnings_per_share_have_one_sign(
    earnings: int | None, per_share: str, preferred: int | None, verdict: str
) -> None:
    figures = {"net_income": earnings, "eps_basic": per_share, "preferred_dividends": preferred}
    found, detail = signs(INCOME, {name: value for name, value in figures.items() if value is not None})
    assert found == verdict
    if verdict == "failed":
        assert detail == f"Net income is {earnings:,} and Earnings per share, basic {per_share}"
    else:
        assert detail == ("1 figure checked" if verdict == "passed" else "0 figures checked")


TAXED = {"income_before_tax": 1000, "income_tax": 210, "consolidated_income_continuing_operations": 790}


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, "passed"),
        ({"consolidated_income_continuing_operations": 1210}, "failed"),  # as if the tax were a benefit
        ({"consolidated_income_continuing_operations": 820, "equity_method_income": 30}, "passed"),
        ({"consolidated_income_continuing_operations": 790, "equity_method_income": 30}, "passed"),  # included above
        ({"consolidated_income_continuing_operations": 1240, "equity_method_income": 30}, "failed"),
        ({"consolidated_income_continuing_operations": 800}, "not_applicable"),  # neither
        ({"income_tax": 0, "consolidated_income_continuing_operations": 1000}, "not_applicable"),
        ({"income_before_tax": derived(1000)}, "not_applicable"),
        ({"income_tax": derived(210)}, "not_applicable"),
        ({"consolidated_income_continuing_operations": derived(1210)}, "not_applicable"),
        ({"income_before_tax": -1000, "income_tax": -210, "consolidated_income_continuing_operations": -790}, "passed"),
    ],
)
def test_the_tax_has_the_sign_that_leads_to_income_after_tax(change: Given, verdict: str) -> None:
    found, detail = signs(INCOME, {**TAXED, **change})
    assert found == verdict
    if verdict == "failed":
        assert detail == "Income tax does not have the sign that income before and after tax imply"
    for name in TAXED:
        assert signs(INCOME, {line: value for line, value in TAXED.items() if line != name})[0] == "not_applicable"


COLUMNS = [YEAR_BEFORE, YEAR, YEAR_AFTER]


def scales(kind: StatementKind, line: str, *values: int | None) -> list[Check]:
    """The check of scale of each of three years with these values of a line."""
    by_period: dict[object, Given] = {period: {line: value} for period, value in zip(COLUMNS, values, strict=True) if value}
    found = outlier_checks(given(kind, by_period), kind, COLUMNS, None)  # type: ignore[arg-type]
    return [each for each in found if each.name == "figures_have_their_scale"]


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (INCOME, "revenue"), (INCOME, "cost_of_revenue"), (BALANCE, "total_assets"), (BALANCE, "current_assets"),
        (BALANCE, "total_liabilities"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("values", "is_far"),
    [
        ((1_000_000, 500_000_000, 1_000_000), True),  # five hundred times both neighbours
        ((1_000_000, 499_999_999, 1_000_000), False),
        ((1_000_000, 500_000_000, 1_000_001), False),
        ((500_000_000, 1_000_000, 500_000_000), True),
        ((500_000_000, 1_000_001, 500_000_000), False),
        ((1_000_000, 500_000_000, 500_000_000), False),  # it grew
        ((1_000_000, -500_000_000, 1_000_000), True),
    ],
)
def test_a_steady_figure_stays_within_five_hundred_times_its_neighbours(
    kind: StatementKind, line: str, values: tuple[int, int, int], is_far: bool
) -> None:
    first, middle, last = scales(kind, line, *values)
    assert middle.result == ("failed" if is_far else "passed")
    if is_far:
        before, value, after = values
        assert middle.detail.endswith(f" is {value:,} between {before:,} and {after:,}")
    else:
        assert middle.detail == "1 figure checked"
    # The first and the last have one neighbour each.
    assert (first.result, last.result) == ("not_applicable", "not_applicable")


def test_a_gap_or_a_zero_is_no_neighbour() -> None:
    for values in ((None, 500, 1), (1, 500, None), (1, None, 1)):
        assert [each.result for each in scales(INCOME, "revenue", *values)] == ["not_applicable"] * 3
    assert scales(INCOME, "net_income", 1, 500, 1)[1].result == "not_applicable"  # profits pass through zero


def test_what_is_compared_with_its_neighbours_is_counted() -> None:
    line = {"revenue": 9, "cost_of_revenue": 5, "weighted_average_shares": 7, "weighted_average_shares_diluted": 7}
    figures = given(INCOME, {YEAR_BEFORE: line, YEAR: line, YEAR_AFTER: line})
    details = [each.detail for each in outlier_checks(figures, INCOME, COLUMNS, None) if "scale" in each.name]
    assert details == ["2 figures checked", "4 figures checked", "2 figures checked"]


def test_the_column_before_the_first_is_its_neighbour() -> None:
    figures = given(INCOME, {YEAR_BEFORE: {"revenue": 1}, YEAR: {"revenue": 1000}, YEAR_AFTER: {"revenue": 2}})
    first, last = list(outlier_checks(figures, INCOME, [YEAR, YEAR_AFTER], YEAR_BEFORE))[2:]
    assert (first.result, first.detail) == ("failed", "Revenue is 1,000 between 1 and 2")
    assert last.result == "not_applicable"
    (between,) = scale_checks(figures, INCOME, [YEAR], before=YEAR_BEFORE, after=YEAR_AFTER)
    assert between == first
    assert [each.period_end for each in outlier_checks(figures, INCOME, [YEAR, YEAR_AFTER], None)] == [
        YEAR.end, YEAR_AFTER.end, YEAR.end, YEAR_AFTER.end
    ]  # fmt: skip


# McDonald's 2021: 7,545.2 million, 10.04 a share of 751.8 million diluted shares.
MCDONALDS = {"net_income": 7_545_200_000, "eps_diluted": "10.04"}


@pytest.mark.parametrize(
    ("figures", "is_out"),
    [
        (MCDONALDS | {"weighted_average_shares_diluted": 751_800_000}, False),
        (MCDONALDS | {"weighted_average_shares_diluted": "751.8"}, True),
        (MCDONALDS | {"weighted_average_shares_diluted": 751_800_000_000}, True),
        ({"net_income": 100, "eps_basic": 1, "weighted_average_shares_diluted": 10_000}, False),  # a hundred times
        ({"net_income": 100, "eps_basic": 1, "weighted_average_shares_diluted": 10_001}, True),
        ({"net_income": 100, "eps_basic": 1, "weighted_average_shares_diluted": 1}, False),
        ({"net_income": 100, "eps_basic": 1, "weighted_average_shares_diluted": "0.99"}, True),
        ({"net_income": -100, "eps_basic": -1, "weighted_average_shares_diluted": 100}, False),
        ({"net_income": -100, "eps_basic": 1, "weighted_average_shares_diluted": 100}, False),
        ({"net_income": 100, "eps_diluted": 2, "eps_basic": 1, "weighted_average_shares_diluted": 5_001}, True),
        ({"net_income": 0, "eps_basic": 1, "weighted_average_shares_diluted": 7}, False),
        ({"net_income": 100, "weighted_average_shares_diluted": 7}, False),
        ({"weighted_average_shares_diluted": 0} | MCDONALDS, False),
    ],
)
def test_a_share_count_is_of_the_scale_of_earnings_by_earnings_per_share(figures: Given, is_out: bool) -> None:
    known = given(INCOME, {YEAR: figures})
    line = next(line for line in known.template.lines if line.name == "weighted_average_shares_diluted")
    assert is_out_of_scale(known, line, YEAR) is is_out
    (found,) = (each for each in outlier_checks(known, INCOME, [YEAR], None) if "scale" in each.name)
    assert found.result == ("failed" if is_out else "passed")
    if is_out:
        label = known.label("weighted_average_shares_diluted")
        shares = known.compute("weighted_average_shares_diluted", YEAR).value
        assert found.detail == f"{label}: {shares:,f} is not what net income and earnings per share imply"


def test_a_balance_without_earnings_is_compared_with_the_average() -> None:
    for count, is_out in (("15115823000", False), ("15115.823", True)):
        known = given(BALANCE, {YEAR: {"shares_outstanding": count, "weighted_average_shares_diluted": 15_408_095_000}})
        line = next(line for line in known.template.lines if line.name == "shares_outstanding")
        assert is_out_of_scale(known, line, YEAR) is is_out
    # Earnings say more than an average in another scale.
    earned = {"shares_outstanding": 100, "net_income": 100, "eps_basic": 1, "weighted_average_shares_diluted": "0.5"}
    assert not is_out_of_scale(given(BALANCE, {YEAR: earned}), line, YEAR)
    alone = given(BALANCE, {YEAR: {"shares_outstanding": "15115.823"}})
    assert not is_out_of_scale(alone, line, YEAR)
