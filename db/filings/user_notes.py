"""Notes on figures and passages, and the filings that a user has read. Reviews are personal, notes may be shared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.filings.documents import get_document_by_id
from db.ownership import changeable, hidden_documents, readable
from db.tables import filing_reviews, notes, sec_filings
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.identity import Accession, Cik
from workbench.domain.measures.user_notes import FilingReview, Note, NotedFigure, NotedPassage, checked_text
from workbench.domain.rights.ownership import Caller
from workbench.domain.rights.roles import Role
from workbench.domain.statements.statement import PeriodKind


def add_note(
    connection: sa.Connection,
    caller: Caller,
    about: NotedFigure | NotedPassage,
    text: str,
    tags: Sequence[str] = (),
    *,
    shared_with: Sequence[Role] = (),
) -> Note:
    """A new note of the caller's.

    Raises InvalidRequest for an empty or too long text and a span that the document does not have, NotFound for a document
    that the caller may not read.
    """
    values: dict[str, Any] = {
        "owner": caller.name,
        "text": checked_text(text),
        "tags": list(tags),
        "shared_with": [role.value for role in shared_with],
    }
    if isinstance(about, NotedFigure):
        values |= {"cik": about.cik.number, "period": about.period.value, "figure": about.name}
    else:
        document = get_document_by_id(connection, about.document_id, caller)
        if not 0 <= about.start < about.end <= (document.chars or 0):
            raise InvalidRequest(f"start and end must be a span within the {document.chars or 0:,} characters of the document")
        values |= {
            "document_id": about.document_id, "start_char": about.start, "end_char": about.end, "quote": about.quote,
        }  # fmt: skip
    return _note(connection.execute(sa.insert(notes).values(values).returning(notes)).one())


def delete_note(connection: sa.Connection, caller: Caller, note_id: int) -> Note:
    """Deletes a note of the caller's and returns it; raises NotFound for one that is not there or somebody else's."""
    gone = sa.delete(notes).where(notes.c.note_id == note_id, changeable(notes, caller)).returning(notes)
    row = connection.execute(gone).one_or_none()
    if row is None:
        raise NotFound(f"there is no note {note_id} of yours")
    return _note(row)


def list_notes(
    connection: sa.Connection,
    caller: Caller,
    *,
    cik: Cik | None = None,
    figure: str | None = None,
    document_id: int | None = None,
    tag: str | None = None,
    limit: int | None = 100,
    offset: int = 0,
) -> list[Note]:
    """Notes that the caller may read, newest first: on figures of a company, on one figure, on a document, with a tag.

    Notes on documents that the caller may not read are left out.
    """
    query = sa.select(notes).where(readable(notes, caller))
    hidden = hidden_documents(caller)
    if hidden is not None:
        query = query.where(sa.or_(notes.c.document_id.is_(None), notes.c.document_id.not_in(hidden)))
    for column, value in ((notes.c.cik, cik and cik.number), (notes.c.figure, figure), (notes.c.document_id, document_id)):
        if value is not None:
            query = query.where(column == value)
    if tag is not None:
        query = query.where(sa.literal(tag) == sa.any_(notes.c.tags))
    rows = connection.execute(query.order_by(notes.c.note_id.desc()).limit(limit).offset(offset))
    return [_note(row) for row in rows]


def mark_reviewed(connection: sa.Connection, caller: Caller, accession: Accession) -> FilingReview:
    """Marks a filing as read by the caller, again if it was; raises NotFound for an unknown filing."""
    known = sa.exists().where(sec_filings.c.accession == accession.text)
    if not connection.scalar(sa.select(known)):
        raise NotFound(f"there is no filing {accession}")
    values = {"owner": caller.name, "accession": accession.text}
    insert = pg.insert(filing_reviews).values(values)
    connection.execute(insert.on_conflict_do_update(index_elements=list(values), set_={"reviewed_at": sa.func.now()}))
    return _reviews(connection, caller, sec_filings.c.accession == accession.text)[0]


def remove_review(connection: sa.Connection, caller: Caller, accession: Accession) -> FilingReview:
    """Marks a filing as not read, and returns the review that there was; raises NotFound without one."""
    result = _reviews(connection, caller, sec_filings.c.accession == accession.text)
    if not result:
        raise NotFound(f"{accession} is not marked as reviewed")
    is_it = (filing_reviews.c.owner == caller.name, filing_reviews.c.accession == accession.text)
    connection.execute(sa.delete(filing_reviews).where(*is_it))
    return result[0]


def list_reviews(connection: sa.Connection, caller: Caller, cik: Cik) -> list[FilingReview]:
    """The filings of a company that the caller has read, the newest filing first."""
    return _reviews(connection, caller, sec_filings.c.cik == cik.number)


def _reviews(connection: sa.Connection, caller: Caller, which: sa.ColumnElement[bool]) -> list[FilingReview]:
    filing = sec_filings.c
    query = (
        sa.select(filing.accession, filing.cik, filing.form, filing.filed_on, filing_reviews.c.reviewed_at)
        .join_from(filing_reviews, sec_filings, filing.accession == filing_reviews.c.accession)
        .where(filing_reviews.c.owner == caller.name, which)
        .order_by(filing.filed_on.desc(), filing.accession.desc(), filing.cik)
    )
    return [
        FilingReview(Accession(row.accession), Cik(row.cik), row.form, row.filed_on, row.reviewed_at)
        for row in connection.execute(query)
    ]


def _note(row: Any) -> Note:
    about: NotedFigure | NotedPassage
    if row.cik is not None:
        about = NotedFigure(Cik(row.cik), PeriodKind(row.period), row.figure)
    else:
        about = NotedPassage(row.document_id, row.start_char, row.end_char, row.quote)
    return Note(
        row.note_id, row.owner, about, row.text, tuple(row.tags), row.created_at,
        tuple(Role(role) for role in row.shared_with),
    )  # fmt: skip
