"""Lines filed in parts: the whole that the statement proves, or none. Amounts in millions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.domain.statements.test_other_filers import INCOME, START, Report, at
from workbench.domain.statements.statement import PeriodKind

RENTS, FEES = "OperatingLeaseLeaseIncome", "RevenueFromContractWithCustomerExcludingAssessedTax"
UNPROVEN = "parts_without_total"


@pytest.mark.parametrize(
    ("sic", "figures", "revenue"),
    [
        # Rents of 100 and fees of 4, from which expenses of 80 leave 24.
        ("6798", {RENTS: 100, FEES: 4, "CostsAndExpenses": 80, "OperatingIncomeLoss": 24}, 104),
        # Rents from which the same expenses leave 20: the fees are within them, or were never on the statement.
        ("6798", {RENTS: 100, FEES: 4, "CostsAndExpenses": 80, "OperatingIncomeLoss": 20}, 100),
        # Rents are not known to be all of the revenue.
        ("6798", {RENTS: 100}, UNPROVEN),
        ("6798", {RENTS: 100, FEES: 4}, UNPROVEN),
        ("6798", {RENTS: 100, "CostsAndExpenses": 80, "OperatingIncomeLoss": 29}, UNPROVEN),
        # Alexandria Real Estate Equities in 2024: rents and other income are the revenue under the third tag.
        (
            "6798",
            {RENTS: 3049.706, "OtherIncome": 66.688, "RevenueFromContractWithCustomerIncludingAssessedTax": 3116.394},
            3116.394,
        ),
        ("6798", {RENTS: 100, FEES: 4, "Revenues": 110}, 110),
        # Before 2018: a total by its meaning, and with the rents that are a part of it.
        ("6798", {"RealEstateRevenueNet": 110}, 110),
        ("6798", {"RealEstateRevenueNet": 110, "OperatingLeasesIncomeStatementLeaseRevenue": 90}, UNPROVEN),
        # Goods and services.
        (
            "3571",
            {"SalesRevenueGoodsNet": 300, "SalesRevenueServicesNet": 100, "CostOfRevenue": 250, "GrossProfit": 150},
            400,
        ),
        ("3571", {"SalesRevenueGoodsNet": 300, "SalesRevenueServicesNet": 100}, UNPROVEN),
        ("3571", {"SalesRevenueGoodsNet": 300}, 300),
        ("8060", {"HealthCareOrganizationRevenue": 500}, 500),
        ("1311", {"OilAndGasRevenue": 500, "CostsAndExpenses": 450, "OperatingIncomeLoss": 50}, 500),
        ("1311", {"OilAndGasRevenue": 500, "CostsAndExpenses": 450, "OperatingIncomeLoss": 80}, UNPROVEN),
        ("4931", {"ElectricUtilityRevenue": 70, "UtilityRevenue": 30}, UNPROVEN),
        # BlackRock in 2023: the first tag is of a note.
        ("6211", {"Revenues": 11_012, FEES: 17_859, "OperatingExpenses": 11_584, "OperatingIncomeLoss": 6_275}, 17_859),
        # Bank of America in 2023: the first tag is of a note.
        ("6021", {"Revenues": 102_769, "InterestIncomeExpenseNet": 56_931, "NoninterestIncome": 41_650}, 98_581),
        ("6021", {"Revenues": 102_769}, UNPROVEN),
        # A lender that states no noninterest income: revenue of 1,902, costs of 1,524, of which interest is 267.
        (
            "6141",
            {"Revenues": 1_902, "CostsAndExpenses": 1_524, "InterestExpense": 267,
             "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest": 378},
            1_902,
        ),
    ],
)  # fmt: skip
def test_revenue(sic: str, figures: dict[str, float], revenue: float | str) -> None:
    found = Report(sic).flows(figures).of_year("revenue")
    assert (found if isinstance(found, str) else float(found)) == revenue


def test_the_fourth_quarter_of_revenue_in_two_parts_is_the_sum_of_their_fourth_quarters() -> None:
    report = Report("6798")
    for part, end in enumerate((date(2023, 3, 31), date(2023, 6, 30), date(2023, 9, 30)), start=1):
        filed = end + timedelta(days=32)
        report.flows({"NetIncomeLoss": 25 * part, "IncomeTaxExpenseBenefit": 5 * part}, START, end, filed=filed)
        figures = {RENTS: 24 * part, FEES: part, "CostsAndExpenses": 20 * part, "OperatingIncomeLoss": 5 * part}
        report.flows(figures, START, end, filed=filed)
    report.flows({RENTS: 100, FEES: 4.5, "CostsAndExpenses": 80, "OperatingIncomeLoss": 24.5})
    fourth = at(report.statement(INCOME, PeriodKind.QUARTERLY), "revenue", "Q4 2023")
    assert fourth.value == 29_500_000
    fees, rents = f"{FEES} [fiscal year - first nine months]", f"{RENTS} [fiscal year - first nine months]"
    assert fourth.formula == f"{fees} + {rents}"
    assert [fact.value / 1_000_000 for fact in fourth.facts] == [4.5, 3, 100, 72]


@pytest.mark.parametrize(
    ("figures", "cost", "profit"),
    [
        ({"Revenues": 400, "CostOfGoodsSold": 200, "CostOfServices": 50, "GrossProfit": 150}, 250, 150),
        # Neither is the cost, so neither gives a gross profit.
        ({"Revenues": 400, "CostOfGoodsSold": 200, "CostOfServices": 50}, UNPROVEN, UNPROVEN),
        ({"Revenues": 400, "CostOfServices": 250}, 250, 150),
        # The gross profit and the whole cost give the revenue that is not filed; a part of the cost does not.
        ({"CostOfRevenue": 250, "GrossProfit": 150}, 250, 150),
    ],
)
def test_cost_of_revenue(figures: dict[str, float], cost: float | str, profit: float | str) -> None:
    report = Report().flows(figures)
    assert (report.of_year("cost_of_revenue"), report.of_year("gross_profit")) == (cost, profit)


@pytest.mark.parametrize(
    ("figures", "revenue"),
    [
        ({"CostOfRevenue": 250, "GrossProfit": 150}, 400),
        ({"CostOfRevenue": 250, "GrossProfit": 150, "CostsAndExpenses": 380, "OperatingIncomeLoss": 20}, 400),
        # The cost is before depreciation of 30, and the gross profit after it.
        ({"CostOfRevenue": 220, "GrossProfit": 150, "CostsAndExpenses": 380, "OperatingIncomeLoss": 20}, "contradicted"),
        ({"CostOfGoodsSold": 200, "GrossProfit": 150}, "not_reported"),  # services may cost something too
        ({"CostOfRevenue": 250, "OperatingIncomeLoss": 20}, "not_reported"),
    ],
)
def test_revenue_from_gross_profit_and_cost(figures: dict[str, float], revenue: float | str) -> None:
    assert Report().flows(figures).of_year("revenue") == revenue


@pytest.mark.parametrize(
    ("figures", "redeemable", "liabilities"),
    [
        # GM's total is a tag of its own.
        (
            {"TemporaryEquityCarryingAmountIncludingPortionAttributableToNoncontrollingInterests": 118,
             "RedeemableNoncontrollingInterestEquityCarryingAmount": 100},
            118, 482,
        ),
        ({"RedeemableNoncontrollingInterestEquityFairValue": 22}, 22, 578),  # Mastercard in 2023
        # Redeemable preferred stock of 60 and noncontrolling interests of 40 beside each other.
        (
            {"TemporaryEquityCarryingAmountAttributableToParent": 60, "Liabilities": 500,
             "RedeemableNoncontrollingInterestEquityCarryingAmount": 40},
            100, 500,
        ),
        (
            {"TemporaryEquityCarryingAmountAttributableToParent": 60,
             "RedeemableNoncontrollingInterestEquityCarryingAmount": 40},
            UNPROVEN, UNPROVEN,
        ),
    ],
)  # fmt: skip
def test_temporary_equity(figures: dict[str, float], redeemable: float | str, liabilities: float | str) -> None:
    totals = {
        "LiabilitiesAndStockholdersEquity": 1_000,
        "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest": 400,
    }
    report = Report().balances(totals | figures)
    assert (report.of_year("temporary_equity"), report.of_year("total_liabilities")) == (redeemable, liabilities)


NOTES = {"SeniorLongTermNotes": 300, "ConvertibleDebtNoncurrent": 100, "LongTermDebtCurrent": 10}


@pytest.mark.parametrize(
    ("rest", "debt"),
    [
        # The balance sheet has no other noncurrent lines than these, so the notes add up to all of the debt.
        ({"Liabilities": 600, "LiabilitiesCurrent": 150, "OtherLiabilitiesNoncurrent": 50}, 400),
        ({"Liabilities": 640, "LiabilitiesCurrent": 150, "OtherLiabilitiesNoncurrent": 50}, UNPROVEN),
        ({}, UNPROVEN),
        # The senior notes alone are the debt; the others are a part of them or of a note.
        ({"Liabilities": 500, "LiabilitiesCurrent": 150, "OtherLiabilitiesNoncurrent": 50}, 300),
    ],
)
def test_notes_on_several_lines_add_up_to_long_term_debt_if_the_balance_sheet_proves_it(
    rest: dict[str, float], debt: float | str
) -> None:
    report = Report().balances(NOTES | rest)
    assert report.of_year("long_term_debt") == debt
    assert report.of_year("total_debt") == (debt + 10 if isinstance(debt, int) else debt)


def test_a_line_of_credit_alone_is_not_known_to_be_all_of_the_debt() -> None:
    assert Report().balances({"LongTermLineOfCredit": 80}).of_year("long_term_debt") == UNPROVEN


@pytest.mark.parametrize(
    ("figures", "debt"),
    [
        # NVIDIA in January 2016 and January 2017: convertible notes due, beside long-term notes.
        ({"ConvertibleDebtCurrent": 1_413, "LongTermDebtNoncurrent": 0}, 1_413),
        ({"ConvertibleDebtCurrent": 796, "LongTermDebtNoncurrent": 1_983}, 2_779),
        # NVIDIA's own tag, whose figure excludes them although its definition includes what is due.
        ({"ConvertibleDebtCurrent": 796, "LongTermDebt": 1_983}, "operand_missing"),
        # Under Armour at the end of 2017: a revolving credit beside the term loan.
        ({"LinesOfCreditCurrent": 125, "LongTermDebtCurrent": 27, "LongTermDebtNoncurrent": 765.046}, 917.046),
        ({"NotesPayableCurrent": 20, "ConvertibleNotesPayableCurrent": 7, "LongTermDebtNoncurrent": 40}, UNPROVEN),
        # Salesforce in January 2024: one figure under two tags.
        ({"ConvertibleDebtCurrent": 999, "LongTermDebtCurrent": 999, "LongTermDebtNoncurrent": 8_427}, 9_426),
    ],
)
def test_debt_due_within_a_year_under_other_tags(figures: dict[str, float], debt: float | str) -> None:
    found = Report().balances(figures).of_year("total_debt")
    assert (found if isinstance(found, str) else float(found)) == debt


AT_HOME = "IncomeLossFromContinuingOperationsBeforeIncomeTaxesDomestic"
ABROAD = "IncomeLossFromContinuingOperationsBeforeIncomeTaxesForeign"


@pytest.mark.parametrize(
    ("regions", "income"),
    [
        # McDonald's in 2022: the share of others' income is above the line, and the sum is one off by rounding.
        ({AT_HOME: 1_846, ABROAD: 5_980}, 7_825),
        # The share of others' income comes after tax, so it is not in the income of the regions.
        ({AT_HOME: 1_846, ABROAD: 5_867}, "operand_missing"),
        ({AT_HOME: 7_826}, "operand_missing"),
        ({}, "operand_missing"),
    ],
)
def test_income_before_tax_with_a_share_of_the_income_of_others(regions: dict[str, float], income: float | str) -> None:
    report = Report()
    report.rows = []
    report.flows({"NetIncomeLoss": 6_177, "IncomeTaxExpenseBenefit": 1_648, "IncomeLossFromEquityMethodInvestments": 113})
    assert report.flows(regions).of_year("income_before_tax") == income
