"""Documents that users added: list, find by id, name or title, and remove."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from db.filings.document_subjects import subject_columns, subject_of
from db.filings.documents import document_of
from db.ownership import changeable, readable
from db.tables import archive_entries, company_tickers, document_pages, document_subjects, documents, loaded_parts, passages
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.filings.documents import OwnDocument
from workbench.domain.identity import Cik
from workbench.domain.rights.ownership import LOCAL, Caller
from workbench.domain.rights.roles import Role

_IS_OWN = documents.c.origin == "upload"
_LOCK = 0x0D0C  # any number that no other advisory lock of the workbench has


def lock_objects(connection: sa.Connection) -> None:
    """Prevents other additions and removals of documents until the transaction ends, because documents can share objects."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def own_documents(
    connection: sa.Connection,
    *,
    cik: Cik | None = None,
    limit: int | None = 100,
    offset: int = 0,
    caller: Caller = LOCAL,
) -> list[OwnDocument]:
    """The documents that users added and the caller may read, newest first, or only those about one company."""
    query = _query().where(_IS_OWN, readable(documents, caller))
    if cik is not None:
        query = query.where(documents.c.cik == cik.number)
    rows = connection.execute(query.order_by(documents.c.document_id.desc()).limit(limit).offset(offset))
    return [_own(row) for row in rows]


def own_document_of_bytes(connection: sa.Connection, sha256: str, owner: str) -> OwnDocument | None:
    """The document with exactly these bytes that this owner added, or None."""
    is_it = (documents.c.sha256 == sha256, documents.c.owner == owner)
    row = connection.execute(_query().where(_IS_OWN, *is_it)).one_or_none()
    return _own(row) if row else None


def find_own_document(connection: sa.Connection, text: str, caller: Caller = LOCAL, *, to_change: bool = False) -> OwnDocument:
    """The document with this id, file name or title, in that order; capitals do not matter.

    Only documents that the caller may read count, or those that the caller may change. Raises NotFound, and
    InvalidRequest where several have the name.
    """
    wanted = text.strip()
    allowed = changeable(documents, caller) if to_change else readable(documents, caller)
    known = _query().where(_IS_OWN, allowed)
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        row = connection.execute(known.where(documents.c.document_id == int(wanted))).one_or_none()
        if row is not None:
            return _own(row)
    for column in (documents.c.name, documents.c.title):
        query = known.where(sa.func.lower(column) == wanted.lower()).order_by(documents.c.document_id).limit(20)
        rows = connection.execute(query).all()
        if len(rows) > 1:
            numbers = ", ".join(str(row.document_id) for row in rows)
            raise InvalidRequest(f"several documents are called {wanted!r}", hint=f"use its number: {numbers}")
        if rows:
            return _own(rows[0])
    raise NotFound(f"there is no added document {wanted!r}", hint="list documents with `workbench documents list`")


def extractor_of(connection: sa.Connection, document_id: int) -> str:
    """Name and version of what extracted the document's text."""
    query = sa.select(documents.c.extractor).where(documents.c.document_id == document_id)
    return str(connection.execute(query).scalar_one())


def delete_document(connection: sa.Connection, document_id: int) -> None:
    """Removes the document with its pages, items, passages and vectors; one that is not there is no error."""
    connection.execute(sa.delete(documents).where(_IS_OWN, documents.c.document_id == document_id))


def is_raw_used(connection: sa.Connection, sha256: str) -> bool:
    """Whether archived bytes with this hash belong to any document, or came from a source."""
    return any(
        connection.execute(sa.select(sa.exists().where(column == sha256))).scalar_one()
        for column in (documents.c.sha256, archive_entries.c.sha256, loaded_parts.c.sha256)
    )


def is_text_used(connection: sa.Connection, text_sha256: str) -> bool:
    """Whether extracted text with this hash is that of any document."""
    return bool(connection.execute(sa.select(sa.exists().where(documents.c.text_sha256 == text_sha256))).scalar_one())


def _query() -> sa.Select[Any]:
    ticker = (
        sa.select(company_tickers.c.ticker)
        .where(company_tickers.c.cik == documents.c.cik)
        .order_by(company_tickers.c.position, company_tickers.c.ticker)
        .limit(1)
        .scalar_subquery()
    )

    def count(table: sa.Table) -> sa.ScalarSelect[int]:
        return sa.select(sa.func.count()).where(table.c.document_id == documents.c.document_id).scalar_subquery()

    return sa.select(
        documents,
        ticker.label("ticker"),
        count(document_pages).label("page_count"),
        count(passages).label("passage_count"),
        *subject_columns(),
    ).outerjoin(document_subjects, document_subjects.c.document_id == documents.c.document_id)


def _own(row: Any) -> OwnDocument:
    company = row.ticker or (f"CIK {row.cik}" if row.cik is not None else None)
    roles = tuple(Role(role) for role in row.shared_with)
    return OwnDocument(
        document_of(row),
        company,
        row.archived_at,
        row.page_count,
        row.passage_count,
        subject_of(row),
        owner=row.owner,
        shared_with=roles,
    )
