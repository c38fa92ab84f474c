"""Archived documents and the items found in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.ownership import readable
from db.recordset import recordset
from db.tables import company_value_states, company_values, document_pages, documents, filing_sections, sec_filings
from workbench.domain.errors import NotFound
from workbench.domain.filings.documents import DocumentPage
from workbench.domain.filings.filing import Document, NewDocument, Section
from workbench.domain.identity import Accession, Cik
from workbench.domain.rights.ownership import LOCAL, Caller

_NEVER: sa.ColumnElement[date] = sa.literal_column("'-infinity'::date", sa.Date)


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document whose text was extracted: the extractor, its number of characters, and the hash of the archived text."""

    new: NewDocument
    text_sha256: str
    extractor: str
    chars: int


def save_documents(connection: sa.Connection, read: Sequence[ReadDocument]) -> list[int]:
    """Adds the documents, or updates those of the same name (within a filing or company); returns their ids, in order.

    All must have the same origin, all or none must belong to filings, and no two may be the same document.
    """
    if not read:
        return []
    rows = [_row(each) for each in read]
    names, first = list(rows[0]), read[0].new
    insert = pg.insert(documents)
    changed = {name: insert.excluded[name] for name in names if name not in {"origin", "name", "accession", "owner"}}
    selected = insert.from_select(names, sa.select(recordset(documents, names, rows)))
    if first.origin == "upload":
        statement = selected.on_conflict_do_update(
            index_elements=["owner", "sha256"],
            index_where=sa.text("origin = 'upload'"),
            set_=changed | {"name": insert.excluded["name"]},
        )
    elif first.accession is not None:
        statement = selected.on_conflict_do_update(
            index_elements=["accession", "name"], index_where=sa.text("accession is not null"), set_=changed
        )
    else:
        changed.pop("cik")
        statement = selected.on_conflict_do_update(
            index_elements=["origin", "cik", "name"],
            index_where=sa.text("accession is null and origin <> 'upload'"),
            set_=changed,
        )
    key = ("accession", "cik", "name", "sha256")
    saved = connection.execute(statement.returning(documents.c.document_id, *(documents.c[name] for name in key)))
    ids = {tuple(known): document_id for document_id, *known in saved}
    # The cover page of a report says what its shares are, so values computed before it do not hold.
    ciks = {row["cik"] for row in rows}
    connection.execute(sa.update(company_values).where(company_values.c.cik.in_(ciks)).values(holds_until=_NEVER))
    state = company_value_states
    before = min((each.new.filed_on for each in read if each.new.filed_on), default=date.max) - timedelta(days=1)
    examined = sa.func.least(state.c.examined_until, before)
    connection.execute(sa.update(state).where(state.c.cik.in_(ciks)).values(examined_until=examined))
    return [ids[tuple(row[name] for name in key)] for row in rows]


def _row(read: ReadDocument) -> dict[str, Any]:
    new = read.new
    return {
        "origin": new.origin,
        "name": new.name,
        "title": new.title,
        "cik": new.cik.number if new.cik else None,
        "accession": new.accession.text if new.accession else None,
        "form": new.form,
        "filed_on": new.filed_on,
        "sha256": new.sha256,
        "text_sha256": read.text_sha256,
        "extractor": read.extractor,
        "chars": read.chars,
        "source_url": new.source_url,
        "owner": new.owner,
    }


def get_document(connection: sa.Connection, accession: Accession, name: str | None = None) -> Document:
    """The document `name` of a filing, by default the primary one; raises NotFound with a hint."""
    results = documents_of(connection, accession)
    for document in results:
        if name in (None, document.name):
            return document
    if results:
        raise NotFound(
            f"filing {accession} has no document {name!r} here", hint="it has " + ", ".join(one.name for one in results)
        )
    if connection.execute(sa.select(sa.exists().where(sec_filings.c.accession == accession.text))).scalar_one():
        raise NotFound(
            f"the documents of filing {accession} are not here yet",
            hint="load the company on the page Companies, or with `workbench ingest`",
        )
    raise NotFound(
        f"there is no filing {accession}", hint="load its company on the page Companies, or with `workbench ingest TICKER`"
    )


