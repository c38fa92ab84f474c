"""A document's bytes become text, items and passages; and the way back from a document to its bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.engine import Connection
from db.filings import documents as documents_table
from db.filings.documents import ReadDocument
from db.search import passages as passages_table
from db.search.passages import PassagesOf
from workbench.domain.errors import NotFound
from workbench.domain.filings.documents import DocumentPage
from workbench.domain.filings.filing import Document, NewDocument, Section, select_sections
from workbench.domain.identity import Accession
from workbench.ingest import archive
from workbench.parse.html.extracted import ExtractedText
from workbench.parse.html.filing_html import EXTRACTOR, extract
from workbench.parse.html.paged_text import PagedText
from workbench.parse.html.passages import split_passages
from workbench.parse.items.sections import find_sections
from workbench.ports import ObjectStore


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What indexing a document saved: its id, and how many sections and new passages; and its text as laid out."""

    document_id: int
    extracted: ExtractedText
    sections: int
    passages: int

    @property
    def chars(self) -> int:
        """How many characters the text has."""
        return len(self.extracted.text)


def index_document(connection: Connection, objects: ObjectStore, content: bytes, new: NewDocument) -> DocumentReport:
    """Extracts the text of archived bytes, finds its items and passages, and saves all of it in the caller's transaction.

    Doing it again with the same bytes changes nothing. Raises MalformedDocument before anything is written.
    """
    return index_extracted(connection, objects, PagedText(extract(content), ()), EXTRACTOR, new)


def index_extracted(
    connection: Connection, objects: ObjectStore, paged: PagedText, extractor: str, new: NewDocument
) -> DocumentReport:
    """The same of a document whose text `extractor` has read; its passages keep to its pages, where it has any."""
    text_sha256 = archive.store_text(objects, paged.extracted.text)
    return index_texts(connection, [ArchivedText(new, paged, extractor, text_sha256)])[0]


@dataclass(frozen=True, slots=True)
class ArchivedText:
    """A document and its text, which `extractor` has read and which is archived under that hash."""

    new: NewDocument
    paged: PagedText
    extractor: str
    text_sha256: str


def index_texts(connection: Connection, texts: Sequence[ArchivedText]) -> list[DocumentReport]:
    """The same of several at once, in their order, as `save_documents` takes them: in as many statements as of one."""
    sections = [find_sections(each.paged.extracted, each.new.form or "") if each.new.has_items else [] for each in texts]
    ids = documents_table.save_documents(
        connection,
        [ReadDocument(each.new, each.text_sha256, each.extractor, len(each.paged.extracted.text)) for each in texts],
    )
    documents_table.save_pages(connection, {key: each.paged.pages for key, each in zip(ids, texts, strict=True)})
    documents_table.save_sections(connection, dict(zip(ids, sections, strict=True)))
    passages = [
        PassagesOf(
            key, split_passages(each.paged.extracted, own, each.paged.pages), each.new.cik, each.new.form, each.new.filed_on
        )
        for key, each, own in zip(ids, texts, sections, strict=True)
    ]
    saved = passages_table.save_passages(connection, passages)
    return [
        DocumentReport(key, each.paged.extracted, len(own), count)
        for key, each, own, count in zip(ids, texts, sections, saved, strict=True)
    ]


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


@dataclass(frozen=True, slots=True)
class PageOfDocument:
    """A page, the span [start, end) of the text that is on it, and what that says."""

    page: DocumentPage
    end: int
    text: str


def document_pages(
    connection: Connection, objects: ObjectStore, document: Document, page: int | None = None
) -> list[PageOfDocument]:
    """The pages of a document with their text, in order, or only page `page`; a document without pages is one page.

    Raises NotFound (no such page), IntegrityError.
    """
    text = read_text(objects, document)
    pages = documents_table.pages_of(connection, document.document_id) or [DocumentPage(1, 0)]
    ends = [each.start for each in pages[1:]] + [len(text)]
    found = [
        PageOfDocument(each, end, text[each.start : end].rstrip("\n"))
        for each, end in zip(pages, ends, strict=True)
        if page in (None, each.number)
    ]
    if not found:
        raise NotFound(f"{document.name} has no page {page}", hint=f"its pages are 1 to {len(pages)}")
    return found


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
