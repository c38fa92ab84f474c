"""Addresses where a person opens what an answer cites: pages of this workbench, and the SEC's page of a filing."""

from __future__ import annotations

from urllib.parse import urlencode

from workbench.domain.identity import Accession, Cik, Company


def company_address(company: Company, **parameters: str) -> str:
    """The address of a company's page without its host."""
    return "/company?" + urlencode({"ticker": company.ticker.symbol if company.ticker else str(company.cik), **parameters})


def reader_address(accession: str, *, document: str | None = None, start: int | None = None, end: int | None = None) -> str:
    """The address of a filing in the reader without its host, at the span [start, end) of one of its documents if given."""
    given = {"accession": accession, "document": document, "start": start, "end": end}
    return "/reader?" + urlencode({name: value for name, value in given.items() if value is not None})


def screen_address(where: str) -> str:
    """The address of a screen with these filters without its host."""
    return "/screen?" + urlencode({"where": where})


def filing_url(cik: Cik, accession: str) -> str:
    """The SEC's page that lists a filing's documents."""
    number = Accession(accession)
    return f"https://www.sec.gov/Archives/edgar/data/{cik}/{number.compact}/{number}-index.htm"
