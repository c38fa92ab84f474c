"""Builds small folders laid out like EDGAR, of companies that do not exist."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CIK = 1234567
ACCESSION = "0001234567-24-000010"
DOCUMENT = "acme-20231231.htm"

ANNUAL_REPORT = """<html><body>
<p>FORM 10-K</p><p>Acme Anvils, Inc.</p>
<p>Item 1. Business</p><p>{business}</p>
<p>Item 1A. Risk Factors</p><p>{risks}</p>
<p>Item 7. Management's Discussion and Analysis</p><p>{discussion}</p>
</body></html>"""


def annual_report(word: str = "anvils") -> bytes:
    """A small 10-K whose paragraphs are about `word`."""
    texts = {name: f"We speak of {name} and {word}. " * 40 for name in ("business", "risks", "discussion")}
    return ANNUAL_REPORT.format(**texts).encode()


def columns(*rows: dict[str, Any]) -> dict[str, list[Any]]:
    """Filings in the SEC's array-of-columns form; what a row does not say is empty."""
    defaults = {
        "accessionNumber": "", "filingDate": "2024-02-01", "reportDate": "", "acceptanceDateTime": "2024-02-01T21:30:00.000Z",
        "form": "10-K", "items": "", "size": 1000, "isXBRL": 0, "isInlineXBRL": 0, "primaryDocument": "",
        "primaryDocDescription": "",
    }  # fmt: skip
    return {name: [row.get(name, default) for row in rows] for name, default in defaults.items()}


def submissions(**changes: Any) -> dict[str, Any]:
    """The first page of Acme's submissions: one 10-K, one 8-K on paper, one older filing without a document name."""
    return {
        "cik": str(CIK).zfill(10),
        "name": "Acme Anvils, Inc.",
        "entityType": "operating",
        "sic": "3390",
        "sicDescription": "Miscellaneous Primary Metal Products",
        "tickers": ["ACME", "ACME.B"],
        "exchanges": ["NYSE", None],
        "fiscalYearEnd": "1231",
        "stateOfIncorporation": "DE",
        "category": "Large accelerated filer",
        "formerNames": [{"name": "Acme Hammers", "from": "1999-05-01T04:00:00.000Z", "to": "2005-01-02T05:00:00.000Z"}],
        "filings": {
            "recent": columns(
                {"accessionNumber": ACCESSION, "reportDate": "2023-12-31", "primaryDocument": DOCUMENT, "isXBRL": 1},
                {"accessionNumber": "9999999997-23-000001", "form": "8-K", "filingDate": "2023-05-02", "items": "2.02,9.01",
                 "primaryDocument": "9999999997-23-000001.paper"},
                {"accessionNumber": "0001234567-99-000003", "form": "10-K405", "filingDate": "1999-03-01"},
            ),
            "files": [],
        },
    } | changes  # fmt: skip


def fact(end: str, val: Any, **changes: Any) -> dict[str, Any]:
    """One row of companyfacts."""
    return {"end": end, "val": val, "accn": ACCESSION, "fy": 2023, "fp": "FY", "form": "10-K", "filed": "2024-02-01"} | changes


def company_facts(**changes: Any) -> dict[str, Any]:
    """Acme's facts: assets of two years, revenue, and earnings per share."""
    usd = [fact("2023-12-31", 1000000), fact("2022-12-31", 900000)]
    revenue = [fact("2023-12-31", 5000000, start="2023-01-01")]
    per_share = [fact("2023-12-31", 1.23, start="2023-01-01")]
    return {
        "cik": CIK,
        "entityName": "ACME ANVILS, INC.",
        "facts": {
            "us-gaap": {
                "Assets": {"label": "Assets", "units": {"USD": usd}},
                "Revenues": {"label": "Revenues", "units": {"USD": revenue}},
                "EarningsPerShareDiluted": {"label": None, "units": {"USD/shares": per_share}},
            }
        },
    } | changes


def write(root: Path, path: str, content: Any) -> Path:
    """Writes bytes as they are, anything else as JSON; returns the file."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return file


def build(root: Path) -> Path:
    """The whole folder: Acme with submissions, facts and one document, and two tickers of companies without anything."""
    rows = [
        [CIK, "Acme Anvils, Inc.", "ACME", "NYSE"],
        [CIK, "Acme Anvils, Inc.", "ACME-B", None],
        [77, "Nothing Corp", "NONE", "OTC"],
    ]
    write(root, "files/company_tickers_exchange.json", {"fields": ["cik", "name", "ticker", "exchange"], "data": rows})
    write(root, "files/company_tickers.json", {"0": {"cik_str": 78, "ticker": "OLD", "title": "Older List Corp"}})
    write(root, f"submissions/CIK{CIK:010d}.json", submissions())
    write(root, f"api/xbrl/companyfacts/CIK{CIK:010d}.json", company_facts())
    write(root, f"Archives/edgar/data/{CIK}/{ACCESSION.replace('-', '')}/{DOCUMENT}", annual_report())
    return root
