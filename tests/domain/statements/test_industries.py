"""Statements of banks, insurers and real estate companies look like theirs: Regulation S-X, articles 9 and 7."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from workbench.domain.facts.known import FactTable
from workbench.domain.identity import Cik, Company
from workbench.domain.statements.assembly import assemble
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind

START, END, FILED = date(2023, 1, 1), date(2023, 12, 31), date(2024, 2, 16)
# Millions, as JPMorgan Chase's annual report for 2023 has them.
BANK = {
    "InterestAndDividendIncomeOperating": 170_588, "InterestExpense": 81_321, "NoninterestIncome": 68_837,
    "RevenuesNetOfInterestExpense": 158_104, "ProvisionForLoanLeaseAndOtherLosses": 9_320, "NoninterestExpense": 87_172,
    "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest": 61_612,
    "IncomeTaxExpenseBenefit": 12_060, "NetIncomeLoss": 49_552,
}  # fmt: skip
# As Travelers' for 2023.
INSURER = {
    "PremiumsEarnedNet": 37_761, "NetInvestmentIncome": 2_922, "GainLossOnInvestments": -105, "Revenues": 41_364,
    "PolicyholderBenefitsAndClaimsIncurredNet": 26_215, "DeferredPolicyAcquisitionCostAmortizationExpense": 6_226,
    "GeneralAndAdministrativeExpense": 5_176, "InterestExpense": 376, "BenefitsLossesAndExpenses": 37_993,
    "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest": 3_371,
    "IncomeTaxExpenseBenefit": 380, "NetIncomeLoss": 2_991,
}  # fmt: skip
# Of nobody's: rents of 100, of which property costs, depreciation, overhead and interest take 80, and a building sold.
REIT = {
    "OperatingLeaseLeaseIncome": 100, "Revenues": 104, "DepreciationAndAmortization": 30, "GeneralAndAdministrativeExpense": 8,
    "InterestExpense": 17, "GainLossOnSaleOfProperties": 6, "NetIncomeLoss": 25, "IncomeTaxExpenseBenefit": 1,
}  # fmt: skip
LIABILITIES = {
    "LiabilityForFuturePolicyBenefits": 100, "LiabilityForClaimsAndClaimsAdjustmentExpense": 61_627,
    "UnearnedPremiums": 20_872,
    "Assets": 125_978, "LiabilitiesAndStockholdersEquity": 125_978,
}  # fmt: skip


def report(sic: str, income: dict[str, int], balance: dict[str, int] | None = None) -> FactTable:
    figures = [(tag, START, value) for tag, value in income.items()]
    stated = [*figures, *((tag, None, value) for tag, value in (balance or {}).items())]
    rows = [
        (number, END, start, 1, Decimal(value) * 1_000_000, f"0000000007-24-{sic.zfill(6)}", "10-K", FILED)
        for number, (_, start, value) in enumerate(stated)
    ]
    return FactTable(rows, {number: f"us-gaap:{tag}" for number, (tag, _, _) in enumerate(stated)}, {1: "USD"})


def shown(sic: str, facts: FactTable, kind: StatementKind = StatementKind.INCOME) -> Statement:
    return assemble(Company(Cik(7), "Some Company", sic=sic), kind, PeriodKind.ANNUAL, None, facts)


def millions(found: Statement) -> dict[str, int]:
    """The lines with a figure, in the order of the page."""
    return {line.line: int(line.figures[0].value) // 1_000_000 for line in found.lines if line.figures[0].value is not None}


def test_a_bank_earns_interest_and_fees_sets_aside_for_losses_and_pays_expenses() -> None:
    lines = millions(shown("6021", report("6021", BANK)))
    assert list(lines.items())[:8] == [
        ("interest_and_dividend_income", 170_588),
        ("interest_expense_operating", 81_321),
        ("net_interest_income", 89_267),
        ("noninterest_income", 68_837),
        ("revenue", 158_104),
        ("provision_for_credit_losses", 9_320),
        ("net_interest_income_after_provision", 79_947),
        ("noninterest_expense", 87_172),
    ]
    assert lines["income_before_tax"] == 158_104 - 9_320 - 87_172
    assert lines["net_income"] == 49_552


def test_an_insurer_earns_premiums_and_pays_claims() -> None:
    lines = millions(shown("6331", report("6331", INSURER)))
    assert list(lines.items())[:6] == [
        ("premiums_earned", 37_761),
        ("net_investment_income", 2_922),
        ("revenue", 41_364),
        ("investment_gains", -105),
        ("policyholder_benefits", 26_215),
        ("deferred_policy_acquisition_amortization", 6_226),
    ]
    assert lines["costs_and_expenses"] == 37_993
    assert lines["income_before_tax"] == 41_364 - 37_993


def test_what_an_insurer_owes_is_told_apart() -> None:
    lines = millions(shown("6331", report("6331", INSURER, LIABILITIES), StatementKind.BALANCE))
    assert [lines[name] for name in ("policy_liabilities", "claim_liabilities", "unearned_premiums")] == [100, 61_627, 20_872]


def test_a_real_estate_company_has_rents_depreciation_and_gains_on_what_it_sold() -> None:
    lines = millions(shown("6798", report("6798", REIT)))
    names = ("rental_revenue", "revenue", "depreciation_of_real_estate", "gain_on_sale_of_real_estate", "interest_expense")
    assert [lines[name] for name in names] == [100, 104, 30, 6, 17]


@pytest.mark.parametrize("sic", ["6021", "6331"])
def test_no_working_capital_where_balance_sheets_have_no_current_part(sic: str) -> None:
    income, balance = shown(sic, report(sic, BANK)), shown(sic, report(sic, BANK, LIABILITIES), StatementKind.BALANCE)
    names = {line.line for line in (*income.lines, *balance.lines)}
    assert not names & {"gross_profit", "cost_of_revenue", "research_and_development", "inventory"}
    assert not millions(balance).keys() & {"current_assets", "current_liabilities", "current_portion_of_long_term_debt"}
    assert "current_assets" in {
        line.line for line in shown("3571", report("3571", BANK, LIABILITIES), StatementKind.BALANCE).lines
    }
    assert "current_assets" not in {line.line for line in shown("6021", report("6021", BANK), StatementKind.BALANCE).lines}


def test_a_health_plan_earns_premiums_and_divides_its_balance_sheet() -> None:
    divided = {
        "ShortTermInvestments": 4, "AssetsCurrent": 78, "Assets": 274, "LiabilitiesCurrent": 99, "LongTermDebt": 63,
        "LongTermDebtCurrent": 4, "LiabilitiesAndStockholdersEquity": 274,
    }  # fmt: skip
    facts = report("6324", INSURER, divided)
    assert "premiums_earned" in millions(shown("6324", facts))
    lines = millions(shown("6324", facts, StatementKind.BALANCE))
    names = ("short_term_investments", "current_assets", "current_liabilities", "current_portion_of_long_term_debt")
    assert [lines[name] for name in (*names, "long_term_debt")] == [4, 78, 99, 4, 59]


def test_an_insurer_that_does_not_divide_its_debt_has_all_of_it_in_the_long_term() -> None:
    lines = millions(shown("6331", report("6331", INSURER, LIABILITIES | {"LongTermDebt": 8}), StatementKind.BALANCE))
    assert lines["long_term_debt"] == 8


def test_an_operator_of_buildings_has_them_and_its_rents() -> None:
    # Logistic Properties of the Americas 2024, under IFRS, in thousands.
    figures = {"Revenue": 43_862, "RentalIncome": 38_809, "ProfitLoss": 29_342, "ProfitLossBeforeTax": 40_000}
    table = _under_ifrs(figures, {"InvestmentProperty": 554_519, "Assets": 607_020})
    income, balance = shown("6512", table), shown("6512", table, StatementKind.BALANCE)
    assert [millions(income)[name] for name in ("rental_revenue", "revenue")] == [38_809, 43_862]
    assert [millions(balance)[name] for name in ("real_estate_net", "total_assets")] == [554_519, 607_020]
    trusts = {line.line for line in shown("6798", table).lines}
    assert {"cost_of_revenue", "net_sales"} & {line.line for line in income.lines} - trusts == {"net_sales"}


def _under_ifrs(income: dict[str, int], balance: dict[str, int]) -> FactTable:
    stated = [*((tag, START, value) for tag, value in income.items()), *((tag, None, value) for tag, value in balance.items())]
    rows = [
        (number, END, start, 1, Decimal(value) * 1_000_000, "0000000007-24-000001", "20-F", FILED)
        for number, (_, start, value) in enumerate(stated)
    ]
    return FactTable(rows, {number: f"ifrs-full:{tag}" for number, (tag, _, _) in enumerate(stated)}, {1: "USD"})


def test_rent_from_operating_leases_is_a_part_of_that_from_all_leases() -> None:
    facts = report("6798", REIT | {"OperatingLeaseLeaseIncome": 92, "LeaseIncome": 100})
    assert millions(shown("6798", facts))["rental_revenue"] == 100