def get_document_by_id(connection: sa.Connection, document_id: int, caller: Caller = LOCAL) -> Document:
    """The document with this id; raises NotFound, also for one that the caller may not read."""
    is_it = (documents.c.document_id == document_id, readable(documents, caller))
    row = connection.execute(sa.select(documents).where(*is_it)).one_or_none()
    if row is None:
        raise NotFound(f"there is no document {document_id}")
    return document_of(row)


def documents_called(connection: sa.Connection, text: str, caller: Caller = LOCAL) -> list[Document]:
    """The documents with this id, accession, file name or title (case-insensitive), oldest first; raises NotFound.

    Those that the caller may not read are left out.
    """
    sought = text.strip()
    is_it = [sa.func.lower(documents.c.title) == sought.lower(), documents.c.name == sought, documents.c.accession == sought]
    if re.fullmatch(r"[0-9]{1,18}", sought):
        is_it.append(documents.c.document_id == int(sought))
    query = sa.select(documents).where(sa.or_(*is_it), readable(documents, caller))
    rows = connection.execute(query.order_by(documents.c.document_id))
    results = [document_of(row) for row in rows]
    if not results:
        raise NotFound(f"there is no document called {text!r}", hint="list documents with `workbench documents list`")
    return results


def documents_of(connection: sa.Connection, accession: Accession) -> list[Document]:
    """The stored documents of a filing, the primary one first, the others in order of arrival."""
    is_primary = sa.exists().where(
        sec_filings.c.accession == documents.c.accession, sec_filings.c.primary_document == documents.c.name
    )
    rows = connection.execute(
        sa.select(documents)
        .where(documents.c.accession == accession.text)
        .order_by(is_primary.desc(), documents.c.document_id)
    )
    return [document_of(row) for row in rows]


def save_sections(connection: sa.Connection, sections: Mapping[int, Sequence[Section]]) -> None:
    """Replaces the sections of each document, in order."""
    connection.execute(sa.delete(filing_sections).where(filing_sections.c.document_id.in_(sections)))
    rows = [
        {
            "document_id": document_id,
            "ordinal": ordinal,
            "part": section.part,
            "item": section.item,
            "title": section.title,
            "start_char": section.start,
            "end_char": section.end,
            "confidence": section.confidence,
            "method": section.method,
            "status": section.status,
        }
        for document_id, own in sections.items()
        for ordinal, section in enumerate(own)
    ]
    if rows:
        connection.execute(sa.insert(filing_sections), rows)


def save_pages(connection: sa.Connection, pages: Mapping[int, Sequence[DocumentPage]]) -> None:
    """Replaces the pages of each document."""
    connection.execute(sa.delete(document_pages).where(document_pages.c.document_id.in_(pages)))
    rows = [
        {"document_id": document_id, "number": page.number, "start_char": page.start, "label": page.label}
        for document_id, own in pages.items()
        for page in own
    ]
    if rows:
        connection.execute(sa.insert(document_pages), rows)


def pages_of(connection: sa.Connection, document_id: int) -> list[DocumentPage]:
    """The pages of a document in their order; empty when it has none."""
    rows = connection.execute(
        sa.select(document_pages.c.number, document_pages.c.start_char, document_pages.c.label)
        .where(document_pages.c.document_id == document_id)
        .order_by(document_pages.c.number)
    )
    return [DocumentPage(*row) for row in rows]


def sections_of(connection: sa.Connection, document_id: int) -> list[Section]:
    """The items of a document in the order of its text; empty when it has none."""
    rows = connection.execute(
        sa.select(filing_sections).where(filing_sections.c.document_id == document_id).order_by(filing_sections.c.ordinal)
    )
    return [
        Section(
            part=row.part,
            item=row.item,
            title=row.title,
            start=row.start_char,
            end=row.end_char,
            confidence=round(row.confidence, 4),
            method=row.method,
            status=row.status,
        )
        for row in rows
    ]


def document_of(row: Any) -> Document:
    """A row of `documents` as a domain value."""
    return Document(
        document_id=row.document_id,
        origin=row.origin,
        name=row.name,
        title=row.title,
        cik=Cik(row.cik) if row.cik is not None else None,
        accession=Accession(row.accession) if row.accession else None,
        form=row.form,
        filed_on=row.filed_on,
        sha256=row.sha256,
        text_sha256=row.text_sha256,
        chars=row.chars,
        source_url=row.source_url,
        archived_at=row.archived_at,
    )
