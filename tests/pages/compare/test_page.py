"""The comparison: medians and ranges of one currency, an indexed chart, and a workbook whose formulas give the same.

Revenue and net income of fiscal 2023 in millions: General Mills 20,094 and 2,594, Kellogg 13,122 and 951, Campbell 9,357 and
858, each 10-K's own figures.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.browser import Visit
from workbench.analysis.exports import to_xlsx
from workbench.analysis.screens.comparison_chart import measure_chart
from workbench.analysis.screens.comparison_export import comparison_export
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.catalogue import measure
from workbench.domain.measures.comparison import CalendarPeriod, ComparedFigure, ComparedRow, Comparison
from workbench.domain.screens.comparison_summary import summary_of
from workbench.domain.statements.statement import Figure, PeriodKind, StatementPeriod, Status
from workbench.pages.compare.order import ordered
from workbench.pages.compare.page import comparison_tables
from workbench.pages.frame.selection import Selection

MILLS, KELLOGG, CAMPBELL = (
    Company(Cik(number), name)
    for number, name in ((40704, "GENERAL MILLS INC"), (55067, "KELLANOVA"), (16732, "CAMPBELL SOUP CO"))
)
MARGINS = {MILLS: "12.9093", KELLOGG: "7.2474", CAMPBELL: "9.1696"}
REVENUES = {MILLS: "20094", KELLOGG: "13122", CAMPBELL: "9357"}
INCOMES = {MILLS: "2594", KELLOGG: "951", CAMPBELL: "858"}
YEAR = StatementPeriod(date(2023, 1, 1), date(2023, 12, 31), 2023, None)


def row(company: Company, name: str, value: str | None, unit: str = "USD") -> ComparedRow:
    item = measure(name)
    amount = Decimal(value).scaleb(6 if item.unit == "money" else 0) if value is not None else None
    figure = Figure(date(2023, 12, 31), amount, "pct" if item.unit == "pct" else unit, Status.REPORTED)
    return ComparedRow(company, item, (ComparedFigure(YEAR, figure),))


def comparison(*, unit_of_campbell: str = "USD") -> Comparison:
    rows = [
        *(row(each, "revenue", REVENUES[each], unit_of_campbell if each is CAMPBELL else "USD") for each in REVENUES),
        *(row(each, "net_income", INCOMES[each]) for each in INCOMES),
        *(row(each, "net_margin", MARGINS[each]) for each in MARGINS),
    ]
    return Comparison(PeriodKind.ANNUAL, None, (CalendarPeriod(2023),), tuple(rows))


def test_the_median_and_the_range_are_of_companies_in_one_currency() -> None:
    summary = summary_of(comparison(), measure("revenue"))
    assert summary is not None
    (column,) = summary.columns
    assert column is not None
    assert (column.median, column.lowest, column.highest, column.companies) == (
        Decimal(13122000000), Decimal(9357000000), Decimal(20094000000), 3,
    )  # fmt: skip
    assert summary_of(comparison(unit_of_campbell="CAD"), measure("revenue")) is None
    alone = Comparison(
        PeriodKind.ANNUAL, None, (CalendarPeriod(2023),), (row(MILLS, "revenue", "1"), row(KELLOGG, "revenue", None))
    )
    assert summary_of(alone, measure("revenue")) is None


def test_an_even_number_has_the_mean_of_the_middle_two() -> None:
    rows = (row(MILLS, "net_margin", MARGINS[MILLS]), row(KELLOGG, "net_margin", MARGINS[KELLOGG]))
    summary = summary_of(Comparison(PeriodKind.ANNUAL, None, (CalendarPeriod(2023),), rows), measure("net_margin"))
    assert summary is not None
    assert [each.median for each in summary.columns if each] == [Decimal("10.07835")]


def test_the_tables_show_medians_and_ranges() -> None:
    tables = comparison_tables(comparison(), Selection(ticker="GIS"))
    assert re.findall(r"Median</th><td><span class=\"figure\">([^<]+)", tables) == ["13,122", "951", "9.2%"]
    assert re.findall(r"Lowest</th><td><span class=\"figure\">([^<]+)", tables) == ["9,357", "858", "7.2%"]
    assert re.findall(r"Highest</th><td><span class=\"figure\">([^<]+)", tables) == ["20,094", "2,594", "12.9%"]
    assert len(re.findall("Median</th>", comparison_tables(comparison(unit_of_campbell="CAD"), Selection()))) == 2


def test_a_workbook_computes_medians_and_margins_from_the_figures_above_them() -> None:
    with zipfile.ZipFile(io.BytesIO(to_xlsx(comparison_export(comparison())))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    formulas = {
        cell: (formula, Decimal(value))
        for cell, formula, value in re.findall(r'<c r="(\w+)"[^>]*><f>([^<]+)</f><v>([^<]+)</v>', sheet)
    }
    # Title, note, an empty row and the header come first: three companies stand in rows 5 to 7, their summaries in 8 to 10.
    assert formulas["E8"] == ("MEDIAN(E5:E7)", Decimal("13122000000"))
    assert (formulas["E9"][0], formulas["E10"][0]) == ("MIN(E5:E7)", "MAX(E5:E7)")
    assert formulas["E17"] == ("ROUND(E11/E5*100,4)", Decimal("12.9093"))
    assert formulas["E20"][0] == "MEDIAN(E17:E19)"
    assert len(formulas) == 12


def test_a_ratio_that_its_rows_do_not_give_stays_a_number() -> None:
    rows = [row(MILLS, "revenue", "20094"), row(MILLS, "net_income", "2594"), row(MILLS, "net_margin", "13.5")]
    export = comparison_export(Comparison(PeriodKind.ANNUAL, None, (CalendarPeriod(2023),), tuple(rows)))
    assert export.rows[-1][-1] == Decimal("13.5")


def test_companies_are_sorted_by_the_newest_figure_of_a_measure() -> None:
    def names(sort: str) -> list[str]:
        rows = ordered(comparison(), sort).rows
        assert [row.measure.name for row in rows[::3]] == ["revenue", "net_income", "net_margin"]
        assert [row.company for row in rows[:3]] == [row.company for row in rows[6:]]
        return [row.company.name.split()[0] for row in rows[:3]]

    assert names("net_margin") == ["GENERAL", "CAMPBELL", "KELLANOVA"]
    assert names("-revenue") == ["CAMPBELL", "KELLANOVA", "GENERAL"]
    assert names("") == names("assets") == ["GENERAL", "KELLANOVA", "CAMPBELL"]
    abroad = ordered(comparison(unit_of_campbell="CAD"), "-revenue").rows[:3]
    assert [row.company.name.split()[0] for row in abroad] == ["KELLANOVA", "GENERAL", "CAMPBELL"]
    tables = comparison_tables(comparison(), Selection(ticker="GIS", sort="net_margin"))
    assert 'aria-sort="descending"' in tables
    assert "sort=-net_margin" in tables


def test_an_indexed_chart_draws_companies_of_all_currencies() -> None:
    earlier = ComparedFigure(YEAR, Figure(date(2022, 12, 31), Decimal(-5), "USD", Status.REPORTED))
    rows = [
        ComparedRow(each.company, each.measure, (earlier, *each.figures, *each.figures))
        for each in comparison(unit_of_campbell="CAD").rows
    ]
    columns = tuple(CalendarPeriod(year) for year in (2022, 2023, 2024))
    chart = measure_chart(Comparison(PeriodKind.ANNUAL, None, columns, tuple(rows)), measure("revenue"), is_indexed=True)
    assert (chart.unit, chart.left_out) == ("index", ())
    assert [[(point.place, point.value) for point in line.points] for line in chart.lines] == [[(1, 100), (2, 100)]] * 3


@pytest.mark.browser
def test_the_chart_of_a_comparison_is_indexed(visit: Visit) -> None:
    visit.open("compare?ticker=AAPL&measure=revenue&as_of=2024-12-31")
    visit.page.get_by_role("link", name="Indexed").click()
    expect(visit.page).to_have_url(re.compile("view=index"))
    expect(visit.page.get_by_role("link", name="Indexed")).to_have_attribute("aria-current", "true")
