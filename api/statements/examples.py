"""What a statement, and where a figure comes from, look like, for the OpenAPI description: figures of public filings."""

from __future__ import annotations

from typing import Any

STATEMENT: dict[str, Any] = {
    "company": {"ticker": "AAPL", "cik": 320193, "name": "Apple Inc."},
    "kind": "income",
    "period": "annual",
    "as_of": "2024-12-31",
    "periods": [
        {
            "start": "2023-10-01",
            "end": "2024-09-28",
            "fiscal_year": 2024,
            "fiscal_quarter": None,
            "is_transition": False,
            "label": "FY2024",
        }
    ],
    "lines": [
        {
            "line": "revenue",
            "label": "Revenue",
            "level": 0,
            "is_total": False,
            "values": [
                {
                    "period_end": "2024-09-28",
                    "value": "391035000000",
                    "unit": "USD",
                    "status": "reported",
                    "reason": None,
                    "formula": None,
                    "adjusted_value": None,
                    "adjustment": None,
                    "facts": [
                        {
                            "concept": "us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax",
                            "accession": "0000320193-24-000123",
                            "filed_on": "2024-11-01",
                            "form": "10-K",
                            "unit": "USD",
                            "period_start": "2023-10-01",
                            "period_end": "2024-09-28",
                            "value": "391035000000",
                        }
                    ],
                }
            ],
        }
    ],
    "checks": [],
}


_FIGURE: dict[str, Any] = STATEMENT["lines"][0]["values"][0]
PROVENANCE: dict[str, Any] = {
    "company": STATEMENT["company"],
    "kind": "income",
    "period": "annual",
    "as_of": "2024-12-31",
    "line": "revenue",
    "label": "Revenue",
    "period_label": "FY 2024",
    "period_start": "2023-10-01",
    "period_end": "2024-09-28",
    "value": "391035000000",
    "unit": "USD",
    "status": "reported",
    "reason": None,
    "formula": None,
    "adjusted_value": None,
    "adjustment": None,
    "operands": [
        _FIGURE["facts"][0]
        | {
            "element": {
                "accession": "0000320193-24-000123",
                "document": "aapl-20240928.htm",
                "element_id": "f-66",
                "start": 123424,
                "end": 123431,
                "text": "391,035",
            },
            "reason": None,
            "elsewhere": None,
        }
    ],
}
RATIO_PROVENANCE: dict[str, Any] = PROVENANCE | {
    "kind": "ratios",
    "line": "net_margin",
    "label": "Net margin",
    "value": "23.9713",
    "unit": "pct",
    "status": "derived",
    "formula": "net_income / revenue",
    "operands": [
        PROVENANCE["operands"][0]
        | {
            "concept": "us-gaap:NetIncomeLoss",
            "value": "93736000000",
            "element": PROVENANCE["operands"][0]["element"]
            | {"element_id": "f-102", "start": 123986, "end": 123992, "text": "93,736"},
        },
        PROVENANCE["operands"][0],
    ],
}
