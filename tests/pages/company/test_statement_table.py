"""A statement as markup: scaled, marked, escaped."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from workbench.domain.facts.source import SourceFact
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.provenance import NoElement, Origin
from workbench.domain.statements.statement import (
    Check,
    Figure,
    PeriodKind,
    Statement,
    StatementKind,
    StatementLine,
    StatementPeriod,
    Status,
)
from workbench.pages.company.statement_table import find_figure, sources, statement_table
from workbench.pages.frame.amounts import exact
from workbench.pages.frame.selection import Selection

END = date(2024, 9, 28)
FACT = SourceFact(
    "us-gaap:Revenues", "USD", date(2023, 10, 1), END, Decimal(391035000000), "0000320193-24-000123", "10-K", date(2024, 11, 1)
)
REVENUE = Figure(END, Decimal(391035000000), "USD", Status.REPORTED, facts=(FACT,))
LOSS = Figure(END, Decimal(-1500000), "USD", Status.DERIVED, formula="a - b", facts=(FACT, FACT))
REFUSED = Figure(END, None, None, Status.REFUSED, reason="not_reported")


def made(*lines: StatementLine, checks: tuple[Check, ...] = ()) -> Statement:
    period = StatementPeriod(date(2023, 10, 1), END, 2024, None)
    company = Company(Cik(1), "A <b>bold</b> name")
    return Statement(company, StatementKind.INCOME, PeriodKind.ANNUAL, None, (period,), lines, checks)


def line(name: str, figure: Figure) -> StatementLine:
    return StatementLine(name, name.capitalize(), (figure,))


@pytest.mark.parametrize(
    ("value", "unit", "heading", "cell"),
    [
        ("391035000000", "USD", "USD and shares in millions", ">391,035<"),
        ("5400000", "USD", "USD and shares in thousands", ">5,400<"),
        ("45095325000000", "JPY", "JPY and shares in millions", ">45,095,325<"),
        ("54000", "EUR", "EUR, except per share", ">54,000<"),
        ("713900000", "shares", "Amounts and shares in millions", ">714<"),
    ],
)
def test_the_heading_and_the_cells_are_in_the_scale_and_currency_of_the_statement(
    value: str, unit: str, heading: str, cell: str
) -> None:
    html = statement_table(made(line("first", Figure(END, Decimal(value), unit, Status.REPORTED))), Selection(ticker="X"))
    assert heading in html
    assert cell in html


def test_all_digits_as_filed() -> None:
    assert exact(Decimal("391035000000"), "USD") == "391,035,000,000 USD"
    assert exact(Decimal("6.080"), "USD/shares") == "6.08 USD/shares"
    assert exact(Decimal("1E+6"), None) == "1,000,000"


def test_derived_and_refused_figures_are_marked() -> None:
    statement = made(line("revenue", REVENUE), line("profit", LOSS), line("dividends", REFUSED))
    html = statement_table(statement, Selection(ticker="X"))
    assert 'data-value="revenue@2024-09-28"' in html
    assert 'class="figure derived negative"' in html
    assert 'title="not reported for this period"' in html
    assert "Show 1 line without figures of its own" in html


def test_a_line_that_gives_another_one_again_stays_out_of_the_way() -> None:
    again = REVENUE._replace(status=Status.DERIVED, formula="revenue [fiscal year - first nine months]")
    html = statement_table(made(line("revenue", REVENUE), line("sales", again), line("fees", REFUSED)), Selection(ticker="X"))
    assert html.count('<tr class="empty">') == 2
    assert "Show 2 lines without figures of their own" in html


def test_a_share_figure_filed_before_a_split_is_shown_as_filed_and_in_todays_shares() -> None:
    split = {"adjusted_value": Decimal("0.391"), "adjustment": "10 for 1 in 0001045810-24-000264"}
    earnings = Figure(END, Decimal("3.91"), "USD/shares", Status.REPORTED, facts=(FACT,), **split)
    statement = made(line("revenue", REVENUE), line("eps_basic", earnings))
    html = statement_table(statement, Selection(ticker="X"))
    rows = html.split("<tr")
    assert ">3.91</a>" in rows[-2]
    assert "in today&#39;s shares, after splits" in rows[-1]
    assert 'title="0.391 USD/shares">0.39</a>' in rows[-1]
    assert html.count("after splits") == 1
    found = find_figure(statement, f"eps_basic@{END}")
    assert found is not None
    opened = sources(*found, [Origin(FACT, None, NoElement.FILING_NOT_ARCHIVED)], Selection(ticker="X"))
    assert "<p>0.391 USD/shares</p>" in opened
    assert "Split 10 for 1 in 0001045810-24-000264" in opened


def test_failed_checks_say_so() -> None:
    check = Check("balance_sheet_balances", END, "failed", "assets 10, liabilities & equity 9")
    html = statement_table(made(line("revenue", REVENUE), checks=(check,)), Selection(ticker="X"))
    assert "1 of 1 periods do not tie out" in html
    assert "liabilities &amp; equity 9" in html


def test_sources_name_every_operand() -> None:
    statement = made(line("profit", LOSS))
    found = find_figure(statement, "profit@2024-09-28")
    assert found is not None
    origins = [Origin(each, None, NoElement.FILING_NOT_ARCHIVED) for each in (FACT, FACT)]
    html = sources(*found, origins, Selection(ticker="X", as_of=date(2024, 12, 31)))
    assert "-1,500,000 USD" in html
    assert html.count("us-gaap:Revenues") == 2
    assert "reader?as_of=2024-12-31&amp;accession=0000320193-24-000123" in html


@pytest.mark.parametrize("chosen", ["", "profit", "profit@2023-01-01", "nothing@2024-09-28", "@"])
def test_no_such_figure(chosen: str) -> None:
    assert find_figure(made(line("profit", LOSS)), chosen) is None
