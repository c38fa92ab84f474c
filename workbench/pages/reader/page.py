"""The filing reader: the items of a document and the text of one of them, with a highlighted passage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import panel as pn
from markupsafe import Markup

from db.companies import get_company
from db.filings.documents import documents_of, get_document, get_document_by_id, pages_of, sections_of
from workbench.domain.errors import InvalidRequest, NotFound, WorkbenchError
from workbench.domain.filings.documents import DocumentPage, page_at
from workbench.domain.filings.filing import Document, Section
from workbench.domain.identity import Accession, Company
from workbench.ingest.filings.documents import read_raw, read_text
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.markup import day, href, key, named
from workbench.pages.frame.messages import problem
from workbench.pages.frame.page import Content, show_in_address
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.frame.visitor import visitor
from workbench.pages.search.own_documents import OwnDocuments
from workbench.parse.html.extracted import ExtractedText
from workbench.parse.html.filing_html import extract
from workbench.parse.html.filing_render import render_extracted
from workbench.parse.items.form_items import readable_title
from workbench.parse.uploads.own_document import layout_of
from workbench.runtime import Workbench

_UNSURE = 0.6
WHOLE = "all"
"""The value of `item` for the whole document, including text outside its items."""
_TEMPLATE = "reader/page.html"
_METHODS = {
    "toc_link": "located by the table of contents", "heading": "located by its heading", "pattern": "located by its title",
}  # fmt: skip
_STATUS_NOTES = {
    "incorporated_by_reference": "Incorporated by reference: the filing points to another document for this item.",
    "omitted": "The filing omits this item.",
    "reserved": "This item is reserved.",
}


@dataclass(frozen=True, slots=True)
class _Opened:
    """All spans refer to `text`. `extracted` is None when the current extractor produces a different text."""

    document: Document
    company: Company | None
    siblings: tuple[Document, ...]
    sections: tuple[Section, ...]
    extracted: ExtractedText | None
    text: str
    pages: tuple[DocumentPage, ...]


def reader_page(workbench: Workbench, selection: Selection) -> Content:
    """A document at the item or passage of the selection, by default at its first item."""
    if not selection.accession and not selection.document:
        own = OwnDocuments(workbench, selection)
        listed: dict[str, pn.viewable.Viewable] = {
            "add": own.form,
            "own": own.list,
            "hint": HtmlPanel(fragment(_TEMPLATE, "hint")),
        }
        return Content("Documents", listed, cards=("add", "own"))
    opened = _open(workbench, selection)
    reader = Reader(opened, selection)
    title = " ".join(
        filter(None, (opened.company.label if opened.company else "", opened.document.form or opened.document.name))
    )
    panels: dict[str, pn.viewable.Viewable] = {
        "header": HtmlPanel(_header(opened, selection)),
        "items": reader.items,
        "text": reader.text,
    }
    return Content(title, panels, cards=("items", "text") if opened.sections else ("text",), layout="reader")


class Reader:
    """The items and the text; choosing an item shows it without reloading the page."""

    def __init__(self, opened: _Opened, selection: Selection) -> None:
        self._opened = opened
        self._selection = selection
        self.items = HtmlPanel(on_event=self._on_event)
        self.text = HtmlPanel(on_event=self._on_event)
        self._show(is_first=True)

    def _on_event(self, name: str, value: str) -> None:
        if name != "item":
            return
        self._selection = replace(self._selection, item=value, start=None, end=None)
        try:
            self._show()
        except WorkbenchError as error:
            self.text.html = problem(error)
        show_in_address(self._selection)

    def _show(self, *, is_first: bool = False) -> None:
        section = chosen_section(self._opened.sections, self._selection)
        self.items.html = _items(self._opened.sections, section, self._selection)
        self.text.html = _text(self._opened, section, self._selection, is_new=not is_first)


def _open(workbench: Workbench, selection: Selection) -> _Opened:
    with workbench.database.read() as connection:
        if selection.accession:
            accession = Accession.parse(selection.accession)
            document = get_document(connection, accession, selection.document or None)
            siblings = tuple(documents_of(connection, accession))
        else:
            if not selection.document.isdigit() or len(selection.document) > 18:
                raise InvalidRequest(f"document must be a number when there is no accession, not {selection.document!r}")
            document = get_document_by_id(connection, int(selection.document), visitor())
            siblings = (document,)
        company = get_company(connection, document.cik) if document.cik else None
        sections = tuple(_readable(section, document.form) for section in sections_of(connection, document.document_id))
        pages = tuple(pages_of(connection, document.document_id))
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
    return _Opened(document, company, siblings, sections, extracted, text, pages)


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


def section_key(section: Section, sections: tuple[Section, ...]) -> str:
    """`1A`, or `II-1A` if several parts of the form have an item 1A."""
    is_unique = sum(other.item == section.item for other in sections) == 1
    return section.item if is_unique or not section.part else f"{section.part}-{section.item}"


def chosen_section(sections: tuple[Section, ...], selection: Selection) -> Section | None:
    """The item of the selection, else the one around its passage, else the first; None for the whole document.

    Raises NotFound for an item that the document does not have.
    """
    if selection.item.strip().lower() == WHOLE:
        return None
    if selection.item:
        wanted = selection.item.strip().upper().removeprefix("ITEM").strip().rstrip(".")
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


def _header(opened: _Opened, selection: Selection) -> Markup:
    document, company = opened.document, opened.company
    facts = {
        "Filed": day(document.filed_on) if document.filed_on else None,
        "Accession": document.accession.text if document.accession else None,
        "Document": document.name,
        "Page": _page(opened, selection),
    }
    title = " ".join(filter(None, (document.form, document.title if document.title != document.form else None)))
    home = Selection(ticker=key(company), as_of=selection.as_of) if company else None
    is_public = document.source_url is not None and document.source_url.startswith("https://")
    shown = {
        "company_href": href("company", home) if home else "",
        "name": company.name if company else document.name,
        "title": title or document.name,
        "facts": named(facts),
        "original": document.source_url if is_public else "",
        "siblings": _siblings(opened, selection),
    }
    return fragment(_TEMPLATE, "header", shown)


def _page(opened: _Opened, selection: Selection) -> str | None:
    """The page of the passage, by number and by its label in the document; without a passage the number of pages."""
    if not opened.pages:
        return None
    if selection.start is None:
        return f"{len(opened.pages):,} pages"
    page = page_at(opened.pages, selection.start)
    return f"{page.number:,} of {len(opened.pages):,}{f' ({page.label})' if page.label else ''}" if page else None


def _siblings(opened: _Opened, selection: Selection) -> list[dict[str, str]]:
    if opened.document.accession is None:
        return []
    accession = opened.document.accession.text
    return [
        {
            "href": href("reader", Selection(accession=accession, document=other.name, as_of=selection.as_of)),
            "title": other.title or other.name,
        }
        for other in opened.siblings
        if other.name != opened.document.name
    ]


def _items(sections: tuple[Section, ...], current: Section | None, selection: Selection) -> Markup:
    if not sections:
        return Markup()
    rows: list[dict[str, Any]] = []
    part: str | None = None
    for section in sections:
        is_new = section.part != part
        part = section.part
        row = _item(section, sections, selection)
        rows.append(row | {"part": part if is_new else "", "is_current": section is current})
    target = replace(selection, item=WHOLE, start=None, end=None)
    whole = {"href": href("reader", target), "name": WHOLE, "is_current": current is None}
    return fragment(_TEMPLATE, "contents", rows, whole)


def _item(section: Section, sections: tuple[Section, ...], selection: Selection) -> dict[str, str]:
    name = section_key(section, sections)
    note = ""
    if section.status != "present":
        note = section.status.replace("_", " ")
    elif section.confidence < _UNSURE:
        note = f"found with {section.confidence:.0%} confidence"
    return {
        "href": href("reader", replace(selection, item=name, start=None, end=None)),
        "name": name,
        "number": section.item,
        "title": section.title,
        "note": note,
    }


def _text(opened: _Opened, section: Section | None, selection: Selection, *, is_new: bool) -> Markup:
    """The text of the item; if `is_new`, the page scrolls to its top."""
    span = (section.start, section.end) if section else (None, None)
    highlight = (selection.start, selection.end) if selection.start is not None and selection.end is not None else None
    if opened.extracted is None:
        body = _plain(opened.text, span[0] or 0, len(opened.text) if span[1] is None else span[1], highlight)
    else:
        # The filing renderer escapes all text of the document.
        body = Markup(render_extracted(opened.extracted, start=span[0], end=span[1], highlight=highlight))  # noqa: S704  # nosec B704
    if section is None:
        return fragment(_TEMPLATE, "text", is_new, None, body, [])
    head, neighbours = _section_head(opened, section, selection), _neighbours(opened.sections, section, selection)
    return fragment(_TEMPLATE, "text", is_new, head, body, neighbours)


def _neighbours(sections: tuple[Section, ...], current: Section, selection: Selection) -> list[dict[str, str] | None]:
    """Links to the previous and next item, also for the arrow keys; None if there is none."""
    at = next(place for place, section in enumerate(sections) if section is current)
    links: list[dict[str, str] | None] = []
    for place, way, arrow in ((at - 1, "← {}", "ArrowLeft"), (at + 1, "{} →", "ArrowRight")):
        if not 0 <= place < len(sections):
            links.append(None)
            continue
        name = section_key(sections[place], sections)
        target = href("reader", replace(selection, item=name, start=None, end=None))
        label = way.format(f"Item {sections[place].item}, {sections[place].title}")
        links.append({"href": target, "name": name, "key": arrow, "label": label})
    return links


def _plain(text: str, start: int, end: int, highlight: tuple[int, int] | None) -> Markup:
    """The stored text without layout, so that citations from an earlier extractor still show the cited text."""
    low, high = highlight or (end, end)
    low, high = min(max(low, start), end), min(max(high, start), end)
    return fragment(_TEMPLATE, "plain", text[start:low], text[low:high], text[high:end])


def _section_head(opened: _Opened, section: Section, selection: Selection) -> dict[str, str]:
    place = f"Part {section.part}, Item {section.item}" if section.part else f"Item {section.item}"
    method = _METHODS[section.method]
    return {
        "title": f"{place}. {section.title}",
        "method": f"{section.confidence:.0%} confidence, {method}, {section.end - section.start:,} characters",
        "note": _STATUS_NOTES.get(section.status, ""),
        "changes": _changes_link(opened, section, selection),
    }


def _changes_link(opened: _Opened, section: Section, selection: Selection) -> str:
    if opened.company is None or opened.document.accession is None:
        return ""
    item = section_key(section, opened.sections)
    target = Selection(ticker=key(opened.company), as_of=selection.as_of, item=item, to=opened.document.accession.text)
    return href("changes", target)
