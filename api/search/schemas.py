"""The shapes of search."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid")


class HitOut(_Schema):
    """One citation. `start` and `end` are characters of the document's extracted text.

    `accession` is null for documents that are not filings, which have `document`, `title` and `page`. `company` is the
    ticker, or `CIK n` where there is none. `highlights` are spans within `text`; `also_in` names filings that say the same;
    `text_rank` and `vector_rank` are the places in each half of the search, null where that half did not find it.
    `fiscal_year` and `fiscal_quarter` are of the period that the report is on, null where it is no annual or quarterly one.
    """

    company: str | None
    accession: str | None
    form: str | None
    filed_on: date | None
    item: str | None
    start: int
    end: int
    text: str
    score: float
    document: str
    document_id: int
    title: str | None
    page: int | None
    part: str | None
    cik: int | None
    company_name: str | None
    fiscal_year: int | None
    fiscal_quarter: int | None
    item_title: str | None
    highlights: list[tuple[int, int]]
    also_in: list[str]
    text_rank: int | None
    vector_rank: int | None


class NamedCompanyOut(_Schema):
    """A company that the words `said` of the question name."""

    said: str
    company: str
    name: str


class NamedFormOut(_Schema):
    """A form that the words `said` of the question name."""

    said: str
    form: str


class NamedPeriodOut(_Schema):
    """A fiscal year, or a quarter of it, that the words `said` of the question name."""

    said: str
    fiscal_year: int
    quarter: int | None


class NamedItemOut(_Schema):
    """An item of a form that the words `said` of the question name, and its title."""

    said: str
    item: str
    title: str


class NewestOut(_Schema):
    """The words `said` ask for the newest report of one of `forms`: "last year", "the latest 10-Q"."""

    said: str
    forms: list[str]


class NamedTermOut(_Schema):
    """What the question calls `said` and filings call `filed`; `line` is that of the statements, null where it is none."""

    said: str
    line: str | None
    label: str
    filed: list[str]


class InterpretedOut(_Schema):
    """What the question was understood to name: lifted, nothing left out. Each `said`, given as `ignore`, takes it back."""

    companies: list[NamedCompanyOut]
    forms: list[NamedFormOut]
    items: list[NamedItemOut]
    periods: list[NamedPeriodOut]
    newest: list[NewestOut]
    terms: list[NamedTermOut]


class SearchOut(_Schema):
    """Hits, the best first; `companies_named` are those that the question itself names.

    `model` is the embedding model that was asked, null where only words were; `unanswered` tells why a better one was not.
    """

    query: str
    as_of: date | None
    hits: list[HitOut]
    next_offset: int | None
    companies_named: list[str]
    interpreted: InterpretedOut
    model: str | None
    unanswered: str | None
