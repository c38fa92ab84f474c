"""The document that the reader has opened, and which of its items is meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from db.companies import get_company
from db.engine import Connection
from db.facts.elements import facts_printed
from db.filings.documents import documents_of, get_document, get_document_by_id, pages_of, sections_of
from db.filings.filing_documents import FilingDocument, filing_documents
from db.filings.notes import notes_of
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.filings.changes import same_report
from workbench.domain.filings.documents import DocumentPage
from workbench.domain.filings.filing import Document, Section
from workbench.domain.filings.notes import Note
from workbench.domain.identity import Accession, Company
from workbench.domain.measures.provenance import PrintedFact
from workbench.ingest.filings.documents import read_raw, read_text
from workbench.pages.frame.amounts import exact
from workbench.pages.frame.markup import day
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.visitor import visitor
from workbench.parse.html.extracted import ExtractedText
from workbench.parse.html.filing_html import extract
from workbench.parse.items.form_items import readable_title
from workbench.parse.uploads.own_document import layout_of
from workbench.runtime import Workbench

WHOLE = "all"
"""The value of `item` for the whole document, including text outside its items."""


@dataclass(frozen=True, slots=True)
class Opened:
    """All spans refer to `text`. `extracted` is None when the current extractor produces a different text.

    `siblings` are the documents of the same filing, itself included; `filings` the filings of the company whose text is here,
    newest first. `facts` are what its inline XBRL elements report, by their ids, `statement_notes` the notes to the financial
    statements.
    """

    document: Document
    company: Company | None
    siblings: tuple[Document, ...]
    sections: tuple[Section, ...]
    extracted: ExtractedText | None
    text: str
    pages: tuple[DocumentPage, ...]
    filings: tuple[FilingDocument, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    statement_notes: tuple[Note, ...] = ()

    @property
    def same_reports(self) -> list[FilingDocument]:
        """The company's filings of the same report, this one among them, newest first; none for an exhibit."""
        if all(each.document_id != self.document.document_id for each in self.filings):
            return []
        forms = same_report(self.document.form or "")
        return [each for each in self.filings if each.form in forms]


def open_document(workbench: Workbench, selection: Selection) -> Opened:
    """The document of the selection with what the reader shows around it.

    Raises NotFound (also for one filed after `as_of`), InvalidRequest for a span that the document does not have, and
    IntegrityError.
    """
    with workbench.database.read() as connection:
        document, siblings = _found(connection, selection)
        company = get_company(connection, document.cik) if document.cik else None
        sections = tuple(_readable(section, document.form) for section in sections_of(connection, document.document_id))
        pages = tuple(pages_of(connection, document.document_id))
        filings = filing_documents(connection, company.cik, as_of=selection.as_of) if company else []
        statement_notes = tuple(notes_of(connection, document.document_id))
        facts = {name: _reported(fact) for name, fact in facts_printed(connection, document.document_id).items()}
    if selection.as_of and document.filed_on and document.filed_on > selection.as_of:
        raise NotFound(
            f"this filing did not exist on {day(selection.as_of)}: it was filed on {day(document.filed_on)}",
            hint="choose a later as-of date, or `now`",
        )
    text = read_text(workbench.objects, document)
    content = read_raw(workbench.objects, document)
    extracted: ExtractedText | None = (
        layout_of(content, document.name, text, pages) if document.origin == "upload" else _laid_out(content)
    )
    if extracted is not None and extracted.text != text:
        extracted = None
    _check_span(selection, text)
    return Opened(document, company, siblings, sections, extracted, text, pages, tuple(filings), facts, statement_notes)


def _found(connection: Connection, selection: Selection) -> tuple[Document, tuple[Document, ...]]:
    if selection.accession:
        accession = Accession.parse(selection.accession)
        document = get_document(connection, accession, selection.document or None)
        return document, tuple(documents_of(connection, accession))
    if not selection.document.isdigit() or len(selection.document) > 18:
        raise InvalidRequest(f"document must be a number when there is no accession, not {selection.document!r}")
    document = get_document_by_id(connection, int(selection.document), visitor())
    return document, (document,)


def _reported(fact: PrintedFact) -> str:
    """`us-gaap:Revenues: 391,035,000,000 USD, 1 Oct 2023 to 28 Sep 2024`, with its members."""
    period = f"{day(fact.period_start)} to {day(fact.period_end)}" if fact.period_start else f"at {day(fact.period_end)}"
    members = "".join(f"\n{axis}: {member}" for axis, member in fact.dimensions)
    return f"{fact.concept}: {exact(fact.value, fact.unit)}, {period}{members}"


def _readable(section: Section, form: str | None) -> Section:
    return replace(section, title=readable_title(form or "", section.part, section.item, section.title))


# Laying out a large annual report takes most of a second, and users go on to the next item.
_laid_out = lru_cache(maxsize=4)(extract)


def _check_span(selection: Selection, text: str) -> None:
    start, end = selection.start, selection.end
    if start is None and end is None:
        return
    length = len(text)
    if start is None or end is None or not start < end <= length:
        raise InvalidRequest(f"start and end must be a span within the {length:,} characters of this document")


def section_key(section: Section, sections: Sequence[Section]) -> str:
    """`1A`, or `II-1A` if several parts of the form have an item 1A."""
    is_unique = sum(other.item == section.item for other in sections) == 1
    return section.item if is_unique or not section.part else f"{section.part}-{section.item}"


def chosen_section(sections: Sequence[Section], selection: Selection) -> Section | None:
    """The item of the selection, else the one around its passage, else the first; None for the whole document.

    Raises NotFound for an item that the document does not have.
    """
    if selection.item.strip().lower() == WHOLE:
        return None
    if selection.item:
        wanted = re.sub(r"^SECTION\s*", "S", selection.item.strip().upper()).removeprefix("ITEM").strip().rstrip(".")
        named = [one for one in sections if wanted in (section_key(one, sections).upper(), one.item.upper())]
        if named:
            return next((section for section in named if _holds(section, selection)), named[0])
        names = ", ".join(section_key(section, sections) for section in sections)
        raise NotFound(
            f"this document has no item {selection.item}",
            hint=f"its items are {names}" if names else "no items were found in it",
        )
    if selection.start is not None:
        return next((section for section in sections if section.start <= selection.start < section.end), None)
    return next((section for section in sections if section.status == "present"), sections[0] if sections else None)


def _holds(section: Section, selection: Selection) -> bool:
    return selection.start is None or section.start <= selection.start < section.end
