"""The SEC's nightly archives, of companies that do not exist."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from pathlib import Path

from tests import edgar_folder

FACTS = "Archives/edgar/daily-index/xbrl/companyfacts.zip"
SUBMISSIONS = "Archives/edgar/daily-index/bulkdata/submissions.zip"


def build(root: Path, ciks: Iterable[int]) -> Path:
    """Below `root`, both archives with these companies, and a list of tickers that names them all."""
    ciks = list(ciks)
    for name in (FACTS, SUBMISSIONS):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(root / FACTS, "w", zipfile.ZIP_DEFLATED) as archive:
        for cik in ciks:
            facts = edgar_folder.company_facts(cik=cik, entityName=f"Company {cik}")
            archive.writestr(f"CIK{cik:010d}.json", json.dumps(facts))
    with zipfile.ZipFile(root / SUBMISSIONS, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("placeholder.txt", "not a company")
        for cik in ciks:
            page = edgar_folder.submissions(
                cik=str(cik), name=f"Company {cik}", tickers=[f"T{cik % 10000}"], exchanges=["NYSE"]
            )
            archive.writestr(f"CIK{cik:010d}.json", json.dumps(page))
    rows = [[cik, f"Company {cik}", f"T{cik % 10000}", "NYSE"] for cik in ciks]
    edgar_folder.write(
        root, "files/company_tickers_exchange.json", {"fields": ["cik", "name", "ticker", "exchange"], "data": rows}
    )
    return root
