"""Derived figures: proven from facts that agree, or refused with the reason."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import FiledVersion
from workbench.domain.identity import Cik, Company
from workbench.domain.statements.assembly import assemble
from workbench.domain.statements.statement import Figure, PeriodKind, Statement, StatementKind, Status

COMPANY = Company(Cik(7), "Some Company", sic="3571")
Q1, H1, NINE, YEAR = (date(2023, 3, 31), date(2023, 6, 30), date(2023, 9, 30), date(2023, 12, 31))
START = date(2023, 1, 1)
FILED = {Q1: date(2023, 5, 1), H1: date(2023, 8, 1), NINE: date(2023, 11, 1), YEAR: date(2024, 2, 1)}


class Filings:
    """Facts of a small company, as vintages."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.units = {1: "USD", 2: "shares", 3: "USD/shares"}
        self.versions: list[FiledVersion] = []

    def add(
        self,
        tag: str,
        start: date | None,
        end: date,
        value: str,
        *,
        filed: date | None = None,
        unit: int = 1,
        accession: str = "",
    ) -> None:
        filed = filed or FILED[end]
        form = "10-K" if filed.month == 2 else "10-Q"
        concept = self.names.setdefault(f"us-gaap:{tag}", len(self.names) + 1)
        accession = accession or f"0000000007-{filed.year % 100:02d}-{filed.timetuple().tm_yday:06d}"
        self.versions.append((concept, end, start, unit, Decimal(value), accession, form, filed))

    def known(self) -> FactTable:
        return FactTable(self.versions, {number: name for name, number in self.names.items()}, self.units)

    def statement(self, kind: StatementKind = StatementKind.INCOME, period: PeriodKind = PeriodKind.QUARTERLY) -> Statement:
        return assemble(COMPANY, kind, period, None, self.known())


def a_year() -> Filings:
    filings = Filings()
    for tag, unit in (("NetIncomeLoss", 100), ("IncomeTaxExpenseBenefit", 20)):
        filings.add(tag, START, Q1, str(unit))
        filings.add(tag, START, H1, str(unit * 2))
        filings.add(tag, Q1 + timedelta(days=1), H1, str(unit))
        filings.add(tag, START, NINE, str(unit * 3))
        filings.add(tag, H1 + timedelta(days=1), NINE, str(unit))
        filings.add(tag, START, YEAR, str(unit * 5))
    return filings


def figure(statement: Statement, line: str, label: str) -> Figure:
    column = [period.label for period in statement.periods].index(label)
    return next(found for found in statement.lines if found.line == line).figures[column]


def test_the_fourth_quarter_is_the_year_less_nine_months_with_both_as_operands() -> None:
    found = figure(a_year().statement(), "net_income", "Q4 2023")
    assert (found.value, found.status) == (Decimal(200), Status.DERIVED)
    assert found.formula == "fiscal year - first nine months"
    assert [(fact.period_start, fact.period_end, fact.value) for fact in found.facts] == [
        (START, YEAR, Decimal(500)), (START, NINE, Decimal(300))
    ]  # fmt: skip


def test_a_restated_year_is_not_mixed_with_nine_months_filed_before() -> None:
    filings = a_year()
    filings.add("NetIncomeLoss", START, YEAR, "450", filed=date(2025, 2, 1))
    assert figure(filings.statement(), "net_income", "Q4 2023").reason == "operand_restated_apart"
    assert figure(filings.statement(period=PeriodKind.ANNUAL), "net_income", "FY 2023").value == 450
    # Filed again after the restatement, the nine months belong to the same account of the year.
    filings.add("NetIncomeLoss", START, NINE, "270", filed=date(2025, 2, 1))
    assert figure(filings.statement(), "net_income", "Q4 2023").value == 180


def test_a_rounder_figure_is_no_restatement() -> None:
    filings = a_year()
    for end, exact, rounded in ((NINE, "300400000", "300400000"), (YEAR, "500400000", "500000000")):
        filings.add("OperatingIncomeLoss", START, end, exact)
        filings.add("OperatingIncomeLoss", START, end, rounded, filed=date(2025, 2, 1) if end == YEAR else FILED[end])
    assert figure(filings.statement(), "operating_income", "Q4 2023").value == Decimal(199_600_000)


