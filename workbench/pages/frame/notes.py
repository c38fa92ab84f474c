"""Notes on a figure or passage: those there are, and the form for a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from workbench.domain.measures.user_notes import Note, NotedPassage
from workbench.domain.rights.ownership import Caller
from workbench.domain.rights.roles import Permission, may
from workbench.pages.frame.markup import day, href
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment

_TEMPLATE = "frame/notes.html"


def can_write_notes(caller: Caller) -> bool:
    """Whether the caller may write notes and mark filings as reviewed."""
    return caller.role is not None and may(caller.role, Permission.NOTES_WRITE)


def note_list(notes: Sequence[Note], caller: Caller, document: Selection | None = None) -> Markup:
    """Notes with their tags, the caller's own with a button that deletes them; on `document`, each leads to its passage."""
    return fragment(_TEMPLATE, "listed", [_row(each, caller, document) for each in notes])


def note_form(about: Mapping[str, str], caller: Caller) -> Markup:
    """The form for a note on what the fields of `about` say; nothing for a caller who may not write notes."""
    return fragment(_TEMPLATE, "form", list(about.items())) if can_write_notes(caller) else Markup()


def _row(note: Note, caller: Caller, document: Selection | None) -> dict[str, Any]:
    is_own = note.owner == caller.name
    row = {
        "note": note.note_id, "text": note.text, "tags": note.tags, "day": day(note.created_at.date()),
        "owner": "" if is_own else note.owner,
        "sharing": "shared" if is_own and note.shared_with else "",
        "can_delete": (is_own or caller.sees_all) and can_write_notes(caller),
        "href": "", "value": "", "quote": "",
    }  # fmt: skip
    about = note.about
    if document is not None and isinstance(about, NotedPassage):
        target = replace(document, start=about.start, end=about.end)
        row |= {"href": href("reader", target), "value": f"{about.start}-{about.end}", "quote": about.quote}
    return row
