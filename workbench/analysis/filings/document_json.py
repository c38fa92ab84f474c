"""Documents that people added, as JSON: one shape for the command line and the API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, cast

from typing_extensions import TypedDict

from workbench.analysis.answer_types import IsoDate, IsoTime, Page, PageFields, Schema
from workbench.domain.filings.documents import AttachmentResult, DocumentPage, OwnDocument
from workbench.domain.filings.subjects import DocumentSubject


class DocumentSubjectAnswer(TypedDict, closed=True):
    """What a document is about, as its title, file name and first page say, or as a user corrected it."""

    company: Annotated[
        str | None, Schema(description="The name that the document gives, also of a company not in the database.")
    ]
    fiscal_year: int | None
    fiscal_quarter: int | None
    is_corrected: bool


class OwnDocumentAnswer(TypedDict, closed=True):
    """One document. `company` is the ticker, or `CIK n`; `filed_on` is the day from which `as_of` includes it."""

    document_id: int
    document: str
    title: str | None
    company: str | None
    form: str | None
    filed_on: IsoDate | None
    pages: Annotated[int, Schema(description="0 for a document without pages.")]
    passages: int
    chars: int
    sha256: str
    added_at: IsoTime
    subject: DocumentSubjectAnswer
    owner: str
    shared_with: Annotated[list[str], Schema(description="The roles that may read it, besides its owner.")]


class OwnDocumentPage(PageFields, closed=True):
    """Documents, newest first."""

    documents: list[OwnDocumentAnswer]


class AttachmentAnswer(TypedDict, closed=True):
    """What became of a file in an e-mail: the number of its document, or why it was not added."""

    name: str
    document_id: int | None
    is_new: bool
    problem: str | None


class DocumentSpanAnswer(TypedDict, closed=True):
    """The text of a span [start, end) of a document's extracted text, which has `length` characters."""

    document_id: int
    document: str
    title: str | None
    filed_on: IsoDate | None
    start: int
    end: int
    length: int
    text: str


def document_span_answer(own: OwnDocument, text: str, span: tuple[int, int]) -> DocumentSpanAnswer:
    """A span of a document, of which `text` is the whole text."""
    start, end = span
    document = own.document
    return {
        "document_id": document.document_id,
        "document": document.name,
        "title": document.title,
        "filed_on": document.filed_on.isoformat() if document.filed_on else None,
        "start": start,
        "end": end,
        "length": len(text),
        "text": text[start:end],
    }


class AddedDocumentAnswer(TypedDict, closed=True):
    """The document that was sent, whether it is new, and how many of its pages hold no text."""

    is_new: bool
    blank_pages: int
    document: OwnDocumentAnswer
    attachments: Annotated[list[AttachmentAnswer], Schema(description="The files of an e-mail; empty for other documents.")]


class PageTextAnswer(TypedDict, closed=True):
    """A page: the span [start, end) of the document's text, and the text. A document without pages is one page."""

    page: int
    page_label: str | None
    start: int
    end: int
    text: str


class OwnDocumentTextAnswer(TypedDict, closed=True):
    """A document with its text."""

    document: OwnDocumentAnswer
    text: list[PageTextAnswer]


def attachments_as_json(attachments: Iterable[AttachmentResult]) -> list[AttachmentAnswer]:
    """The files of an e-mail in its order."""
    return [
        {
            "name": each.name,
            "document_id": each.document.document.document_id if each.document else None,
            "is_new": each.is_new,
            "problem": each.problem,
        }
        for each in attachments
    ]


def document_as_json(own: OwnDocument) -> OwnDocumentAnswer:
    """One document. `company` is the ticker, or `CIK n`; `pages` is 0 where there are none."""
    document = own.document  # archived before it is listed: it has its length and its hash
    return {
        "document_id": document.document_id,
        "document": document.name,
        "title": document.title,
        "company": own.company,
        "form": document.form,
        "filed_on": document.filed_on.isoformat() if document.filed_on else None,
        "pages": own.pages,
        "passages": own.passages,
        "chars": cast(int, document.chars),
        "sha256": cast(str, document.sha256),
        "added_at": own.added_at.isoformat(),
        "subject": _subject(own.subject or DocumentSubject()),
        "owner": own.owner,
        "shared_with": [role.value for role in own.shared_with],
    }


def _subject(subject: DocumentSubject) -> DocumentSubjectAnswer:
    period = subject.period
    return {
        "company": subject.company,
        "fiscal_year": period.fiscal_year if period else None,
        "fiscal_quarter": period.quarter if period else None,
        "is_corrected": subject.is_corrected,
    }


def document_page(own_documents: Iterable[OwnDocument], page: Page) -> OwnDocumentPage:
    """Part of the documents, in the order given."""
    return {"documents": [document_as_json(own) for own in own_documents], **page}


def page_as_json(page: DocumentPage, end: int, text: str) -> PageTextAnswer:
    """A page: the span [start, end) of the document's text, and the text."""
    return {"page": page.number, "page_label": page.label, "start": page.start, "end": end, "text": text}
