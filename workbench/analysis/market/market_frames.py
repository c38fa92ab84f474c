"""Prices, returns and event studies as DataFrames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from workbench.analysis.market.event_study import EventStudy
from workbench.analysis.market.returns import DailyReturn
from workbench.domain.market.price_bars import PriceBar


def price_bars_frame(bars: Iterable[PriceBar]) -> pd.DataFrame:
    """One row a week or month (index `starts_on`, in the order given), in US dollars a share as traded; the last trading day,
    open, high, low, close, volume_shares and the number of trading_days.
    """
    listed = list(bars)
    prices = ("open", "high", "low", "close")
    rows = [
        (bar.last_traded_on, *(float(getattr(bar, name)) for name in prices), bar.volume_shares, bar.trading_days)
        for bar in listed
    ]
    columns = ["last_traded_on", *prices, "volume_shares", "trading_days"]
    index = pd.DatetimeIndex([bar.starts_on for bar in listed], name="starts_on")
    frame = pd.DataFrame(rows, columns=columns, index=index)
    frame["last_traded_on"] = pd.to_datetime(frame["last_traded_on"])
    return frame


def returns_frame(returns: Mapping[str, Sequence[DailyReturn]], *, wide: bool = False) -> pd.DataFrame:
    """One row a company and trading day, oldest first: company, traded_on, return as a ratio (0.01 is 1 %), reason of a NaN.

    With `wide` one row a trading day of any company (index `traded_on`) and one column a company, without reasons.
    """
    rows = [(company, each.traded_on, each.value, each.reason) for company, days in returns.items() for each in days]
    frame = pd.DataFrame(rows, columns=["company", "traded_on", "return", "reason"]).astype({"return": "float64"})
    frame["traded_on"] = pd.to_datetime(frame["traded_on"])
    if not wide:
        return frame
    return frame.pivot(index="traded_on", columns="company", values="return").reindex(columns=list(returns))


def event_study_frame(study: EventStudy) -> pd.DataFrame:
    """One row a trading day of the window (index `day`, 0 is that of the filing), in per cent: abnormal_pct and car_pct, means
    over events, and the confidence band `low_pct` to `high_pct` of the latter.

    Empty if there are too few events; then `attrs["refusal"]` says so. `attrs` have the model, its formula, the level, and how
    many events are used and left out, by reason.
    """
    rows = [(each.day, *(100 * part for part in (each.abnormal, each.cumulative, each.low, each.high))) for each in study.days]
    columns = ["day", "abnormal_pct", "car_pct", "low_pct", "high_pct"]
    frame = pd.DataFrame(rows, columns=columns).astype({"day": "int64"} | dict.fromkeys(columns[1:], "float64"))
    frame = frame.set_index("day")
    frame.attrs.update(_about(study))
    return frame


def event_returns_frame(study: EventStudy) -> pd.DataFrame:
    """One row an event, oldest first: company, accession, what, filed_on, day_zero, car_pct over the window, or why it is left
    out (`excluded`). `attrs` are those of `event_study_frame`.
    """
    rows = [
        {
            "company": each.event.company,
            "accession": each.event.accession,
            "what": each.event.what,
            "filed_on": each.event.filed_on,
            "day_zero": each.day_zero,
            "car_pct": 100 * each.cumulative,
            "excluded": each.exclusion.value if each.exclusion else None,
        }
        for each in study.events
    ]
    columns = ["company", "accession", "what", "filed_on", "day_zero", "car_pct", "excluded"]
    frame = pd.DataFrame(rows, columns=columns).astype({"car_pct": "float64"})
    for name in ("filed_on", "day_zero"):
        frame[name] = pd.to_datetime(frame[name])
    frame.attrs.update(_about(study))
    return frame


def _about(study: EventStudy) -> dict[str, object]:
    return {
        "model": study.model.value,
        "formula": study.formula,
        "level": study.design.level,
        "events": len(study.used),
        "excluded": {reason.value: count for reason, count in study.excluded.items()},
        "refusal": study.refusal,
    }
