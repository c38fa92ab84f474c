"""A document's bytes become text, sections and passages, once; and can be had back."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from db.filings.documents import documents_of, get_document, sections_of
from db.tables import documents, filing_sections, passages
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import IntegrityError, MalformedDocument, NotFound
from workbench.domain.filings.filing import NewDocument
from workbench.domain.identity import Accession
from workbench.ingest import archive
from workbench.ingest.filings.documents import DocumentReport, index_document, read_raw, read_text

ACCESSION = Accession("0009999999-24-000001")
HTML = (
    b"<html><body><p><b>PART I</b></p><p><b>Item 1. Business</b></p><p>We make anvils and sell them by post.</p>"
    b"<p><b>Item 1A. Risk Factors</b></p><p>Anvils fall.</p><p><b>Item 2. Properties</b></p><p>A shed.</p></body></html>"
)


def _index(connection: sa.Connection, objects: FolderStore, content: bytes = HTML, name: str = "a.htm") -> DocumentReport:
    return index_document(
        connection,
        objects,
        content,
        NewDocument(
            name=name,
            origin="filing",
            sha256=archive.store(objects, content),
            form="10-K",
            accession=ACCESSION,
            filed_on=date(2024, 2, 1),
        ),
    )


def test_indexing_twice_is_indexing_once(connection: sa.Connection, objects: FolderStore) -> None:
    first = _index(connection, objects)
    again = _index(connection, objects)
    assert (first.sections, first.passages) == (3, 4)  # the fourth passage is the heading of the part
    assert again.document_id == first.document_id
    assert again.passages == 0
    assert connection.execute(sa.select(sa.func.count()).select_from(documents)).scalar_one() == 1
    assert connection.execute(sa.select(sa.func.count()).select_from(filing_sections)).scalar_one() == 3


def test_spans_count_in_the_stored_text(connection: sa.Connection, objects: FolderStore) -> None:
    _index(connection, objects)
    document = get_document(connection, ACCESSION)
    text = read_text(objects, document)
    assert document.chars == len(text)
    sections = {section.item: text[section.start : section.end] for section in sections_of(connection, document.document_id)}
    assert sections["1A"] == "Item 1A. Risk Factors\n\nAnvils fall."
    for row in connection.execute(sa.select(passages)):
        assert text[row.start_char : row.end_char] == row.text
    assert read_raw(objects, document) == HTML


def test_a_changed_document_replaces_its_sections_and_passages(connection: sa.Connection, objects: FolderStore) -> None:
    first = _index(connection, objects)
    second = _index(connection, objects, HTML.replace(b"<p><b>Item 2. Properties</b></p><p>A shed.</p>", b""))
    assert second.document_id == first.document_id
    assert [section.item for section in sections_of(connection, first.document_id)] == ["1", "1A"]


def test_nothing_is_written_for_rubbish(connection: sa.Connection, objects: FolderStore) -> None:
    with pytest.raises(MalformedDocument):
        _index(connection, objects, b"%PDF-1.7 not ours")
    assert documents_of(connection, ACCESSION) == []
    assert list(objects.list("text/")) == []


def test_what_is_not_there_is_said(connection: sa.Connection, objects: FolderStore) -> None:
    with pytest.raises(NotFound, match="there is no filing 0009999999-24-000001"):
        get_document(connection, ACCESSION)
    _index(connection, objects)
    with pytest.raises(NotFound, match=r"has no document 'b\.htm'"):
        get_document(connection, ACCESSION, "b.htm")


def test_damaged_text_is_refused(connection: sa.Connection, objects: FolderStore) -> None:
    _index(connection, objects)
    document = get_document(connection, ACCESSION)
    objects.put(archive.text_key(str(document.text_sha256)), b"something else")
    with pytest.raises(IntegrityError):
        read_text(objects, document)
