"""What answers look like, for the OpenAPI description: figures of public filings."""

from __future__ import annotations

from typing import Any

from api.alerts.schemas import EXAMPLES as ALERT_EXAMPLES
from api.documents.schemas import DOCUMENT_TEXT, DOCUMENTS
from api.events.schemas import EVENT
from api.numbers.examples import CHECKS, RATIOS, RESTATEMENTS
from api.statements.examples import PROVENANCE, RATIO_PROVENANCE, STATEMENT
from api.valuation.schemas import VALUATION, VALUATION_HISTORY

COMPANY: dict[str, Any] = {
    "cik": 320193,
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
    "cik": 320193,
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
EVENTS: dict[str, Any] = {"company": COMPANY, "events": [EVENT], "limit": 100, "offset": 0, "next_offset": None}

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
            "document_id": 12,
            "title": "Figures of Apple Inc., fiscal year 2024",
            "page": None,
            "part": None,
            "cik": 320193,
            "company_name": "Apple Inc.",
            "fiscal_year": None,
            "fiscal_quarter": None,
            "item_title": None,
            "highlights": [[46, 53]],
            "also_in": [],
            "text_rank": 1,
            "vector_rank": 2,
        }
    ],
    "next_offset": None,
    "companies_named": [],
    "interpreted": {
        "companies": [],
        "forms": [],
        "items": [],
        "periods": [{"said": "fiscal 2024", "fiscal_year": 2024, "quarter": None}],
        "newest": [],
        "terms": [
            {"said": "revenue", "line": "revenue", "label": "Revenue", "filed": ["net sales", "revenues", "revenue"]},
        ],
    },
    "model": "all-MiniLM-L6-v2-int8",
    "unanswered": None,
}

SECTIONS: dict[str, Any] = {
    "accession": "0000320193-24-000123",
    "form": "10-K",
    "filed_on": "2024-11-01",
    "document": "aapl-20240928.htm",
    "sections": [
        {
            "part": "I",
            "item": "1A",
            "title": "Risk Factors",
            "start": 21374,
            "end": 89410,
            "confidence": 0.98,
            "text": None,
            "method": "toc_link",
            "status": "present",
        }
    ],
}
SIMILAR: dict[str, Any] = {
    "company": "AAPL",
    "cik": 320193,
    "as_of": None,
    "similar": [
        {
            "company": "DELL",
            "cik": 1571996,
            "company_name": "Dell Technologies Inc.",
            "score": 0.25,
            "text_similarity": None,
            "industry_similarity": 1.0,
            "size_similarity": None,
            "sic": "3571",
            "sic_description": "Electronic Computers",
            "size": None,
            "accession": None,
            "filed_on": None,
            "passages": [],
        }
    ],
}
CHANGES: dict[str, Any] = {
    "company": "AAPL",
    "cik": 320193,
    "company_name": "Apple Inc.",
    "from": {
        "accession": "0000320193-23-000106",
        "document": "aapl-20230930.htm",
        "form": "10-K",
        "filed_on": "2023-11-03",
        "part": "II",
        "item": "8",
        "title": "Financial Statements and Supplementary Data",
        "start": 118211,
        "end": 176402,
        "status": "present",
    },
    "to": {
        "accession": "0000320193-24-000123",
        "document": "aapl-20240928.htm",
        "form": "10-K",
        "filed_on": "2024-11-01",
        "part": "II",
        "item": "8",
        "title": "Financial Statements and Supplementary Data",
        "start": 119342,
        "end": 179112,
        "status": "present",
    },
    "counts": {"added": 0, "removed": 0, "reworded": 0, "numbers": 1, "moved": 0},
    "unchanged": 301,
    "changed_ratio": 0.0,
    "changes": [
        {
            "kind": "numbers",
            "weight": 4.0,
            "is_moved": False,
            "old": {"start": 120004, "end": 120026, "text": "Net sales\t383,285"},
            "new": {"start": 121187, "end": 121209, "text": "Net sales\t391,035"},
            "words": [
                {"kind": "same", "text": "Net sales\t"},
                {"kind": "removed", "text": "383,285"},
                {"kind": "added", "text": "391,035"},
            ],
        }
    ],
}


