"""Flows that a report gives on a new basis: none is computed with those before, until they are filed again (in millions)."""

from __future__ import annotations

from datetime import date

from tests.domain.statements.test_other_filers import INCOME, MILLION, Report, at
from workbench.domain.measures.latest import latest_figures
from workbench.domain.statements.statement import PeriodKind

QUARTERS = {
    (year, number): (date(year, 3 * number - 2, 1), date(year, 3 * number, 30 if number in (2, 3) else 31))
    for year in (2023, 2024, 2025)
    for number in (1, 2, 3, 4)
}
AUGUST, NOVEMBER, FEBRUARY = date(2025, 8, 1), date(2025, 10, 30), date(2026, 2, 12)
REVENUE, INCOME_TAX, NET = "Revenues", "IncomeTaxExpenseBenefit", "NetIncomeLoss"


def quarter(report: Report, year: int, number: int, revenue: int, *, filed: date, tag: str = REVENUE) -> None:
    start, end = QUARTERS[year, number]
    report.flows({tag: revenue, NET: 500 + number, INCOME_TAX: 120}, start, end, filed=filed)


def year(report: Report, number: int, revenue: int, *, filed: date) -> None:
    report.flows({REVENUE: revenue, NET: 2_010, INCOME_TAX: 480}, date(number, 1, 1), date(number, 12, 31), filed=filed)


def kimberly_clark(*, tag: str = REVENUE) -> Report:
    """Sales of Kimberly-Clark; its report for June 2025 shows a business that it sells as discontinued operations."""
    report = Report("2670")
    report.rows.clear()
    for number, revenue in enumerate((5_149, 5_029, 4_952, 4_928), start=1):
        _, end = QUARTERS[2024, number]
        quarter(report, 2024, number, revenue, filed=date(2025, 2, 13) if number == 4 else date(2024, end.month + 1, 24))
    year(report, 2024, 20_058, filed=date(2025, 2, 13))
    quarter(report, 2025, 1, 4_840, filed=date(2025, 4, 22))
    quarter(report, 2025, 2, 4_163, filed=AUGUST, tag=tag)
    quarter(report, 2024, 2, 4_231, filed=AUGUST, tag=tag)
    return report


def twelve_months(report: Report, line: str = "revenue") -> tuple[int | None, str | None]:
    found = at(report.statement(INCOME, PeriodKind.TTM), line, "TTM Q2 2025")
    return None if found.value is None else int(found.value / MILLION), found.reason


def test_twelve_months_do_not_mix_two_bases() -> None:
    report = kimberly_clark()
    assert twelve_months(report) == (None, "operand_restated_apart")
    assert twelve_months(report, "net_income") == (503 + 504 + 501 + 502, None)  # what is sold was income before, too
    before = at(report.statement(INCOME, PeriodKind.TTM), "revenue", "TTM Q1 2025")
    assert before.value == (5_029 + 4_952 + 4_928 + 4_840) * MILLION or before.reason == "operand_restated_apart"
    trailing = next(each for each in latest_figures(report.company, report.facts) if each.basis is PeriodKind.TTM)
    assert "revenue" not in trailing.values


def test_they_add_up_once_all_quarters_were_filed_on_the_new_basis() -> None:
    report = kimberly_clark()
    quarter(report, 2024, 3, 4_144, filed=NOVEMBER)
    assert twelve_months(report) == (None, "operand_restated_apart")
    quarter(report, 2024, 4, 4_104, filed=FEBRUARY)
    quarter(report, 2025, 1, 4_054, filed=FEBRUARY)
    assert twelve_months(report) == (None, "operand_restated_apart")  # the second quarter was restated, and not the first
    quarter(report, 2024, 3, 4_144, filed=FEBRUARY)
    quarter(report, 2025, 2, 4_163, filed=FEBRUARY)
    assert twelve_months(report) == (4_144 + 4_104 + 4_054 + 4_163, None)


def test_a_new_tag_for_another_figure_of_the_year_before_is_a_new_basis_too() -> None:
    report = kimberly_clark(tag="RevenueFromContractWithCustomerExcludingAssessedTax")
    assert twelve_months(report) == (None, "operand_restated_apart")


def test_a_rounder_figure_of_the_year_before_is_none() -> None:
    report = kimberly_clark()
    report.rows = [row for row in report.rows if row[-1] != AUGUST]
    quarter(report, 2024, 2, 5_029, filed=AUGUST)
    quarter(report, 2025, 2, 4_900, filed=AUGUST)
    assert twelve_months(report) == (4_952 + 4_928 + 4_840 + 4_900, None)


def a_year_recast_in_its_annual_report() -> Report:
    """Nine months of 2024 as that year's reports have them; the annual report leaves a sold business out of both years."""
    report = Report("3510")
    report.rows.clear()
    for number, revenue in enumerate((1_000, 2_100, 3_300), start=1):
        _, end = QUARTERS[2024, number]
        figures = {REVENUE: revenue, NET: 100 * number, INCOME_TAX: 20 * number}
        report.flows(figures, date(2024, 1, 1), end, filed=date(2024, end.month + 1, 24))
    year(report, 2023, 4_200, filed=date(2024, 2, 15))
    year(report, 2024, 3_600, filed=date(2025, 2, 14))
    year(report, 2023, 3_400, filed=date(2025, 2, 14))
    return report


def test_no_fourth_quarter_follows_from_a_year_without_what_was_sold() -> None:
    report = a_year_recast_in_its_annual_report()
    found = report.statement(INCOME, PeriodKind.QUARTERLY)
    assert (at(found, "revenue", "Q4 2024").value, at(found, "revenue", "Q4 2024").reason) == (None, "operand_restated_apart")
    assert at(found, "revenue", "Q3 2024").value == 1_200 * MILLION
    assert at(found, "net_income", "Q4 2024").value is not None
    report.flows({REVENUE: 2_650, NET: 300, INCOME_TAX: 60}, date(2024, 1, 1), date(2024, 9, 30), filed=date(2025, 10, 24))
    report.rows += [(*row[:-1], date(2026, 2, 13)) for row in report.rows if row[1] == date(2024, 1, 1) and row[2].month == 12]
    again = report.statement(INCOME, PeriodKind.QUARTERLY)
    assert at(again, "revenue", "Q4 2024").value == (3_600 - 2_650) * MILLION


def test_a_figure_is_known_from_when_its_operands_were_filed_again() -> None:
    report = kimberly_clark()
    for number, revenue in ((3, 4_952), (4, 4_928)):  # as they were: nothing of them was sold
        quarter(report, 2024, number, revenue, filed=FEBRUARY)
    quarter(report, 2025, 1, 4_840, filed=FEBRUARY)
    found = at(report.statement(INCOME, PeriodKind.TTM), "revenue", "TTM Q2 2025")
    assert (found.value, found.known_on) == ((4_952 + 4_928 + 4_840 + 4_163) * MILLION, FEBRUARY)
