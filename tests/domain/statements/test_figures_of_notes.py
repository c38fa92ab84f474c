"""Figures of notes, of parts and of another scale under the tags of whole lines, as companies file them (in millions)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.domain.statements.test_figures import Q1, START, Filings, figure
from tests.domain.statements.test_other_filers import BALANCE, CASHFLOW, INCOME, Report, at
from workbench.domain.statements.statement import PeriodKind


def test_the_food_of_a_restaurant_is_not_the_cost_of_its_revenue() -> None:
    # McDonald's third quarter of 2025, whose report gives its food in the note on segments.
    figures = {"Revenues": 7_078, "CostOfGoodsAndServicesSold": 666, "CostsAndExpenses": 3_721, "OperatingIncomeLoss": 3_357}
    restaurant = Report("5812").flows(figures)
    lines = restaurant.millions(INCOME)
    assert (lines["cost_of_food"], lines["costs_and_expenses"]) == (666, 3_721)
    assert lines.keys().isdisjoint({"gross_profit", "cost_of_revenue"})
    assert restaurant.of_year("gross_profit") == "operand_missing"
    # The same tag is all of the cost where a shop files it.
    assert Report("5411").flows(figures).millions(INCOME)["gross_profit"] == 7_078 - 666


def test_a_restaurant_that_files_its_whole_cost_has_a_gross_profit() -> None:
    # After the pattern of a chain of bakeries: all that its shops cost, of which the food is a part.
    figures = {"Revenues": 2_480, "CostOfRevenue": 1_990, "CostOfGoodsAndServicesSold": 720, "LaborAndRelatedExpense": 810}
    lines = Report("5812").flows(figures).millions(INCOME)
    assert (lines["cost_of_revenue"], lines["gross_profit"], lines["cost_of_food"]) == (1_990, 490, 720)
    assert lines["salaries_and_benefits"] == 810


def test_debt_of_a_note_below_what_is_due_later_is_not_all_of_it() -> None:
    # AMC Entertainment, June 2023; The Home Depot, January 2024, whose note leaves out leases.
    for whole, tag, noncurrent, current in (
        (4_693.7, "LongTermDebtNoncurrent", 4_795.6, 20.0),
        (42_150.0, "LongTermDebtAndCapitalLeaseObligations", 42_743.0, 1_368.0),
    ):
        report = Report().balances({"LongTermDebt": whole, tag: noncurrent, "LongTermDebtCurrent": current})
        lines = report.millions(BALANCE)
        assert lines["long_term_debt"] == Decimal(str(noncurrent))
        assert "whole_long_term_debt" not in lines


@pytest.mark.parametrize(
    ("filer", "noncurrent", "debt"),
    [
        ("General Motors 2023, whose segments file what is due within a year", 204_757 - 94_445, "contradicted"),
        ("A company of the same debt, and with none due within a year", 130_000, 123_494),
    ],
)
def test_debt_of_more_than_the_noncurrent_liabilities_is_not_long_term(filer: str, noncurrent: int, debt: int | str) -> None:
    report = Report("3711").balances(
        {"LongTermDebtAndCapitalLeaseObligationsIncludingCurrentMaturities": 123_494, "LiabilitiesCurrent": 94_445,
         "Liabilities": 94_445 + noncurrent, "Assets": 273_064}
    )  # fmt: skip
    assert report.of_year("long_term_debt") == debt, filer
    assert report.of_year("whole_long_term_debt") == 123_494


def counts(issued: str, treasury: str, *, earnings: str, per_share: str) -> Filings:
    filings = Filings()
    filings.add("NetIncomeLoss", START, Q1, earnings)
    filings.add("IncomeTaxExpenseBenefit", START, Q1, "20")
    filings.add("EarningsPerShareDiluted", START, Q1, per_share, unit=3)
    filings.add("Assets", None, Q1, "15000000000")
    for tag, value in (("CommonStockSharesIssued", issued), ("TreasuryStockShares", treasury)):
        filings.add(tag, None, Q1, value, unit=2)
    return filings


@pytest.mark.parametrize(
    ("filer", "issued", "treasury", "earnings", "per_share", "reasons"),
    [
        # In its reports of 2019 and 2020 all counts are a million times as large.
        (
            "Kimberly-Clark, June 2019", "378597000000000", "34381000000000", "485000000", "1.40",
            {"shares_issued": "scale_error", "treasury_shares": "scale_error", "shares_outstanding": "scale_error"},
        ),
        ("Kimberly-Clark as in its annual reports", "378597000", "33635000", "485000000", "1.40", {}),
        (
            "Apple, March 2014, in thousands", "861745", "0", "10223000000", "11.62",
            {"shares_issued": "scale_error", "shares_outstanding": "scale_error"},
        ),
        ("Few treasury shares", "378597000", "1200", "485000000", "1.40", {}),
        ("Earnings of nothing a share", "378597000", "0", "1000", "0.00", {}),
    ],
)  # fmt: skip
def test_share_counts_of_another_scale_are_refused(
    *, filer: str, issued: str, treasury: str, earnings: str, per_share: str, reasons: dict[str, str]
) -> None:
    found = counts(issued, treasury, earnings=earnings, per_share=per_share).statement(BALANCE)
    lines = ("shares_issued", "treasury_shares", "shares_outstanding")
    refused = {line: figure(found, line, "Q1 2023").reason for line in lines}
    assert {line: reason for line, reason in refused.items() if reason} == reasons, filer
    checks = [check.result for check in found.checks if check.name == "figures_have_their_scale" and check.period_end == Q1]
    assert checks == (["failed"] if reasons else ["passed"])


def test_a_split_after_the_count_was_filed_is_no_other_scale() -> None:
    # Earnings per share restated for a split of 200 for 1, and the count as it was filed before.
    filings = counts("10000000", "0", earnings="40000000", per_share="4.00")
    filings.add("EarningsPerShareDiluted", START, Q1, "0.02", unit=3, filed=date(2024, 5, 1))
    assert figure(filings.statement(BALANCE), "shares_issued", "Q1 2023").value == 10_000_000


def test_stock_and_premiums_of_an_insurer() -> None:
    # Travelers, September 2023: its common stock is filed with what was paid in, and closes its equity.
    report = Report("6331").balances(
        {"CommonStockValueOutstanding": 24_831, "RetainedEarningsAccumulatedDeficit": 44_198, "TreasuryStockValue": 41_039,
         "AccumulatedOtherComprehensiveIncomeLossNetOfTax": -8_012, "StockholdersEquity": 19_978,
         "PremiumsReceivableAtCarryingValue": 10_345}
    )  # fmt: skip
    lines = report.millions(BALANCE)
    assert (lines["common_stock"], lines["premiums_receivable"]) == (24_831, 10_345)
    checks = {check.name: check.result for check in report.statement(BALANCE).checks}
    assert checks["shareholders_equity_and_its_parts"] == "passed"


def test_property_without_what_is_leased_to_customers() -> None:
    # General Motors 2023: vehicles on operating leases stand on a line of their own.
    tag = "PropertyPlantAndEquipmentExcludingLessorAssetUnderOperatingLeaseAfterAccumulatedDepreciation"
    assert Report("3711").balances({tag: 50_321}).millions(BALANCE)["property_plant_equipment_net"] == 50_321


def test_a_count_repeated_in_another_scale_stays_as_it_was() -> None:
    # The counts of December 2018, which the quarterly reports of 2019 repeat a million times as large.
    filings = counts("378597000", "33635000", earnings="485000000", per_share="1.40")
    filings.add("CommonStockSharesIssued", None, Q1, "378597000000000", unit=2, filed=date(2023, 8, 1))
    found = figure(filings.statement(BALANCE), "shares_issued", "Q1 2023")
    assert (found.value, found.known_on) == (378_597_000, date(2023, 5, 1))


# Johnson & Johnson 2023 files the parent's share of its discontinued operations alone. Others' share of income is a made one.
_BEFORE_TAX = "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest"
_OTHERS = {"ProfitLoss": 35_400, "NetIncomeLossAttributableToNoncontrollingInterest": 247}


@pytest.mark.parametrize(("others", "continuing", "discontinued"), [({}, 13_326, 21_827), (_OTHERS, "operand_missing", None)])
def test_what_the_parent_gave_up_is_not_income_of_what_continues(
    others: dict[str, float], continuing: int | str, discontinued: int | None
) -> None:
    report = Report("2834")
    report.rows.clear()
    report.flows({_BEFORE_TAX: 15_062, "IncomeTaxExpenseBenefit": 1_736, "IncomeLossFromContinuingOperations": 13_326})
    gone = "IncomeLossFromDiscontinuedOperationsNetOfTaxAttributableToReportingEntity"
    report.flows({gone: 21_827, "NetIncomeLoss": 35_153, **others})
    assert report.of_year("consolidated_income_continuing_operations") == continuing
    assert report.millions(INCOME).get("income_discontinued_operations") == discontinued
    assert report.of_year("income_continuing_operations") == 13_326


@pytest.mark.parametrize(("assets", "result"), [(251_779, "passed"), (251_900, "failed")])
def test_a_balance_sheet_whose_liabilities_include_redeemable_interests_balances(assets: int, result: str) -> None:
    # Chevron, June 2023; then with other assets.
    equity = "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest"
    report = Report("2911").balances({"Assets": assets, "Liabilities": 92_481, equity: 159_298})
    report.balances({"RedeemableNoncontrollingInterestEquityCarryingAmount": 147})
    results = {check.name: check.result for check in report.statement(BALANCE).checks}
    assert results["balance_sheet_balances"] == result


def test_the_change_in_cash_with_exchange_rates_of_what_is_held_for_sale() -> None:
    # Cisco's fiscal 2024.
    cash = "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents"
    flows = {"Operating": 10_880, "Investing": -20_478, "Financing": 6_844}
    report = Report("3576").flows({f"NetCashProvidedByUsedIn{name}Activities": value for name, value in flows.items()})
    report.flows({f"{cash}PeriodIncreaseDecreaseIncludingExchangeRateEffect": -2_785})
    report.flows({f"EffectOfExchangeRateOn{cash}DisposalGroupIncludingDiscontinuedOperations": -31})
    results = {check.name: check.result for check in report.statement(CASHFLOW).checks}
    assert results["change_in_cash_and_its_parts"] == "passed"


@pytest.mark.parametrize(("between", "expected"), [(-275, "wrong_sign"), (275, 275), (-280, -280)])
def test_income_between_two_totals_has_the_sign_of_their_difference(between: int, expected: int | str) -> None:
    # RTX 2023, as filed; with the sign that its totals imply; and with another amount, beside which others must stand.
    report = Report("3724").flows({"OperatingIncomeLoss": 3_561, _BEFORE_TAX: 3_836, "NonoperatingIncomeExpense": between})
    assert report.of_year("nonoperating_income") == expected


def test_interest_that_a_retailer_files_net() -> None:
    # Lowe's fiscal 2023.
    report = Report("5211").flows({"OperatingIncomeLoss": 11_557, _BEFORE_TAX: 10_175, "InterestRevenueExpenseNet": -1_382})
    assert report.of_year("net_interest") == -1_382


@pytest.mark.parametrize(("filed", "quarter"), [(0, Decimal(519)), (20.8, None)])
def test_a_year_without_discontinued_operations_has_no_quarter_with_them(filed: float, quarter: Decimal | None) -> None:
    # Amphenol's annual report for 2023 gives nil for the year and 20.8 for 2021, when it sold a business; as if in 2023.
    report = Report("3678")
    report.rows.clear()
    for end, value in ((date(2023, 9, 30), 1_426), (date(2023, 12, 31), 1_945)):
        flows = {"ProfitLoss": value, "NetIncomeLoss": value - 10, "IncomeTaxExpenseBenefit": value / 5}
        report.flows(flows, end=end, filed=date(2023, 10, 27) if end.month == 9 else date(2024, 2, 7))
    gone = "IncomeLossFromDiscontinuedOperationsNetOfTaxAttributableToReportingEntity"
    report.flows({gone: filed}, filed=date(2024, 2, 7))
    for end, first in ((date(2023, 3, 31), 460), (date(2023, 6, 30), 930)):
        flows = {"ProfitLoss": first, "NetIncomeLoss": first - 3, "IncomeTaxExpenseBenefit": first / 5}
        report.flows(flows, end=end, filed=date(2023, end.month + 1, 26))
    found = at(report.statement(INCOME, PeriodKind.QUARTERLY), "consolidated_income_continuing_operations", "Q4 2023")
    assert found.value == (None if quarter is None else quarter * 1_000_000)


@pytest.mark.parametrize(("intangible", "expected"), [(178, "operand_missing"), (0, 3_330)])
def test_depreciation_is_not_all_where_intangible_assets_are_held(intangible: int, expected: int | str) -> None:
    # Tesla 2023, whose total of 4,667 has a tag of its own; then without its intangible assets.
    report = Report("3711").flows({"Depreciation": 3_330, "NetCashProvidedByUsedInOperatingActivities": 13_256})
    report.balances({"IntangibleAssetsNetExcludingGoodwill": intangible})
    assert report.of_year("depreciation_amortization") == expected
    assert report.millions(CASHFLOW)["depreciation"] == 3_330


@pytest.mark.parametrize(
    ("whole", "part", "expected"),
    # Cisco's fiscal 2024; the same to the million; a company that amortizes alone.
    [(700, 698, "not_reported"), (701, 698, 701), (698, 698, 698), (700, 640, 700)],
)
def test_a_rounded_figure_beside_a_part_as_large_is_not_the_whole(whole: int, part: int, expected: int | str) -> None:
    report = Report("3576").flows({"DepreciationDepletionAndAmortization": whole, "AmortizationOfIntangibleAssets": part})
    assert report.of_year("depreciation_amortization") == expected
