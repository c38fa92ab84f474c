"""One measure of a comparison as lines: gaps, scale, and currencies that do not compare."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from workbench.analysis.screens.comparison_chart import ChartPoint, measure_chart
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.catalogue import Measure, measure
from workbench.domain.measures.comparison import CalendarPeriod, ComparedFigure, ComparedRow, Comparison
from workbench.domain.statements.statement import Figure, PeriodKind, StatementPeriod, Status

YEARS = (2022, 2023, 2024)
PEAR, PLUM, KAKI = (Company(Cik(number), name) for number, name in ((1, "Pear"), (2, "Plum"), (3, "Kaki")))


def row(company: Company, item: Measure, values: tuple[str | None, ...], unit: str) -> ComparedRow:
    figures = []
    for year, value in zip(YEARS, values, strict=True):
        end = date(year, 12, 31)
        status = Status.REPORTED if value else Status.REFUSED
        figure = Figure(end, Decimal(value) if value else None, unit, status)
        period = StatementPeriod(date(year, 1, 1), end, year, None)
        figures.append(ComparedFigure(period, figure) if value != "" else None)
    return ComparedRow(company, item, tuple(figures))


def compared(*rows: ComparedRow) -> Comparison:
    return Comparison(PeriodKind.ANNUAL, None, tuple(map(CalendarPeriod, YEARS)), rows)


def test_what_is_missing_or_refused_has_no_point_and_money_is_scaled() -> None:
    revenue = measure("revenue")
    chart = measure_chart(
        compared(
            row(PEAR, revenue, ("391035000000", None, "383285000000"), "USD"), row(PLUM, revenue, ("", "", "5"), "USD"),
            row(PEAR, measure("net_margin"), ("24", "25", "26"), "pct"),
        ),
        revenue,
    )  # fmt: skip
    assert (chart.unit, chart.scale, chart.divisor) == ("USD", "billion", Decimal(10**9))
    assert [line.company for line in chart.lines] == [PEAR, PLUM]
    assert chart.lines[0].points == (
        ChartPoint(0, Decimal(391035000000), "FY 2022"), ChartPoint(2, Decimal(383285000000), "FY 2024")
    )  # fmt: skip
    assert chart.lines[1].points == (ChartPoint(2, Decimal(5), "FY 2024"),)
    assert chart.left_out == ()


def test_another_currency_is_left_out_and_named() -> None:
    revenue = measure("revenue")
    chart = measure_chart(
        compared(
            row(PEAR, revenue, (None, None, None), "USD"), row(PLUM, revenue, ("1", "2", "3"), "EUR"),
            row(KAKI, revenue, ("100", "200", "300"), "JPY"),
        ),
        revenue,
    )  # fmt: skip
    assert chart.unit == "EUR"
    assert [line.company for line in chart.lines] == [PEAR, PLUM]
    assert chart.left_out == (KAKI,)


def test_ratios_are_not_scaled() -> None:
    chart = measure_chart(compared(row(PEAR, measure("net_margin"), ("2400", "25", "26"), "pct")), measure("net_margin"))
    assert (chart.unit, chart.scale, chart.divisor) == ("pct", "", Decimal(1))