_PEER: dict[str, Any] = {"ticker": "AAPL", "cik": 320193, "name": "Apple Inc.", "sic": "3571"}
COMPARISON: dict[str, Any] = {
    "period": "annual",
    "as_of": "2024-12-31",
    "columns": [{"label": "2024", "year": 2024, "quarter": None}],
    "rows": [
        {
            "company": _PEER,
            "measure": "revenue",
            "label": "Revenue",
            "figures": [{"period": STATEMENT["periods"][0], **STATEMENT["lines"][0]["values"][0]}],
        }
    ],
}
SCREEN: dict[str, Any] = {
    "as_of": "2024-12-31",
    "sentence": "Companies as known on 2024-12-31: Revenue in the latest fiscal year at least 10 billion USD.",
    "filters": [{"filter": "revenue >= 10000000000", "sentence": "Revenue in the latest fiscal year at least 10 billion USD"}],
    "sort": "revenue",
    "metrics": [{"metric": "revenue", "measure": "revenue", "label": "Revenue", "basis": "annual"}],
    "companies": [
        {
            "company": _PEER,
            "figures": [
                {
                    "metric": "revenue",
                    "value": "391035000000",
                    "unit": "USD",
                    "period": "FY 2024",
                    "period_end": "2024-09-28",
                }
            ],
        }
    ],
    "matched": 1,
    "undecided": 0,
    "looked_at": 10,
    "limit": 50,
    "offset": 0,
    "next_offset": None,
}


SEGMENTS: dict[str, Any] = {
    "company": STATEMENT["company"],
    "period": "annual",
    "as_of": "2024-12-31",
    "breakdowns": [
        {
            "line": "revenue",
            "label": "Revenue",
            "concept": "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax",
            "unit": "USD",
            "axes": ["us-gaap:StatementBusinessSegmentsAxis"],
            "axis_label": "Segment",
            "periods": [{"start": "2023-10-01", "end": "2024-09-28", "label": "FY 2024"}],
            "rows": [
                {
                    "members": ["aapl:AmericasSegmentMember"],
                    "label": "Americas",
                    "is_in_others": False,
                    "is_reconciling": False,
                    "values": [
                        {
                            "value": "167045000000",
                            "accession": "0000320193-24-000123",
                            "form": "10-K",
                            "filed_on": "2024-11-01",
                            "element": None,
                        }
                    ],
                }
            ],
            "total": ["391035000000"],
            "adds_up": [False],
        }
    ],
}

# By path below `/api/v1`. FastAPI leaves every null out of the examples it is given, so they are put in afterwards.
BY_PATH: dict[str, dict[str, Any]] = {
    "/companies": COMPANIES,
    "/companies/{ticker}": COMPANY_DETAIL,
    "/companies/{ticker}/changes": CHANGES,
    "/companies/{ticker}/similar": SIMILAR,
    "/companies/{ticker}/filings": FILINGS,
    "/companies/{ticker}/events": EVENTS,
    **ALERT_EXAMPLES,
    "/companies/{ticker}/segments": SEGMENTS,
    "/companies/{ticker}/statements/{kind}": STATEMENT,
    "/companies/{ticker}/statements/{kind}/provenance": PROVENANCE,
    "/companies/{ticker}/ratios": RATIOS,
    "/companies/{ticker}/ratios/provenance": RATIO_PROVENANCE,
    "/companies/{ticker}/valuation": VALUATION,
    "/companies/{ticker}/valuation/history": VALUATION_HISTORY,
    "/companies/{ticker}/restatements": RESTATEMENTS,
    "/checks": CHECKS,
    "/comparison": COMPARISON,
    "/documents": DOCUMENTS,
    "/documents/{document}": DOCUMENT_TEXT,
    "/filings/{accession}": FILING,
    "/filings/{accession}/sections": SECTIONS,
    "/prices/{ticker}": PRICES,
    "/screen": SCREEN,
    "/search": SEARCH,
}
