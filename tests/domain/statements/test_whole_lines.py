"""Lines whose label promises a whole: a tag of one part never fills them. Millions, as the companies report them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.domain.statements.test_identities import result
from tests.domain.statements.test_other_filers import BALANCE, CASHFLOW, INCOME, Report, at
from workbench.domain.statements.statement import PeriodKind


def test_net_income_with_the_share_of_lasting_partners_is_no_share_of_theirs() -> None:
    # UnitedHealth 2024: net earnings of 15,242 are 15,068 without the 174 of redeemable interests.
    including = "NetIncomeLossIncludingPortionAttributableToNonredeemableNoncontrollingInterest"
    alone = Report("6324").flows({including: 15_068})
    assert alone.of_year("net_income_noncontrolling") == "not_reported"
    shares = {
        "ProfitLoss": 15_242, "NetIncomeLossAttributableToNonredeemableNoncontrollingInterest": 663,
        "NetIncomeLossAttributableToRedeemableNoncontrollingInterest": 174,
    }  # fmt: skip
    both = Report("6324").flows(shares)
    both.rows = [row for row in both.rows if row[0] != "NetIncomeLoss"]
    assert both.of_year("net_income_noncontrolling") == "parts_without_total"
    both.flows({"NetIncomeLoss": 14_405})
    assert both.of_year("net_income_noncontrolling") == 837


def test_all_of_nonoperating_income_is_not_shown_as_other_income() -> None:
    # Visa, fiscal 2024: interest of 641 and other income of 962.
    figures = {
        "OperatingIncomeLoss": 23_595, "InterestExpenseNonoperating": 641, "OtherNonoperatingIncomeExpense": 962,
        "NonoperatingIncomeExpense": 321,
        "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest": 23_916,
    }  # fmt: skip
    report = Report("7389").flows(figures)
    lines = report.millions(INCOME)
    assert (lines["nonoperating_income"], lines["other_nonoperating_income"]) == (321, 962)
    check = result(report.statement(INCOME), "income_before_tax_and_its_parts")
    assert check.result == "passed"
    del figures["OtherNonoperatingIncomeExpense"]
    total_alone = Report("7389").flows(figures).statement(INCOME)
    assert result(total_alone, "income_before_tax_and_its_parts").lines == (
        "income_before_tax", "operating_income", "nonoperating_income",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("filer", "figures", "total", "sold", "matured"),
    [
        (
            "NVIDIA, fiscal 2025",
            {"ProceedsFromMaturitiesPrepaymentsAndCallsOfAvailableForSaleSecurities": 11_195,
             "ProceedsFromSaleOfAvailableForSaleSecuritiesDebt": 495},
            None, 495, 11_195,
        ),
        ("One line for both", {"ProceedsFromSaleMaturityAndCollectionsOfInvestments": 742}, 742, None, None),
        (
            "Two kinds of securities",
            {"ProceedsFromSaleOfAvailableForSaleSecuritiesDebt": 130, "ProceedsFromSaleOfHeldToMaturitySecurities": 45},
            None, None, None,
        ),
    ],
)  # fmt: skip
def test_what_matures_is_not_all_that_is_sold(
    filer: str, figures: dict[str, float], total: int | None, sold: int | None, matured: int | None
) -> None:
    lines = Report().flows(figures).millions(CASHFLOW)
    names = ("sales_and_maturities_of_investments", "sales_of_investments", "maturities_of_investments")
    assert tuple(lines.get(name) for name in names) == (total, sold, matured), filer


@pytest.mark.parametrize(
    ("figures", "total"),
    [
        ({"PaymentsToAcquireAvailableForSaleSecuritiesDebt": 4_443}, 4_443),  # Visa, fiscal 2024
        (  # JPMorgan Chase in 2025
            {"PaymentsToAcquireAvailableForSaleSecuritiesDebt": 308_772, "PaymentsToAcquireHeldToMaturitySecurities": 5_432},
            "parts_without_total",
        ),
        ({"PaymentsToAcquireInvestments": 1_110, "PaymentsToAcquireHeldToMaturitySecurities": 210}, 1_110),
    ],
)
def test_purchases_of_several_kinds_of_securities(figures: dict[str, float], total: int | str) -> None:
    assert Report().flows(figures).of_year("purchases_of_investments") == total


def test_securities_available_for_sale_are_not_all_securities_of_a_bank() -> None:
    # JPMorgan Chase in 2025.
    figures = {
        "DebtSecuritiesAvailableForSaleExcludingAccruedInterest": 507_198,
        "DebtSecuritiesHeldToMaturityExcludingAccruedInterestAfterAllowanceForCreditLoss": 270_134,
    }
    lines = Report("6021").balances(figures).millions(BALANCE)
    assert (lines["securities_available_for_sale"], lines["securities_held_to_maturity"]) == (507_198, 270_134)
    assert "investment_securities" not in lines
    insurer = Report("6331").balances({"AvailableForSaleSecuritiesDebtSecurities": 77_807, "Investments": 88_810})
    assert insurer.millions(BALANCE)["investment_securities"] == 88_810


def test_cash_and_due_from_banks_is_cash_where_no_other_deposits_are_beside_it() -> None:
    # M&T Bank in 2023.
    beside = Report("6022").balances({"CashAndDueFromBanks": 1_731, "InterestBearingDepositsInBanks": 28_069})
    assert beside.of_year("cash_and_equivalents") == "not_reported"
    lines = beside.millions(BALANCE)
    assert (lines["cash_and_due_from_banks"], lines["interest_bearing_deposits_in_banks"]) == (1_731, 28_069)
    assert Report("6022").balances({"CashAndDueFromBanks": 402}).of_year("cash_and_equivalents") == 402


def test_dividends_to_common_shareholders_are_a_part_beside_preferred_ones() -> None:
    figures = {"PaymentsOfDividendsCommonStock": 868, "PaymentsOfDividendsPreferredStockAndPreferenceStock": 100}
    assert Report("6022").flows(figures).of_year("dividends_paid") == 968
    assert Report("6324").flows({"PaymentsOfDividendsCommonStock": 7_533}).of_year("dividends_paid") == 7_533
    assert (
        Report().flows({"PaymentsOfDividendsPreferredStockAndPreferenceStock": 9}).of_year("dividends_paid") == "not_reported"
    )


def test_finished_goods_are_inventory_for_merchants_only() -> None:
    goods = {"InventoryFinishedGoodsNetOfReserves": 4_516}
    assert Report("5331").balances(goods).of_year("inventory") == 4_516
    maker = Report("2840").balances(
        goods | {"InventoryRawMaterialsNetOfReserves": 1_680, "InventoryWorkInProcessNetOfReserves": 1_355}
    )
    assert maker.of_year("inventory") == "parts_without_total"
    assert maker.balances({"InventoryNet": 7_551}).of_year("inventory") == 7_551


def test_intangible_assets_are_the_amortized_ones_and_the_others() -> None:
    # Visa, September 2024.
    parts = Report("7389").balances(
        {"FiniteLivedIntangibleAssetsNet": 248, "IndefiniteLivedIntangibleAssetsExcludingGoodwill": 26_641}
    )
    found = at(parts.statement(BALANCE), "intangible_assets", "FY 2023")
    assert (found.value, found.formula) == (
        Decimal(26_889) * 1_000_000, "finite_lived_intangible_assets + indefinite_lived_intangible_assets",
    )  # fmt: skip
    assert Report().balances({"FiniteLivedIntangibleAssetsNet": 61}).of_year("intangible_assets") == 61


def test_debt_by_kind_is_shown_and_not_added_up() -> None:
    # Simon Property Group's kinds; the sum may leave out one, or count notes twice.
    kinds = {"SecuredDebt": 5_200, "UnsecuredDebt": 20_000, "LineOfCredit": 833}
    report = Report("6798").balances(kinds)
    lines = report.millions(BALANCE)
    assert (lines["secured_debt"], lines["unsecured_debt"], lines["line_of_credit"]) == (5_200, 20_000, 833)
    assert report.of_year("whole_long_term_debt") == "parts_without_total"
    # Refused, so that enterprise value does not take the debt for none.
    assert (report.of_year("long_term_debt"), report.of_year("total_debt")) == ("parts_without_total", "parts_without_total")
    assert report.balances({"LongTermDebt": 26_033}).of_year("whole_long_term_debt") == 26_033


def test_prepaid_expenses_and_other_current_assets_are_lines_of_their_own() -> None:
    # Kimberly-Clark in 2025.
    lines = Report().balances({"OtherAssetsCurrent": 535, "PrepaidExpenseCurrent": 304}).millions(BALANCE)
    assert (lines["other_current_assets"], lines["prepaid_expenses"]) == (535, 304)
    assert "prepaid_and_other_current_assets" not in lines


@pytest.mark.parametrize(("noncurrent", "outcome"), [(26_119, "passed"), (24_900, "not_applicable")])
def test_current_and_noncurrent_assets_add_up(noncurrent: int, outcome: str) -> None:
    report = Report(unit="EUR").balances(
        {"ifrs-full:CurrentAssets": 6_586, "ifrs-full:NoncurrentAssets": noncurrent, "ifrs-full:Assets": 32_705}
    )
    assert result(report.statement(BALANCE), "current_and_noncurrent_assets_add_up").result == outcome


def test_stock_options_stand_beside_the_stock_of_an_offering() -> None:
    # Snowflake, fiscal 2021.
    lines = Report("7372").flows({"ProceedsFromIssuanceOfCommonStock": 4_242, "ProceedsFromStockOptionsExercised": 53})
    shown = lines.millions(CASHFLOW)
    assert (shown["stock_issued"], shown["stock_options_exercised"]) == (4_242, 53)
    options = Report("7372").flows({"ProceedsFromStockOptionsExercised": 53})
    assert options.of_year("stock_issued") == "not_reported"


@pytest.mark.parametrize(
    ("line", "figures", "whole"),
    [
        # Trade receivables in a note, with those for taxes and from suppliers on the balance sheet.
        ("receivables", {"AccountsReceivableNetCurrent": 640, "ReceivablesNetCurrent": 710}, 710),
        (
            "property_plant_equipment_net",
            {"PropertyPlantAndEquipmentNet": 180,
             "PropertyPlantAndEquipmentAndFinanceLeaseRightOfUseAssetAfterAccumulatedDepreciationAndAmortization": 204},
            204,
        ),
        (  # Kimberly-Clark's finance leases.
            "property_plant_equipment_net",
            {"PropertyPlantAndEquipmentNet": 6_775,
             "PropertyPlantAndEquipmentAndFinanceLeaseRightOfUseAssetAfterAccumulatedDepreciationAndAmortization": 49},
            6_775,
        ),
    ],
)  # fmt: skip
def test_of_two_balances_in_one_filing_the_smaller_is_the_part(line: str, figures: dict[str, float], whole: int) -> None:
    assert Report().balances(figures).of_year(line) == whole


def test_a_lender_has_costs_beside_the_cost_of_what_it_sells() -> None:
    # Ford's first half of 2023, as a year: 81,512 of sales, and 4,916 of Ford Credit at costs of 4,458.
    figures = {
        "RevenueFromContractWithCustomerExcludingAssessedTax": 86_428, "CostOfGoodsAndServicesSold": 72_140,
        "SellingGeneralAndAdministrativeExpense": 5_256, "CostsAndExpenses": 81_854, "OperatingIncomeLoss": 4_574,
    }  # fmt: skip
    collected = {"ProceedsFromCollectionOfFinanceReceivables": 22_517}
    lender = Report("3711").flows(figures).flows(collected)
    assert [lender.of_year(line) for line in ("gross_profit", "operating_expenses")] == ["operand_missing"] * 2
    assert lender.of_year("cost_of_revenue") == 72_140
    assert Report("3711").flows(figures).of_year("gross_profit") == 14_288
    assert (
        Report("3711").flows(figures).flows({"ProceedsFromCollectionOfFinanceReceivables": 0}).of_year("gross_profit")
        == 14_288
    )
    assert Report("3711").flows({**figures, "GrossProfit": 14_288}).flows(collected).of_year("gross_profit") == 14_288


def test_a_lender_s_quarter_has_no_gross_profit_either() -> None:
    # Its second quarter of 2023: the cash flow statement has the half-year alone.
    report = Report("3711")
    report.rows.clear()
    quarter, half = date(2023, 4, 1), date(2023, 1, 1)
    end, filed = date(2023, 6, 30), date(2023, 7, 28)
    sales, cost = "RevenueFromContractWithCustomerExcludingAssessedTax", "CostOfGoodsAndServicesSold"
    report.flows({sales: 44_954, cost: 37_471, "NetIncomeLoss": 1_917}, quarter, end, filed=filed)
    report.flows({sales: 86_428, cost: 72_140, "NetIncomeLoss": 3_674}, half, end, filed=filed)
    report.flows({"ProceedsFromCollectionOfFinanceReceivables": 22_517}, half, end, filed=filed)
    found = report.statement(INCOME, PeriodKind.QUARTERLY)
    assert (at(found, "revenue", "Q2 2023").value, at(found, "gross_profit", "Q2 2023").reason) == (
        44_954_000_000,
        "operand_missing",
    )
