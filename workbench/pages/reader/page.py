"""The filing reader: the items of a document and the text of one of them, with a highlighted passage, the words that were
looked for, or the same item of another filing beside it."""

from __future__ import annotations

import re
from dataclasses import replace

import panel as pn

from workbench.analysis.filings.find import locate
from workbench.domain.errors import WorkbenchError
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.messages import problem
from workbench.pages.frame.page import Content, show_in_address
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.frame.visitor import visitor
from workbench.pages.reader.contents import contents
from workbench.pages.reader.find_panel import find_in_filing, find_panel, first_match
from workbench.pages.reader.header import header
from workbench.pages.reader.notes_panel import notes_on, notes_panel, review_mark, review_of
from workbench.pages.reader.opened import Opened, chosen_section, open_document
from workbench.pages.reader.side_by_side import side_by_side
from workbench.pages.reader.text_panel import text_body, text_panel
from workbench.pages.search.own_documents import OwnDocuments
from workbench.runtime import Workbench

_LONGEST_QUOTE = 5000
_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})")


def reader_page(workbench: Workbench, selection: Selection) -> Content:
    """A document at the item or passage of the selection, by default at its first item or the first match."""
    if not selection.accession and not selection.document:
        own = OwnDocuments(workbench, selection)
        listed: dict[str, pn.viewable.Viewable] = {
            "add": own.form,
            "own": own.list,
            "hint": HtmlPanel(fragment("reader/page.html", "hint")),
        }
        return Content("Documents", listed, cards=("add", "own"))
    opened = open_document(workbench, selection)
    reader = Reader(workbench, opened, selection)
    title = " ".join(
        filter(None, (opened.company.label if opened.company else "", opened.document.form or opened.document.name))
    )
    panels: dict[str, pn.viewable.Viewable] = {
        "header": reader.header,
        "items": reader.items,
        "text": reader.text,
    }
    return Content(title, panels, cards=("items", "text"), layout="reader")


class Reader:
    """The items and the text; choosing an item, a passage or a filing to compare with shows it without reloading the page."""

    def __init__(self, workbench: Workbench, opened: Opened, selection: Selection) -> None:
        self._workbench = workbench
        self._opened = opened
        self._matches = find_in_filing(workbench, opened, selection.q)
        section = chosen_section(opened.sections, selection)
        self._selection = first_match(selection, self._matches, section)
        self._caller = visitor()
        self.header = HtmlPanel(on_event=self._on_event)
        self.items = HtmlPanel(on_event=self._on_event)
        self.text = HtmlPanel(on_event=self._on_event)
        self._show_header()
        self._show(is_first=True)

    def _on_event(self, name: str, value: str) -> None:
        if name == "reviewed":
            self._show_header()
            return
        if name == "noted":
            self._show_items()
            return
        changed = self._quoted(value) if name == "quote" else _changed(self._selection, name, value)
        if changed is None:
            return
        self._selection = changed
        try:
            self._show(is_passage=name in ("passage", "quote"))
        except WorkbenchError as error:
            self.text.html = problem(error)
        show_in_address(self._selection)

    def _show(self, *, is_first: bool = False, is_passage: bool = False) -> None:
        opened, selection = self._opened, self._selection
        section = chosen_section(opened.sections, selection)
        self._show_items()
        if not selection.from_:
            body = text_body(opened, section, self._matches, selection)
        else:
            try:
                body = side_by_side(self._workbench, opened, section, selection)
            except WorkbenchError as error:
                body = problem(error)
        self.text.html = text_panel(opened, section, body, selection, is_new=not is_first and not is_passage)

    def _show_header(self) -> None:
        review = review_of(self._workbench, self._opened, self._caller)
        mark = review_mark(self._opened, review, self._caller)
        self.header.html = header(self._opened, self._selection, mark)

    def _show_items(self) -> None:
        opened, selection, matches = self._opened, self._selection, self._matches
        section = chosen_section(opened.sections, selection)
        notes = notes_panel(opened, notes_on(self._workbench, opened, self._caller), self._caller, selection)
        self.items.html = (
            find_panel(opened, matches, selection, section) + notes + contents(opened, section, matches, selection)
        )

    def _quoted(self, value: str) -> Selection | None:
        """The selection at words that were marked with the mouse: where their block starts and the words, between them `|`."""
        start, _, words = value.partition("|")
        if not start.isdecimal() or len(start) > 9 or len(words) > _LONGEST_QUOTE:
            return None
        span = locate(self._opened.text, words, int(start))
        return replace(self._selection, item="", start=span[0], end=span[1], from_="", show="") if span else None


def _changed(selection: Selection, name: str, value: str) -> Selection | None:
    """The selection after a choice; None for one that the reader does not offer."""
    span = _SPAN.fullmatch(value)
    if name == "item":
        return replace(selection, item=value, start=None, end=None)
    if name == "passage" and span:
        return replace(selection, item="", start=int(span[1]), end=int(span[2]), from_="", show="")
    if name == "from":
        return replace(selection, from_=value, show=selection.show if value else "", start=None, end=None)
    if name == "show":
        return replace(selection, show=value)
    return None
