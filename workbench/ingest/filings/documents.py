"""Indexes documents (bytes to text, items and passages), and reads their archived text and bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.engine import Connection
from db.filings import document_subjects, notes
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
from workbench.parse.items.notes import find_notes
from workbench.parse.items.own_headings import titled_sections
from workbench.parse.items.primary_statements import find_statements
from workbench.parse.items.sections import find_sections
from workbench.ports import ObjectStore


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """The result of indexing a document: its id, its extracted text, and the numbers of sections and new passages."""

    document_id: int
    extracted: ExtractedText
    sections: int
    passages: int

    @property
    def chars(self) -> int:
        """The number of characters of the text."""
        return len(self.extracted.text)


def index_document(connection: Connection, objects: ObjectStore, content: bytes, new: NewDocument) -> DocumentReport:
    """Extracts the text of archived bytes, finds its items and passages, and saves all of it in the caller's transaction.

    Repeating it with the same bytes changes nothing. Raises MalformedDocument before anything is written.
    """
    return index_extracted(connection, objects, PagedText(extract(content), ()), EXTRACTOR, new)


def index_extracted(
    connection: Connection, objects: ObjectStore, paged: PagedText, extractor: str, new: NewDocument
) -> DocumentReport:
    """As `index_document`, for text that `extractor` has extracted; passages do not cross pages."""
    text_sha256 = archive.store_text(objects, paged.extracted.text)
    return index_texts(connection, [ArchivedText(new, paged, extractor, text_sha256)])[0]


@dataclass(frozen=True, slots=True)
class ArchivedText:
    """A document with its text, extracted by `extractor` and archived under `text_sha256`."""

    new: NewDocument
    paged: PagedText
    extractor: str
    text_sha256: str


def index_texts(connection: Connection, texts: Sequence[ArchivedText]) -> list[DocumentReport]:
    """As `index_extracted` for several documents, in order, with as many SQL statements as for one."""
    sections = [_sections_of(each) for each in texts]
    ids = documents_table.save_documents(
        connection,
        [ReadDocument(each.new, each.text_sha256, each.extractor, len(each.paged.extracted.text)) for each in texts],
    )
    documents_table.save_pages(connection, {key: each.paged.pages for key, each in zip(ids, texts, strict=True)})
    documents_table.save_sections(connection, dict(zip(ids, sections, strict=True)))
    statements = {
        key: find_statements(each.paged.extracted.text)
        for key, each in zip(ids, texts, strict=True)
        if each.new.has_items or each.new.origin == "upload"
    }
    document_subjects.save_statements(connection, statements)
    notes.save_notes(
        connection,
        {
            key: find_notes(each.paged.extracted, own)
            for key, each, own in zip(ids, texts, sections, strict=True)
            if key in statements
        },
    )
    passages = [
        PassagesOf(
            key,
            split_passages(
                each.paged.extracted, own, each.paged.pages, [(one.start, one.end) for one in statements.get(key, ())]
            ),
            each.new.cik,
            each.new.form,
            each.new.filed_on,
        )
        for key, each, own in zip(ids, texts, sections, strict=True)
    ]
    saved = passages_table.save_passages(connection, passages)
    return [
        DocumentReport(key, each.paged.extracted, len(own), count)
        for key, each, own, count in zip(ids, texts, sections, saved, strict=True)
    ]


def _sections_of(archived: ArchivedText) -> list[Section]:
    """The items of its form; of an added document without a form and without pages, the sections by its own headings."""
    new, paged = archived.new, archived.paged
    if not new.has_items:
        return []
    if new.origin == "upload" and not new.form and not paged.pages:
        return titled_sections(paged.extracted)
    return find_sections(paged.extracted, new.form or "")


@dataclass(frozen=True, slots=True)
class SectionText:
    """A section and its text."""

    section: Section
    text: str


def filing_sections(
    connection: Connection, objects: ObjectStore, accession: Accession, item: str | None = None
) -> tuple[Document, list[SectionText]]:
    """The primary document of a filing and its items with text, in document order, or only the items that `item` names.

    Raises NotFound (unknown filing or item), InvalidRequest (invalid `item`), IntegrityError.
    """
    document = documents_table.get_document(connection, accession)
    sections = documents_table.sections_of(connection, document.document_id)
    if item is not None:
        sections = select_sections(sections, item)
    text = read_text(objects, document)
    return document, [SectionText(section, text[section.start : section.end]) for section in sections]


@dataclass(frozen=True, slots=True)
class PageOfDocument:
    """A page with the end of its span [start, end) in the document's text, and its text."""

    page: DocumentPage
    end: int
    text: str


def document_pages(
    connection: Connection, objects: ObjectStore, document: Document, page: int | None = None
) -> list[PageOfDocument]:
    """The pages of a document with their text, in order, or only page `page`; a document without pages has one page.

    Raises NotFound (no such page), IntegrityError.
    """
    text = read_text(objects, document)
    pages = documents_table.pages_of(connection, document.document_id) or [DocumentPage(1, 0)]
    ends = [each.start for each in pages[1:]] + [len(text)]
    page_of_documents = [
        PageOfDocument(each, end, text[each.start : end].rstrip("\n"))
        for each, end in zip(pages, ends, strict=True)
        if page in (None, each.number)
    ]
    if not page_of_documents:
        raise NotFound(f"{document.name} has no page {page}", hint=f"its pages are 1 to {len(pages)}")
    return page_of_documents


def read_text(objects: ObjectStore, document: Document) -> str:
    """The extracted text that all spans of the document refer to; raises NotFound, and IntegrityError if damaged."""
    return archive.load_text(objects, _archived(document.text_sha256, document))


def read_raw(objects: ObjectStore, document: Document) -> bytes:
    """The archived bytes; raises NotFound, and IntegrityError if damaged."""
    return archive.load(objects, _archived(document.sha256, document))


def _archived(sha256: str | None, document: Document) -> str:
    if sha256 is None:
        raise NotFound(f"{document.name} has not been archived")
    return sha256