def test_shares_and_per_share_figures_are_never_subtracted() -> None:
    filings = a_year()
    for end, shares, eps in ((NINE, "1000", "0.30"), (YEAR, "990", "0.50")):
        filings.add("WeightedAverageNumberOfSharesOutstandingBasic", START, end, shares, unit=2)
        filings.add("EarningsPerShareBasic", START, end, eps, unit=3)
    for line in ("weighted_average_shares", "eps_basic"):
        found = figure(filings.statement(), line, "Q4 2023")
        assert (found.value, found.status, found.reason, found.facts) == (None, Status.REFUSED, "not_subtractable", ())


def test_a_missing_operand_is_said() -> None:
    filings = a_year()
    filings.add("ResearchAndDevelopmentExpense", START, YEAR, "44")
    assert figure(filings.statement(), "research_and_development", "Q4 2023").reason == "operand_missing"
    assert figure(filings.statement(), "research_and_development", "Q2 2023").reason == "not_reported"


@pytest.mark.parametrize(
    ("cost", "expected"), [("300", (Decimal(700), "derived", None)), (None, (None, "refused", "operand_missing"))]
)
def test_gross_profit_from_its_parts(cost: str | None, expected: tuple[Decimal | None, str, str | None]) -> None:
    filings = a_year()
    filings.add("Revenues", START, YEAR, "1000")
    if cost:
        filings.add("CostOfRevenue", START, YEAR, cost)
    found = figure(filings.statement(period=PeriodKind.ANNUAL), "gross_profit", "FY 2023")
    assert (found.value, found.status, found.reason) == expected


def test_a_part_of_revenue_on_the_tag_of_the_whole_is_not_taken_for_it() -> None:
    filings = a_year()
    filings.add("Revenues", START, YEAR, "294")  # of a note
    filings.add("SalesRevenueNet", START, YEAR, "830")
    filings.add("CostOfGoodsSold", START, YEAR, "424")
    filings.add("GrossProfit", START, YEAR, "406")
    assert figure(filings.statement(period=PeriodKind.ANNUAL), "revenue", "FY 2023").value == 830


def test_research_bought_in_process_is_a_part_of_research() -> None:
    """Johnson & Johnson's annual report of 2024: 17,232 million of research, and 1,841 million of it written off."""
    filings = a_year()
    filings.add("ResearchAndDevelopmentExpense", START, YEAR, "1841")
    filings.add("ResearchAndDevelopmentExpenseExcludingAcquiredInProcessCost", START, YEAR, "17232")
    found = figure(filings.statement(period=PeriodKind.ANNUAL), "research_and_development", "FY 2023")
    assert (found.value, found.status) == (Decimal(17232), Status.REPORTED)


def test_a_whole_below_its_part_is_kept_when_the_statement_follows_from_it() -> None:
    # A producer's losses on hedges stand within revenues, below what it sold.
    filings = a_year()
    filings.add("Revenues", START, YEAR, "3064")
    filings.add("RevenueFromContractWithCustomerExcludingAssessedTax", START, YEAR, "6804")
    filings.add("CostsAndExpenses", START, YEAR, "4500")
    filings.add("OperatingIncomeLoss", START, YEAR, "-1436")
    assert figure(filings.statement(period=PeriodKind.ANNUAL), "revenue", "FY 2023").value == 3064


@pytest.mark.parametrize(
    ("noncontrolling", "discontinued", "consolidated", "expected"),
    [
        (None, None, 500, 500),
        (None, "30", 470, 470),
        ("10", "30", 480, None),
        ("10", "0", 510, 500),
        (None, "-30", 530, 530),
    ],
)
def test_income_from_continuing_operations(
    noncontrolling: str | None, discontinued: str | None, consolidated: int, expected: int | None
) -> None:
    """What of it is the parent's is known only where noncontrolling interests have no share in what is discontinued."""
    filings = a_year()
    if discontinued is not None:
        filings.add("IncomeLossFromDiscontinuedOperationsNetOfTax", START, YEAR, discontinued)
    if noncontrolling is not None:
        filings.add("NetIncomeLossAttributableToNoncontrollingInterest", START, YEAR, noncontrolling)
    found = filings.statement(period=PeriodKind.ANNUAL)
    assert figure(found, "consolidated_income_continuing_operations", "FY 2023").value == consolidated
    assert figure(found, "income_continuing_operations", "FY 2023").value == expected


def test_a_value_is_credited_to_the_filing_that_gave_it_first() -> None:
    filings = a_year()
    filings.add("NetIncomeLoss", START, YEAR, "500", filed=date(2025, 2, 1))
    found = figure(filings.statement(period=PeriodKind.ANNUAL), "net_income", "FY 2023")
    assert found.facts[0].filed_on == FILED[YEAR]


