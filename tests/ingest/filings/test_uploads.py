"""Documents that people bring: kept whole, once, or not at all; and removed without a trace."""

from __future__ import annotations

from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa

from db.companies import save_company
from db.engine import Database
from db.filings import own_documents
from db.filings.documents import get_document_by_id, pages_of
from db.tables import metadata
from tests.parse.pdfs import pdf
from workbench.adapters.embedder import WordLlamaEmbedder
from workbench.adapters.object_store import FolderStore
from workbench.domain.as_of import today
from workbench.domain.errors import (
    DocumentTooLarge,
    FutureDate,
    InvalidRequest,
    NotFound,
    SetupError,
    UnreadableDocument,
    WorkbenchError,
)
from workbench.domain.filings.filing import NewDocument
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.ingest import archive
from workbench.ingest.filings import uploads
from workbench.ingest.filings.documents import document_pages, index_document, read_raw
from workbench.ingest.filings.uploads import Description, add_document, read_file, remove_document
from workbench.ingest.search.passages import embed_missing
from workbench.parse.html.decoding import MAX_BYTES
from workbench.search.hybrid import SearchQuery, search

REPORT = pdf([["A preface of no great length."], ["The harvest of walnuts fell by a third", "because of frost in April."]])
PAPER = b"<p>The harvest of walnuts fell.</p>"


def _rows(database: Database) -> dict[str, int]:
    with database.read() as connection:
        counts = {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }
    return {name: count for name, count in counts.items() if count}


def _files(objects: FolderStore) -> list[str]:
    return [stored.key for stored in objects.list("")]


def test_a_document_is_found_on_its_page(database: Database, objects: FolderStore) -> None:
    with database.write() as connection:
        save_company(connection, Company(Cik(104169), "Walmart Inc.", (Listing(Ticker("WMT")),)))
    added = add_document(
        database,
        objects,
        content=REPORT,
        name="C:\\reports\\nuts.pdf",
        description=Description("wmt", "note", date(2024, 5, 1), None),
    )
    own = added.document
    assert (added.is_new, own.company, own.pages, own.passages) == (True, "WMT", 2, 2)
    assert (own.document.name, own.document.title, own.document.form) == ("nuts.pdf", "nuts", "NOTE")
    embedder = WordLlamaEmbedder()
    embed_missing(database, embedder)
    with database.read() as connection:
        hit = search(connection, embedder, SearchQuery("why did the walnut harvest fall", forms=("note",))).hits[0]
        assert (hit.accession, hit.document, hit.title, hit.page, hit.ticker) == (None, "nuts.pdf", "nuts", 2, "WMT")
        document = get_document_by_id(connection, hit.document_id)
        assert read_raw(objects, document) == REPORT
        assert [page.number for page in pages_of(connection, document.document_id)] == [1, 2]
        second = document_pages(connection, objects, document, 2)[0]
        assert second.text == hit.text
        with pytest.raises(NotFound, match="no page 3"):
            document_pages(connection, objects, document, 3)


def test_items_of_a_form_are_found_in_it(database: Database, objects: FolderStore) -> None:
    items = (
        "PART I",
        "Item 1. Business",
        "We make anvils.",
        "Item 1A. Risk Factors",
        "Anvils fall.",
        "Item 2. Properties",
        "A shed.",
    )
    content = "\n\n".join(items).encode()
    added = add_document(database, objects, content=content, name="a.txt", description=Description(form="10-K"))
    with database.read() as connection:
        found = connection.execute(sa.text("select item, text from passages order by ordinal")).all()
    assert ("1A", "Item 1A. Risk Factors\n\nAnvils fall.") in [tuple(row) for row in found]
    assert added.document.document.filed_on == today()


def test_the_same_bytes_again_are_told_and_not_doubled(database: Database, objects: FolderStore) -> None:
    first = add_document(database, objects, content=REPORT, name="one.pdf")
    rows, files = _rows(database), _files(objects)
    again = add_document(database, objects, content=REPORT, name="two.pdf", description=Description(title="Other"))
    assert (again.is_new, again.document) == (False, first.document)
    assert (_rows(database), _files(objects)) == (rows, files)


def test_other_bytes_of_the_same_name_are_another_document(database: Database, objects: FolderStore) -> None:
    one = add_document(database, objects, content=b"First.", name="notes.txt")
    two = add_document(database, objects, content=b"Second.", name="notes.txt")
    assert one.document.document.document_id != two.document.document.document_id
    with database.read() as connection:
        assert len(own_documents.own_documents(connection)) == 2
        with pytest.raises(InvalidRequest, match="several documents are called"):
            own_documents.find_own_document(connection, "NOTES.txt")


