"""Tables and charts of reports: what is given is written as a reader expects it, what is not is a dash or left out."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from workbench.reports import charts, tables
from workbench.reports.tables import MILLIONS, PER_SHARE, RATIOS, Unit, amount

NAN = math.nan


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (391_035_000_000, MILLIONS, "391,035"),
        (-1_376_000_000, MILLIONS, "(1,376)"),
        (-400_000, MILLIONS, "(0.40)"),
        (4_321, MILLIONS, "0.0043"),
        (0.0, Unit(1_000_000, 0, " m"), "0 m"),
        (-0.001, RATIOS["pct"], "0.0%"),
        (0, MILLIONS, "0"),
        (NAN, MILLIONS, "–"),
        (6.076, PER_SHARE, "6.08"),
        (-0.84, PER_SHARE, "(0.84)"),
        (24.375, RATIOS["pct"], "24.4%"),
        (-12.34, RATIOS["pct"], "(12.3%)"),
        (0.764, RATIOS["ratio"], "0.76×"),
        (1_500, Unit(1_000, 1), "1.5"),
    ],
)
def test_an_amount_is_written_as_people_write_it(value: float, unit: Unit, text: str) -> None:
    assert amount(value, unit) == text


def figures(*rows: tuple[str, str, float, float, str | None, str]) -> pd.DataFrame:
    columns = ["line", "period", "value", "comparable", "unit", "status"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["label"] = frame.line.str.replace("_", " ").str.capitalize()
    frame["period_end"] = pd.to_datetime(frame.period.str.removeprefix("FY ") + "-12-31")
    return frame.assign(concepts="us-gaap:X", accessions="0000000007-25-000001")


# Walmart's diluted earnings of fiscal 2021 before and after its split of three for one in 2024
EPS = (
    ("revenue", "FY 2021", 559_151e6, 559_151e6, "USD", "reported"),
    ("revenue", "FY 2022", 572_754e6, 572_754e6, "USD", "derived"),
    ("eps_diluted", "FY 2021", 4.75, 1.583333, "USD/shares", "reported"),
    ("eps_diluted", "FY 2022", 1.62, 1.62, "USD/shares", "reported"),
    ("gross_profit", "FY 2021", NAN, NAN, "USD", "refused"),
    ("gross_profit", "FY 2022", NAN, NAN, "USD", "refused"),
)


def test_a_statement_shows_share_figures_in_todays_shares_and_marks_what_is_derived() -> None:
    html = tables.statement_table(figures(*EPS), ["revenue", "gross_profit", "eps_diluted"], totals=["revenue"]).html
    assert '<tr class="total"><th>Revenue</th><td>559,151</td><td>572,754*</td></tr>' in html
    assert "<tr><th>Eps diluted</th><td>1.58</td><td>1.62</td></tr>" in html
    assert "Gross profit" not in html
    assert "* derived from filed figures" in html


@pytest.mark.parametrize(
    ("amount", "currency", "corner", "cell"),
    [
        (1_234_500, "USD", "USD thousands", "1,234"),
        (45_095_325e6, "JPY", "JPY millions", "45,095,325"),
        (-38_517_000_000, "EUR", "EUR millions", "(38,517)"),
        (54_321, "GBP", "GBP", "54,321"),
    ],
)
def test_a_statement_names_its_scale_and_currency(amount: float, currency: str, corner: str, cell: str) -> None:
    rows = figures(
        ("revenue", "FY 2024", amount, amount, currency, "reported"), ("net_income", "FY 2024", NAN, NAN, None, "refused")
    )
    html = tables.statement_table(rows, ["revenue", "net_income"]).html
    assert f"<tr><th>{corner}</th><th>FY 2024</th></tr>" in html
    assert f"<td>{cell}</td>" in html


def test_a_chosen_line_is_in_the_scale_of_its_whole_statement() -> None:
    rows = figures(("revenue", "FY 2024", 5e9, 5e9, "USD", "reported"), ("dividends", "FY 2024", 2e6, 2e6, "USD", "reported"))
    html = tables.statement_table(rows, ["dividends"]).html
    assert "<th>USD millions</th>" in html
    assert "<td>2</td>" in html


def test_a_ratio_that_is_money_says_its_scale_and_currency() -> None:
    frame = ratios().rename(index={"current_ratio": "net_debt"})
    frame["unit"] = ["pct", "money"]
    frame.iloc[1, 3:] = [2_500_000.0, -1_000_000.0]
    html = tables.ratio_table(frame, ["net_debt"], currency="CHF").html
    assert "<th>Current ratio, CHF thousands</th><td>2,500</td><td>(1,000)</td>" in html


def test_markup_in_what_was_filed_stays_text() -> None:
    shown = tables.word_table(pd.DataFrame({"What": ["<script>alert(1)</script>"]})).html
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def ratios() -> pd.DataFrame:
    """A company whose balance sheets begin a year after its income statements, and whose ratios do so too."""
    days = pd.to_datetime(["2023-12-31", "2024-12-31"])
    frame = pd.DataFrame([[NAN, 1.25], [2.0, 1.5]], index=["net_margin", "current_ratio"], columns=days)
    frame.insert(0, "label", ["Net margin", "Current ratio"])
    frame.insert(1, "group", "any")
    frame.insert(2, "unit", ["pct", "ratio"])
    frame.attrs = {"periods": ["FY 2023", "FY 2024"]}
    return frame


def test_ratios_stand_under_their_own_periods() -> None:
    html = tables.ratio_table(ratios(), ["current_ratio", "gross_margin", "net_margin"]).html
    assert "<th></th><th>FY 2023</th><th>FY 2024</th>" in html
    assert (
        "<tr><th>Current ratio</th><td>2.00×</td><td>1.50×</td></tr><tr><th>Net margin</th><td>–</td><td>1.2%</td></tr>"
        in html
    )
    assert tables.ratios_by_period(ratios(), ["net_margin"]).loc["FY 2024", "Net margin"] == 1.25


def test_key_figures_are_of_the_newest_income_statement_and_the_one_before() -> None:
    rows = [("revenue", f"FY {year}", year * 1e9, year * 1e9, "USD", "reported") for year in (2022, 2023)]
    shown = ratios().rename(index={"net_margin": "operating_margin", "current_ratio": "revenue_growth"})
    shown["unit"] = "pct"
    html = tables.key_figures(figures(*rows), figures(), shown).html
    assert "<strong>2,023.0 bn</strong><small>FY 2022: 2,022.0 bn</small>" in html
    # The growth of fiscal 2024 is none of the newest year's here.
    assert "<span>Revenue growth</span><strong>2.0%</strong><small>FY 2022: –</small>" in html
    assert "Operating margin" not in html


@pytest.mark.parametrize(
    ("currencies", "title", "row"),
    [
        ({"A": "USD", "B": "USD"}, "<h3>Revenue, in millions of USD</h3>", "<th>B</th><td>2,000</td>"),
        ({"A": "USD", "B": "CNY"}, "<h3>Revenue, in millions</h3>", "<th>B, CNY</th><td>2,000</td>"),
        ({}, "<h3>Revenue, in millions</h3>", "<th>B</th><td>2,000</td>"),
    ],
)
def test_amounts_of_several_companies_say_their_currency(currencies: dict[str, str], title: str, row: str) -> None:
    index = pd.MultiIndex.from_tuples([("revenue", "A"), ("revenue", "B"), ("net_margin", "B")], names=["measure", "company"])
    compared = pd.DataFrame({"2024": [1e9, 2e9, 3.0]}, index=index)
    compared.attrs = {"currencies": currencies}
    html = tables.comparison_table(compared, "revenue").html
    assert title in html
    assert row in html
    assert "<h3>Net margin</h3>" in tables.comparison_table(compared, "net_margin").html


@pytest.fixture
def _drawing() -> None:
    charts.setup()


@pytest.mark.usefixtures("_drawing")
@pytest.mark.parametrize(("largest", "words"), [(3e9, "billions"), (1.5e9, "millions"), (4e6, "millions"), (1e6, "thousands")])
def test_bars_say_in_what_they_count(largest: float, words: str) -> None:
    chart = charts.bars(pd.DataFrame({"Revenue": [largest, NAN]}, index=["FY 2023", "FY 2024"]), "Revenue", "USD")
    assert chart is not None
    assert chart.opts.get("plot").kwargs["title"] == f"Revenue, USD {words}"


@pytest.mark.usefixtures("_drawing")
@pytest.mark.parametrize(
    ("count", "title", "height"), [(324, "Length, words", 324.0), (12_400, "Length, thousands of words", 12.4)]
)
def test_bars_of_words_name_their_unit_and_leave_small_counts_whole(count: int, title: str, height: float) -> None:
    chart = charts.bars(pd.DataFrame({"words": [float(count)]}, index=["2025"]), "Length", "words")
    assert chart is not None
    assert chart.opts.get("plot").kwargs["title"] == title
    assert chart.dimension_values("amount").tolist() == [height]


def test_what_has_no_figure_is_not_drawn() -> None:
    nothing = tables.amounts_by_period(figures(*EPS), ["gross_profit"])
    assert charts.bars(nothing, "Gross profit", "USD") is None
    assert charts.side_by_side(charts.bars(nothing, "Gross profit", "USD"), charts.lines(nothing, "x")) is None