@given(st.randoms(use_true_random=False))
def test_the_order_of_loading_changes_nothing(shuffler: object) -> None:
    filings = a_year()
    filings.add("NetIncomeLoss", START, YEAR, "450", filed=date(2025, 2, 1))
    filings.add("NetIncomeLoss", START, YEAR, "455", filed=date(2025, 2, 1), accession="0000000007-25-000999")
    filings.add("Revenues", START, YEAR, "1000")
    filings.add("SalesRevenueNet", START, YEAR, "9000000")
    expected = [filings.statement(period=period) for period in PeriodKind]
    shuffler.shuffle(filings.versions)  # type: ignore[attr-defined]
    assert [filings.statement(period=period) for period in PeriodKind] == expected


def test_results() -> None:
    filings = a_year()
    filings.add("Assets", None, YEAR, "1000")
    filings.add("LiabilitiesAndStockholdersEquity", None, YEAR, "9000000")
    results = {check.name: check.result for check in filings.statement(StatementKind.BALANCE, PeriodKind.ANNUAL).checks}
    assert results["assets_are_liabilities_and_equity"] == "failed"
    assert results["balance_sheet_balances"] == "not_applicable"  # neither liabilities nor equity are reported
    assert results["figures_have_their_sign"] == "passed"
    (check,) = [check for check in filings.statement().checks if check.name == "year_is_sum_of_quarters"]
    assert (check.name, check.result, check.period_end) == ("year_is_sum_of_quarters", "passed", YEAR)


_BEFORE_TAX = "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest"
_AFTER_TAX = "IncomeLossFromContinuingOperationsIncludingPortionAttributableToNoncontrollingInterest"


@pytest.mark.parametrize(
    ("before", "tax", "after", "result", "words"),
    [
        ("20867", "7133", "13734", "passed", "2 figures checked"),
        ("20867", "-7133", "13734", "failed", "Income tax does not have the sign that income before and after tax imply"),
        ("-100", "-30", "-70", "passed", "2 figures checked"),  # a loss and the benefit of it
        ("100", "30", "60", "passed", "1 figure checked"),  # what else lies between the two is unknown
    ],
)
def test_tax_has_the_sign_that_income_before_and_after_it_imply(
    before: str, tax: str, after: str, result: str, words: str
) -> None:
    figures = {"Revenues": "30000", _BEFORE_TAX: before, "IncomeTaxExpenseBenefit": tax, _AFTER_TAX: after}
    found = _one_period(None, {f"us-gaap:{tag}": value for tag, value in figures.items()})
    (check,) = [check for check in found.checks if check.name == "figures_have_their_sign"]
    assert (check.result, check.detail) == (result, words)


def test_a_result_on_scale_does_not_depend_on_how_many_periods_are_shown() -> None:
    filings = Filings()
    for year, revenue in ((2021, "1000000"), (2022, "1000"), (2023, "1100000")):
        for tag, value in (("NetIncomeLoss", "100"), ("Revenues", revenue)):
            filings.add(tag, date(year, 1, 1), date(year, 12, 31), value, filed=date(year + 1, 2, 1))

    def results(limit_periods: int | None) -> list[str]:
        found = assemble(COMPANY, StatementKind.INCOME, PeriodKind.ANNUAL, None, filings.known(), limit_periods=limit_periods)
        return [check.result for check in found.checks if check.name == "figures_have_their_scale"]

    assert results(None) == ["not_applicable", "failed", "not_applicable"]
    assert results(2) == ["failed", "not_applicable"]


def _one_period(sic: str | None, figures: dict[str, str], *, unit: str = "USD", form: str = "10-K") -> Statement:
    start, end, filed = date(2023, 1, 1), date(2023, 12, 31), date(2024, 2, 20)
    versions = [
        (number, end, start, 1, Decimal(value), "0000000007-24-000001", form, filed)
        for number, value in enumerate(figures.values())
    ]
    facts = FactTable(versions, dict(enumerate(figures)), {1: unit})
    return assemble(Company(Cik(7), "Some Company", sic=sic), StatementKind.INCOME, PeriodKind.ANNUAL, None, facts)


def test_the_revenue_of_a_bank_is_net_of_interest_paid() -> None:
    found = _one_period(
        "6021",
        {
            "us-gaap:InterestAndDividendIncomeOperating": "90", "us-gaap:InterestExpense": "30",
            "us-gaap:NoninterestIncome": "25", "us-gaap:Revenues": "115", "us-gaap:NetIncomeLoss": "20",
            "us-gaap:ProfitLoss": "20",
        },
    )  # fmt: skip
    revenue = figure(found, "revenue", "FY 2023")
    assert (revenue.value, revenue.status, len(revenue.facts)) == (Decimal(85), Status.DERIVED, 3)
    assert revenue.formula == (
        "net_interest_income [interest_and_dividend_income - interest_expense_operating] + noninterest_income"
    )
    assert "gross_profit" not in {line.line for line in found.lines}


