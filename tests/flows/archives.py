"""The SEC's nightly archives, of companies that do not exist."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests import edgar_folder

FACTS = "Archives/edgar/daily-index/xbrl/companyfacts.zip"
SUBMISSIONS = "Archives/edgar/daily-index/bulkdata/submissions.zip"


def accession(cik: int) -> str:
    """The number of the one report that each company filed."""
    return f"{cik:010d}-24-000010"


def build(root: Path, ciks: Iterable[int], *, facts: int = 4) -> Path:
    """Below `root`, both archives with these companies, and a list of tickers that names them all.

    Each has so many facts, and one annual report in its index.
    """
    ciks = list(ciks)
    for name in (FACTS, SUBMISSIONS):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(root / FACTS, "w", zipfile.ZIP_DEFLATED) as archive:
        for cik in ciks:
            archive.writestr(f"CIK{cik:010d}.json", json.dumps(_company_facts(cik, facts)))
    with zipfile.ZipFile(root / SUBMISSIONS, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("placeholder.txt", "not a company")
        for cik in ciks:
            archive.writestr(f"CIK{cik:010d}.json", json.dumps(_submissions(cik)))
    rows = [[cik, f"Company {cik}", f"T{cik}", "NYSE"] for cik in ciks]
    edgar_folder.write(
        root, "files/company_tickers_exchange.json", {"fields": ["cik", "name", "ticker", "exchange"], "data": rows}
    )
    return root


def unpack(root: Path) -> None:
    """What the archives hold, also where it is asked for company by company."""
    for name, folder in ((FACTS, "api/xbrl/companyfacts"), (SUBMISSIONS, "submissions")):
        with zipfile.ZipFile(root / name) as archive:
            archive.extractall(root / folder)


def _company_facts(cik: int, count: int) -> dict[str, Any]:
    rows = [edgar_folder.fact(f"{1900 + number}-12-31", cik * 1000 + number, accn=accession(cik)) for number in range(count)]
    tags = {"Assets": {"label": "Assets", "units": {"USD": rows}}}
    return edgar_folder.company_facts(cik=cik, entityName=f"Company {cik}", facts={"us-gaap": tags})


def _submissions(cik: int) -> dict[str, Any]:
    report = {"accessionNumber": accession(cik), "primaryDocument": edgar_folder.DOCUMENT, "reportDate": "2023-12-31"}
    filings = {"recent": edgar_folder.columns(report), "files": []}
    named = {"name": f"Company {cik}", "tickers": [f"T{cik}"], "exchanges": ["NYSE"]}
    return edgar_folder.submissions(cik=str(cik), filings=filings, **named)
