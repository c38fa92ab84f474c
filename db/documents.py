"""Archived documents and the items found in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables import document_pages, documents, filing_sections, sec_filings
from workbench.domain.documents import DocumentPage
from workbench.domain.errors import NotFound
from workbench.domain.filings import Document, NewDocument, Section
from workbench.domain.identity import Accession, Cik


def save_document(connection: sa.Connection, new: NewDocument, *, text_sha256: str, extractor: str, chars: int) -> int:
    """Adds the document, or brings the one of the same name (within its filing, or company) up to date; returns its id."""
    values: dict[str, Any] = {
        "origin": new.origin,
        "name": new.name,
        "title": new.title,
        "cik": new.cik.number if new.cik else None,
        "accession": new.accession.text if new.accession else None,
        "form": new.form,
        "filed_on": new.filed_on,
        "sha256": new.sha256,
        "text_sha256": text_sha256,
        "extractor": extractor,
        "chars": chars,
        "source_url": new.source_url,
    }
    insert = pg.insert(documents).values(values)
    changed = {key: insert.excluded[key] for key in values if key not in {"origin", "name", "accession"}}
    if new.origin == "upload":
        statement = insert.on_conflict_do_update(
            index_elements=["sha256"], index_where=sa.text("origin = 'upload'"), set_=changed | {"name": new.name}
        )
    elif new.accession is not None:
        statement = insert.on_conflict_do_update(
            index_elements=["accession", "name"], index_where=sa.text("accession is not null"), set_=changed
        )
    else:
        changed.pop("cik")
        statement = insert.on_conflict_do_update(
            index_elements=["origin", "cik", "name"],
            index_where=sa.text("accession is null and origin <> 'upload'"),
            set_=changed,
        )
    return int(connection.execute(statement.returning(documents.c.document_id)).scalar_one())


def get_document(connection: sa.Connection, accession: Accession, name: str | None = None) -> Document:
    """A document of a filing, its primary one unless `name` says which; raises NotFound, saying what to do."""
    found = documents_of(connection, accession)
    for document in found:
        if name in (None, document.name):
            return document
    if found:
        raise NotFound(
            f"filing {accession} has no document {name!r} here", hint="it has " + ", ".join(one.name for one in found)
        )
    if connection.execute(sa.select(sa.exists().where(sec_filings.c.accession == accession.text))).scalar_one():
        raise NotFound(
            f"the documents of filing {accession} are not here yet", hint="`workbench ingest` fetches the forms it is told"
        )
    raise NotFound(f"there is no filing {accession}", hint="`workbench ingest TICKER` brings in the filings of a company")


def get_document_by_id(connection: sa.Connection, document_id: int) -> Document:
    """The document with this id; raises NotFound."""
    row = connection.execute(sa.select(documents).where(documents.c.document_id == document_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no document {document_id}")
    return document_of(row)


def documents_called(connection: sa.Connection, text: str) -> list[Document]:
    """The documents with this id, accession, file name or title (in any case), oldest first; raises NotFound for none."""
    sought = text.strip()
    is_it = [sa.func.lower(documents.c.title) == sought.lower(), documents.c.name == sought, documents.c.accession == sought]
    if re.fullmatch(r"[0-9]{1,18}", sought):
        is_it.append(documents.c.document_id == int(sought))
    rows = connection.execute(sa.select(documents).where(sa.or_(*is_it)).order_by(documents.c.document_id))
    found = [document_of(row) for row in rows]
    if not found:
        raise NotFound(f"there is no document called {text!r}", hint="workbench documents list")
    return found


def documents_of(connection: sa.Connection, accession: Accession) -> list[Document]:
    """The documents of a filing that are here, the primary one first, the others in the order they came."""
    is_primary = sa.exists().where(
        sec_filings.c.accession == documents.c.accession, sec_filings.c.primary_document == documents.c.name
    )
    rows = connection.execute(
        sa.select(documents)
        .where(documents.c.accession == accession.text)
        .order_by(is_primary.desc(), documents.c.document_id)
    )
    return [document_of(row) for row in rows]


def save_sections(connection: sa.Connection, document_id: int, sections: Sequence[Section]) -> int:
    """Makes `sections` those of the document, in their order; returns how many there are."""
    connection.execute(sa.delete(filing_sections).where(filing_sections.c.document_id == document_id))
    if sections:
        connection.execute(
            sa.insert(filing_sections),
            [
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
                for ordinal, section in enumerate(sections)
            ],
        )
    return len(sections)


def save_pages(connection: sa.Connection, document_id: int, pages: Sequence[DocumentPage]) -> None:
    """Makes `pages` those of the document."""
    connection.execute(sa.delete(document_pages).where(document_pages.c.document_id == document_id))
    if pages:
        connection.execute(
            sa.insert(document_pages),
            [
                {"document_id": document_id, "number": page.number, "start_char": page.start, "label": page.label}
                for page in pages
            ],
        )


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
