"""Filings and their items as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoDate, IsoTime, Page, PageFields, Schema, utc_text
from workbench.analysis.company_json import CompanyAnswer, company_answer
from workbench.domain.filings.filing import Document, Filing, Section, SectionStatus
from workbench.domain.filings.notes import Note
from workbench.domain.identity import Company


class FilingAnswer(TypedDict, closed=True):
    """One filing. `report_on` is the end of its period or the day of its event; `items` are the items of an 8-K."""

    cik: int
    accession: str
    form: str
    filed_on: IsoDate
    report_on: IsoDate | None
    accepted_at: IsoTime | None
    items: list[str]
    primary_document: Annotated[str | None, Schema(description="File name of the main document.")]
    description: str | None
    size_bytes: int | None
    is_xbrl: bool
    is_inline_xbrl: bool


class FilingPage(PageFields, closed=True):
    """Filings of a company, newest first."""

    company: CompanyAnswer
    filings: list[FilingAnswer]


class LatestFilingsPage(PageFields, closed=True):
    """Filings of several companies, newest first; a joint filing stands there once for each of its filers."""

    filings: list[FilingAnswer]


class SectionAnswer(TypedDict, closed=True):
    """One item: the span [start, end) of characters in the document's extracted text. `text` is null unless requested."""

    part: str | None
    item: str
    title: str
    start: int
    end: int
    confidence: Annotated[float, Schema(description="From 0 to 1.")]
    text: str | None
    method: Annotated[str, Schema(description="How the item was found: toc_link, heading or pattern.")]
    status: SectionStatus


class NoteAnswer(TypedDict, closed=True):
    """One note to the financial statements: the span [start, end) of characters in the document's extracted text."""

    number: Annotated[str, Schema(description="As printed.")]
    title: str
    start: int
    end: int


class SectionsAnswer(TypedDict, closed=True):
    """The items of a filing's primary document, in document order, and the notes within them."""

    accession: str
    form: str | None
    filed_on: IsoDate | None
    document: str
    sections: list[SectionAnswer]
    notes: list[NoteAnswer]


class SpanAnswer(TypedDict, closed=True):
    """The text of a span [start, end) of a document's extracted text, which has `length` characters."""

    cik: int
    accession: str
    form: str | None
    filed_on: IsoDate | None
    document: str
    start: int
    end: int
    length: int
    text: str


def span_answer(filing: Filing, document: Document, text: str, span: tuple[int, int]) -> SpanAnswer:
    """A span of a filing's document, of which `text` is the whole text."""
    start, end = span
    return {
        "cik": filing.cik.number,
        "accession": filing.accession.text,
        "form": document.form,
        "filed_on": document.filed_on.isoformat() if document.filed_on else None,
        "document": document.name,
        "start": start,
        "end": end,
        "length": len(text),
        "text": text[start:end],
    }


def filing_answer(filing: Filing) -> FilingAnswer:
    """One filing as the SEC's index describes it."""
    return {
        "cik": filing.cik.number,
        "accession": filing.accession.text,
        "form": filing.form,
        "filed_on": filing.filed_on.isoformat(),
        "report_on": filing.report_on.isoformat() if filing.report_on else None,
        "accepted_at": utc_text(filing.accepted_at) if filing.accepted_at else None,
        "items": list(filing.items),
        "primary_document": filing.primary_document,
        "description": filing.description,
        "size_bytes": filing.size_bytes,
        "is_xbrl": filing.is_xbrl,
        "is_inline_xbrl": filing.is_inline_xbrl,
    }


def filing_page(company: Company, filings: Iterable[Filing], page: Page) -> FilingPage:
    """Part of the list of a company's filings, in the order given."""
    return {"company": company_answer(company), "filings": [filing_answer(filing) for filing in filings], **page}


def latest_filings_page(filings: Iterable[Filing], page: Page) -> LatestFilingsPage:
    """Part of the list of filings of several companies, in the order given."""
    return {"filings": [filing_answer(filing) for filing in filings], **page}


def sections_answer(
    document: Document, sections: Sequence[Section], text: str | None, notes: Sequence[Note] = ()
) -> SectionsAnswer:
    """The items of a document, with their texts where the document's `text` is given, and those of its `notes` within them."""
    within = [each for each in notes if any(section.start <= each.start < section.end for section in sections)]
    return {
        "accession": str(document.accession),
        "form": document.form,
        "filed_on": document.filed_on.isoformat() if document.filed_on else None,
        "document": document.name,
        "sections": [
            {
                "part": section.part,
                "item": section.item,
                "title": section.title,
                "start": section.start,
                "end": section.end,
                "confidence": section.confidence,
                "text": None if text is None else text[section.start : section.end],
                "method": section.method,
                "status": section.status,
            }
            for section in sections
        ],
        "notes": [{"number": each.number, "title": each.title, "start": each.start, "end": each.end} for each in within],
    }
