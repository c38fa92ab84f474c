"""Identities of a column: which hold, which are broken, and which prove nothing (in millions)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.domain.statements.test_other_filers import BALANCE, CASHFLOW, END, INCOME, START, Report, at
from workbench.domain.facts.known import FactTable
from workbench.domain.measures.coverage import checked_figures
from workbench.domain.statements.assembly import assemble
from workbench.domain.statements.identities import identities, rounding
from workbench.domain.statements.statement import Check, PeriodKind, Statement

BEFORE_TAX = "IncomeLossFromContinuingOperationsBeforeIncomeTaxesMinorityInterestAndIncomeLossFromEquityMethodInvestments"
AFTER_TAX = "IncomeLossFromContinuingOperationsIncludingPortionAttributableToNoncontrollingInterest"
TOTAL_EQUITY = "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest"
CASH = "CashAndCashEquivalentsAtCarryingValue"
LATER = date(2026, 2, 14)


def result(found: Statement, name: str, end: date = END) -> Check:
    return next(each for each in found.checks if each.name == name and each.period_end == end)


def test_a_revenue_of_eight_times_its_size_fails_or_is_in_no_checked_identity() -> None:
    wrong = Report().flows({"Revenues": 6_400, "CostOfRevenue": 500, "GrossProfit": 300, "OperatingIncomeLoss": 130})
    broken = result(wrong.statement(INCOME), "gross_profit_is_revenue_less_cost")
    assert (broken.result, broken.lines) == ("failed", ("gross_profit", "revenue", "cost_of_revenue"))
    alone = Report().flows({"Revenues": 6_400, "OperatingIncomeLoss": 130}).statement(INCOME)
    assert not any("revenue" in check.lines for check in alone.checks if check.result == "passed")


def test_figures_that_repeat_a_checked_line_are_checked_with_it() -> None:
    report = Report().balances({"Assets": 500, "Liabilities": 320, "StockholdersEquity": 180, "Goodwill": 9})
    assert checked_figures(report.statement(BALANCE)) == (5, 4)  # total equity repeats shareholders' equity


def test_liabilities_that_are_what_equity_leaves_prove_nothing() -> None:
    report = Report().balances({"Assets": 500, "LiabilitiesAndStockholdersEquity": 500, "StockholdersEquity": 8})
    found = report.statement(BALANCE)
    assert at(found, "total_liabilities", "FY 2023").value == 492_000_000
    assert result(found, "balance_sheet_balances").result == "not_applicable"
    assert result(found, "assets_are_liabilities_and_equity").result == "passed"


def test_a_statement_without_the_lines_of_an_identity_has_no_such_check() -> None:
    names = {check.name for check in Report().flows({"Revenues": 900}).statement(INCOME).checks}
    assert "net_interest_income_and_its_parts" not in names
    assert {each.name for each in identities(INCOME)} - names == {"net_interest_income_and_its_parts", "revenue_and_its_parts"}


def test_a_bank_s_net_interest_income_is_checked() -> None:
    figures = {"InterestAndDividendIncomeOperating": 190, "InterestExpense": 101, "InterestIncomeExpenseNet": 98}
    found = Report("6021").flows(figures).statement(INCOME)
    assert result(found, "net_interest_income_and_its_parts").result == "failed"


def test_columns_of_the_statement_of_equity_under_the_tag_of_its_total_are_not_total_equity() -> None:
    """NIKE reported accumulated other comprehensive income under the tag of total equity, fiscal 2013 to 2016."""
    report = Report().balances(
        {"Assets": 17_545, "LiabilitiesAndStockholdersEquity": 17_545, "StockholdersEquity": 11_081,
         "AccumulatedOtherComprehensiveIncomeLossNetOfTax": 274, TOTAL_EQUITY: 274}
    )  # fmt: skip
    found = report.millions(BALANCE)
    assert (found["total_equity"], found["total_liabilities"]) == (11_081, 6_464)


def test_an_extraordinary_item_stands_between_continuing_operations_and_net_income() -> None:
    """Kimberly-Clark's 2008, as its report of 2010 gives it."""
    report = Report().flows(
        {BEFORE_TAX: 2_289, "IncomeTaxExpenseBenefit": 618, "IncomeLossFromEquityMethodInvestments": 166,
         "ExtraordinaryItemNetOfTax": -8, "ProfitLoss": 1_829, "NetIncomeLoss": 1_690}
    )  # fmt: skip
    found = report.statement(INCOME)
    assert at(found, "consolidated_income_continuing_operations", "FY 2023").value == 1_837_000_000
    assert result(found, "income_after_tax").result == "passed"


