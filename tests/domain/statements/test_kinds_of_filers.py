"""Partnerships, funds, foreign filers, oil producers and others: the tags that only their kind uses. Amounts in millions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.domain.statements.test_other_filers import BALANCE, CASHFLOW, END, FILED, INCOME, MILLION, START, Report, at
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import FiledVersion
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.ratios import all_figures
from workbench.domain.statements.assembly import assemble
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind

ACTIVITIES = {"NetCashProvidedByUsedInInvestingActivities": -70, "NetCashProvidedByUsedInFinancingActivities": -25}
CHANGE = "CashAndCashEquivalentsPeriodIncreaseDecrease"


@pytest.mark.parametrize(
    ("filer", "sic", "figures", "spent"),
    [
        # Wells on one line, buildings and vehicles on another.
        (
            "EOG Resources 2023", "1311",
            {"PaymentsToExploreAndDevelopOilAndGasProperties": 5_385, "PaymentsToAcquireOtherPropertyPlantAndEquipment": 800},
            6_185,
        ),
        ("A producer without other property", "1311", {"PaymentsToExploreAndDevelopOilAndGasProperties": 90}, 90),
        (
            "A producer that files its other property under the usual tag", "1311",
            {"PaymentsToAcquireOilAndGasPropertyAndEquipment": 1_192, "PaymentsToAcquirePropertyPlantAndEquipment": 100},
            "parts_without_total",
        ),
        (  # The second is the upstream segment's, in a note.
            "Chevron, June 2023", "2911",
            {"PaymentsToAcquireProductiveAssets": 6_795, "PaymentsToAcquireOilAndGasPropertyAndEquipment": 6_571}, 6_795,
        ),
        (
            "Riot Platforms 2023", "6199",
            {"PaymentsToAcquirePropertyPlantAndEquipment": 193.704, "PaymentsToAcquireMachineryAndEquipment": 230.397},
            "parts_without_total",
        ),
        ("Dow, June 2023", "2821", {"PaymentsToAcquireMachineryAndEquipment": 1_001}, 1_001),
        ("Carbo Ceramics 2015", "3290", {"PaymentsForProceedsFromProductiveAssets": 62.747}, 62.747),
        ("Verizon 2023", "4813", {"PaymentsToAcquireOtherProductiveAssets": 18_767}, 18_767),
    ],
)  # fmt: skip
def test_capital_expenditure(filer: str, sic: str, figures: dict[str, float], spent: float | str) -> None:
    found = Report(sic).flows(figures).of_year("capital_expenditure")
    assert (found if isinstance(found, str) else float(found)) == spent, filer


@pytest.mark.parametrize(
    ("figures", "flow"),
    [
        ({CHANGE: 8, "EffectOfExchangeRateOnCashAndCashEquivalents": -2}, 105),
        ({CHANGE: 8}, 103),
        # Cash of a business held for sale is in the change, and its operating part is not known.
        ({CHANGE: 8, "NetCashProvidedByUsedInDiscontinuedOperations": 30}, "operand_missing"),
        ({}, "not_reported"),
        ({CHANGE: 8, "NetCashProvidedByUsedInOperatingActivities": 104}, 104),
    ],
)
def test_operating_cash_flow_from_the_other_flows(figures: dict[str, float], flow: float | str) -> None:
    assert Report().flows(ACTIVITIES | figures).of_year("operating_cash_flow") == flow


def test_cash_of_unknown_activities_gives_no_operating_cash_flow() -> None:
    assert Report().flows({CHANGE: 8}).of_year("operating_cash_flow") == "not_reported"


@pytest.mark.parametrize(
    ("filer", "figures", "net"),
    [
        ("J. M. Smucker 2024", {"InterestIncomeExpenseNonoperatingNet": -264.3}, -264.3),
        ("GameStop 2023", {"InterestIncomeExpenseNet": 49.5}, 49.5),
    ],
)
def test_interest_in_one_figure_is_no_interest_expense(filer: str, figures: dict[str, float], net: float) -> None:
    lines = Report().flows(figures).millions(INCOME)
    assert float(lines["net_interest"]) == net, filer
    assert "interest_expense" not in lines


@pytest.mark.parametrize(
    ("discontinued", "shown"),
    [({}, Decimal("1.25")), ({"IncomeLossFromDiscontinuedOperationsNetOfTax": -40}, None)],
)
def test_earnings_of_continuing_operations_are_all_earnings_only_if_nothing_was_discontinued(
    discontinued: dict[str, float], shown: Decimal | None
) -> None:
    report = Report().flows(discontinued)
    report.rows.append(("IncomeLossFromContinuingOperationsPerBasicShare", START, END, Decimal("1.25"), "10-K", FILED))
    numbers = {tag: number for number, tag in enumerate(dict.fromkeys(row[0] for row in report.rows))}
    rows: list[FiledVersion] = [
        (numbers[tag], end, start, 2 if "PerBasicShare" in tag else 1, value, "0000000007-24-021600", form, filed)
        for tag, start, end, value, form, filed in report.rows
    ]
    table = FactTable(rows, {number: f"us-gaap:{tag}" for tag, number in numbers.items()}, {1: "USD", 2: "USD/shares"})
    assert at(assemble(report.company, INCOME, PeriodKind.ANNUAL, None, table), "eps_basic", "FY 2023").value == shown


@pytest.mark.parametrize(
    ("figures", "equity", "total", "liabilities"),
    [
        # Partners' capital of 29,432 with the noncontrolling interests, of 77,167 in all.
        (
            {"PartnersCapital": 28_573, "PartnersCapitalAttributableToNoncontrollingInterest": 859,
             "LiabilitiesAndPartnersCapital": 77_167},
            28_573, 29_432, 47_735,
        ),
        ({"MembersEquity": 300, "LiabilitiesAndStockholdersEquity": 500}, 300, 300, 200),
        ({"MembersCapital": 300, "LiabilitiesAndStockholdersEquity": 500}, 300, 300, 200),
        # Net assets of others than funds are a figure of notes.
        ({"AssetsNet": 120, "StockholdersEquity": 300, "LiabilitiesAndStockholdersEquity": 500}, 300, 300, 200),
        ({"AssetsNet": 120, "LiabilitiesAndStockholdersEquity": 500}, None, None, None),
    ],
)  # fmt: skip
def test_equity_of_partners_and_members(
    figures: dict[str, float], equity: int | None, total: int | None, liabilities: int | None
) -> None:
    lines = Report("4922").balances(figures).millions(BALANCE)
    assert [lines.get(name) for name in ("stockholders_equity", "total_equity", "total_liabilities")] == [
        equity, total, liabilities
    ]  # fmt: skip


# Golub Capital BDC's tags, with amounts of nobody's: income of 87, expenses of 46, gains of 3.
FUND = {
    "GrossInvestmentIncomeOperating": 87, "InvestmentCompanyExpenseAfterReductionOfFeeWaiverAndReimbursement": 46,
    "NetInvestmentIncome": 41, "InvestmentIncomeOperatingAfterExpenseAndTax": 40, "InterestExpenseOperating": 20,
}  # fmt: skip


def test_a_fund_without_an_industry_code_is_known_by_its_investment_income() -> None:
    report = Report("").flows(FUND).balances(
        {"InvestmentOwnedAtFairValue": 880, "LongTermDebt": 400, "Liabilities": 420, "AssetsNet": 500, "Assets": 920,
         "LiabilitiesAndStockholdersEquity": 920}
    )  # fmt: skip
    lines = report.millions(INCOME)
    assert report.statement(INCOME).lines[0].line == "net_investment_income"
    assert [lines[name] for name in ("revenue", "operating_expenses", "net_investment_income")] == [87, 46, 40]
    balance = report.millions(BALANCE)
    names = ("investment_securities", "total_assets", "total_liabilities", "long_term_debt", "total_equity")
    assert [balance[name] for name in names] == [880, 920, 420, 400, 500]


def test_balance_sheets_without_a_current_part() -> None:
    lines = Report("6512").balances(
        {"AccountsReceivableNet": 12, "AccountsPayableAndAccruedLiabilitiesCurrentAndNoncurrent": 30,
         "OperatingLeaseLiability": 9, "AccruedLiabilitiesCurrentAndNoncurrent": 4}
    ).millions(BALANCE)  # fmt: skip
    names = ("receivables", "accounts_payable", "whole_operating_lease_liabilities", "accrued_liabilities")
    assert [lines[name] for name in names] == [12, 30, 9, 4]
    assert "operating_lease_liabilities" not in lines


def foreign(kind: StatementKind, sic: str, currency: str, flows: dict[str, int], balances: dict[str, int]) -> Statement:
    """A statement of 20-F filers of one year, whose anchors are profit and profit before tax."""
    stated = [(tag, START, value) for tag, value in ({"ProfitLoss": 30, "ProfitLossBeforeTax": 40} | flows).items()]
    stated += [(tag, None, value) for tag, value in balances.items()]  # type: ignore[misc]
    rows: list[FiledVersion] = [
        (number, END, start, 1, Decimal(value) * MILLION, "0000000007-24-021600", "20-F", date(2024, 4, 30))
        for number, (_, start, value) in enumerate(stated)
    ]
    table = FactTable(rows, {number: f"ifrs-full:{tag}" for number, (tag, _, _) in enumerate(stated)}, {1: currency})
    return assemble(Company(Cik(7), "Some Company", sic=sic), kind, PeriodKind.ANNUAL, None, table)


def figures_of(found: Statement) -> dict[str, Decimal]:
    return {line.line: value / MILLION for line in found.lines if (value := line.figures[-1].value) is not None}


def test_a_korean_bank_nets_its_interest() -> None:
    flows = {
        "RevenueFromInterest": 212, "InterestExpense": 124, "InterestRevenueExpense": 88,
        "FeeAndCommissionIncomeExpense": 21,
        "ImpairmentLossImpairmentGainAndReversalOfImpairmentLossDeterminedInAccordanceWithIFRS9": 17,
    }  # fmt: skip
    found = foreign(INCOME, "6029", "KRW", flows, {})
    lines = figures_of(found)
    names = ("net_interest_income", "net_fee_and_commission_income", "provision_for_credit_losses", "net_income")
    assert [lines[name] for name in names] == [88, 21, 17, 30]
    assert "revenue" not in lines  # interest and fees are not all of it
    assert at(found, "net_interest_income", "FY 2023").unit == "KRW"
    balance = figures_of(foreign(BALANCE, "6029", "KRW", flows, {"Equity": 60, "EquityAndLiabilities": 900, "Assets": 900}))
    assert [balance[name] for name in ("total_equity", "total_liabilities", "total_assets")] == [60, 840, 900]


def test_an_insurer_after_ifrs_17() -> None:
    flows = {
        "InsuranceRevenue": 500,
        "InsuranceServiceExpensesFromInsuranceContractsIssued": 430,
        "InsuranceServiceResult": 60,
    }
    lines = figures_of(foreign(INCOME, "6311", "EUR", flows, {}))
    assert [lines[name] for name in ("premiums_earned", "policyholder_benefits", "insurance_service_result")] == [500, 430, 60]
    assert "revenue" not in lines  # premiums are not all of it


@pytest.mark.parametrize("continuing", ["", "ContinuingOperations"])
def test_cash_flows_of_20_f_filers(continuing: str) -> None:
    flows = {
        f"CashFlowsFromUsedInOperatingActivities{continuing}": 100, f"CashFlowsFromUsedInInvestingActivities{continuing}": -60,
        f"CashFlowsFromUsedInFinancingActivities{continuing}": -30,
        "PurchaseOfPropertyPlantAndEquipmentClassifiedAsInvestingActivities": 45,
    }  # fmt: skip
    lines = figures_of(foreign(CASHFLOW, "3711", "JPY", flows, {}))
    names = ("operating_cash_flow", "investing_cash_flow", "financing_cash_flow", "capital_expenditure", "free_cash_flow")
    assert [lines[name] for name in names] == [100, -60, -30, 45, 55]


def test_bonds_and_loans_of_a_20_f_filer_are_parts_of_its_debt() -> None:
    bonds, loans = "NoncurrentPortionOfNoncurrentBondsIssued", "NoncurrentPortionOfNoncurrentLoansReceived"
    found = foreign(BALANCE, "4813", "BRL", {}, {bonds: 70, loans: 30, "Assets": 300})
    assert at(found, "long_term_debt", "FY 2023").reason == "parts_without_total"
    assert figures_of(foreign(BALANCE, "4813", "BRL", {}, {bonds: 70}))["long_term_debt"] == 70
    receivables = figures_of(foreign(BALANCE, "4813", "BRL", {}, {"TradeAndOtherReceivables": 8, "TradeAndOtherPayables": 9}))
    assert (receivables["receivables"], receivables["accounts_payable"]) == (8, 9)


def test_net_income_to_common_shareholders_is_net_income_without_preferred_dividends() -> None:
    # McKesson in 2024, which files no other net income but that with the noncontrolling interests.
    tag = "NetIncomeLossAvailableToCommonStockholdersBasic"
    for dividends, shown in (({}, 3_002), ({"PreferredStockDividendsIncomeStatementImpact": 9}, None)):
        report = Report("5122").flows({tag: 3_002, "NetCashProvidedByUsedInOperatingActivities": 4_314, **dividends})
        report.rows = [row for row in report.rows if row[0] != "NetIncomeLoss"]
        figures = all_figures(report.company, report.facts)
        value = figures.compute("net_income", figures.calendar.years[-1]).value
        assert value == (None if shown is None else shown * MILLION)
