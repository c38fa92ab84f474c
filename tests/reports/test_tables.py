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


def test_the_proof_is_of_the_newest_period_in_full() -> None:
    html = tables.proof_table(figures(*EPS), ["revenue", "gross_profit"]).html
    assert "<td>572,754,000,000</td>" in html
    assert "559,151" not in html
    assert "Gross profit" not in html


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


VALUED = pd.DataFrame(
    {
        "label": ["Market capitalisation", "P/E", "EV/EBITDA", "EV/sales"], "unit": ["USD", "ratio", "ratio", "ratio"],
        "value": [6e9, 12.5, NAN, NAN], "reason": [None, None, "operand_missing", "not_for_industry"],
        "period": [None, "TTM Q1 2024", None, None],
    }
)  # fmt: skip


def test_a_valuation_says_why_a_measure_is_not_proven() -> None:
    VALUED.attrs = {"close": "60.00", "traded_on": "2024-03-28", "source": "alpha-vantage"}
    html = tables.valuation_table(VALUED).html
    assert "<th>Market capitalisation</th><td>6,000</td>" in html
    assert "<th>P/E</th><td>12.50×</td><td>TTM Q1 2024</td>" in html
    assert "alpha-vantage; EV/EBITDA: cannot be computed: an operand is not reported.</p>" in html
    assert "EV/sales" not in html
    nothing = VALUED.assign(value=NAN, reason="share_basis_unknown")
    reason = "a stock split may lie between the share count and the closing price, or between two closes"
    assert tables.valuation_table(nothing).html == f"<p>Not valued: {reason}.</p>"


def test_a_group_beside_its_parts_is_told_apart() -> None:
    rows = [("Americas", 30e9, True), ("United States", 20e9, False), ("Brazil", 10e9, False)]
    parts = pd.DataFrame(rows, columns=["member", "value", "is_in_others"])
    parts = parts.assign(
        unit="USD", line="revenue", axis="Region", axes="region", members=parts.member, period_end=pd.Timestamp("2024-12-31")
    )
    html = tables.breakdown_tables(parts, ["Region"]).html
    assert "<th>Americas (in other rows)</th><td>30,000</td>" in html
    assert "<th>United States</th><td>20,000</td>" in html


def test_members_of_the_same_words_are_told_apart() -> None:
    old, new = pd.Timestamp("2023-12-31"), pd.Timestamp("2024-12-31")
    rows = [
        ("Other", "abc:OtherMember", old, 1e9), ("Other", "abc:OtherMember", new, 2e9), ("Other", "def:OtherMember", new, 3e9),
        ("Cloud", "abc:CloudMember", old, 4e9), ("Cloud", "abc:CloudMember", new, 5e9),
    ]  # fmt: skip
    parts = pd.DataFrame(rows, columns=["member", "members", "period_end", "value"])
    parts = parts.assign(unit="USD", line="revenue", axis="Segment", axes="segment", is_in_others=False)
    html = tables.breakdown_tables(parts, ["Segment"]).html
    assert "<th>Cloud</th><td>4,000</td><td>5,000</td>" in html
    assert "<th>Other (abc:OtherMember)</th><td>1,000</td><td>2,000</td>" in html
    assert "<th>Other (def:OtherMember)</th><td>–</td><td>3,000</td>" in html


def test_two_divisions_called_alike_stand_each_by_itself() -> None:
    rows = [("Mobile", "abc:Product", 7e9), ("Apps", "def:Product", 1e9)]
    parts = pd.DataFrame(rows, columns=["member", "axes", "value"])
    parts = parts.assign(
        unit="USD",
        line="revenue",
        axis="Product",
        members=parts.member,
        is_in_others=False,
        period_end=pd.Timestamp("2024-12-31"),
    )
    html = tables.breakdown_tables(parts, ["Product"]).html
    assert html.count("<h3>By product</h3>") == 2


def test_events_leave_out_the_list_of_exhibits() -> None:
    events = pd.DataFrame(
        {
            "filed_on": pd.to_datetime(["2026-05-21", "2026-05-21"]), "item": ["2.02", "9.01"],
            "label": ["Results", "Exhibits"], "accession": ["a", "a"],
        }
    )  # fmt: skip
    html = tables.event_table(events).html
    assert "Results" in html
    assert "Exhibits" not in html
    assert "No current report" in tables.event_table(events[events["item"] == "9.01"]).html


def test_checks_are_counted_and_those_that_failed_are_told() -> None:
    columns = ["period", "result", "statement", "name", "detail"]
    checks = pd.DataFrame(
        [
            ("FY 2024", "passed", "income", "figures_have_their_sign", ""),
            ("FY 2024", "not_applicable", "income", "calculations_add_up", ""),
            ("FY 2024", "failed", "cashflow", "cash_roll_forward", "start 1, change 1, end 3"),
            ("FY 2001", "failed", "cashflow", "cash_roll_forward", "of a year that is not shown"),
        ],
        columns=columns,
    )
    html = tables.check_table(checks, ["FY 2024"]).html
    assert "2 checks were made of these periods, 1 failed." in html
    assert "start 1, change 1, end 3" in html
    assert "<td>cashflow</td><td>Cash does not roll forward</td>" in html
    assert "not shown" not in html


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


def restated(*rows: tuple[str, str, int, float, float]) -> pd.DataFrame:
    """Rows of a frame of restatements: kind, label, year of the period, before and after."""
    frame = pd.DataFrame(rows, columns=["kind", "label", "year", "before", "after"])
    frame["filed_on"] = pd.Timestamp(2010, 1, 25)
    frame["period_end"] = pd.to_datetime(frame.year.astype(str) + "-09-26")
    return frame.assign(concept="us-gaap:" + frame.label, unit="USD", accession_after="0001193125-10-012091")


def test_a_report_lists_each_restated_figure_once_with_the_filing() -> None:
    rows = restated(
        ("restatement", "SalesRevenueNet", 2009, 36_537e6, 42_905e6),
        ("restatement", "SalesRevenueNet", 2008, 32_479e6, 37_491e6),
        ("rounding", "LongTermDebt", 2009, 90_678e6, 90_700e6),
    )
    html = tables.restatement_table(rows, 6).html
    assert html.count("SalesRevenueNet") == 1
    assert "<td>2</td>" in html
    assert "42,905,000,000" in html
    assert "0001193125-10-012091" in html
    assert "LongTermDebt" not in html


def test_a_report_tells_no_restatement_from_an_unknown_one() -> None:
    nothing = restated()
    assert tables.restatement_table(nothing, 6).html == "<p>No figure was restated.</p>"
    nothing.attrs["is_known"] = False
    assert "unknown" in tables.restatement_table(nothing, 6).html
