"""Companies and filings that a person may mean by a few letters."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from db.companies import search_companies
from db.filings.filing_index import get_filing, latest_filings
from workbench.analysis.search.destinations import MOST_COMPANIES, MOST_FILINGS, Typed
from workbench.domain.errors import NotFound
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Company


def matching(
    connection: sa.Connection, q: str, company: Company | None, as_of: date | None
) -> tuple[list[Company], list[Filing]]:
    """The companies that `q` may mean, and the newest filings of the form that it names, or the one with its number.

    A form without a company's ticker or name means the filings of `company`, the one at hand, or those of all.
    """
    typed = Typed.parse(q)
    if typed.accession is not None:
        try:
            return [], [get_filing(connection, typed.accession, as_of=as_of)]
        except NotFound:
            return [], []
    companies = search_companies(connection, typed.words, MOST_COMPANIES) if typed.words else []
    if typed.form is None:
        return companies, []
    about = companies[:1] if typed.words else [company] if company else []
    if typed.words and not about:
        return [], []
    ciks = [each.cik for each in about]
    return companies, latest_filings(connection, ciks=ciks, forms=[typed.form], as_of=as_of, limit=MOST_FILINGS)
