"""The chart page: a table of what is drawn in the first answer, axes that are never shared silently, saved charts."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser import Visit
from workbench.analysis.screens.chart_json import ChartAnswer, chart_answer
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.domain.screens.chart import ChartQuestion, Mark, MarkKind, build_chart
from workbench.domain.screens.series import Series, SeriesPoint, Span, WantedSeries, parse_series
from workbench.domain.screens.series_views import SeriesView
from workbench.domain.statements.statement import StatementPeriod
from workbench.pages.chart.drawing import drawing, legend
from workbench.pages.chart.tables import chart_head, mark_table, value_table
from workbench.pages.frame.selection import Selection

NOVO = Company(Cik(353278), "NOVO NORDISK <A S>", (Listing(Ticker("NVO")),))
PFIZER = Company(Cik(78003), "PFIZER INC", (Listing(Ticker("PFE")),))
ACCESSION = "0000078003-24-000039"


def series(text: str, company: Company, unit: str, values: dict[int, str | None]) -> Series:
    points = tuple(
        SeriesPoint(
            date(year, 12, 31), f"FY {year}", Decimal(value) if value else None, unit, None if value else "not_reported",
            period=StatementPeriod(date(year, 1, 1), date(year, 12, 31), year, None, year_start=date(year, 1, 1)),
        )
        for year, value in values.items()
    )  # fmt: skip
    return Series(WantedSeries.parse(text), company, unit, points)


def answer(view: SeriesView = SeriesView.AS_IS) -> ChartAnswer:
    """Revenue of two companies in two currencies, and a margin: three units."""
    found = [
        series("NVO:revenue", NOVO, "DKK", {2022: "176954000000", 2023: None}),
        series("PFE:revenue", PFIZER, "USD", {2022: "101175000000", 2023: "59553000000"}),
        series("PFE:net_margin", PFIZER, "pct", {2022: "31.0078", 2023: "3.5599"}),
    ]
    question = ChartQuestion(
        parse_series("NVO:revenue,PFE:revenue,PFE:net_margin"), view=view, span=Span.ALL, as_of=date(2024, 6, 30)
    )
    marks = [Mark(PFIZER, date(2024, 2, 22), MarkKind.FILINGS, "10-K", Accession(ACCESSION).text)]
    return chart_answer(build_chart(question, found, {}, marks))


def test_two_currencies_have_two_axes_and_a_third_unit_is_said_to_be_left_out() -> None:
    shown = answer()
    assert [(each["unit"], each["axis"]) for each in shown["series"]] == [("DKK", "left"), ("USD", "right"), ("pct", None)]
    head = chart_head(shown)
    assert "PFE Net margin is not drawn: it is in %, and both axes have other units." in head
    assert "NVO Revenue (DKK, left axis)" in legend(shown)
    labels = [element.vdims[0].name for element in drawing(shown) if element.vdims[0].name in ("left", "right")]
    assert labels == ["left", "left", "right", "right", "left"]


def test_a_gap_is_drawn_as_a_gap_and_a_value_with_its_unit() -> None:
    curve, points, *_ = list(drawing(answer()))
    heights = list(curve.dimension_values("left"))
    assert heights[0] == 176.954
    assert heights[1] != heights[1]  # not a number
    assert list(points.dimension_values("amount")) == ["176,954,000,000 DKK"]


def test_indexed_currencies_share_an_axis_and_say_what_is_100() -> None:
    shown = answer(SeriesView.INDEX)
    assert {each["axis"] for each in shown["series"]} == {"left"}
    assert "PFE Revenue: 100 is 101,175,000,000 USD (FY 2022)." in chart_head(shown)


def test_the_table_has_every_value_with_its_period_and_every_refusal_with_its_reason() -> None:
    table = value_table(answer(), Selection(series="x"), parameters=[("series", "PFE:revenue"), ("as_of", "2024-06-30")])
    rows = re.findall(r"<tr><th>(\d{4})</th>(.*?)</tr>", table, re.DOTALL)
    assert [year for year, _ in rows] == ["2023", "2022"]
    assert "59,553" in rows[0][1]
    assert 'title="not reported for this period"' in rows[0][1]
    assert "FY 2023 31 Dec 2023" in rows[0][1]
    assert "figure=revenue%402023-12-31" in rows[0][1]
    assert "api/v1/series?series=PFE%3Arevenue&amp;as_of=2024-06-30&amp;format=csv" in table
    assert "NOVO NORDISK &lt;A S&gt;" in table
    oldest_first = value_table(answer(), Selection(series="x", sort="day"), parameters=[])
    assert re.findall(r"<tr><th>(\d{4})", oldest_first) == ["2022", "2023"]


def test_marks_lead_to_their_filings() -> None:
    marks = mark_table(answer(), Selection())
    assert f'href="reader?accession={ACCESSION}"' in marks
    assert "22 Feb 2024" in marks
    assert mark_table({**answer(), "marks": []}, Selection()) == ""


@pytest.mark.browser
def test_the_first_answer_has_the_values(chromium: BrowserContext, address: str) -> None:
    place = "chart?series=AAPL:revenue,AAPL:net_margin&as_of=2024-12-31&marks=filings,splits&span=1y"
    text = chromium.request.get(f"{address}/{place}").text()
    content = text.partition('<div class="first"')[2].partition('type="application/json"')[0]
    assert "391,035" in content
    assert "24.0%" in content
    link = re.search(r'href="(api/v1/series[^"]+)"', content)
    assert link is not None
    rows = list(csv.DictReader(io.StringIO(chromium.request.get(f"{address}/{html.unescape(link[1])}").text())))
    assert [(row["measure"], row["period"], Decimal(row["value"]), row["unit"]) for row in rows] == [
        ("revenue", "FY 2024", Decimal(391_035_000_000), "USD"),
        ("net_margin", "FY 2024", Decimal("23.9713"), "pct"),
    ]


@pytest.mark.browser
def test_a_chart_is_changed_saved_opened_and_deleted(visit_anywhere: Visit) -> None:
    page = visit_anywhere.page
    visit_anywhere.open("chart?series=AAPL:revenue&as_of=2024-12-31")
    expect(page.locator("#values")).to_contain_text("391,035")
    page.get_by_role("link", name="Growth", exact=True).click()
    expect(page.locator("#values")).to_contain_text("2.0%")
    expect(page).to_have_url(re.compile("view=growth"))
    page.get_by_label("Save this chart as").fill("Apple's pace")
    page.get_by_role("button", name="Save").click()
    saved = page.get_by_role("link", name="Apple's pace")
    expect(saved).to_have_attribute("href", re.compile("view=growth"))
    page.locator("#query").get_by_label("Company", exact=True).fill("AAPL")
    page.locator("#query").get_by_label("Measure", exact=True).select_option(label="Net margin")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#values")).to_contain_text("AAPL Net margin")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Delete Apple's pace").click()
    expect(saved).to_have_count(0)
