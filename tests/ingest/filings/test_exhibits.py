"""Exhibits come in with their filing, from wherever the source has them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from db.companies import save_company
from db.engine import Database
from db.filings.documents import documents_of, get_document, sections_of
from db.filings.events import list_events
from db.filings.filing_index import indexed_documents, save_filings
from tests import edgar_folder
from tests.conftest import MIRROR
from workbench.adapters.object_store import FolderStore
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company
from workbench.ingest.filings.documents import read_raw, read_text
from workbench.ingest.filings.main_documents import ingest_filing
from workbench.sources.folder import FolderSource

ACME = Cik(edgar_folder.CIK)
FOLDER = "Archives/edgar/data/1234567/000123456724000020"
REPORT = Filing(
    ACME, Accession("0001234567-24-000020"), "8-K", date(2024, 2, 2), date(2024, 2, 1), items=("2.02", "9.01"),
    primary_document="acme-8k.htm",
)  # fmt: skip
MAIN = (
    b"<p>Item 2.02. Results of Operations and Financial Condition</p><p>Acme told its results.</p>"
    b"<p>Item 9.01. Exhibits</p><p>99.1</p>"
)
RELEASE = b"<p>Acme sold more anvils than ever.</p>"


def _row(number: int, description: str, name: str, kind: str) -> str:
    link = f'<a href="/{FOLDER}/{name}">{name}</a>' if name else f'<a href="/{FOLDER}/"></a>'
    return f"<tr><td>{number}</td><td>{description}</td><td>{link}</td><td>{kind}</td><td>9</td></tr>"


def _index(*rows: str) -> bytes:
    return f'<table summary="Document Format Files"><tr><th>Seq</th></tr>{"".join(rows)}</table>'.encode()


def _submission(*documents: tuple[str, str, bytes]) -> bytes:
    wrapped = [
        f"<DOCUMENT>\n<TYPE>{kind}\n<SEQUENCE>{number}\n{f'<FILENAME>{name}' if name else ''}\n<TEXT>\n".encode() + content
        + b"\n</TEXT>\n</DOCUMENT>\n"
        for number, (kind, name, content) in enumerate(documents, 1)
    ]  # fmt: skip
    return b"<SEC-DOCUMENT>\n" + b"".join(wrapped)


@pytest.fixture
def root(tmp_path: Path, database: Database) -> Path:
    with database.write() as connection:
        save_company(connection, Company(ACME, "Acme Anvils, Inc."))
        save_filings(connection, [REPORT])
    return edgar_folder.build(tmp_path / "edgar")


def _ingest(
    database: Database, objects: FolderStore, root: Path, filing: Filing = REPORT
) -> tuple[dict[str, int], dict[str, int]]:
    report = ingest_filing(database, objects, FolderSource(root), filing)
    assert report.error is None
    return dict(report.saved), dict(report.dropped)


def test_by_the_index_page(database: Database, objects: FolderStore, root: Path) -> None:
    edgar_folder.write(root, f"{FOLDER}/acme-8k.htm", MAIN)
    edgar_folder.write(root, f"{FOLDER}/release.htm", RELEASE)
    rows = [
        _row(1, "8-K", "acme-8k.htm", "8-K"), _row(2, "PRESS RELEASE", "release.htm", "EX-99.1"),
        _row(3, "EX-99.2", "missing.htm", "EX-99.2"), _row(4, "EX-10.1", "contract.htm", "EX-10.1"),
    ]  # fmt: skip
    edgar_folder.write(root, "Archives/edgar/data/1234567/0001234567-24-000020-index.html", _index(*rows))
    saved, dropped = _ingest(database, objects, root)
    assert (saved["exhibits"], dropped) == (1, {"exhibit not in the source": 1})
    with database.read() as connection:
        main, release = documents_of(connection, REPORT.accession)
        assert (main.name, release.name, release.title, release.form) == (
            "acme-8k.htm",
            "release.htm",
            "EX-99.1: PRESS RELEASE",
            "8-K",
        )
        assert get_document(connection, REPORT.accession) == main
        assert (read_raw(objects, release), read_text(objects, release)) == (RELEASE, "Acme sold more anvils than ever.")
        assert sections_of(connection, release.document_id) == []
        events = list_events(connection, ACME)
        assert [(each.item, each.source, each.document) for each in events] == [
            ("2.02", "both", "acme-8k.htm"), ("9.01", "both", "acme-8k.htm"),
        ]  # fmt: skip
        known = indexed_documents(connection, ACME)[REPORT.accession, "acme-8k.htm"]
    again = ingest_filing(database, objects, FolderSource(root / "files"), REPORT, indexed=known)  # asks nobody
    assert (again.error, "exhibits" in again.saved) == (None, False)


def test_out_of_the_full_submission(database: Database, objects: FolderStore, root: Path) -> None:
    whole = _submission(
        ("8-K", "acme-8k.htm", MAIN), ("EX-99.1", "release.htm", RELEASE), ("EX-99.2", "blank.htm", b"<p></p>"),
        ("EX-99.3", "chart.pdf", b"<PDF>\nbegin 644 chart.pdf\nM)5!$1BTQ"), ("EX-10.1", "contract.htm", b"<p>A contract.</p>"),
    )  # fmt: skip
    edgar_folder.write(root, f"{FOLDER}/acme-8k.htm", MAIN)
    edgar_folder.write(root, f"{FOLDER}/0001234567-24-000020.txt", whole)
    saved, dropped = _ingest(database, objects, root)
    assert saved["exhibits"] == 1
    assert [reason.split(":")[0] for reason in dropped] == ["exhibit unreadable"]
    with database.read() as connection:
        assert [each.name for each in documents_of(connection, REPORT.accession)] == ["acme-8k.htm", "release.htm"]


def test_before_2001_they_have_no_names(database: Database, objects: FolderStore, root: Path) -> None:
    old = replace(REPORT, form="10-K", items=(), primary_document=None)
    whole = _submission(
        ("10-K", "", b"ITEM 1. BUSINESS\n\nAnvils."), ("EX-13", "", b"To our owners."), ("EX-21", "", b"Acme Ltd.")
    )
    edgar_folder.write(root, f"{FOLDER}/0001234567-24-000020.txt", whole)
    saved, _ = _ingest(database, objects, root, old)
    assert saved["exhibits"] == 2
    with database.read() as connection:
        found = documents_of(connection, REPORT.accession)
        assert [(each.name, each.title) for each in found[1:]] == [("EX-13.txt", "EX-13"), ("EX-21.txt", "EX-21")]
        assert read_text(objects, found[1]) == "To our owners."


@pytest.mark.mirror
def test_a_recorded_press_release(database: Database, objects: FolderStore) -> None:
    filing = Filing(
        Cik(796343), Accession("0000796343-23-000044"), "8-K", date(2023, 3, 15), date(2023, 3, 15), items=("2.02", "9.01"),
        primary_document="adbe-20230315.htm",
    )  # fmt: skip
    with database.write() as connection:
        save_company(connection, Company(filing.cik, "ADOBE INC."))
        save_filings(connection, [filing])
    saved, dropped = _ingest(database, objects, MIRROR, filing)
    assert (saved["exhibits"], dropped.get("exhibit not in the source")) == (1, None)
    with database.read() as connection:
        release = get_document(connection, filing.accession, "adbeex991q123.htm")
        assert release.title == "EX-99.1"
        assert "record revenue" in read_text(objects, release).lower()
        assert {each.item: each.source for each in list_events(connection, filing.cik)} == {"2.02": "both", "9.01": "both"}


def test_events_are_what_the_document_reports(database: Database, objects: FolderStore, root: Path) -> None:
    """An item that says there is none is no event; one that leaves the rest to its exhibit is."""
    edgar_folder.write(
        root,
        f"{FOLDER}/acme-8k.htm",
        b"<p>Item 1.03 Bankruptcy</p><p>None.</p><p>Item 2.02 Results of Operations and Financial Condition</p>"
        b"<p>The press release is attached as Exhibit 99.1 and incorporated herein by reference.</p>"
        b"<p>Item 9.01 Exhibits</p><p>99.1</p>",
    )
    _ingest(database, objects, root)
    with database.read() as connection:
        assert {event.item: event.source for event in list_events(connection, ACME)}["2.02"] == "both"
        assert "1.03" not in {event.item for event in list_events(connection, ACME)}
