"""Screens, panels, scores, watchlists and the dictionary of measures, over the loaded workbench."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from db.alerts import watchlists
from db.companies import resolve
from db.screens.panel import panel
from workbench.domain.errors import FutureDate, InvalidRequest, NotFound
from workbench.domain.measures.screens import Metric
from workbench.domain.operations.reports import ReportFigure
from workbench.domain.rights.ownership import LOCAL_USER
from workbench.runtime import Workbench

DAY = "2024-12-31"


def test_a_screen_has_a_column_for_each_measure(loaded: Workbench) -> None:
    frame = loaded.screen("revenue > 100B", show="net_margin@ttm", as_of=DAY)
    assert frame.loc["AAPL", "revenue"] == 391_035e6
    assert list(frame.columns) == ["name", "cik", "revenue", "net_margin@ttm"]
    assert (frame.attrs["matched"], frame.attrs["units"]["revenue"]) == (1, "USD")
    assert loaded.screen(["revenue > 1T"], as_of=DAY).empty
    long = loaded.screen("revenue > 100B", as_of=DAY, long=True, exact=True)
    assert long.value.tolist() == [Decimal(391035000000)]
    assert long.loc[0, ["period", "accessions", "known_on"]].tolist() == [
        "FY 2024", "0000320193-24-000123", pd.Timestamp("2024-11-01"),
    ]  # fmt: skip
    with pytest.raises(InvalidRequest, match="is not a statement line or a ratio") as error:
        loaded.screen("revenu > 1")
    assert error.value.hint is not None
    assert "revenue" in error.value.hint


def test_a_screen_logs_its_proven_figures(loaded: Workbench) -> None:
    logged: list[ReportFigure] = []
    loaded.on_figures = logged.extend
    try:
        loaded.screen("revenue > 100B", as_of=DAY)
        loaded.scores("AAPL", as_of=DAY, periods=1)
    finally:
        loaded.on_figures = None
    assert (logged[0].table, logged[0].measure, logged[0].figure.value) == ("income", "revenue", Decimal(391035000000))
    assert {figure.measure for figure in logged if figure.table == "scores"} >= {"piotroski", "f_margin_rises", "beneish"}


def test_a_panel_shows_what_each_day_knew(loaded: Workbench) -> None:
    # In January 2010 Apple filed fiscal 2009 again, with the iPhone's revenue recognised at once: 42,905 million for 36,537.
    days = ["2009-12-31", "2010-02-28"]
    frame = loaded.panel(days, "AAPL", "revenue, gross_margin@annual", wide=True)
    assert frame.xs("AAPL", level="company").revenue.tolist() == [36_537e6, 42_905e6]
    assert frame.attrs["units"] == {"revenue": ["USD"], "gross_margin": ["pct"]}
    long = loaded.panel(days, "AAPL", ["revenue", "pe"], exact=True)
    assert long.metric.tolist() == ["revenue", "pe"] * 2
    assert long.loc[0, ["value", "period", "known_on"]].tolist() == [
        Decimal(36537000000), "FY 2009", pd.Timestamp("2009-10-27"),
    ]  # fmt: skip
    before = loaded.panel("2005-01-01", "AAPL", "revenue")
    assert before.loc[0, "reason"] == "no_such_period"
    assert pd.isna(before.loc[0, "value"])


def test_what_a_panel_refuses(loaded: Workbench) -> None:
    with pytest.raises(InvalidRequest, match="a panel has 1 to 100,000 cells"):
        loaded.panel([], "AAPL", "revenue")
    with pytest.raises(InvalidRequest, match="a panel has 1 to 100,000 cells"):
        loaded.panel(pd.date_range("1990-01-01", periods=60_000, freq="h").union(pd.date_range("1000", periods=1)), "AAPL", "")
    with pytest.raises(FutureDate):
        loaded.panel("2999-01-01", "AAPL", "revenue")
    with pytest.raises(NotFound):
        loaded.panel(DAY, "ZZZZ", "revenue")


MEASURES = ("revenue", "eps_diluted", "net_margin@ttm", "total_assets@quarter", "revenue_growth", "pe", "pb")


@settings(max_examples=4)
@given(days=st.lists(st.dates(date(2009, 9, 1), date(2025, 12, 31)), min_size=2, max_size=2, unique=True).map(sorted))
def test_a_panel_is_what_a_database_cut_at_the_day_gives(loaded: Workbench, days: list[date]) -> None:
    metrics = [Metric.parse(name) for name in MEASURES]
    with loaded.database.engine.connect() as connection:
        apple = resolve(connection, "AAPL")
        whole = panel(connection, days, [apple], metrics).cells
        for day in reversed(days):  # each cut takes away more
            _cut(connection, day)
            cut = panel(connection, [day], [apple], metrics).cells
            assert cut == tuple(cell for cell in whole if cell.day == day)
        assert any(cell.value is not None for cell in whole)
        connection.rollback()


def _cut(connection: sa.Connection, day: date) -> None:
    """Leaves what was filed and traded by the day; figures stored ahead go too, so that they are computed from the rest."""
    for statement in (
        "delete from financial_metrics where filed_on > :day",
        "delete from sec_filings where filed_on > :day",
        "delete from documents where filed_on > :day",
        "delete from stock_prices where traded_on > :day",
        "delete from company_metrics",
        "delete from company_metric_states",
    ):
        connection.execute(sa.text(statement), {"day": day})


def test_scores_with_their_parts(loaded: Workbench) -> None:
    frame = loaded.scores("AAPL", as_of="2013-02-01", periods=1).set_index("score")
    # Fiscal 2012: (41,733 - 50,856) / average of 176,064 and 116,371.
    assert frame.loc["accruals", "value"] == pytest.approx(-6.2393, abs=1e-4)
    assert frame.loc["altman_z", "known_on"] >= pd.Timestamp("2012-10-31")
    assert frame.attrs["sources"]["beneish"].startswith("Beneish (1999)")
    parts = loaded.scores("AAPL", as_of="2013-02-01", periods=1, parts=True).set_index("part")
    assert parts.loc["z_market_equity", "formula"].startswith("market_cap [")
    weighed = parts[parts.score == "altman_z"].points.sum()
    assert weighed == pytest.approx(frame.loc["altman_z", "value"], abs=1e-4)
    # Long after the last price of this data the score by market value has none.
    assert loaded.scores("AAPL", periods=1).set_index("score").loc["altman_z", "reason"] == "stale_price"


def test_watchlists_and_the_companies_on_them(loaded: Workbench) -> None:
    with loaded.database.write() as connection:
        watchlists.create(connection, LOCAL_USER, "fruit")
        watchlists.add_members(connection, LOCAL_USER, "fruit", [resolve(connection, "AAPL").cik])
    try:
        assert loaded.watchlists().loc["fruit", ["owner", "companies"]].tolist() == [LOCAL_USER, 1]
        assert loaded.watchlists("fruit").ticker.tolist() == ["AAPL"]
    finally:
        with loaded.database.write() as connection:
            watchlists.delete(connection, LOCAL_USER, "fruit")
    with pytest.raises(NotFound, match="there is no watchlist 'fruit'"):
        loaded.watchlists("fruit")


def test_measures_and_the_concepts_of_a_company(loaded: Workbench) -> None:
    known = loaded.concepts()
    assert known.loc["net_margin", ["table", "unit", "formula"]].tolist() == ["ratios", "pct", "net_income / revenue"]
    assert "us-gaap:NetIncomeLoss" in known.loc["net_income", "tags"]
    assert known.loc["gross_profit", "formula"].startswith("revenue - cost_of_revenue")
    assert set(loaded.concepts(query="p/e").index) >= {"pe"}
    used = loaded.concepts("AAPL", "inventorynet")
    assert used.loc["us-gaap:InventoryNet", "line"] == "inventory"
    assert loaded.concepts("AAPL", as_of="2005-01-01").empty
