"""Filings, their documents, and the items found in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from workbench.domain.identity import Accession, Cik


@dataclass(frozen=True, slots=True)
class Filing:
    """One row of a company's submissions. `report_on` is the period or event date; `items` are 8-K item numbers."""

    cik: Cik
    accession: Accession
    form: str
    filed_on: date
    report_on: date | None = None
    accepted_at: datetime | None = None
    items: tuple[str, ...] = ()
    primary_document: str | None = None
    description: str | None = None
    size_bytes: int | None = None
    is_xbrl: bool = False
    is_inline_xbrl: bool = False


SectionStatus = Literal["present", "incorporated_by_reference", "omitted", "reserved"]


@dataclass(frozen=True, slots=True)
class Section:
    """One item of a filing: a span [start, end) of characters in the document's extracted text.

    `part` is a Roman numeral or None, `item` as the form prints it (`1A`, `7`, `2.02`), `confidence` 0 to 1, `method`
    how it was found (`toc_link`, `heading`, `pattern`).
    """

    part: str | None
    item: str
    title: str
    start: int
    end: int
    confidence: float
    method: str
    status: SectionStatus = "present"


@dataclass(frozen=True, slots=True)
class Document:
    """An archived document and its extracted text, both content-addressed in the object store.

    `origin` is `filing`, `upload` or `composed` (written by code from figures, and saying so). `sha256` names the raw
    bytes, `text_sha256` the extracted text (UTF-8) that every span counts in; both None until archived.
    """

    document_id: int
    origin: Literal["filing", "upload", "composed"]
    name: str
    title: str | None
    cik: Cik | None
    accession: Accession | None
    form: str | None
    filed_on: date | None
    sha256: str | None
    text_sha256: str | None
    chars: int | None
    source_url: str | None
    archived_at: datetime | None