@pytest.mark.parametrize(
    ("content", "name", "said", "error"),
    [
        (b"", "empty.pdf", Description(), UnreadableDocument),
        (REPORT[:300], "cut.pdf", Description(), UnreadableDocument),
        (pdf([["x"]], is_locked=True), "locked.pdf", Description(), UnreadableDocument),
        (pdf([[]]), "scan.pdf", Description(), UnreadableDocument),
        (b"\0\1\2" * 99, "a.bin", Description(), UnreadableDocument),
        (b"word " * (MAX_BYTES // 5 + 1), "large.txt", Description(), DocumentTooLarge),
        (REPORT, "a.pdf", Description(company="ZZZZ"), NotFound),
        (REPORT, "a.pdf", Description(dated_on=today() + timedelta(days=1)), FutureDate),
        (REPORT, "a.pdf", Description(form="a form of more than twenty letters"), InvalidRequest),
        (REPORT, "///", Description(), InvalidRequest),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_one_that_is_refused_leaves_nothing_behind(
    database: Database, objects: FolderStore, *, content: bytes, name: str, said: Description, error: type[WorkbenchError]
) -> None:
    before = _rows(database)
    with pytest.raises(error):
        add_document(database, objects, content=content, name=name, description=said)
    assert (_rows(database), _files(objects)) == (before, [])


def test_one_that_cannot_be_saved_leaves_no_object_behind(
    database: Database, objects: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise SetupError("the disk is full")

    before = _rows(database)
    monkeypatch.setattr("workbench.ingest.filings.uploads.runs.save", full)
    with pytest.raises(SetupError):
        add_document(database, objects, content=REPORT, name="a.pdf")
    assert (_rows(database), _files(objects)) == (before, [])


def test_removing_takes_all_of_it_and_nothing_of_others(database: Database, objects: FolderStore) -> None:
    before = _rows(database)
    with database.write() as connection:
        index_document(
            connection, objects, PAPER, NewDocument(name="a.htm", origin="composed", sha256=archive.store(objects, PAPER))
        )
    kept_rows, kept_files = _rows(database), _files(objects)
    add_document(database, objects, content=REPORT, name="nuts.pdf", description=Description(title="Walnuts"))
    add_document(database, objects, content=PAPER, name="paper.html")
    embed_missing(database, WordLlamaEmbedder())
    assert remove_document(database, objects, "walnuts").document.name == "nuts.pdf"
    remove_document(database, objects, "paper.html")
    rows = _rows(database)
    # The vectors are those of the document that stays.
    added = {"ingest_runs": 2, "embedding_models": 1, "document_embeddings": 1, "filing_vectors": 1}
    assert {name: count - kept_rows.get(name, 0) for name, count in rows.items() if count != kept_rows.get(name, 0)} == added
    assert _files(objects) == kept_files
    with pytest.raises(NotFound):
        remove_document(database, objects, "walnuts")
    assert before.get("documents", 0) == 0


def _mail(*files: tuple[str, bytes], subject: str = "The harvest of 2023") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "ann@example.org", subject
    mail.set_content("Ben, the walnuts froze.")
    for name, content in files:
        mail.add_attachment(content, "application", "octet-stream", filename=name)
    return mail.as_bytes()


def test_the_files_of_a_mail_are_documents_of_their_own(database: Database, objects: FolderStore) -> None:
    inner = _mail(("paper.htm", PAPER), subject="Forwarded paper")
    content = _mail(("nuts.pdf", REPORT), ("table.xlsx", b"PK\x03\x04"), ("forwarded.eml", inner))
    added = add_document(
        database, objects, content=content, name="m.eml", description=Description(None, None, date(2024, 5, 1))
    )
    assert added.document.document.title == "The harvest of 2023"
    assert [(each.name, each.is_new, each.problem) for each in added.attachments] == [
        ("nuts.pdf", True, None),
        (
            "table.xlsx",
            False,
            "table.xlsx: the document is not an Excel workbook, although its name says so, or it is damaged",
        ),
        ("forwarded.eml", True, None),
        ("paper.htm", True, None),
    ]
    report = added.attachments[0].document
    assert report is not None
    assert (report.pages, report.document.filed_on) == (2, date(2024, 5, 1))
    before = _rows(database)
    again = add_document(database, objects, content=content, name="m.eml")
    assert not again.is_new
    assert not any(each.is_new for each in again.attachments)
    assert _rows(database) == before


def test_mails_within_mails_end(database: Database, objects: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_MOST_NESTED", 1)
    content = _mail(("a.eml", _mail(("b.eml", _mail(subject="Third letter")), subject="Second letter")))
    added = add_document(database, objects, content=content, name="m.eml")
    assert [(each.name, each.problem) for each in added.attachments] == [
        ("a.eml", None),
        ("b.eml", "b.eml: e-mails within e-mails are read 1 deep"),
    ]


def test_a_document_bears_its_own_title(database: Database, objects: FolderStore) -> None:
    page = b"<html><head><title>Walnuts and frost</title></head><body><p>The harvest fell.</p></body></html>"
    assert add_document(database, objects, content=page, name="x.html").document.document.title == "Walnuts and frost"


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(DocumentTooLarge, match="has 100 MB"):
        read_file(large)
    with pytest.raises(NotFound):
        read_file(tmp_path / "none.pdf")
    with pytest.raises(UnreadableDocument, match="not a file"):
        read_file(tmp_path)
