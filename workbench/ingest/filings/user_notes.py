"""Notes on passages: the words of the passage are stored with the note."""

from __future__ import annotations

from collections.abc import Sequence

from db.engine import Connection
from db.filings import user_notes
from db.filings.documents import get_document_by_id
from workbench.domain.measures.user_notes import Note, NotedPassage
from workbench.domain.rights.ownership import Caller
from workbench.domain.rights.roles import Role
from workbench.ingest.filings.documents import read_text
from workbench.ports import ObjectStore

_QUOTED = 500


def note_passage(
    connection: Connection,
    objects: ObjectStore,
    caller: Caller,
    passage: tuple[int, int, int],
    text: str,
    *,
    tags: Sequence[str] = (),
    shared_with: Sequence[Role] = (),
) -> Note:
    """A new note on a passage: the number of its document, and its span [start, end) in the document's text.

    Raises as `add_note` and `read_text` do.
    """
    document_id, start, end = passage
    words = read_text(objects, get_document_by_id(connection, document_id, caller))[start:end]
    quote = " ".join(words.split())[:_QUOTED]
    about = NotedPassage(document_id, start, end, quote)
    return user_notes.add_note(connection, caller, about, text, tags, shared_with=shared_with)
