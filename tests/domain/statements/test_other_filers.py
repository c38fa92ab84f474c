"""Filers whose reports put a figure where others do not, each as its own report has it (in millions unless said)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import FiledVersion
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.ratios import all_figures, compute
from workbench.domain.statements.assembly import assemble
from workbench.domain.statements.figures import Figures
from workbench.domain.statements.statement import Figure, PeriodKind, Statement, StatementKind

MILLION = 1_000_000
START, END, FILED = date(2023, 1, 1), date(2023, 12, 31), date(2024, 2, 16)
ANCHORS = {"NetIncomeLoss": 100, "IncomeTaxExpenseBenefit": 20}


class Report:
    """What one filing says of a year, of its first day and of its last: amounts in millions."""

    def __init__(self, sic: str = "3571", unit: str = "USD") -> None:
        self.company = Company(Cik(7), "Some Company", sic=sic)
        self.unit = unit
        self.rows: list[tuple[str, date | None, date, Decimal, str, date]] = []
        self.flows(ANCHORS)

    def flows(self, figures: dict[str, float], start: date = START, end: date = END, *, filed: date = FILED) -> Report:
        form = "10-K" if filed.month == 2 else "10-Q"
        self.rows += [(tag, start, end, Decimal(str(value)) * MILLION, form, filed) for tag, value in figures.items()]
        return self

    def balances(self, figures: dict[str, float], day: date = END) -> Report:
        self.rows += [(tag, None, day, Decimal(str(value)) * MILLION, "10-K", FILED) for tag, value in figures.items()]
        return self

    @property
    def facts(self) -> FactTable:
        numbers = {tag: number for number, tag in enumerate(dict.fromkeys(row[0] for row in self.rows))}
        versions: list[FiledVersion] = [
            (numbers[tag], end, start, 1, value, f"0000000007-{filed:%y-%m%d}00", form, filed)
            for tag, start, end, value, form, filed in self.rows
        ]
        names = {number: tag if ":" in tag else f"us-gaap:{tag}" for tag, number in numbers.items()}
        return FactTable(versions, names, {1: self.unit})

    def statement(self, kind: StatementKind, period: PeriodKind = PeriodKind.ANNUAL) -> Statement:
        return assemble(self.company, kind, period, None, self.facts)

    def millions(self, kind: StatementKind) -> dict[str, Decimal]:
        """The lines that have a figure."""
        lines = self.statement(kind).lines
        return {line.line: value / MILLION for line in lines if (value := line.figures[-1].value) is not None}

    def everything(self) -> Figures:
        return all_figures(self.company, self.facts)

    def of_year(self, line: str) -> Decimal | str:
        """A line of the last year in millions, or why there is none."""
        figures = self.everything()
        computed = figures.compute(line, figures.calendar.years[-1])
        return str(computed.reason) if computed.value is None else computed.value / MILLION


def at(found: Statement, line: str, label: str) -> Figure:
    place = [period.label for period in found.periods].index(label)
    return next(row for row in found.lines if row.line == line).figures[place]


INCOME, BALANCE, CASHFLOW = StatementKind.INCOME, StatementKind.BALANCE, StatementKind.CASHFLOW


def test_a_miner_of_bitcoin_earns_more_than_its_contracts_with_customers_give() -> None:
    # Marathon Digital in 2023, in thousands: gains on digital assets are within operating expenses, which so are negative.
    report = Report("6199").flows(
        {
            "Revenues": 387.508, "RevenueFromContractWithCustomerExcludingAssessedTax": 57.699,
            "CostOfGoodsAndServicesSold": 402.851, "OperatingExpenses": -236.254, "OperatingIncomeLoss": 220.911,
        }
    )  # fmt: skip
    # Its quarterly reports of that year give contracts alone.
    for end in (date(2023, 3, 31), date(2023, 6, 30), date(2023, 9, 30)):
        part = {"RevenueFromContractWithCustomerExcludingAssessedTax": 50.0}
        report.flows(part, START, end, filed=end + timedelta(days=35))
    lines = report.millions(INCOME)
    assert (lines["revenue"], lines["gross_profit"]) == (Decimal("387.508"), Decimal("-15.343"))


def test_oil_bought_is_not_the_cost_of_what_was_sold() -> None:
    # Chevron's second quarter of 2023, whose reports state no gross profit.
    report = Report("2911").flows(
        {"Revenues": 48_896, "CostOfGoodsAndServicesSold": 28_984, "ExplorationExpense": 169, "CostsAndExpenses": 41_059}
    )
    found = at(report.statement(INCOME), "gross_profit", "FY 2023")
    assert (found.value, found.reason) == (None, "operand_missing")
    assert report.millions(INCOME)["exploration_expense"] == 169
    without = Report("5331").flows({"Revenues": 648_125, "CostOfRevenue": 490_142})
    assert without.millions(INCOME)["gross_profit"] == 157_983


@pytest.mark.parametrize(
    ("filer", "sic", "figures", "long_term", "total"),
    [
        (  # commercial paper is a part of its loans and notes payable of 1,499
            "Coca-Cola 2024", "2080",
            {"CommercialPaper": 1_139, "OtherShortTermBorrowings": 360, "LongTermDebtAndCapitalLeaseObligationsCurrent": 648,
             "LongTermDebtAndCapitalLeaseObligations": 42_375},
            42_375, 44_522,
        ),
        (  # both tags hold the commercial paper
            "Apple 2019", "3571",
            {"CommercialPaper": 5_980, "OtherShortTermBorrowings": 5_980, "LongTermDebtCurrent": 10_260,
             "LongTermDebtNoncurrent": 91_807},
            91_807, 108_047,
        ),
        (  # the third is a note's, of principal
            "UnitedHealth 2024", "6324",
            {"DebtCurrent": 4_545, "LongTermDebtNoncurrent": 72_359, "DebtLongtermAndShorttermCombinedAmount": 76_180},
            72_359, 76_904,
        ),
        (  # the 750 are the principal of the 753, so the company's own total decides
            "AMD, July 2023", "3674",
            {"ShortTermBorrowings": 753, "LongTermDebtCurrent": 750, "LongTermDebtNoncurrent": 1_714,
             "DebtLongtermAndShorttermCombinedAmount": 2_467},
            1_714, 2_467,
        ),
        (  # long-term debt of 28.5, of which 10.8 are due
            "GameStop 2023", "5734",
            {"LongTermDebt": 28.5, "LongTermDebtCurrent": 10.8, "LongTermNotesPayable": 17.7},
            Decimal("17.7"), Decimal("28.5"),
        ),
        (  # both tags hold what is due, and no total says so
            "IBM, June 2025", "3570",
            {"ShortTermBorrowings": 8_945, "LongTermDebtAndCapitalLeaseObligationsCurrent": 8_944,
             "LongTermDebtNoncurrent": 55_219},
            55_219, "may_count_twice",
        ),
        ("Oracle, August 2023", "7372", {"NotesPayableCurrent": 4_499, "LongTermNotesAndLoans": 84_442}, 84_442, 88_941),
        ("Travelers, September 2023", "6331", {"DebtLongtermAndShorttermCombinedAmount": 8_031}, "not_reported", 8_031),
        (  # a bank does not say what of it is due
            "JPMorgan Chase 2025", "6021",
            {"ShortTermBorrowings": 64_776, "LongTermDebtAndCapitalLeaseObligationsIncludingCurrentMaturities": 435_206},
            435_206, 499_982,
        ),
        # What is due is in the one figure, and in the other too, so their sum is too much.
        ("Adobe 2022", "7372", {"DebtCurrent": 500, "LongTermDebt": 3_629}, "operand_missing", "operand_missing"),
        ("Kimberly-Clark, June 2017", "2670", {"DebtCurrent": 1_246}, "not_reported", "operand_missing"),
        ("Abbott 2021", "2834", {"ShortTermBorrowings": 0}, "not_reported", "operand_missing"),
    ],
)  # fmt: skip
def test_debt(
    *, filer: str, sic: str, figures: dict[str, float], long_term: Decimal | int | str, total: Decimal | int | str
) -> None:
    report = Report(sic).balances(figures)
    assert (report.of_year("long_term_debt"), report.of_year("total_debt")) == (long_term, total), filer


def test_debt_due_in_one_figure_stands_on_the_balance_sheet() -> None:
    # Boeing at the end of 2024.
    lines = Report("3721").balances({"DebtCurrent": 1_278, "LongTermDebtAndCapitalLeaseObligations": 52_586}).millions(BALANCE)
    assert (lines["short_term_and_current_debt"], lines["long_term_debt"]) == (1_278, 52_586)


def test_the_equity_of_a_share_is_that_of_common_shareholders() -> None:
    # JPMorgan Chase at the end of 2023: 104.45 a share for 2,876.6 million common shares.
    report = Report("6021").balances({"StockholdersEquity": 327_878, "PreferredStockValue": 27_404})
    assert report.millions(BALANCE)["preferred_stock"] == 27_404
    assert report.of_year("common_equity") == 300_474


def test_cash_of_a_bank_is_with_what_it_keeps_at_other_banks() -> None:
    # JPMorgan Chase at the end of 2025: 21,742 due from banks, 321,596 on deposit with them.
    balances = {"CashAndDueFromBanks": 21_742, "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents": 343_338}
    assert Report("6021").balances(balances).millions(BALANCE)["cash_and_equivalents"] == 343_338


HELD_FOR_SALE = "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalentsIncludingDisposalGroupAndDiscontinuedOperations"
RESTRICTED = "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents"
CHANGE = f"{RESTRICTED}PeriodIncreaseDecreaseIncludingExchangeRateEffect"


@pytest.mark.parametrize(
    ("change", "start", "end", "shown", "result"),
    [
        # General Electric in 2023: the balance sheet has 16,967, the cash flow statement what is held for sale too.
        (664, {RESTRICTED: 15_810, HELD_FOR_SALE: 19_092}, {RESTRICTED: 16_967, HELD_FOR_SALE: 19_755}, 19_755, "passed"),
        # Johnson & Johnson in 2024: the second is the cash of the business that it sold, which is none.
        (
            2_246, {"CashAndCashEquivalentsAtCarryingValue": 21_859, HELD_FOR_SALE: 0},
            {"CashAndCashEquivalentsAtCarryingValue": 24_105, HELD_FOR_SALE: 0}, 24_105, "passed",
        ),
        # Marathon Digital in 2023, thousands: restricted cash is in the change, and in the balance at the end alone.
        (
            Decimal("244.808"), {"CashAndCashEquivalentsAtCarryingValue": Decimal("103.705")},
            {"CashAndCashEquivalentsAtCarryingValue": Decimal("357.313")}, Decimal("357.313"), "not_applicable",
        ),
        # Cash that is of one kind and does not roll forward is told.
        (70, {RESTRICTED: 100}, {RESTRICTED: 160}, 160, "failed"),
    ],
)  # fmt: skip
def test_cash_is_what_its_change_leads_to(
    *, change: float, start: dict[str, float], end: dict[str, float], shown: float, result: str
) -> None:
    report = Report().flows({CHANGE: change}).balances(start, START - timedelta(days=1)).balances(end)
    found = report.statement(CASHFLOW)
    assert at(found, "cash_at_end", "FY 2023").value == Decimal(str(shown)) * MILLION
    assert [check.result for check in found.checks if check.name == "cash_roll_forward"] == [result]


@pytest.mark.parametrize(
    ("filer", "sic", "figures", "stated", "all_of_it"),
    [
        # Stated apart: neither is all of it, and what else is amortized is not told.
        ("AbbVie 2024", "2834", {"Depreciation": 764, "AmortizationOfIntangibleAssets": 7_622}, 764, "operand_missing"),
        ("Intel 2023", "3674", {"Depreciation": 7_847, "AmortizationOfIntangibleAssets": 1_755}, 7_847, "operand_missing"),
        ("AMD 2023", "3674", {"Depreciation": 441, "OtherDepreciationAndAmortization": 3_453}, 441, "operand_missing"),
        (
            "Texas Instruments 2023", "3674",
            {"Depreciation": 1_175, "AmortizationOfIntangibleAssets": 0, "CapitalizedComputerSoftwareAmortization1": 63},
            1_175, "operand_missing",
        ),
        # Union Pacific in 2024 has nothing to amortize; Bristol-Myers Squibb in 2023 states both in one.
        ("Union Pacific 2024", "4011", {"Depreciation": 2_398}, 2_398, 2_398),
        (
            "Bristol-Myers Squibb 2023", "2834",
            {"DepreciationAmortizationAndAccretionNet": 9_760, "AmortizationOfIntangibleAssets": 9_200}, "not_reported", 9_760,
        ),
    ],
)  # fmt: skip
def test_depreciation_beside_amortization_is_not_all_of_it(
    *, filer: str, sic: str, figures: dict[str, float], stated: int | str, all_of_it: int | str
) -> None:
    report = Report(sic).flows(figures | {"OperatingIncomeLoss": 1_000})
    found = at(report.statement(CASHFLOW), "depreciation_amortization", "FY 2023")
    shown = str(found.reason) if found.value is None else found.value / MILLION
    assert (shown, report.of_year("depreciation"), filer) == (all_of_it, stated, filer)
    ebitda = all_of_it + 1_000 if isinstance(all_of_it, int) else all_of_it
    assert report.of_year("ebitda") == ebitda


def test_depreciation_of_a_quarter_does_not_stand_for_what_year_to_dates_say_of_both() -> None:
    # Comcast in 2023: 2,195 of depreciation and 1,343 of amortization in its second quarter, both in one for the half year.
    first, half, second = (START, date(2023, 3, 31)), (START, date(2023, 6, 30)), (date(2023, 4, 1), date(2023, 6, 30))
    early, late = date(2023, 4, 27), date(2023, 7, 27)
    report = Report("4841").flows({**ANCHORS, "DepreciationDepletionAndAmortization": 3_777}, *first, filed=early)
    report.flows({**ANCHORS, "DepreciationDepletionAndAmortization": 7_315}, *half, filed=late)
    report.flows({**ANCHORS, "Depreciation": 2_195, "AmortizationOfIntangibleAssets": 1_343}, *second, filed=late)
    found = report.statement(CASHFLOW, PeriodKind.QUARTERLY)
    lines = ("depreciation_amortization", "depreciation", "amortization_of_intangibles")
    assert [at(found, line, "Q2 2023").value for line in lines] == [3_538 * MILLION, 2_195 * MILLION, 1_343 * MILLION]


def test_a_quarter_restated_for_what_was_sold_is_not_given_as_it_was_before() -> None:
    # Johnson & Johnson in 2023: the annual report gives quarters without the consumer business, and no tax of them.
    report = Report("2834")
    tag = "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest"
    first, second = (START, date(2023, 3, 31)), (date(2023, 4, 1), date(2023, 6, 30))
    filed = date(2023, 7, 27)
    report.flows({tag: 6_762, "NetIncomeLoss": 5_144, "IncomeTaxExpenseBenefit": 1_618}, *second, filed=filed)
    report.flows({tag: 6_025, "NetIncomeLoss": 5_076, "IncomeTaxExpenseBenefit": 949}, START, second[1], filed=filed)
    report.flows({tag: -1_287, "NetIncomeLoss": -68}, *first).flows({tag: 6_306, "NetIncomeLoss": 5_144}, *second)
    found = report.statement(INCOME, PeriodKind.QUARTERLY)
    assert at(found, "income_before_tax", "Q2 2023").value == 6_306 * MILLION


@pytest.mark.parametrize(
    ("filer", "line", "figures", "value"),
    [
        ("Verizon 2023", "capital_expenditure", {"PaymentsToAcquireOtherProductiveAssets": 18_767}, 18_767),
        ("Coca-Cola 2024", "debt_repaid", {"RepaymentsOfDebtAndCapitalLeaseObligations": 9_533}, 9_533),
        ("Home Depot 2024", "debt_issued", {"ProceedsFromIssuanceOfLongTermDebtAndCapitalSecuritiesNet": 10_010}, 10_010),
        ("Colgate-Palmolive 2023", "debt_issued", {"ProceedsFromOtherDebt": 1_495}, 1_495),
        ("Colgate-Palmolive 2023", "debt_repaid", {"RepaymentsOfOtherDebt": 903}, 903),
    ],
)
def test_flows_under_tags_that_few_use(filer: str, line: str, figures: dict[str, float], value: int) -> None:
    assert Report().flows(figures).millions(CASHFLOW)[line] == value, filer


@pytest.mark.parametrize(
    ("figures", "share"),
    [
        ({"ProfitLoss": 3_380, "NetIncomeLoss": 3_195}, 185),  # RTX in 2023
        ({"ProfitLoss": -15_448, "NetIncomeLoss": -8_636}, -6_812),  # Walgreens Boots Alliance in 2024
        ({"NetIncomeLoss": 93_736}, None),  # Apple in 2024: nobody else has a share
    ],
)
def test_the_share_of_others_in_net_income(figures: dict[str, float], share: int | None) -> None:
    report = Report().flows(figures)
    report.rows = [row for row in report.rows if row[3] != ANCHORS["NetIncomeLoss"] * MILLION]
    assert report.millions(INCOME).get("net_income_noncontrolling") == share


def test_ratios_are_told_of_debt_in_one_figure() -> None:
    # Boeing in 2024 again: 53,864 million of debt, 26,282 of liquid funds.
    report = Report("3721").balances(
        {"DebtCurrent": 1_278, "LongTermDebtAndCapitalLeaseObligations": 52_586, "ShortTermInvestments": 12_481,
         "CashAndCashEquivalentsAtCarryingValue": 13_801}
    )  # fmt: skip
    table = compute(report.company, PeriodKind.ANNUAL, None, report.facts)
    net_debt = next(line for line in table.lines if line.line == "net_debt").figures[-1]
    assert net_debt.value == 27_582 * MILLION
