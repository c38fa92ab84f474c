"""The look for new filings, against a server that counts what it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from db import companies as db_companies
from db.engine import Database
from db.filings import filing_index as db_filings
from tests import edgar_folder
from tests.edgar_server import Answer, EdgarServer
from tests.parse.edgar.test_current_feed import entry, feed
from workbench.adapters.object_store import FolderStore
from workbench.domain.identity import Cik
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.companies import ingest_company
from workbench.ingest.filings.current import ingest_new_filings
from workbench.sources import paths
from workbench.sources.edgar import EdgarSource
from workbench.sources.http import HttpClient
from workbench.sources.request_budget import RateLimiter

# A Monday; the index of Friday the 20th is there, that of Monday is not yet.
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
FRIDAY = date(2026, 11, 20)
NEW = "0001234567-26-000009"
DOCUMENT = "acme-20260930.htm"
COMPACT = NEW.replace("-", "")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EdgarServer]:
    with EdgarServer(edgar_folder.build(tmp_path / "edgar")) as server:
        yield server


@pytest.fixture
def source(server: EdgarServer, tmp_path: Path) -> Iterator[EdgarSource]:
    limiter = RateLimiter(tmp_path / "budget", per_second=1000)
    source = EdgarSource(server.url, HttpClient(contact="Test test@example.org", limiter=limiter, attempts=1))
    yield source
    source.close()


@pytest.fixture
def followed(database: Database, objects: FolderStore, source: EdgarSource) -> Database:
    list(ingest_company(database, objects, source, None, "ACME"))
    return database


def file_new_report(root: Path, *, in_feed: bool, in_index: bool) -> None:
    """Acme files a quarterly report: its submissions, the feed and the index know it, and its document is there."""
    page = edgar_folder.submissions()
    older = page["filings"]["recent"]
    newest = edgar_folder.columns(
        {"accessionNumber": NEW, "form": "10-Q", "filingDate": "2026-11-20", "primaryDocument": DOCUMENT},
    )  # fmt: skip
    page["filings"]["recent"] = {name: newest[name] + older[name] for name in older}
    edgar_folder.write(root, f"submissions/CIK{edgar_folder.CIK:010d}.json", page)
    edgar_folder.write(
        root, f"Archives/edgar/data/{edgar_folder.CIK}/{COMPACT}/{DOCUMENT}", edgar_folder.annual_report("springs")
    )
    if in_feed:
        entries = [
            entry("Somebody Else (0000000055) (Filer)", "0000000055-26-000001", updated="2026-11-23T09:00:00-05:00"),
            entry("Acme (0001234567) (Filer)", NEW, "10-Q", updated="2026-11-20T16:30:00-05:00"),
        ]
        edgar_folder.write(root, paths.latest_file(0), feed(*entries))
    if in_index:
        line = (
            f"10-Q        Acme Anvils, Inc.       {edgar_folder.CIK}     20261120    edgar/data/{edgar_folder.CIK}/{NEW}.txt\n"
        )
        content = "Form Type   Company Name  CIK  Date Filed  File Name\n" + "-" * 60 + "\n" + line
        edgar_folder.write(root, paths.daily_index(FRIDAY), content.encode())


def look(database: Database, objects: FolderStore, source: EdgarSource, now: datetime = NOW) -> list[IngestReport]:
    return list(ingest_new_filings(database, objects, source, now=now, days=4))


def is_here(database: Database) -> bool:
    with database.read() as connection:
        found = db_filings.indexed_documents(connection, Cik(edgar_folder.CIK))
    return any(accession.text == NEW for accession, _ in found)


@pytest.mark.parametrize("where", [(True, False), (False, True), (True, True)], ids=["feed", "index", "both"])
def test_a_new_report_comes_in_whole_and_once(
    followed: Database, objects: FolderStore, source: EdgarSource, server: EdgarServer, where: tuple[bool, bool]
) -> None:
    in_feed, in_index = where
    file_new_report(server.root, in_feed=in_feed, in_index=in_index)
    server.requests.clear()
    reports = look(followed, objects, source)
    assert is_here(followed)
    assert sum(report.saved.get("documents", 0) for report in reports if report.kind == "filings") == 1
    with followed.read() as connection:
        filing = next(
            each for each in db_filings.list_filings(connection, Cik(edgar_folder.CIK)) if each.accession.text == NEW
        )
        assert len(db_companies.known_ciks(connection)) == 1  # somebody else is nobody of ours
    assert (filing.form, filing.primary_document) == ("10-Q", DOCUMENT)
    asked = [path for _, path, _ in server.requests]
    assert asked.count(f"submissions/CIK{edgar_folder.CIK:010d}.json") == 1

    server.requests.clear()
    assert not any(report.saved for report in look(followed, objects, source))
    again = [path for _, path, _ in server.requests]
    assert f"submissions/CIK{edgar_folder.CIK:010d}.json" not in again
    assert paths.daily_index(FRIDAY) not in again or not in_index  # a day that was read is not asked for again


def test_a_filing_that_the_submissions_do_not_know_yet_comes_in_all_the_same(
    followed: Database, objects: FolderStore, source: EdgarSource, server: EdgarServer
) -> None:
    file_new_report(server.root, in_feed=True, in_index=False)
    edgar_folder.write(server.root, f"submissions/CIK{edgar_folder.CIK:010d}.json", edgar_folder.submissions())
    text = f"Archives/edgar/data/{edgar_folder.CIK}/{COMPACT}/{NEW}.txt"
    edgar_folder.write(server.root, text, edgar_folder.annual_report("springs"))
    look(followed, objects, source)
    assert is_here(followed)
    with followed.read() as connection:
        assert NEW in [each.accession.text for each in db_filings.list_filings(connection, Cik(edgar_folder.CIK))]


@pytest.mark.parametrize("what", ["submissions", "document"])
def test_what_failed_is_tried_again_at_the_next_look(
    followed: Database, objects: FolderStore, source: EdgarSource, server: EdgarServer, what: str
) -> None:
    file_new_report(server.root, in_feed=False, in_index=True)
    path = {
        "submissions": f"submissions/CIK{edgar_folder.CIK:010d}.json",
        "document": f"Archives/edgar/data/{edgar_folder.CIK}/{COMPACT}/{DOCUMENT}",
    }[what]
    server.script(path, Answer(503))
    reports = look(followed, objects, source)
    assert any(report.outcome == "failed" and report.is_transient for report in reports)
    assert not is_here(followed)
    assert "failed" not in [report.outcome for report in look(followed, objects, source)]
    assert is_here(followed)


def test_a_source_without_a_feed_is_no_failure(followed: Database, objects: FolderStore, source: EdgarSource) -> None:
    assert {report.outcome for report in look(followed, objects, source)} == {"skipped"}
