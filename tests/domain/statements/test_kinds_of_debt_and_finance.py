"""Borrowings of several kinds, and finance costs that are more than interest (in millions)."""

from __future__ import annotations

import pytest

from tests.domain.statements.test_identities import result
from tests.domain.statements.test_other_filers import INCOME, Report


@pytest.mark.parametrize(
    ("filer", "figures", "repaid"),
    [
        ("one line", {"RepaymentsOfLongTermDebt": 2_125}, 2_125),  # UnitedHealth in 2023
        ("a total beside its part", {"RepaymentsOfDebt": 4_100, "RepaymentsOfLongTermDebt": 3_000}, 4_100),
        ("Disney, fiscal 2025", {"RepaymentsOfDebt": 3_304, "RepaymentsOfLongTermDebt": 3_735}, 3_735),
        (
            "a real estate company",
            {"RepaymentsOfSecuredDebt": 410, "RepaymentsOfUnsecuredDebt": 600, "RepaymentsOfLinesOfCredit": 1_250},
            "parts_without_total",
        ),
    ],
)
def test_debt_repaid(filer: str, figures: dict[str, float], repaid: int | str) -> None:
    assert Report("6798").flows(figures).of_year("debt_repaid") == repaid, filer


@pytest.mark.parametrize(
    ("figures", "issued"),
    [
        ({"ProceedsFromIssuanceOfSeniorLongTermDebt": 749}, 749),
        ({"ProceedsFromIssuanceOfSeniorLongTermDebt": 749, "ProceedsFromLinesOfCredit": 310}, "parts_without_total"),
        ({"ProceedsFromIssuanceOfDebt": 1_059, "ProceedsFromIssuanceOfSeniorLongTermDebt": 749}, 1_059),
    ],
)
def test_debt_issued(figures: dict[str, float], issued: int | str) -> None:
    assert Report().flows(figures).of_year("debt_issued") == issued


def test_finance_costs_are_not_interest() -> None:
    # A Korean telephone company, in billions of won; finance costs with losses on exchange rates.
    figures = {
        "ifrs-full:ProfitLossFromOperatingActivities": 1_753, "ifrs-full:FinanceIncome": 247, "ifrs-full:FinanceCosts": 531,
        "ifrs-full:ShareOfProfitLossOfAssociatesAndJointVenturesAccountedForUsingEquityMethod": 19,
        "ifrs-full:ProfitLossBeforeTax": 1_488, "ifrs-full:ProfitLoss": 1_146,
    }  # fmt: skip
    report = Report("4812", unit="KRW").flows(figures)
    lines = report.millions(INCOME)
    assert (lines["finance_costs"], lines["finance_income"]) == (531, 247)
    assert not {"interest_expense", "interest_income"} & lines.keys()
    assert result(report.statement(INCOME), "income_before_tax_and_its_parts").result == "passed"
    assert report.flows({"ifrs-full:InterestExpense": 389}).of_year("interest_expense") == 389


@pytest.mark.parametrize(
    ("figures", "provision"),
    [
        ({"ProvisionForLoanLeaseAndOtherLosses": 14_212,
          "FinancingReceivableExcludingAccruedInterestCreditLossExpenseReversal": 11_264}, 14_212),  # JPMorgan Chase in 2025
        ({"FinancingReceivableExcludingAccruedInterestCreditLossExpenseReversal": 48}, 48),
        ({"FinancingReceivableExcludingAccruedInterestCreditLossExpenseReversal": 48,
          "OffBalanceSheetCreditLossLiabilityCreditLossExpenseReversal": 3}, "parts_without_total"),
        ({"FinancingReceivableExcludingAccruedInterestCreditLossExpenseReversal": 48,
          "OffBalanceSheetCreditLossLiabilityCreditLossExpenseReversal": 3, "InterestIncomeExpenseNet": 400,
          "InterestIncomeExpenseAfterProvisionForLoanLoss": 349}, 51),
    ],
)  # fmt: skip
def test_the_provision_of_a_bank(figures: dict[str, float], provision: int | str) -> None:
    assert Report("6022").flows(figures).of_year("provision_for_credit_losses") == provision


def test_premiums_of_one_business_are_a_part() -> None:
    cars = {"PremiumsEarnedNetPropertyAndCasualty": 2_040}
    assert Report("6331").flows(cars).of_year("premiums_earned") == 2_040
    assert Report("6331").flows(cars | {"PremiumsEarnedNetLife": 210}).of_year("premiums_earned") == "parts_without_total"


EFFECTIVE = "ifrs-full:InterestRevenueCalculatedUsingEffectiveInterestMethod"


@pytest.mark.parametrize(
    ("figures", "interest", "net"),
    [
        # Beside it stands the interest on trading assets, under a tag of its own: 12,000 is no net interest income.
        ({EFFECTIVE: 20_000, "ifrs-full:InterestExpense": 8_000}, "parts_without_total", "parts_without_total"),
        ({EFFECTIVE: 20_000, "ifrs-full:InterestExpense": 8_000, "ifrs-full:InterestRevenueExpense": 13_500},
         "parts_without_total", 13_500),
        ({EFFECTIVE: 20_000, "ifrs-full:InterestExpense": 8_000, "ifrs-full:InterestRevenueExpense": 12_000}, 20_000, 12_000),
        ({EFFECTIVE: 20_000, "ifrs-full:RevenueFromInterest": 21_500, "ifrs-full:InterestExpense": 8_000}, 21_500, 13_500),
    ],
)  # fmt: skip
def test_interest_by_the_effective_interest_method_is_a_part(
    figures: dict[str, float], interest: int | str, net: int | str
) -> None:
    bank = Report("6029", unit="KRW").flows(figures)
    assert (bank.of_year("interest_and_dividend_income"), bank.of_year("net_interest_income")) == (interest, net)
