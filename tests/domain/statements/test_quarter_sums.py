"""Quarters that are no part of their year, zeros beside a figure, and lines restated under another tag (in millions)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.domain.statements.test_other_filers import INCOME, Report, at
from workbench.domain.statements.statement import PeriodKind

CONTRACTS = "RevenueFromContractWithCustomerExcludingAssessedTax"


def days(year: int) -> list[tuple[date, date]]:
    """First and last day of the quarters of a calendar year, then of the year."""
    ends = [date(year, 3, 31), date(year, 6, 30), date(year, 9, 30), date(year, 12, 31)]
    starts = [date(year, 1, 1), date(year, 4, 1), date(year, 7, 1), date(year, 10, 1)]
    return [*zip(starts, ends, strict=True), (starts[0], ends[-1])]


def of_year(year: int) -> Report:
    """A report without figures but the ones that show the periods of this year, filed as the year went on."""
    report = Report("3510")
    for number, (start, end) in enumerate(days(year)):
        filed = date(year, 5 + 3 * number, 1) if number < 3 else date(year + 1, 2, 19)
        count = 1 if number < 4 else 4
        report.flows({"NetIncomeLoss": count, "IncomeTaxExpenseBenefit": count}, start, end, filed=filed)
    return report


def filed_together(report: Report, tag: str, year: int, values: list[float | None], filed: date) -> Report:
    """The four quarters and the year, as far as a filing gives them."""
    for (start, end), value in zip(days(year), values, strict=True):
        if value is not None:
            report.flows({tag: value}, start, end, filed=filed)
    return report


def quarters(report: Report, year: int, line: str = "revenue") -> list[Decimal | str | None]:
    found = report.statement(INCOME, PeriodKind.QUARTERLY)
    figures = [at(found, line, f"Q{number} {year}") for number in (1, 2, 3, 4)]
    return [each.reason if each.value is None else each.value / 1_000_000 for each in figures]


def test_parts_of_quarters_in_a_note_are_no_quarters_of_the_year_that_the_note_stands_beside() -> None:
    # General Electric's report on 2010 divides the quarters of 2009 into sales and the revenue of its finance business, under
    # the tag that the year has in the same report. The report on 2011 restates the year alone.
    report = of_year(2009)
    for number, value in enumerate((38_438, 39_082, 37_799)):
        start, end = days(2009)[number]
        report.flows({"Revenues": value}, start, end, filed=date(2009, 5 + 3 * number, 3))
    filed_together(report, "Revenues", 2009, [None, None, None, None, 156_783], date(2010, 2, 19))
    filed_together(report, "Revenues", 2009, [14_278, 12_943, 12_325, 13_112, 155_278], date(2011, 2, 25))
    filed_together(report, "Revenues", 2009, [None, None, None, None, 154_438], date(2012, 2, 24))
    assert at(report.statement(INCOME), "revenue", "FY 2009").value == 154_438_000_000
    assert quarters(report, 2009) == ["quarters_disagree"] * 4


def test_quarters_of_one_year_under_the_dates_of_another_are_refused() -> None:
    # Amazon's report on 2012 dates the quarters of 2012 as those of 2011, beside the sales of 2011.
    report = of_year(2011)
    filed_together(report, "SalesRevenueNet", 2011, [9_857, 9_913, 10_876, 17_431, 48_077], date(2012, 2, 1))
    assert quarters(report, 2011) == [9_857, 9_913, 10_876, 17_431]
    filed_together(report, "SalesRevenueNet", 2011, [13_185, 12_834, 13_806, 21_268, 48_077], date(2013, 1, 30))
    assert quarters(report, 2011) == ["quarters_disagree"] * 4


def test_quarters_restated_apart_from_their_year_stay_where_no_filing_gives_both() -> None:
    report = of_year(2016)
    filed_together(report, "Revenues", 2016, [7_000, 7_100, 7_200, 7_300, 28_600], date(2017, 2, 10))
    filed_together(report, "Revenues", 2016, [6_500, 6_600, 6_700, None, None], date(2017, 8, 1))
    assert quarters(report, 2016) == [6_500, 6_600, 6_700, 7_300]


def test_a_last_quarter_that_repeats_its_year_is_refused() -> None:
    # As Oracle's report on fiscal 2020 has it for fiscal 2018: 39,383 from March to May, beside the same for the year.
    report = of_year(2018)
    filed_together(report, "Revenues", 2018, [None, None, None, None, 39_383], date(2019, 2, 21))
    filed_together(report, CONTRACTS, 2018, [9_104, 9_589, 9_676, None, None], date(2019, 5, 18))
    filed_together(report, "Revenues", 2018, [None, None, None, 39_383, None], date(2020, 2, 22))
    assert quarters(report, 2018) == ["quarters_disagree"] * 4
    # Also where the year was restated after the quarters were last filed.
    filed_together(report, "Revenues", 2018, [None, None, None, None, 39_831], date(2019, 2, 10))
    assert quarters(report, 2018) == ["quarters_disagree"] * 4


def test_an_item_of_one_quarter_is_that_of_its_year() -> None:
    report = filed_together(of_year(2019), "GoodwillImpairmentLoss", 2019, [0, 0, 0, 640, 640], date(2020, 2, 21))
    assert quarters(report, 2019, "impairment_of_goodwill") == [0, 0, 0, 640]


@pytest.mark.parametrize("shell", [date(2019, 2, 21), date(2014, 2, 21)])
def test_a_zero_under_another_tag_is_not_the_revenue(shell: date) -> None:
    # A parent's column in a note of Eaton's reports, filed with its sales, or what a shell company said before.
    report = Report("3600").flows({"Revenues": 0}, filed=shell)
    report.flows({"SalesRevenueNet": 13_715}, filed=date(2019, 2, 21))
    assert report.millions(INCOME)["revenue"] == 13_715


def test_a_zero_filed_after_a_figure_is_the_revenue() -> None:
    report = Report("3600").flows({"Revenues": 0}, filed=date(2025, 2, 21)).flows({"SalesRevenueNet": 12})
    assert report.millions(INCOME)["revenue"] == 0


def test_a_line_restated_under_the_tag_of_a_new_standard_has_the_restated_figure() -> None:
    # Lockheed Martin's 2016: its report on 2018 restates all figures as ASC 606 has them, and sales under another tag.
    report = of_year(2016)
    filed_together(report, "SalesRevenueNet", 2016, [10_368, 11_577, 11_551, 13_752, 47_248], date(2017, 2, 9))
    old = {"GrossProfit": 5_062, "OperatingIncomeLoss": 5_549, "NetIncomeLoss": 5_302}
    new = {"GrossProfit": 5_401, "OperatingIncomeLoss": 5_888, "NetIncomeLoss": 5_173}
    start, end = days(2016)[-1]
    report.flows(old, start, end, filed=date(2017, 2, 9)).flows(new, start, end, filed=date(2019, 2, 8))
    assert at(report.statement(INCOME), "revenue", "FY 2016").reason == "restated_apart"
    report.flows({"Revenues": 47_290}, start, end, filed=date(2019, 2, 8))
    found = at(report.statement(INCOME), "revenue", "FY 2016")
    assert (found.value, found.facts[0].concept) == (47_290_000_000, "us-gaap:Revenues")
