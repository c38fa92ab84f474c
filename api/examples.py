"""What answers look like, for the OpenAPI description: figures of public filings."""

from __future__ import annotations

from typing import Any

COMPANY: dict[str, Any] = {
    "cik": "0000320193",
    "ticker": "AAPL",
    "name": "Apple Inc.",
    "listings": [{"ticker": "AAPL", "exchange": "Nasdaq"}],
    "sic": "3571",
    "sic_description": "Electronic Computers",
    "category": "Large accelerated filer",
    "entity_type": "operating",
    "fiscal_year_end": "0928",
    "state_of_incorporation": "CA",
}
COMPANY_DETAIL: dict[str, Any] = COMPANY | {
    "former_names": [{"name": "APPLE COMPUTER INC", "from_on": "1994-01-26", "until_on": "2007-01-04"}]
}
COMPANIES: dict[str, Any] = {"companies": [COMPANY], "limit": 50, "offset": 0, "next_offset": None}

FILING: dict[str, Any] = {
    "cik": "0000320193",
    "accession": "0000320193-24-000123",
    "form": "10-K",
    "filed_on": "2024-11-01",
    "report_on": "2024-09-28",
    "accepted_at": "2024-11-01T10:01:36Z",
    "items": [],
    "primary_document": "aapl-20240928.htm",
    "description": "10-K",
    "size_bytes": 9759333,
    "is_xbrl": True,
    "is_inline_xbrl": True,
}
FILINGS: dict[str, Any] = {"company": COMPANY, "filings": [FILING], "limit": 100, "offset": 0, "next_offset": None}

PRICES: dict[str, Any] = {
    "ticker": "AAPL",
    "as_of": "2013-03-01",
    "source": "bokeh-sampledata",
    "notice": "Prices from 2013-03-01 to 2013-03-01: sample data of the bokeh-sampledata package, for trying the workbench.",
    "bars": [
        {
            "traded_on": "2013-03-01",
            "open": "438.00",
            "high": "438.1799",
            "low": "429.98",
            "close": "430.47",
            "adjusted_close": "430.470000",
            "volume_shares": 19730300,
        }
    ],
    "others": [],
}
SEARCH: dict[str, Any] = {
    "query": "fiscal 2024 revenue",
    "as_of": None,
    "hits": [
        {
            "company": "AAPL",
            "accession": None,
            "form": None,
            "filed_on": "2024-11-01",
            "item": None,
            "start": 0,
            "end": 75,
            "text": "Composed by the workbench from XBRL facts: revenue was $391.0 billion.",
            "score": 0.032787,
            "document": "AAPL-FY2024",
            "title": "Figures of Apple Inc., fiscal year 2024",
            "page": None,
        }
    ],
    "next_offset": None,
}


def example(content: dict[str, Any], **other: Any) -> dict[int | str, dict[str, Any]]:
    """The `responses` entry of status 200: JSON like `content`, and by media type what `other` shows (`text_csv=...`)."""
    more = {name.replace("_", "/", 1): {"schema": {"type": "string"}, "example": value} for name, value in other.items()}
    return {200: {"content": {"application/json": {"example": content}, **more}}}
