"""Domain values as DataFrames, and how main lines move."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd

from tests.analysis.screens.test_comparison_chart import PEAR, PLUM, compared, row
from tests.pages.company.test_statement_table import LOSS, REFUSED, REVENUE, line, made
from workbench.analysis.frames import comparison_frame, figures_frame, filings_frame, hits_frame, price_frame, statement_frame
from workbench.analysis.screens.comparison_frames import comparison_long_frame
from workbench.analysis.statements.trends import trends
from workbench.domain.identity import Ticker
from workbench.domain.market.prices import DailyBar
from workbench.domain.measures.catalogue import measure
from workbench.domain.statements.statement import Figure, Statement, StatementLine, StatementPeriod, Status


def test_a_statement_is_lines_by_periods() -> None:
    frame = statement_frame(made(line("revenue", REVENUE), line("dividends", REFUSED)))
    assert list(frame.columns) == ["label", pd.Timestamp("2024-09-28")]
    assert frame.loc["revenue", pd.Timestamp("2024-09-28")] == 391035000000.0
    assert list(frame.index) == ["revenue"]  # a line without any figure is left out
    assert (frame.attrs["currency"], frame.attrs["units"], frame.attrs["periods"]) == ("USD", {"revenue": "USD"}, ["FY 2024"])
    whole = statement_frame(made(line("revenue", REVENUE), line("dividends", REFUSED)), empty_lines=True)
    assert pd.isna(whole.loc["dividends", pd.Timestamp("2024-09-28")])
    exact = statement_frame(made(line("revenue", REVENUE)), exact=True)
    assert exact.iloc[0, 1] == Decimal(391035000000)
    assert isinstance(exact.iloc[0, 1], Decimal)


def test_figures_carry_their_proof() -> None:
    frame = figures_frame(made(line("profit", LOSS), line("dividends", REFUSED)))
    assert frame.loc[0, ["status", "formula", "accessions"]].tolist() == [
        "derived", "a - b", "0000320193-24-000123, 0000320193-24-000123",
    ]  # fmt: skip
    assert frame.loc[1, "reason"] == "not_reported"
    assert frame["fiscal_quarter"].isna().all()
    assert frame["known_on"].tolist() == [pd.Timestamp("2024-11-01"), pd.NaT]


def test_prices_are_days() -> None:
    one = Decimal("1.5")
    frame = price_frame([DailyBar(Ticker("A"), date(2024, 1, 2), one, one, one, one, 10, None, "s")])
    assert frame.index[0] == pd.Timestamp("2024-01-02")
    assert frame["close"].tolist() == [1.5]
    assert frame["adjusted_close"].isna().all()
    assert frame["volume_shares"].dtype == "int64"


def test_nothing_is_an_empty_frame() -> None:
    assert price_frame([]).empty
    assert filings_frame([]).empty
    assert hits_frame([]).empty
    assert figures_frame(made()).empty


def _yearly(name: str, *values: int | None) -> StatementLine:
    figures = tuple(
        Figure(date(2020 + place, 12, 31), None if value is None else Decimal(value), "USD", Status.REPORTED)
        for place, value in enumerate(values)
    )
    return StatementLine(name, name, figures)


def test_a_margin_is_given_only_where_revenue_is_above_zero() -> None:
    base = made()
    periods = tuple(StatementPeriod(None, date(2020 + place, 12, 31), 2020 + place, None) for place in range(4))
    lines = (_yearly("revenue", 100, 0, None, 200), _yearly("net_income", 10, 5, 5, -20))
    statement = Statement(base.company, base.kind, base.period, None, periods, lines)
    found = {trend.label: trend for trend in trends([statement])}
    assert found["Net margin"].values == (Decimal("0.1"), None, None, Decimal("-0.1"))
    assert set(found) == {"Revenue", "Net income", "Net margin"}


def test_a_comparison_says_what_each_company_reports_in() -> None:
    eps, margin = measure("eps_basic"), measure("net_margin")
    frame = comparison_frame(
        compared(
            row(PEAR, eps, (None, None, None), "USD/shares"), row(PLUM, eps, ("1", None, "3"), "CNY/shares"),
            row(PEAR, margin, ("1", "2", "3"), "pct"),
        )
    )  # fmt: skip
    assert frame.attrs["currencies"] == {PLUM.label: "CNY"}
    assert frame.loc["eps_basic", PLUM.label].tolist()[::2] == [1.0, 3.0]


def test_a_comparison_is_long_by_choice() -> None:
    revenue = measure("revenue")
    long = comparison_long_frame(
        compared(row(PLUM, revenue, ("1", None, "3"), "CNY"), row(PEAR, revenue, ("4", "5", "6"), "USD"))
    )
    assert long.company.tolist()[0] == PLUM.label
    assert long[long.company == PEAR.label].value.tolist() == [4.0, 5.0, 6.0]
    assert set(long[long.company == PLUM.label].unit) == {"CNY"}
    assert long[long.company == PEAR.label].calendar.is_monotonic_increasing