def test_income_from_discontinued_operations_is_what_stands_between_two_filed_totals() -> None:
    """Kimberly-Clark's 2014: 50 million of a health care business that it spun off, on no line of its own."""
    report = Report().flows({"ProfitLoss": 1_595, "NetIncomeLoss": 1_526, AFTER_TAX: 1_545})
    found = at(report.statement(INCOME), "income_discontinued_operations", "FY 2023")
    assert (found.value, found.formula) == (
        50_000_000,
        "consolidated_net_income - consolidated_income_continuing_operations",
    )


def test_a_share_of_noncontrolling_interests_that_a_later_report_shows_is_not_zero() -> None:
    """Procter & Gamble's first quarter of fiscal 2010: 28 million of noncontrolling interests, in later reports alone."""
    figures = {"NetIncomeLoss": 3_307, AFTER_TAX: 3_055, "IncomeLossFromDiscontinuedOperationsNetOfTax": 280}
    found = Report().flows(figures).statement(INCOME)
    assert at(found, "consolidated_net_income", "FY 2023").reason == "contradicted"
    assert at(found, "net_income", "FY 2023").value == 3_307_000_000


FLOWS = {
    "NetCashProvidedByUsedInOperatingActivities": 5_984,
    "NetCashProvidedByUsedInInvestingActivities": -15_096,
    "NetCashProvidedByUsedInFinancingActivities": -464,
    "EffectOfExchangeRateOnCashAndCashEquivalentsContinuingOperations": -98,
    "CashAndCashEquivalentsPeriodIncreaseDecrease": 1_300,
}


def test_cash_of_discontinued_operations_stands_outside_the_three_totals() -> None:
    """Disney's fiscal 2019: the sports networks that it sold, in one line."""
    name = "change_in_cash_and_its_parts"
    assert result(Report().flows(FLOWS).statement(CASHFLOW), name).result == "failed"
    whole = Report().flows(FLOWS | {"NetCashProvidedByUsedInDiscontinuedOperations": 10_974})
    assert result(whole.statement(CASHFLOW), name).result == "passed"
    parts = {"Operating": 622, "Investing": 10_978, "Financing": -626}
    tagged = {f"CashProvidedByUsedIn{part}ActivitiesDiscontinuedOperations": value for part, value in parts.items()}
    found = Report().flows(FLOWS | tagged).statement(CASHFLOW)
    assert at(found, "discontinued_cash_flow", "FY 2023").value == 10_974_000_000
    assert result(found, name).result == "passed"


def cash(report: Report, value: float, day: date, filed: date) -> Report:
    report.rows.append((CASH, None, day, Decimal(str(value)) * 1_000_000, "10-K", filed))
    return report


def test_closing_cash_is_the_value_that_its_change_leads_to_and_not_one_that_was_put_on_its_day_later() -> None:
    """NIKE's cash of 31 May 2011 was 1,955; its reports of 2013 and 2014 give 2,317 and 1,877 for that day."""
    report = Report().flows({"CashAndCashEquivalentsPeriodIncreaseDecrease": -1_124}).balances({CASH: 1_955, "Assets": 14_998})
    report.balances({CASH: 3_079}, START - timedelta(days=1))
    cash(cash(report, 2_317, END, date(2025, 10, 7)), 1_877, END, LATER)
    flows, balance = report.statement(CASHFLOW), report.statement(BALANCE)
    assert at(flows, "cash_at_end", "FY 2023").value == 1_955_000_000
    assert at(balance, "cash_and_equivalents", "FY 2023").value == 1_955_000_000
    assert result(flows, "cash_roll_forward").result == "passed"


