"""Paths on the SEC's hosts, and in every folder and server with the same layout."""

from __future__ import annotations

import re
from datetime import date

from workbench.domain.errors import NotFound
from workbench.domain.identity import Accession, Cik
from workbench.ports import BulkName

TICKERS = "files/company_tickers_exchange.json"
TICKERS_WITHOUT_EXCHANGE = "files/company_tickers.json"
LATEST = "cgi-bin/browse-edgar"
LATEST_PAGE = 40

_BULK: dict[BulkName, str] = {
    "submissions": "Archives/edgar/daily-index/bulkdata/submissions.zip",
    "companyfacts": "Archives/edgar/daily-index/xbrl/companyfacts.zip",
}

# Documents may lie one folder deeper (`xsl144X01/primary_doc.xml`). Names come from the SEC's JSON: none may climb out.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9 ._+,&()~@=-]*(?:/[A-Za-z0-9_][A-Za-z0-9 ._+,&()~@=-]*){0,3}")


def submissions(cik: Cik) -> str:
    """The first page of a company's submissions."""
    return f"submissions/CIK{cik.padded}.json"


def submissions_page(name: str) -> str:
    """A further page by its name; raises NotFound for an invalid name."""
    return f"submissions/{_checked(name)}"


def company_facts(cik: Cik) -> str:
    """All XBRL facts of a company."""
    return f"api/xbrl/companyfacts/CIK{cik.padded}.json"


def latest_query(start: int) -> dict[str, str]:
    """The query parameters of `LATEST` for a page of the feed."""
    query = {"action": "getcurrent", "count": str(LATEST_PAGE), "start": str(start), "type": ""}
    return query | {"owner": "include", "output": "atom"}


def latest_file(start: int) -> str:
    """The file of a page of the feed in a folder source."""
    query = "_".join(f"{name}={value}" for name, value in latest_query(start).items())
    return f"{LATEST}/{query}.atom"


def daily_index(day: date) -> str:
    """The index by form of one day."""
    return f"Archives/edgar/daily-index/{day.year}/QTR{(day.month + 2) // 3}/form.{day:%Y%m%d}.idx"


def bulk(name: BulkName) -> str:
    """A nightly archive of all companies."""
    return _BULK[name]


def document(cik: Cik, accession: Accession, name: str) -> str:
    """A document of a filing by its name; raises NotFound for an invalid name."""
    return f"Archives/edgar/data/{cik}/{accession.compact}/{_checked(name)}"


def filing_index(cik: Cik, accession: Accession) -> str:
    """The page that lists the documents of a filing."""
    return f"Archives/edgar/data/{cik}/{accession}-index.html"


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name) or ".." in name or len(name) > 200:
        raise NotFound(f"{name[:60]!r} is not the name of a document")
    return name
