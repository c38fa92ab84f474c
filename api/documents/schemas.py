"""Documents that people added, as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

_DOCUMENT: dict[str, Any] = {
    "document_id": 12,
    "document": "broker-note.pdf",
    "title": "broker-note",
    "company": "AAPL",
    "form": "NOTE",
    "filed_on": "2024-05-01",
    "pages": 14,
    "passages": 41,
    "chars": 48213,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "added_at": "2024-05-02T09:30:00Z",
}


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OwnDocumentOut(_Schema):
    """One document. `company` is the ticker, or `CIK n`; `filed_on` the day it counts from for `as_of`; `pages` 0 where there
    are none.
    """

    document_id: int
    document: str
    title: str | None
    company: str | None
    form: str | None
    filed_on: date | None
    pages: int
    passages: int
    chars: int
    sha256: str
    added_at: datetime
    model_config = ConfigDict(json_schema_extra={"example": _DOCUMENT})


class OwnDocumentPage(_Schema):
    """A list of them."""

    documents: list[OwnDocumentOut]
    limit: int
    offset: int
    next_offset: int | None


class AddedOut(_Schema):
    """What became of a document that was sent: whether it is new, and how many of its pages hold no text."""

    is_new: bool
    blank_pages: int
    document: OwnDocumentOut
    model_config = ConfigDict(json_schema_extra={"example": {"is_new": True, "blank_pages": 0, "document": _DOCUMENT}})


class PageTextOut(_Schema):
    """A page: the span [start, end) of the document's text, and what stands on it. A document without pages is one page."""

    page: int
    page_label: str | None
    start: int
    end: int
    text: str


class OwnDocumentText(_Schema):
    """A document with its text."""

    document: OwnDocumentOut
    text: list[PageTextOut]


DOCUMENTS: dict[str, Any] = {"documents": [_DOCUMENT], "limit": 100, "offset": 0, "next_offset": None}
DOCUMENT_TEXT: dict[str, Any] = {
    "document": _DOCUMENT,
    "text": [{"page": 1, "page_label": None, "start": 0, "end": 21, "text": "What we found in May."}],
}
