"""Statements against the calculation linkbases of filings: what is compared, to which rounding, and what is said of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.domain.statements.given_figures import QUARTERS, YEAR, YEAR_BEFORE
from tests.domain.statements.test_extension_concepts import ACME, calculation
from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.identity import Accession
from workbench.domain.statements.calculations import ExactFact, FiledFigures, as_usually_rounded, by_statement
from workbench.domain.statements.linkbase_checks import FiledCalculations, LinkbaseChecks
from workbench.domain.statements.statement import StatementKind

ACCESSION = Accession("0000000007-24-000001")
BALANCE = calculation("Assets = AssetsCurrent + AssetsNoncurrent", "balance")
INCOME = calculation("GrossProfit = Revenues - CostOfRevenue", "income")
CASHFLOW = calculation("NetCashProvidedByUsedInOperatingActivities = ProfitLoss + Depreciation", "cashflow")
NOT_CHECKED = "not checked: no filing of this period is archived with its calculation linkbase"


def facts(
    values: dict[str, int | str], *, start: date | None = None, end: date = YEAR.end, decimals: int | None = None
) -> list[ExactFact]:
    return [ExactFact(f"us-gaap:{tag}", "USD", start, end, Decimal(value), decimals) for tag, value in values.items()]


def result(kind: StatementKind, figures: list[ExactFact], period: FiscalPeriod = YEAR, filings: int = 1) -> tuple[str, str]:
    filed = FiledCalculations(ACCESSION, (BALANCE, INCOME, CASHFLOW), FiledFigures(figures))
    check = LinkbaseChecks([filed] * filings, ACME, "commercial").check(kind, period)
    assert (check.name, check.period_end) == ("calculations_add_up", period.end)
    return check.result, check.detail


def test_a_total_is_compared_with_its_terms() -> None:
    assets = {"Assets": 300, "AssetsCurrent": 100, "AssetsNoncurrent": 200}
    assert result(StatementKind.BALANCE, facts(assets)) == ("passed", "1 calculations compared")
    assert result(StatementKind.BALANCE, facts(assets), filings=3) == ("passed", "3 calculations compared")
    assert result(StatementKind.BALANCE, facts(assets | {"Assets": 1300})) == (
        "failed", f"Assets 1,300, its terms 300 in {ACCESSION}"
    )  # fmt: skip
    # A missing term counts as zero; a missing total, and one without any term, is not compared.
    assert result(StatementKind.BALANCE, facts({"Assets": 100, "AssetsCurrent": 100}))[0] == "passed"
    for values in ({"Assets": 300}, {"AssetsCurrent": 100, "AssetsNoncurrent": 200}, {}):
        assert result(StatementKind.BALANCE, facts(values)) == ("not_applicable", NOT_CHECKED)
    # Of the statement that is asked for.
    assert result(StatementKind.INCOME, facts(assets)) == ("not_applicable", NOT_CHECKED)
    profit = {"GrossProfit": 60, "Revenues": 100, "CostOfRevenue": 40}
    assert result(StatementKind.INCOME, facts(profit, start=YEAR.start))[0] == "passed"
    assert result(StatementKind.INCOME, facts(profit | {"GrossProfit": 140}, start=YEAR.start))[0] == "failed"


@pytest.mark.parametrize(
    ("total", "holds"), [(301_500_000, True), (301_500_001, False), (298_500_000, True), (298_499_999, False)]
)
def test_three_figures_in_millions_may_be_one_and_a_half_apart(total: int, holds: bool) -> None:
    values: dict[str, int | str] = {"Assets": total, "AssetsCurrent": 100_000_000, "AssetsNoncurrent": 200_000_000}
    assert result(StatementKind.BALANCE, facts(values, decimals=-6))[0] == ("passed" if holds else "failed")
    exact = "passed" if total == 300_000_000 else "failed"
    assert result(StatementKind.BALANCE, facts(values))[0] == exact


@pytest.mark.parametrize(
    ("start", "end", "is_compared"),
    [
        (QUARTERS[1].start, QUARTERS[1].end, True),
        (YEAR.start, QUARTERS[1].end, True),  # cash flows are filed year to date
        (date(2023, 4, 8), QUARTERS[1].end, True),
        (date(2023, 4, 9), QUARTERS[1].end, False),
        (date(2022, 7, 1), QUARTERS[1].end, False),
        (QUARTERS[1].start, date(2023, 7, 1), False),
        (None, QUARTERS[1].end, True),
    ],
)
def test_the_quarter_and_its_year_to_date_are_compared(start: date | None, end: date, is_compared: bool) -> None:
    values: dict[str, int | str] = {"NetCashProvidedByUsedInOperatingActivities": 30, "ProfitLoss": 20, "Depreciation": 10}
    found = result(StatementKind.CASHFLOW, facts(values, start=start, end=end), QUARTERS[1])
    assert found[0] == ("passed" if is_compared else "not_applicable")
    assert result(StatementKind.CASHFLOW, facts(values, start=start, end=end), YEAR_BEFORE)[0] == "not_applicable"


@pytest.mark.parametrize(("filings", "more"), [(6, ""), (7, "; and 1 more"), (9, "; and 3 more")])
def test_six_differences_are_named(filings: int, more: str) -> None:
    values: dict[str, int | str] = {"Assets": 1300, "AssetsCurrent": 100, "AssetsNoncurrent": 200}
    one = f"Assets 1,300, its terms 300 in {ACCESSION}"
    assert result(StatementKind.BALANCE, facts(values), filings=filings) == ("failed", "; ".join([one] * 6) + more)


def test_of_several_figures_for_one_quantity_the_most_exact_counts() -> None:
    exact, rounded = ExactFact("us-gaap:Assets", "USD", None, YEAR.end, Decimal(301_234_567), None), facts(
        {"Assets": 301_000_000}, decimals=-6
    )  # fmt: skip
    thousands = facts({"Assets": 301_235_000}, decimals=-3)
    span = ("USD", None, YEAR.end)
    for given in ([exact, *rounded, *thousands], [*rounded, *thousands, exact]):
        assert FiledFigures(given).find("us-gaap:Assets", span) == exact
    assert FiledFigures([*rounded, *thousands]).find("us-gaap:Assets", span) == thousands[0]
    assert FiledFigures(rounded).find("us-gaap:Assets", ("EUR", None, YEAR.end)) is None
    assert list(FiledFigures([exact, *rounded]).spans) == [span]


@pytest.mark.parametrize(
    ("values", "decimals"),
    [
        ([1_000_000 * number for number in range(1, 11)], -6),
        ([*(1_000_000 * number for number in range(1, 10)), 7], -6),  # nine in ten
        ([*(1_000_000 * number for number in range(1, 9)), 7, 8], None),
        ([*(1_100_000 * number for number in range(1, 10)), 7], -5),
        ([*(1_001_000 * number for number in range(1, 10)), 7], -3),
        ([*(1_000_010 * number for number in range(1, 10)), 7], None),
        ([0, 0, 7], None),
        ([0, 0, 5_000_000], -6),  # nothing is no round figure
        ([0], None),
    ],
)
def test_a_filing_without_accuracy_is_rounded_as_nine_in_ten_of_its_figures(values: list[int], decimals: int | None) -> None:
    given = [
        ExactFact(f"us-gaap:Tag{number}", "USD", None, YEAR.end, Decimal(value), None) for number, value in enumerate(values)
    ]
    found = as_usually_rounded(given)
    assert [fact.value for fact in found] == values
    step = 10 ** -(decimals or 0)
    assert [fact.decimals for fact in found] == [
        decimals if decimals and value % step == 0 else None for value in values
    ]  # fmt: skip


def test_each_unit_is_rounded_as_its_own_figures_are() -> None:
    dollars = facts({"Assets": 3_000_000, "Liabilities": 2_000_000})
    shares = [ExactFact("us-gaap:CommonStockSharesIssued", "shares", None, YEAR.end, Decimal(1_234_567), None)]
    assert {fact.concept: fact.decimals for fact in as_usually_rounded([*dollars, *shares])} == {
        "us-gaap:Assets": -6, "us-gaap:Liabilities": -6, "us-gaap:CommonStockSharesIssued": None
    }  # fmt: skip


def test_a_note_that_breaks_down_a_figure_of_a_statement_belongs_to_it() -> None:
    note = calculation("AssetsCurrent = Cash + InventoryNet", "note")
    other = calculation("Goodwill = acme:One + acme:Two", "another note")
    equity = calculation("LiabilitiesAndStockholdersEquity = Liabilities + StockholdersEquity", "balance")
    found = by_statement([note, BALANCE, other, INCOME, equity], ACME, "commercial")
    assert found[StatementKind.BALANCE] == (note, BALANCE, equity)
    assert found[StatementKind.INCOME] == (INCOME,)
    assert found[StatementKind.CASHFLOW] == ()
