"""Citable passages of text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workbench.domain.identity import Accession, Cik
from workbench.domain.rights.ownership import LOCAL, Caller


@dataclass(frozen=True, slots=True)
class PassageSpan:
    """A span [start, end) of a document's extracted text within one section; `ordinal` counts within the document.

    `page` is the page on which it begins, for documents with pages. `context` has what a passage that begins within a table
    leaves out: title and units, head, and labels above its first row; a line each.
    """

    ordinal: int
    start: int
    end: int
    part: str | None
    item: str | None
    text: str
    page: int | None = None
    context: str | None = None


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """The fiscal year, or its quarter 1 to 4, that a report covers, as its company names them."""

    fiscal_year: int
    quarter: int | None = None


@dataclass(frozen=True, slots=True)
class PassageFilter:
    """Restricts a search. An empty tuple or None does not restrict; all other fields must match.

    `forms` and `items` are compared as written (`10-K`, `10-K/A`, `1A`). `as_of` admits passages filed on or before that
    day; `filed_from` and `filed_until` bound the filing date, both inclusive. A passage without a filing date passes none of
    the three. `phrases` must occur with their words in order, in any inflection; `excluded` must not occur. `documents` are
    ids; `sectors` are prefixes of SIC codes (`73`) or words of the SEC's name of the industry. `periods` are the reported
    periods in the company's own fiscal calendar; a document that is not a filing is matched by the period that it was
    understood to be for, or by its date. `own_documents` (ids) are of the `companies` too, without being in the
    database. `statements` admits passages within primary statements of these kinds (`income`, `balance`, `cashflow`).
    Uploads that `caller` may not read are left out.
    """

    companies: tuple[Cik, ...] = ()
    forms: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    as_of: date | None = None
    filed_from: date | None = None
    filed_until: date | None = None
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    documents: tuple[int, ...] = ()
    sectors: tuple[str, ...] = ()
    periods: tuple[ReportPeriod, ...] = ()
    own_documents: tuple[int, ...] = ()
    statements: tuple[str, ...] = ()
    caller: Caller = LOCAL


@dataclass(frozen=True, slots=True)
class PassageText:
    """The text of a passage with its filing and company; `accession` is None for documents that are not filings."""

    passage_id: int
    cik: Cik | None
    accession: Accession | None
    text: str
    document_id: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result: a citation with its span and why it was found.

    `start` and `end` count characters in the extracted text of `document`. `accession` is None for documents that are
    not filings. `company` is its name, `ticker` its first share class. `score` is the fused score; `text_rank` and
    `vector_rank` are its ranks (1 = best) in full-text and vector search, None if that search did not find it. `also_in`
    names filings with the same passage, which are merged into this result. `highlights` are the spans [start, end) of query
    words within `text`. `period` is the fiscal period of the filing's report, by the company's stated year end; None for
    documents other than annual and quarterly reports. `context` are the title, units, head and labels of a table within which
    the passage begins, `note` number and title of the note to the financial statements: `4, Leases`. `section` is the title of
    the section in a document without items, `page_label` what the document calls the page.
    """

    passage_id: int
    document_id: int
    cik: Cik | None
    company: str | None
    accession: Accession | None
    document: str
    title: str | None
    form: str | None
    filed_on: date | None
    part: str | None
    item: str | None
    page: int | None
    start: int
    end: int
    text: str
    score: float
    text_rank: int | None = None
    vector_rank: int | None = None
    ticker: str | None = None
    also_in: tuple[Accession, ...] = ()
    highlights: tuple[tuple[int, int], ...] = ()
    period: ReportPeriod | None = None
    context: str | None = None
    note: str | None = None
    section: str | None = None
    page_label: str | None = None

    @property
    def company_label(self) -> str | None:
        """The ticker, or the CIK without one; None for a document of no company."""
        return self.ticker or (f"CIK {self.cik}" if self.cik else None)
