"""What ratios, restatements and checks look like, for the OpenAPI description: figures of public filings."""

from __future__ import annotations

from typing import Any

_APPLE = {"ticker": "AAPL", "cik": 320193, "name": "Apple Inc."}
_NVIDIA = {"ticker": "NVDA", "cik": 1045810, "name": "NVIDIA CORP"}
_MCDONALDS = {"ticker": "MCD", "cik": 63908, "name": "MCDONALDS CORP"}


def _fact(concept: str, value: str) -> dict[str, Any]:
    return {
        "concept": concept,
        "accession": "0000320193-24-000123",
        "filed_on": "2024-11-01",
        "form": "10-K",
        "unit": "USD",
        "period_start": "2023-10-01",
        "period_end": "2024-09-28",
        "value": value,
    }


RATIOS: dict[str, Any] = {
    "company": _APPLE,
    "industry": "commercial",
    "period": "annual",
    "as_of": "2024-12-31",
    "periods": [
        {
            "start": "2023-10-01",
            "end": "2024-09-28",
            "fiscal_year": 2024,
            "fiscal_quarter": None,
            "is_transition": False,
            "label": "FY 2024",
        }
    ],
    "ratios": [
        {
            "line": "gross_margin",
            "label": "Gross margin",
            "group": "margins",
            "definition": "gross_profit / revenue",
            "values": [
                {
                    "period_end": "2024-09-28",
                    "value": "46.2063",
                    "unit": "pct",
                    "status": "derived",
                    "reason": None,
                    "formula": "gross_profit / revenue",
                    "adjusted_value": None,
                    "adjustment": None,
                    "facts": [
                        _fact("us-gaap:GrossProfit", "180683000000"),
                        _fact("us-gaap:RevenueFromContractWithCustomerExcludingAssessedTax", "391035000000"),
                    ],
                }
            ],
        }
    ],
}

_EPS = {
    "concept": "us-gaap:EarningsPerShareDiluted",
    "form": "10-K",
    "unit": "USD/shares",
    "period_start": "2023-01-30",
    "period_end": "2024-01-28",
}
RESTATEMENTS: dict[str, Any] = {
    "company": _NVIDIA,
    "as_of": None,
    "counts": {"split": 1},
    "restatements": [
        {
            "kind": "split",
            "label": "Earnings Per Share, Diluted",
            "lines": ["eps_diluted"],
            "evidence": "split 10 for 1, first in 0001045810-24-000264",
            "difference": "-10.74",
            "difference_pct": "-90.03",
            "before": _EPS | {"accession": "0001045810-24-000029", "filed_on": "2024-02-21", "value": "11.93"},
            "after": _EPS | {"accession": "0001045810-25-000023", "filed_on": "2025-02-26", "value": "1.19"},
        }
    ],
    "limit": 100,
    "offset": 0,
    "next_offset": None,
}
CHECKS: dict[str, Any] = {
    "checks": [
        {
            "company": _MCDONALDS,
            "statement": "income",
            "period": "annual",
            "period_label": "FY 2024",
            "period_end": "2024-12-31",
            "name": "figures_have_their_scale",
            "verdict": "failed",
            "detail": "weighted_average_shares 718.3 is not what earnings per share imply",
        }
    ],
    "limit": 100,
    "offset": 0,
    "next_offset": None,
}
