"""Tables of reports on companies: what is proven is shown, what is not is left out with its reason."""

from __future__ import annotations

import math

import pandas as pd

from tests.reports.test_tables import EPS, figures
from workbench.reports import company_tables, tables
from workbench.reports.tables import ReportHtml

NAN = math.nan


def html_of(part: ReportHtml | None) -> str:
    assert part is not None
    return str(part.html)


def test_the_proof_is_of_the_newest_period_in_full() -> None:
    html = company_tables.proof_table(figures(*EPS), ["revenue", "gross_profit"]).html
    assert '<td class="number">572,754,000,000</td>' in html
    assert "559,151" not in html
    assert "Gross profit" not in html


VALUED = pd.DataFrame(
    {
        "label": ["Market capitalisation", "P/E", "EV/EBITDA", "EV/sales"], "unit": ["USD", "ratio", "ratio", "ratio"],
        "value": [6e9, 12.5, NAN, NAN], "reason": [None, None, "operand_missing", "not_for_industry"],
        "period": [None, "TTM Q1 2024", None, None],
    }
)  # fmt: skip


def test_a_valuation_says_why_a_measure_is_not_proven() -> None:
    VALUED.attrs = {"close": "60.00", "traded_on": "2024-03-28", "source": "alpha-vantage"}
    html = html_of(company_tables.valuation_table(VALUED))
    assert "<th>Market capitalisation, USD millions</th><td>6,000</td>" in html
    assert "<th>P/E</th><td>12.50×</td><td>TTM Q1 2024</td>" in html
    assert "alpha-vantage; EV/EBITDA: cannot be computed: an operand is not reported.</p>" in html
    assert "EV/sales" not in html
    nothing = VALUED.assign(value=NAN, reason="share_basis_unknown")
    reason = "a stock split may lie between the share count and the closing price, or between two closes"
    assert company_tables.valuation_table(nothing) is None
    assert company_tables.why_not_valued(nothing) == reason
    assert company_tables.why_not_valued(VALUED) == ""


def test_a_group_beside_its_parts_is_told_apart() -> None:
    rows = [("Americas", 30e9, True), ("United States", 20e9, False), ("Brazil", 10e9, False)]
    parts = pd.DataFrame(rows, columns=["member", "value", "is_in_others"])
    parts = parts.assign(
        unit="USD", line="revenue", axis="Region", axes="region", members=parts.member, period_end=pd.Timestamp("2024-12-31")
    )
    html = html_of(company_tables.breakdown_tables(parts, ["Region"]))
    assert company_tables.breakdown_tables(parts, ["Segment"]) is None
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
    html = html_of(company_tables.breakdown_tables(parts, ["Segment"]))
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
    html = html_of(company_tables.breakdown_tables(parts, ["Product"]))
    assert html.count("<h3>By product</h3>") == 2


def test_events_leave_out_the_list_of_exhibits() -> None:
    events = pd.DataFrame(
        {
            "filed_on": pd.to_datetime(["2026-05-21", "2026-05-21"]), "item": ["2.02", "9.01"],
            "label": ["Results", "Exhibits"], "accession": ["a", "a"],
        }
    )  # fmt: skip
    html = html_of(company_tables.event_table(events))
    assert "Results" in html
    assert "Exhibits" not in html
    assert company_tables.event_table(events[events["item"] == "9.01"]) is None


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
    html = company_tables.check_table(checks, ["FY 2024"]).html
    assert "2 checks were made of these periods, 1 failed." in html
    assert "start 1, change 1, end 3" in html
    assert "<td>cashflow</td><td>Cash does not roll forward</td>" in html
    assert "not shown" not in html


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
    html = company_tables.restatement_table(rows, 6).html
    assert html.count("Sales revenue net") == 1
    assert '<td class="number">2</td>' in html
    assert "42,905,000,000" in html
    assert "0001193125-10-012091" in html
    assert "Long term debt" not in html
    older = restated(("restatement", "SalesRevenueNet", 2008, 32_479e6, 37_491e6))
    since = company_tables.restatement_table(older, 6, since=pd.Timestamp(2008, 9, 28)).html
    assert since == "<p>No figure of these periods was restated.</p>"


def test_a_report_tells_no_restatement_from_an_unknown_one() -> None:
    nothing = restated()
    assert company_tables.restatement_table(nothing, 6).html == "<p>No figure of these periods was restated.</p>"
    nothing.attrs["is_known"] = False
    assert "unknown" in company_tables.restatement_table(nothing, 6).html


def test_restated_figures_of_several_companies_are_one_a_row() -> None:
    rows = restated(
        ("restatement", "SalesRevenueNet", 2009, 36_537e6, 42_905e6), ("restatement", "GrossProfit", 2009, 13_140e6, 17_222e6)
    ).assign(company=["AAPL", "MSFT"])
    html = html_of(company_tables.restatements_by_company(rows, 20))
    assert "<td>AAPL</td><td>2010-01-25</td>" in html
    assert '<td class="number">13,140,000,000</td>' in html
    assert company_tables.restatements_by_company(rows.iloc[:0], 20) is None


def test_closes_are_shown_while_a_valuation_would_take_the_last() -> None:
    days = pd.DatetimeIndex(["2012-02-28", "2012-03-02", "2013-02-28", "2013-03-01"])
    prices = pd.DataFrame({"close": [535.41, 545.18, 441.40, 430.47], "adjusted_close": [NAN] * 4}, index=days)
    closes = company_tables.recent_closes(prices, "2013-03-08")
    # Apple's close of 1 March 2013 after that of 28 February 2012, the last one a year or more before.
    assert html_of(company_tables.close_sentence(closes, "a vendor")) == (
        "<p>The close of 2013-03-01 was 430.47 USD, -19.6\N{NO-BREAK SPACE}% over a year (a vendor).</p>"
    )
    assert company_tables.recent_closes(prices, "2013-03-09") is None
    assert company_tables.recent_closes(prices.iloc[:0], "2013-03-09") is None
    assert company_tables.close_sentence(None, None) is None


def test_what_has_no_content_is_named_once_with_its_reason() -> None:
    assert tables.section("Share price", None) is None
    assert html_of(tables.section("Share price", None, tables.sentence("A"))) == "<h2>Share price</h2><p>A</p>"
    left_out = tables.not_shown({"share price": (None, "none is stored"), "segments": (tables.sentence("B"), "unseen")})
    assert html_of(left_out) == '<p class="note left-out">Left out: share price (none is stored).</p>'
    assert tables.not_shown({"segments": (tables.sentence("B"), "unseen")}) is None


def test_a_line_is_not_broken_within_an_accession_or_a_taxonomy() -> None:
    frame = pd.DataFrame({"Filings": ["0000320193-24-000123, 0000320193-23-000106"], "Concepts": ["us-gaap:Assets"]})
    html = tables.word_table(frame, wrapping=["Filings", "Concepts"]).html
    assert '<span class="whole">0000320193-24-000123</span>, <span class="whole">0000320193-23-000106</span>' in html
    assert '<span class="whole">us-gaap</span>:Assets' in html
