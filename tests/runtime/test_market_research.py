"""Bars, returns and event studies, over the loaded workbench."""

from __future__ import annotations

import pandas as pd
import pytest

from workbench.domain.errors import InvalidRequest
from workbench.runtime import Workbench


def test_bars_of_months(loaded: Workbench) -> None:
    bars = loaded.bars("AAPL", "month", as_of="2013-03-01")
    assert bars.loc["2013-02-01", ["close", "trading_days"]].tolist() == [441.4, 19]
    assert bars.loc["2013-02-01", "last_traded_on"] == pd.Timestamp("2013-02-28")
    assert bars.attrs["source"] == "bokeh-sampledata"
    assert len(loaded.bars("AAPL", since="2013-01-07", until="2013-01-18")) == 2
    with pytest.raises(InvalidRequest, match="'months' is none of week, month") as error:
        loaded.bars("AAPL", "months")
    assert error.value.hint == "did you mean month?"


def test_returns_of_days(loaded: Workbench) -> None:
    raw = loaded.returns("AAPL", closes="raw", as_of="2013-03-01")
    last = raw.iloc[-1]
    assert last["return"] == pytest.approx(430.47 / 441.40 - 1)
    assert raw.loc[0, "reason"] == "first_bar"
    wide = loaded.returns(["AAPL"], "log", "raw", as_of="2013-03-01", wide=True)
    assert list(wide.columns) == ["AAPL"]
    assert wide.index.is_monotonic_increasing


def test_a_study_says_why_there_are_too_few_events(loaded: Workbench) -> None:
    # The prices of this data end before the first of its current reports.
    frame = loaded.event_study("AAPL", items=["2.02"])
    assert frame.empty
    assert "needs at least 5 events, and 0 can be used" in frame.attrs["refusal"]
    events = loaded.event_study("AAPL", items=["2.02"], by_event=True)
    assert set(events.excluded) == {"no_prices"}
    assert set(events.what) == {"8-K item 2.02"}
    with pytest.raises(InvalidRequest, match="name items of Form 8-K or forms"):
        loaded.event_study("AAPL")
