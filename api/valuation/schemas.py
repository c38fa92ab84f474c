"""Valuation as JSON; the shapes of `workbench.analysis.statements.valuation_json`, and what they look like."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict

from api.statements.schemas import FactOut, FigureOut, PeriodOut, StatementCompanyOut
from workbench.domain.measures.valuation_history import Every


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CloseOut(_Schema):
    """The last close, as traded, in US dollars."""

    ticker: str
    source: str
    traded_on: date
    close: str


class SharesOut(_Schema):
    """Shares outstanding as filed; `split_factor` shares of the day of the close for each, for `splits` since the filing."""

    value: str
    formula: str
    split_factor: str
    splits: str | None
    fact: FactOut


class MeasureOut(_Schema):
    """One measure of value, held against the figures of `period`. `unit` of the value: a currency, ratio (times) or pct."""

    line: str
    label: str
    group: str
    definition: str
    period: PeriodOut | None
    value: FigureOut


class ValuationOut(_Schema):
    """What a company costs at the last close known on `day`, by the facts filed by then.

    `price` and `shares` are null where they are not known; then the market capitalisation gives the reason.
    """

    company: StatementCompanyOut
    industry: str
    as_of: date | None
    day: date
    currency: str
    price: CloseOut | None
    shares: SharesOut | None
    measures: list[MeasureOut]


class ValuationPointOut(_Schema):
    """One day of a history: every measure by its name, as known on that day."""

    day: date
    currency: str
    price: CloseOut | None
    shares: SharesOut | None
    measures: dict[str, FigureOut]


class ValuationHistoryOut(_Schema):
    """Days oldest first. None knows a filing or a price that came after it."""

    company: StatementCompanyOut
    as_of: date | None
    every: Every
    points: list[ValuationPointOut]


_COMPANY = {"ticker": "AAPL", "cik": 320193, "name": "Apple Inc."}
_COUNT = {
    "concept": "dei:EntityCommonStockSharesOutstanding",
    "accession": "0001193125-13-022339",
    "filed_on": "2013-01-24",
    "form": "10-Q",
    "unit": "shares",
    "period_start": None,
    "period_end": "2013-01-11",
    "value": "939058000",
}
_DAY: dict[str, Any] = {
    "day": "2013-03-01",
    "currency": "USD",
    "price": {"ticker": "AAPL", "source": "bokeh-sampledata", "traded_on": "2013-03-01", "close": "430.47"},
    "shares": {
        "value": "939058000",
        "formula": "cover page of 0001193125-13-022339, 939,058,000 at 2013-01-11",
        "split_factor": "1",
        "splits": None,
        "fact": _COUNT,
    },
}
_MARKET_CAP = {
    "period_end": "2013-03-01",
    "value": "404236297260.00",
    "unit": "USD",
    "status": "derived",
    "reason": None,
    "formula": (
        "430.47 [AAPL, close of 2013-03-01, bokeh-sampledata] * "
        "shares [cover page of 0001193125-13-022339, 939,058,000 at 2013-01-11]"
    ),
    "adjusted_value": None,
    "adjustment": None,
    "facts": [_COUNT],
}
VALUATION: dict[str, Any] = {
    "company": _COMPANY,
    "industry": "commercial",
    "as_of": "2013-03-01",
    **_DAY,
    "measures": [
        {
            "line": "market_cap",
            "label": "Market capitalisation",
            "group": "size",
            "definition": "market_cap",
            "period": None,
            "value": _MARKET_CAP,
        }
    ],
}
VALUATION_HISTORY: dict[str, Any] = {
    "company": _COMPANY,
    "as_of": "2013-03-01",
    "every": "month",
    "points": [{**_DAY, "measures": {"market_cap": _MARKET_CAP}}],
}
