"""Figures of lines whose tags give several values: each is shown as of its `known_on` day, and not before (in millions)."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.statements.test_changes_of_standard import ALL, GAAP, IFRS, NET, OPERATING, TAX
from tests.domain.statements.test_other_filers import INCOME, MILLION, Report, at
from workbench.domain.measures.ratios import compute
from workbench.domain.statements.assembly import assemble
from workbench.domain.statements.statement import Figure, PeriodKind

DAY = timedelta(days=1)
GENERAL, CONTRACTS, SALES = "Revenues", "RevenueFromContractWithCustomerExcludingAssessedTax", "SalesRevenueNet"
CASH_FLOWS = (
    ("us-gaap:NetCashProvidedByUsedInOperatingActivities", "ifrs-full:CashFlowsFromUsedInOperatingActivities"),
    ("us-gaap:NetCashProvidedByUsedInFinancingActivities", "ifrs-full:CashFlowsFromUsedInFinancingActivities"),
)
REVENUES = (
    [f"us-gaap:{tag}" for tag in (GENERAL, CONTRACTS, SALES)],
    ["ifrs-full:Revenue", "ifrs-full:RevenueFromContractsWithCustomers"],
)


def year(report: Report, number: int, filed: int, figures: dict[str, float]) -> None:
    anchors = {"NetIncomeLoss": 100 + number, "IncomeTaxExpenseBenefit": 20}
    report.flows(anchors | figures, date(number, 1, 1), date(number, 12, 31), filed=date(filed, 2, 20))


def test_contested_revenue_is_known_from_the_report_that_settles_it() -> None:
    # Hess Midstream's pattern: two totals in one report, and in the next one the one that its statement has.
    report = Report("4922")
    report.rows.clear()
    year(report, 2022, 2023, {GENERAL: 1_276.0, CONTRACTS: 1_281.0})
    assert at(report.statement(INCOME), "revenue", "FY 2022").reason == "contradicted"
    year(report, 2022, 2024, {CONTRACTS: 1_281.0})
    year(report, 2023, 2024, {CONTRACTS: 1_349.0})
    found = at(report.statement(INCOME), "revenue", "FY 2022")
    assert (found.value, found.known_on) == (1_281 * MILLION, date(2024, 2, 20))
    assert found.facts[0].filed_on == date(2023, 2, 20)
    assert at(report.statement(INCOME), "revenue", "FY 2023").known_on == date(2024, 2, 20)


def test_a_difference_is_known_with_the_later_of_its_lines() -> None:
    report = Report("5331")
    report.rows.clear()
    year(report, 2022, 2023, {CONTRACTS: 611.0, SALES: 605.0, "CostsAndExpenses": 591.0, "OperatingIncomeLoss": 20.0})
    year(report, 2022, 2024, {GENERAL: 611.0, SALES: 605.0, "CostsAndExpenses": 591.0, "OperatingIncomeLoss": 20.0})
    found = at(report.statement(INCOME), "other_revenue", "FY 2022")
    assert (found.value, found.formula, found.known_on) == (6 * MILLION, "revenue - net_sales", date(2023, 2, 20))


def test_a_part_of_revenue_is_not_taken_from_the_column_that_restates_the_whole() -> None:
    # The report for 2023 restates 2022 under the tag that had the total before, and gives no net sales.
    report = Report("5331")
    report.rows.clear()
    year(report, 2022, 2023, {SALES: 29_900.0, CONTRACTS: 28_800.0, "OperatingIncomeLoss": 3_000.0})
    year(report, 2022, 2024, {SALES: 29_900.0, "OperatingIncomeLoss": 3_100.0, "NetIncomeLoss": 2_110.0})
    year(report, 2023, 2024, {SALES: 31_000.0, "OperatingIncomeLoss": 3_300.0})
    found = report.statement(INCOME)
    assert at(found, "revenue", "FY 2022").value == 29_900 * MILLION
    assert at(found, "net_sales", "FY 2022").value is None
    assert at(found, "other_revenue", "FY 2022").value is None


class Reports:
    """Annual reports of a company that changes tags of revenue, restates years and goes over to another standard."""

    def __init__(self, choices: random.Random) -> None:
        self.report = Report()
        self.report.rows.clear()
        self._choices = choices
        self._values: dict[tuple[str, int], Decimal] = {}
        self._place = 0
        standard = choices.randint(0, 1)
        for number in range(2018, 2022):
            is_change = choices.random() < 0.25
            standard = 1 - standard if is_change else standard
            self._place = choices.randint(0, 2) if choices.random() < 0.3 else self._place
            beside = choices.random() < 0.25
            for earlier in range(number, number - choices.randint(1, 2) - 1, -1):
                self._year(earlier, number, standard, beside=beside)
                if is_change and earlier < number and choices.random() < 0.5:
                    self._year(earlier, number, 1 - standard, beside=False)

    def _year(self, number: int, reported: int, standard: int, *, beside: bool) -> None:
        tags = REVENUES[standard]
        own = tags[min(self._place, len(tags) - 1)]
        names = [own, *(each[standard] for each in (NET, ALL, TAX, OPERATING, *CASH_FLOWS))]
        values = [self._value(f"{standard} {place}", number) for place in range(len(names))]
        if beside:
            names.append(self._choices.choice([tag for tag in tags if tag != own]))
            values.append(values[0] - self._choices.choice((0, 1, -1)) * self._choices.randint(100_000, 999_999))
        filed = date(reported + 1, 2, 20)
        for name, value in zip(names, values, strict=True):
            self.report.rows.append((name, date(number, 1, 1), date(number, 12, 31), value * MILLION, "10-K", filed))

    def _value(self, name: str, number: int) -> Decimal:
        if (name, number) not in self._values or self._choices.random() < 0.15:
            # Values are unlike each other, so that none is known by chance before it is filed.
            self._values[name, number] = Decimal(self._choices.randint(10_000_000, 99_999_999))
        return self._values[name, number]

    def figures(self, day: date | None) -> dict[tuple[str, date], Figure]:
        """The figures of every line and year as of a day."""
        facts = self.report.facts
        known = facts.until(day, facts.concepts) if day else facts
        found = assemble(self.report.company, INCOME, PeriodKind.ANNUAL, day, known)
        return {
            (line.line, period.end): figure
            for line in found.lines
            for period, figure in zip(found.periods, line.figures, strict=True)
        }


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1_000_000))
def test_each_figure_of_several_tags_and_standards_is_shown_from_its_day_on(seed: int) -> None:
    reports = Reports(random.Random(seed))
    now = reports.figures(None)
    for day in {found.known_on for found in now.values() if found.known_on}:
        then, before = reports.figures(day), reports.figures(day - DAY)
        for place, found in now.items():
            if found.known_on == day:
                assert then[place].value == found.value, place
                assert place not in before or before[place].value != found.value, place


def test_the_first_report_on_a_new_standard_that_repeats_the_former_one_beside_it() -> None:
    report = Report()
    report.rows.clear()

    def given_in(standard: int, number: int, filed: int, revenue: int, tax: int) -> None:
        values = {NET: revenue // 10, ALL: revenue // 9, TAX: tax} | dict.fromkeys(CASH_FLOWS, revenue // 5)
        for tag, value in ((REVENUES[standard][0], revenue), *((tags[standard], each) for tags, each in values.items())):
            span = date(number, 1, 1), date(number, 12, 31)
            report.rows.append((tag, *span, Decimal(value) * MILLION, "20-F", date(filed, 3, 1)))

    given_in(GAAP, 2020, 2021, 900, 11)
    given_in(GAAP, 2020, 2022, 900, 11)  # the reconciliation
    given_in(IFRS, 2020, 2022, 870, 12)
    given_in(IFRS, 2021, 2022, 950, 13)
    found = report.statement(INCOME)
    revenue, tax = at(found, "revenue", "FY 2020"), at(found, "income_tax", "FY 2020")
    assert (revenue.value, tax.value) == (870 * MILLION, 12 * MILLION)
    assert revenue.known_on == date(2022, 3, 1)
    assert {fact.concept.split(":")[0] for line in found.lines for fact in line.figures[0].facts} == {"ifrs-full"}


def test_a_ratio_is_known_with_the_latest_of_its_operands() -> None:
    report = Report("4922")
    report.rows.clear()
    year(report, 2022, 2023, {GENERAL: 1_276.0, CONTRACTS: 1_281.0, "NetIncomeLoss": 84.0})
    report.balances({"Assets": 3_000.0}, date(2021, 12, 31))  # filed on 2024-02-16, and each later balance, too
    report.balances({"Assets": 3_200.0}, date(2022, 12, 31))
    year(report, 2022, 2024, {CONTRACTS: 1_281.0, "NetIncomeLoss": 84.0})
    year(report, 2023, 2024, {CONTRACTS: 1_349.0, "NetIncomeLoss": 119.0})
    table = compute(report.company, PeriodKind.ANNUAL, None, report.facts)
    days = {line.line: [figure.known_on for figure in line.figures] for line in table.lines}
    # Net income was filed in 2023; which of two totals is the revenue is known from the next report on.
    assert days["net_margin"] == [date(2024, 2, 20), date(2024, 2, 20)]
    assert days["return_on_assets"] == [date(2024, 2, 16), None]
    earlier = compute(report.company, PeriodKind.ANNUAL, None, report.facts.until(date(2024, 2, 19), report.facts.concepts))
    shown = {line.line: line.figures[0].reason for line in earlier.lines}
    assert (shown["net_margin"], shown["return_on_assets"]) == ("contradicted", None)


def test_a_ratio_of_a_restated_operand_is_known_once_the_other_was_filed_again() -> None:
    report = Report()
    report.rows.clear()
    year(report, 2022, 2023, {GENERAL: 500.0, "NetIncomeLoss": 50.0})
    year(report, 2022, 2024, {GENERAL: 480.0, "NetIncomeLoss": 50.0})
    year(report, 2023, 2024, {GENERAL: 520.0, "NetIncomeLoss": 60.0})
    margin = next(
        each for each in compute(report.company, PeriodKind.ANNUAL, None, report.facts).lines if each.line == "net_margin"
    )
    assert (margin.figures[0].value, margin.figures[0].known_on) == (Decimal("10.4167"), date(2024, 2, 20))
    assert {fact.filed_on for fact in margin.figures[0].facts} == {date(2023, 2, 20), date(2024, 2, 20)}