def test_a_foreign_filer_reports_in_its_own_currency_and_taxonomy() -> None:
    figures = {
        "ifrs-full:Revenue": "2161735841000", "ifrs-full:CostOfSales": "986625213000", "ifrs-full:ProfitLoss": "851740000000",
        "ifrs-full:ProfitLossAttributableToOwnersOfParent": "838497664000",
    }  # fmt: skip
    found = _one_period("3674", figures, unit="TWD", form="20-F")
    assert figure(found, "revenue", "FY 2023").unit == "TWD"
    assert figure(found, "gross_profit", "FY 2023").value == Decimal(1_175_110_628_000)
    assert figure(found, "net_income", "FY 2023").value == Decimal(838_497_664_000)


@pytest.mark.parametrize(
    ("contracts", "told", "rest"),
    [
        ("90000000", Decimal(90_000_000), Decimal(10_000_000)),
        ("100000000", None, None),  # the whole, under another tag
        ("101000000", None, None),  # more than the whole: hedging losses may lie between
    ],
)
def test_a_part_is_what_is_less_than_the_whole(contracts: str, told: Decimal | None, rest: Decimal | None) -> None:
    filings = a_year()
    filings.add("Revenues", START, YEAR, "100000000")
    filings.add("RevenueFromContractWithCustomerExcludingAssessedTax", START, YEAR, contracts)
    # the statement adds up with the whole, so that the first tag of the map is it
    filings.add("CostsAndExpenses", START, YEAR, "60000000")
    filings.add("OperatingIncomeLoss", START, YEAR, "40000000")
    found = filings.statement(period=PeriodKind.ANNUAL)
    values = [figure(found, name, "FY 2023").value for name in ("revenue", "net_sales", "other_revenue")]
    assert values == [Decimal(100_000_000), told, rest]


def test_a_whole_in_rounder_figures_is_no_part_of_it() -> None:
    filings = a_year()
    filings.add("SalesRevenueNet", START, YEAR, "19700000000")
    filings.add("SalesRevenueGoodsNet", START, YEAR, "19724000000")
    filings.add("CostOfRevenue", START, YEAR, "9724000000")
    filings.add("GrossProfit", START, YEAR, "10000000000")
    found = filings.statement(period=PeriodKind.ANNUAL)
    assert [figure(found, name, "FY 2023").value for name in ("revenue", "net_sales")] == [Decimal(19_724_000_000), None]


def test_a_later_report_that_repeats_the_par_value_alone_takes_nothing_off_preferred_stock() -> None:
    filings = a_year()
    filings.add("PreferredStockValue", None, YEAR, "1")
    filings.add("PreferredStockIncludingAdditionalPaidInCapitalNetOfDiscount", None, YEAR, "500")
    filings.add("PreferredStockValue", None, YEAR, "1", filed=date(2024, 5, 1))
    balance = filings.statement(StatementKind.BALANCE, PeriodKind.ANNUAL)
    assert figure(balance, "preferred_stock", "FY 2023").value == 500


def test_twelve_months_with_a_quarter_that_its_year_contradicts_say_so() -> None:
    filings = a_year()
    # The report of a year of 500 gives its last quarter nine millions.
    filings.versions = [row for row in filings.versions if row[2:3] != (START,) or row[1] in {Q1, YEAR}]
    filings.add("NetIncomeLoss", NINE + timedelta(days=1), YEAR, "9000000")
    filings.add("IncomeTaxExpenseBenefit", NINE + timedelta(days=1), YEAR, "40")
    quarter = figure(filings.statement(), "net_income", "Q4 2023")
    assert (quarter.value, quarter.reason) == (None, "quarters_disagree")
    for start, end in ((date(2024, 1, 1), date(2024, 3, 31)), (date(2024, 4, 1), date(2024, 6, 30))):
        filings.add("NetIncomeLoss", start, end, "100", filed=end + timedelta(days=30))
        filings.add("IncomeTaxExpenseBenefit", start, end, "20", filed=end + timedelta(days=30))
    trailing = figure(filings.statement(period=PeriodKind.TTM), "net_income", "TTM Q2 2024")
    assert (trailing.value, trailing.reason) == (None, "quarters_disagree")
