"""What a researcher asks in a notebook, over the loaded workbench."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.operations.reports import ReportFigure
from workbench.runtime import Workbench

DAY = "2024-12-31"


def test_ratios_by_period(loaded: Workbench) -> None:
    frame = loaded.ratios("AAPL", as_of=DAY, periods=2)
    end = pd.Timestamp("2024-09-28")
    assert frame.loc["net_margin", ["label", "group", "unit"]].tolist() == ["Net margin", "margins", "pct"]
    assert frame.loc["net_margin", end] == pytest.approx(23.9713, abs=1e-4)  # 93,736 of 391,035
    assert list(frame.columns[3:]) == [pd.Timestamp("2023-09-30"), end]


def test_since_when_figures_are_known(loaded: Workbench) -> None:
    end, day = pd.Timestamp("2024-09-28"), pd.Timestamp("2024-11-01")
    assert loaded.statement("AAPL", as_of=DAY, periods=1, known_on=True).loc["revenue", end] == day
    assert loaded.ratios("AAPL", as_of=DAY, periods=1, known_on=True).loc["net_margin", end] == day
    assert loaded.compare(["AAPL"], ["revenue"], as_of=DAY, columns=1, known_on=True).loc[("revenue", "AAPL"), "2024"] == day
    first = loaded.figures("AAPL", "balance", as_of=DAY, periods=1).set_index("line")
    assert first.loc["total_assets", "known_on"] == day
    # The count was filed on 24 January, and the close is of 1 March.
    assert loaded.valuation("AAPL", as_of="2013-03-01").loc["pe", "known_on"] == pd.Timestamp("2013-03-01")
    assets = loaded.facts("AAPL", "us-gaap:Assets", as_of=DAY)
    repeated = assets[assets.filed_on > assets.known_on].iloc[0]
    same = assets[(assets.period_end == repeated.period_end) & (assets.value == repeated.value)]
    assert repeated.known_on == same.filed_on.min()


def test_valuation_at_the_last_close(loaded: Workbench) -> None:
    frame = loaded.valuation("AAPL", as_of="2013-03-01", exact=True)
    assert frame.loc["market_cap", "value"] == Decimal("404236297260.00")  # 430.47 times 939,058,000
    assert frame.loc["pe", ["label", "group", "period"]].tolist() == [
        "P/E, trailing twelve months",
        "multiples",
        "TTM Q1 2013",
    ]
    assert frame.loc["pe", "value"] == Decimal("9.6830")
    assert (frame.attrs["close"], frame.attrs["source"]) == ("430.47", "bokeh-sampledata")
    course = loaded.valuation_history("AAPL", "month", as_of="2013-03-01", points=2)
    assert list(course.index) == [pd.Timestamp("2013-01-31"), pd.Timestamp("2013-02-28")]
    assert course["close"].tolist() == [455.49, 441.4]
    # 441.40 times 939,058,000, by four quarters of 41,747 million.
    assert course.loc[pd.Timestamp("2013-02-28"), "pe"] == pytest.approx(9.9289, abs=1e-4)
    assert loaded.valuation("AAPL").loc["pe", "reason"] == "stale_price"
    with pytest.raises(InvalidRequest, match="'week' is none of quarter, month"):
        loaded.valuation_history("AAPL", "week")


def test_companies_side_by_side(loaded: Workbench) -> None:
    frame = loaded.compare(["AAPL"], ["revenue", "gross_margin"], as_of=DAY, columns=2, exact=True)
    assert frame.loc[("revenue", "AAPL"), "2024"] == Decimal(391035000000)
    assert list(frame.columns) == ["2023", "2024"]


def test_facts_as_filed_with_what_later_filings_say(loaded: Workbench) -> None:
    frame = loaded.facts("AAPL", "us-gaap:Assets", as_of=DAY)
    at_year_end = frame[frame.period_end == pd.Timestamp("2023-09-30")]
    assert set(at_year_end.value) == {352583000000.0}
    assert "0000320193-23-000106" in set(at_year_end.accession)
    assert at_year_end.filed_on.is_monotonic_increasing
    assert (frame.filed_on <= pd.Timestamp(DAY)).all()
    assert loaded.facts("AAPL", "Assets", as_of=DAY).equals(frame)
    assert loaded.facts("AAPL", "us-gaap:NoSuchThing").empty


def test_events_news_restatements_and_segments(loaded: Workbench) -> None:
    events = loaded.events("AAPL", as_of=DAY)
    assert {"2.02", "9.01"} <= set(events["item"])
    assert events.filed_on.is_monotonic_decreasing
    assert loaded.news("AAPL").empty
    assert list(loaded.segments("AAPL").columns)[:3] == ["line", "axis", "member"]
    restated = loaded.restatements("AAPL")
    # Apple filed fiscal 2009 again in January 2010; what is rounded in a sentence comes last.
    assert (restated.kind.iloc[0], restated.kind.iloc[-1]) == ("restatement", "rounding")
    assert restated.attrs["is_known"]
    assert not loaded.restatements("AAPL", as_of="2005-01-01").attrs["is_known"]
    assert loaded.statement("AAPL", periods=1).attrs["is_known"]
    assert not loaded.statement("AAPL", as_of="2005-01-01").attrs["is_known"]
    assert not loaded.ratios("AAPL", as_of="2005-01-01").attrs["is_known"]


def test_a_figure_leads_to_the_facts_it_rests_on(loaded: Workbench) -> None:
    frame = loaded.provenance("AAPL", "net_margin", period_end="2024-09-28", as_of=DAY)
    assert frame.concept.tolist() == ["us-gaap:NetIncomeLoss", "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax"]
    assert frame.value.tolist() == [93_736e6, 391_035e6]
    assert frame.attrs["formula"] == "net_income / revenue"
    assert (frame.attrs["value"], frame.attrs["unit"]) == (23.9713, "pct")
    revenue = loaded.provenance("AAPL", "revenue", as_of=DAY, exact=True)
    assert revenue.value.tolist() == [Decimal(391035000000)]
    # The report of this data is of this project's own writing, and was indexed for its text alone.
    assert revenue.reason.tolist() == ["inline_xbrl_not_read"]
    assert revenue.text.isna().all()
    with pytest.raises(InvalidRequest, match="is not a statement line or a ratio"):
        loaded.provenance("AAPL", "anvils")
    with pytest.raises(InvalidRequest, match="not a date"):
        loaded.provenance("AAPL", "revenue", period_end="last year")


def test_figures_asked_for_are_given_to_the_figure_log(loaded: Workbench) -> None:
    logged: list[ReportFigure] = []
    loaded.on_figures = logged.extend
    try:
        loaded.statement("AAPL", "income", as_of=DAY, periods=1)
        loaded.ratios("AAPL", as_of=DAY, periods=1)
        loaded.compare(["AAPL"], ["revenue"], as_of=DAY, columns=1)
        loaded.valuation("AAPL", as_of=DAY)
        before = len(logged)
        loaded.provenance("AAPL", "revenue", as_of=DAY)
    finally:
        loaded.on_figures = None
    assert len(logged) == before + 1  # the figure alone that was asked for
    assert {figure.table for figure in logged} == {"income", "ratios", "valuation"}
    revenue = [figure.figure.value for figure in logged if figure.measure == "revenue"]
    assert revenue == [Decimal(391035000000)] * 3


@pytest.mark.parametrize("ask", ["ratios", "segments"])
def test_what_is_asked_wrongly(loaded: Workbench, ask: str) -> None:
    with pytest.raises(InvalidRequest, match="'weekly' is none of annual, quarterly, ttm"):
        getattr(loaded, ask)("AAPL", "weekly")
    with pytest.raises(NotFound):
        getattr(loaded, ask)("ZZZZ")
    with pytest.raises(InvalidRequest, match="is not a concept"):
        loaded.facts("AAPL", "")
