"""The notes on the opened document, with a form for one on the chosen passage; and the mark of a reviewed filing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from db.filings.user_notes import list_notes, list_reviews
from workbench.domain.measures.user_notes import FilingReview, Note
from workbench.domain.rights.ownership import Caller
from workbench.pages.frame.markup import day
from workbench.pages.frame.notes import can_write_notes, note_form, note_list
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.reader.opened import Opened
from workbench.runtime import Workbench

_TEMPLATE = "reader/notes_panel.html"
_QUOTED = 160


def notes_on(workbench: Workbench, opened: Opened, caller: Caller) -> list[Note]:
    """The notes on the document that the caller may read, in the order of its text."""
    with workbench.database.read() as connection:
        known = list_notes(connection, caller, document_id=opened.document.document_id, limit=None)
    return sorted(known, key=lambda note: (getattr(note.about, "start", 0), note.note_id))


def notes_panel(opened: Opened, notes: Sequence[Note], caller: Caller, selection: Selection) -> Markup:
    """A list of the notes, each leading to its passage; and the form for a new one if a passage is chosen."""
    here = replace(selection, item="", start=None, end=None, from_="", show="")
    listed, form, quote = note_list(notes, caller, here), Markup(), ""
    if selection.start is not None and selection.end is not None:
        words = " ".join(opened.text[selection.start : selection.end].split())
        quote = words if len(words) <= _QUOTED else words[:_QUOTED].rsplit(" ", 1)[0] + " …"
        span = {"start": str(selection.start), "end": str(selection.end)}
        form = note_form({"document": str(opened.document.document_id), **span}, caller)
    return fragment(_TEMPLATE, "notes", len(notes), listed, quote, form)


def review_of(workbench: Workbench, opened: Opened, caller: Caller) -> FilingReview | None:
    """The caller's review of the opened filing; None without one."""
    document = opened.document
    if document.cik is None or document.accession is None:
        return None
    with workbench.database.read() as connection:
        reviews = list_reviews(connection, caller, document.cik)
    return next((each for each in reviews if each.accession == document.accession), None)


def review_mark(opened: Opened, review: FilingReview | None, caller: Caller) -> Markup:
    """The button that marks the filing as reviewed or takes that back; nothing for an upload or a caller who may not."""
    accession = opened.document.accession
    if accession is None or opened.document.origin != "filing" or not can_write_notes(caller):
        return Markup()
    return fragment(_TEMPLATE, "review", accession.text, day(review.reviewed_at.date()) if review else "")