def test_restated_cash_with_the_total_assets_of_its_day_is_the_newest() -> None:
    report = cash(Report().balances({CASH: 100, "Assets": 900}), 120, END, LATER)
    report.rows.append(("Assets", None, END, Decimal(900_000_000), "10-K", LATER))
    assert at(report.statement(BALANCE), "cash_and_equivalents", "FY 2023").value == 120_000_000


@pytest.mark.parametrize(
    ("per_share", "earnings", "expected"),
    [
        ("6.11", "93736", "passed"),  # Apple's fiscal 2024
        ("48.88", "93736", "failed"),  # eight times as much
        ("6.11", "90000", "failed"),  # more for each share than was earned
        ("6.00", "93736", "not_applicable"),  # others may have a claim on the rest
    ],
)
def test_earnings_per_share_times_shares_are_the_earnings(per_share: str, earnings: str, expected: str) -> None:
    report = Report().flows({"NetIncomeLoss": float(earnings)})
    report.rows = [row for row in report.rows if row[:4] != ("NetIncomeLoss", START, END, Decimal(100_000_000))]
    found = _with_shares(report, per_share)
    assert result(found, "earnings_per_share_times_shares").result == expected


def _with_shares(report: Report, per_share: str) -> Statement:
    facts = report.facts
    names = dict(enumerate(sorted(facts.concepts)))
    rows = [(number, *row[1:]) for number, name in names.items() for row in facts.filings([name])]
    shares, each = len(names), len(names) + 1
    names |= {shares: "us-gaap:WeightedAverageNumberOfSharesOutstandingBasic", each: "us-gaap:EarningsPerShareBasic"}
    filing = ("0000000007-24-021600", "10-K", date(2024, 2, 16))
    rows += [(shares, END, START, 2, Decimal(15_343_783_000), *filing), (each, END, START, 3, Decimal(per_share), *filing)]
    table = FactTable(rows, names, {1: "USD", 2: "shares", 3: "USD/shares"})
    return assemble(report.company, INCOME, PeriodKind.ANNUAL, None, table)


def test_selling_general_and_administrative_expenses_are_not_less_than_one_of_their_parts() -> None:
    """Logistic Properties of the Americas in 2023, in thousands of dollars: 1,546 of leasing, 8,544 of administration."""
    report = Report("6512").flows({"SellingGeneralAndAdministrativeExpense": 1.546, "GeneralAndAdministrativeExpense": 8.544})
    found = at(report.statement(INCOME), "selling_general_administrative", "FY 2023")
    assert (found.value, found.reason) == (None, "operand_missing")


def test_parts_that_add_up_prove_a_total_and_parts_that_do_not_prove_nothing() -> None:
    """Disney's fiscal 2024: shareholders' equity, long-term debt, and depreciation and amortization by their parts."""
    balances = {
        "StockholdersEquity": 100_696, "CommonStocksIncludingAdditionalPaidInCapital": 58_592,
        "RetainedEarningsAccumulatedDeficit": 49_722, "AccumulatedOtherComprehensiveIncomeLossNetOfTax": -3_699,
        "TreasuryStockValue": 3_919, "LongTermDebt": 45_815, "LongTermDebtNoncurrent": 38_970, "LongTermDebtCurrent": 6_845,
    }  # fmt: skip
    found = Report().balances(balances).statement(BALANCE)
    assert result(found, "shareholders_equity_and_its_parts").result == "passed"
    assert result(found, "long_term_debt_and_its_parts").result == "passed"
    other = Report().balances(balances | {"LongTermDebtCurrent": 4_000, "TreasuryStockValue": 0}).statement(BALANCE)
    assert result(other, "shareholders_equity_and_its_parts").result == "not_applicable"
    assert result(other, "long_term_debt_and_its_parts").result == "not_applicable"
    flows = {"DepreciationDepletionAndAmortization": 4_990, "Depreciation": 3_434, "AmortizationOfIntangibleAssets": 1_556}
    assert result(Report().flows(flows).statement(CASHFLOW), "depreciation_and_amortization_add_up").result == "passed"


