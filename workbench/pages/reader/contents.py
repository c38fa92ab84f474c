"""The items of the opened document, with the headings of the current one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from markupsafe import Markup

from workbench.domain.filings.filing import Section
from workbench.pages.frame.markup import href
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.reader.find_panel import Matches, passage_link
from workbench.pages.reader.opened import WHOLE, Opened, section_key
from workbench.parse.html.outline import Heading, outline

_UNSURE = 0.6
_HEADINGS_SHOWN = 150


def contents(opened: Opened, current: Section | None, matches: Matches, selection: Selection) -> Markup:
    """One row an item, with its number of matches; below the current one its headings. None is the whole document."""
    rows: list[dict[str, Any]] = []
    part: str | None = None
    for section in opened.sections:
        is_new = section.part != part
        part = section.part
        row = _item(section, opened, matches, selection)
        is_current = section is current
        headings = _headings(opened, section, selection) if is_current else []
        rows.append(row | {"part": part if is_new else "", "is_current": is_current, "headings": headings})
    target = replace(selection, item=WHOLE, start=None, end=None, from_="", show="")
    whole = {
        "href": href("reader", target), "name": WHOLE, "is_current": current is None,
        "count": len(matches.spans) or "",
    }  # fmt: skip
    return fragment("reader/contents.html", "contents", rows, whole)


def _item(section: Section, opened: Opened, matches: Matches, selection: Selection) -> dict[str, Any]:
    name = section_key(section, opened.sections)
    note = ""
    if section.status != "present":
        note = section.status.replace("_", " ")
    elif section.confidence < _UNSURE:
        note = f"found with {section.confidence:.0%} confidence"
    return {
        "href": href("reader", replace(selection, item=name, start=None, end=None)),
        "name": name,
        "number": section.item.removeprefix("S"),
        "title": section.title,
        "note": note,
        "count": matches.number_in(section) or "",
    }


def _headings(opened: Opened, section: Section, selection: Selection) -> list[dict[str, Any]]:
    if opened.extracted is None:
        return []
    headings = _with_notes(outline(opened.extracted, section.start, section.end), opened, section)
    return [_heading(each, selection) for each in headings[:_HEADINGS_SHOWN]]


def _with_notes(headings: list[Heading], opened: Opened, section: Section) -> list[Heading]:
    """The headings with the notes to the financial statements, however these are set; what stands in a note is below it."""
    notes = [note for note in opened.statement_notes if section.start <= note.start < section.end]
    starts = {note.start for note in notes}
    below = [
        replace(each, level=int(any(note.start < each.start < note.end for note in notes))) for each in headings
    ] if notes else headings  # fmt: skip
    titles = [Heading(note.start, _first_line(opened.text, note.start), f"Note {note.number}. {note.title}") for note in notes]
    return sorted([*titles, *(each for each in below if each.start not in starts)], key=lambda each: each.start)


def _first_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _heading(heading: Heading, selection: Selection) -> dict[str, Any]:
    is_current = (heading.start, heading.end) == (selection.start, selection.end)
    link = passage_link((heading.start, heading.end), selection)
    return {**link, "title": heading.title, "level": heading.level, "is_current": is_current}
