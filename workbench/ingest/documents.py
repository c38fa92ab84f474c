"""A document's bytes become text, items and passages; and the way back from a document to its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from db import documents as documents_table
from db import passages as passages_table
from db.engine import Connection
from workbench.domain.errors import NotFound
from workbench.domain.filings import Document, Section, select_sections
from workbench.domain.identity import Accession, Cik
from workbench.ingest import archive
from workbench.parse.filing_html import EXTRACTOR, extract
from workbench.parse.passages import split_passages
from workbench.parse.sections import find_sections
from workbench.ports import ObjectStore


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What indexing a document saved: its id, and how many characters, sections and new passages."""

    document_id: int
    chars: int
    sections: int
    passages: int


def index_document(
    connection: Connection,
    objects: ObjectStore,
    *,
    content: bytes,
    name: str,
    origin: Literal["filing", "upload", "composed"],
    form: str | None,
    cik: Cik | None,
    accession: Accession | None,
    title: str | None,
    filed_on: date | None,
    source_url: str | None,
    sha256: str,
) -> DocumentReport:
    """Extracts the text of archived bytes, finds its items and passages, and saves all of it in the caller's transaction.

    Doing it again with the same bytes changes nothing. Raises MalformedDocument before anything is written.
    """
    extracted = extract(content)
    sections = find_sections(extracted, form or "")
    spans = split_passages(extracted, sections)
    text_sha256 = archive.store_text(objects, extracted.text)
    document_id = documents_table.save_document(
        connection,
        origin=origin,
        name=name,
        title=title,
        cik=cik,
        accession=accession,
        form=form,
        filed_on=filed_on,
        sha256=sha256,
        text_sha256=text_sha256,
        extractor=EXTRACTOR,
        chars=len(extracted.text),
        source_url=source_url,
    )
    documents_table.save_sections(connection, document_id, sections)
    saved = passages_table.save_passages(connection, document_id, spans, cik=cik, form=form, filed_on=filed_on)
    return DocumentReport(document_id, len(extracted.text), len(sections), saved)


@dataclass(frozen=True, slots=True)
class SectionText:
    """A section and what it says."""

    section: Section
    text: str


def filing_sections(
    connection: Connection, objects: ObjectStore, accession: Accession, item: str | None = None
) -> tuple[Document, list[SectionText]]:
    """The primary document of a filing and its items with their text, in the order of the text, or only those `item` names.

    Raises NotFound (no such filing, no such item), InvalidRequest (`item` names none), IntegrityError.
    """
    document = documents_table.get_document(connection, accession)
    sections = documents_table.sections_of(connection, document.document_id)
    if item is not None:
        sections = select_sections(sections, item)
    text = read_text(objects, document)
    return document, [SectionText(section, text[section.start : section.end]) for section in sections]


def read_text(objects: ObjectStore, document: Document) -> str:
    """The extracted text that every span of the document counts in; raises NotFound, and IntegrityError when damaged."""
    return archive.load_text(objects, _archived(document.text_sha256, document))


def read_raw(objects: ObjectStore, document: Document) -> bytes:
    """The bytes as they were archived; raises NotFound, and IntegrityError when damaged."""
    return archive.load(objects, _archived(document.sha256, document))


def _archived(sha256: str | None, document: Document) -> str:
    if sha256 is None:
        raise NotFound(f"{document.name} has not been archived")
    return sha256