def test_a_year_that_was_restated_after_its_quarters_does_not_tie_out() -> None:
    report = Report().flows({"Revenues": 400})
    for number, end in enumerate((date(2023, 3, 31), date(2023, 6, 30), date(2023, 9, 30)), 1):
        filed = end + timedelta(days=30)
        anchors = {"Revenues": 100 * number, "NetIncomeLoss": 25 * number, "IncomeTaxExpenseBenefit": 5 * number}
        report.flows(anchors, START, end, filed=filed)
        report.flows({"Revenues": 100}, end - timedelta(days=88), end, filed=filed)
    report.flows({"Revenues": 100}, date(2023, 10, 1), END)
    assert result(report.statement(INCOME), "year_is_sum_of_quarters").result == "passed"
    report.rows.append(("Revenues", START, END, Decimal(370_000_000), "10-K", LATER))
    found = result(report.statement(INCOME), "year_is_sum_of_quarters")
    assert (found.result, found.detail) == (
        "failed",
        "Revenue: year 370,000,000, quarters 400,000,000 (not restated together)",
    )


def test_rounding_is_of_the_digit_that_figures_share_or_that_is_small_beside_them() -> None:
    # A year and its quarters in millions.
    assert rounding(5, *(Decimal(value * 1_000_000) for value in (58, 12, 12, 17, 16))) == 2_500_000
    assert rounding(3, Decimal(1_234_567), Decimal(2_345_678), Decimal(3_580_000)) == Decimal("1.5")
    assert rounding(2, Decimal(1_200), Decimal(1_100)) == Decimal(0)


HELD = "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalentsDisposalGroupIncludingDiscontinuedOperations"
HELD_SHORT = "DisposalGroupIncludingDiscontinuedOperationCashAndCashEquivalents"
WITH_HELD = (
    "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalentsPeriodIncreaseDecreaseIncludingExchangeRateEffect"
    "DisposalGroupIncludingDiscontinuedOperations"
)


@pytest.mark.parametrize(
    ("filer", "cash", "held", "outcome"),
    [
        ("Kimberly-Clark 2025: balances", (1_010, -320, 688), ({HELD: 11}, {HELD: 13}, {}), "passed"),
        ("McDonald's 2016: the change", (7_685.5, -6_288.1, 1_223.4), ({}, {HELD_SHORT: -174}, {}), "passed"),
        ("McDonald's, March 2017", (1_223.4, 1_149.6, 2_412.2), ({HELD_SHORT: -174}, {HELD_SHORT: -134.8}, {}), "passed"),
        ("Alphabet, December 2014: came back", (15_605, 2_582, 18_347), ({HELD_SHORT: -160}, {}, {}), "passed"),
        ("Walmart, fiscal 2022: what came back", (17_788, -4_802, 14_834), ({}, {}, {WITH_HELD: 1_848}), "passed"),
        ("another difference", (1_010, -320, 671), ({HELD: 11}, {HELD: 13}, {}), "failed"),
        ("no such cash", (1_010, -320, 688), ({}, {}, {}), "failed"),
    ],
)
def test_cash_of_a_business_held_for_sale_leaves_the_closing_cash(
    filer: str, cash: tuple[float, ...], held: tuple[dict[str, float], ...], outcome: str
) -> None:
    (first, change, last), (before, after, flow) = cash, held
    report = Report().flows({"CashAndCashEquivalentsPeriodIncreaseDecrease": change} | flow)
    report.balances({CASH: first} | before, START - timedelta(days=1)).balances({CASH: last} | after)
    assert result(report.statement(CASHFLOW), "cash_roll_forward").result == outcome, filer


def test_flows_lead_to_the_change_before_cash_left_with_a_business() -> None:
    # UnitedHealth in 2024: of a change of 104 million, 219 left with businesses held for sale.
    flows = {
        "NetCashProvidedByUsedInOperatingActivities": 24_204, "NetCashProvidedByUsedInInvestingActivities": -20_527,
        "NetCashProvidedByUsedInFinancingActivities": -3_512, "EffectOfExchangeRateOnCashAndCashEquivalents": -61,
        "CashAndCashEquivalentsPeriodIncreaseDecrease": -115,
    }  # fmt: skip
    alone = Report("6324").flows(flows).statement(CASHFLOW)
    assert result(alone, "change_in_cash_and_its_parts").result == "failed"
    both = Report("6324").flows(flows | {WITH_HELD: 104}).statement(CASHFLOW)
    assert result(both, "change_in_cash_and_its_parts").result == "passed"
