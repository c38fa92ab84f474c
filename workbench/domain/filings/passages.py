"""Passages of text that can be cited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workbench.domain.identity import Accession, Cik


@dataclass(frozen=True, slots=True)
class PassageSpan:
    """A stretch [start, end) of a document's extracted text, inside one section; `ordinal` counts within the document.

    `page` is the page it begins on, for documents that have pages.
    """

    ordinal: int
    start: int
    end: int
    part: str | None
    item: str | None
    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """The fiscal year, or the quarter 1 to 4 of it, that a report is on; named by the calendar year it ends in."""

    fiscal_year: int
    quarter: int | None = None


@dataclass(frozen=True, slots=True)
class PassageFilter:
    """Which passages may be found at all. An empty tuple or None leaves that side open; what is given must all hold.

    `forms` and `items` are compared as written (`10-K`, `10-K/A`, `1A`). `as_of` keeps what was filed on or before that
    day, `filed_from` and `filed_until` bound the filing date, both inclusive. A passage without a filing date passes
    none of the three. `phrases` must occur, each word in its place and any inflection of it; `excluded` must not.
    `documents` are ids; `sectors` are beginnings of SIC codes (`73`) or words of what the SEC calls the industry. `periods`
    are those of the company's own fiscal calendar that the report is on; a document that is no filing goes by its date.
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


@dataclass(frozen=True, slots=True)
class PassageText:
    """What a passage says, and in which filing of which company; `accession` is None for documents that are not filings."""

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
    `vector_rank` are its places (1 = best) in each half, None where the half did not find it. `also_in` names the
    filings whose passages say the same and were folded into this one. `highlights` are the spans [start, end) within
    `text` where words of the question stand. `period` is the fiscal period that the filing's report is on, by the year end
    that the company states; None for what is no annual or quarterly report.
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

    @property
    def company_label(self) -> str | None:
        """The ticker, or the CIK where there is none; None for a document of no company."""
        return self.ticker or (f"CIK {self.cik}" if self.cik else None)
