"""Charts: colours that are seen on both grounds, and a line with its marks for each company; trends escape what was filed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from workbench.analysis.screens.comparison_chart import measure_chart
from workbench.analysis.statements.trends import Trend
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.catalogue import measure
from workbench.domain.measures.comparison import CalendarPeriod, ComparedFigure, ComparedRow, Comparison
from workbench.domain.statements.statement import Figure, PeriodKind, StatementPeriod, Status
from workbench.pages.company.trend_bars import trend_bars
from workbench.pages.frame.charts import COLOURS, chart_legend, comparison_lines

_GROUNDS = ("#ffffff", "#151b22")  # --paper of page.css, light and dark


def luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("ground", _GROUNDS)
def test_lines_are_seen_on_both_grounds(colour: str, ground: str) -> None:
    high, low = sorted((luminance(colour), luminance(ground)), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 3


def test_each_company_has_a_line_broken_at_gaps_and_exact_marks() -> None:
    revenue, years = measure("revenue"), (2022, 2023, 2024)
    rows = []
    for number in range(10):
        figures = [
            ComparedFigure(
                StatementPeriod(date(year, 1, 1), date(year, 12, 31), year, None),
                Figure(date(year, 12, 31), None if year == 2023 else Decimal(10**9 + year), "USD", Status.REPORTED),
            )
            for year in years
        ]
        rows.append(ComparedRow(Company(Cik(number + 1), f"Pear {number}"), revenue, tuple(figures)))
    comparison = Comparison(PeriodKind.ANNUAL, None, tuple(map(CalendarPeriod, years)), tuple(rows))
    legend = chart_legend(measure_chart(comparison, revenue))
    assert legend.count("<li") == 10
    assert f"3px solid {COLOURS[1]}" in legend
    assert f"3px dashed {COLOURS[1]}" in legend
    curves = list(comparison_lines(measure_chart(comparison, revenue)))
    assert len(curves) == 20
    assert list(curves[0].dimension_values("height"))[::2] == [1.000002022, 1.000002024]
    assert curves[0].dimension_values("height")[1] != curves[0].dimension_values("height")[1]  # not a number: a gap
    assert list(curves[1].dimension_values("amount")) == ["1,000,002,022 USD", "1,000,002,024 USD"]
    assert curves[0].opts.get("style").kwargs["color"] == curves[16].opts.get("style").kwargs["color"]
    assert curves[0].opts.get("style").kwargs["line_dash"] != curves[16].opts.get("style").kwargs["line_dash"]


def test_trends_escape_the_unit_that_was_filed() -> None:
    year = StatementPeriod(date(2023, 1, 1), date(2023, 12, 31), 2023, None)
    html = trend_bars([Trend("Revenue", "<b>", (year,), (Decimal(5),))])
    assert '<div class="now">5 &lt;b&gt;</div>' in html
    assert "<b>" not in html
