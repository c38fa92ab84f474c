"""Notes to the financial statements in the text of documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from db.tables import document_notes
from workbench.domain.filings.notes import Note


def save_notes(connection: sa.Connection, notes: Mapping[int, Sequence[Note]]) -> None:
    """Replaces the notes of each document."""
    connection.execute(sa.delete(document_notes).where(document_notes.c.document_id.in_(notes)))
    rows = [
        {"document_id": key, "start_char": each.start, "end_char": each.end, "number": each.number, "title": each.title}
        for key, own in notes.items()
        for each in own
    ]
    if rows:
        connection.execute(sa.insert(document_notes), rows)


def notes_of(connection: sa.Connection, document_id: int) -> list[Note]:
    """The notes of a document in the order of its text; empty for one that has none, or was last read before they were."""
    table = document_notes.c
    rows = connection.execute(sa.select(document_notes).where(table.document_id == document_id).order_by(table.start_char))
    return [Note(row.number, row.title, row.start_char, row.end_char) for row in rows]
