"""What every FilingSource keeps, whether it reads a folder or asks a server."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import edgar_folder
from tests.edgar_server import EdgarServer
from workbench.domain.errors import MalformedDocument, NotFound
from workbench.domain.identity import Accession, Cik
from workbench.ports import FilingSource
from workbench.sources.edgar import EdgarSource
from workbench.sources.folder import FolderSource
from workbench.sources.http import HttpClient
from workbench.sources.request_budget import RateLimiter

ACME = Cik(edgar_folder.CIK)
ACCESSION = Accession(edgar_folder.ACCESSION)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return edgar_folder.build(tmp_path / "edgar")


@pytest.fixture(params=["folder", "http"])
def source(request: pytest.FixtureRequest, root: Path, tmp_path: Path) -> Iterator[FilingSource]:
    if request.param == "folder":
        yield FolderSource(root)
        return
    limiter = RateLimiter(tmp_path / "run" / "ledger", per_second=1000)
    with EdgarServer(root) as server:
        edgar = EdgarSource(server.url, HttpClient(contact="Test test@example.org", limiter=limiter, attempts=1))
        yield edgar
        edgar.close()


def test_everything_comes_as_the_bytes_that_are_there(source: FilingSource, root: Path) -> None:
    edgar_folder.write(root, "submissions/CIK0001234567-submissions-001.json", b"{}")
    for fetched, path in [
        (source.tickers(), "files/company_tickers_exchange.json"),
        (source.tickers_without_exchange(), "files/company_tickers.json"),
        (source.submissions(ACME), "submissions/CIK0001234567.json"),
        (source.submissions_page("CIK0001234567-submissions-001.json"), "submissions/CIK0001234567-submissions-001.json"),
        (source.company_facts(ACME), "api/xbrl/companyfacts/CIK0001234567.json"),
        (
            source.document(ACME, ACCESSION, edgar_folder.DOCUMENT),
            f"Archives/edgar/data/1234567/000123456724000010/{edgar_folder.DOCUMENT}",
        ),
    ]:
        assert fetched.content == (root / path).read_bytes()
        assert fetched.url.endswith(path)
        assert datetime.now(UTC) - fetched.fetched_at < timedelta(minutes=1)


def test_what_is_not_there_is_not_found(source: FilingSource) -> None:
    with pytest.raises(NotFound):
        source.submissions(Cik(99))
    with pytest.raises(NotFound):
        source.company_facts(Cik(99))
    with pytest.raises(NotFound):
        source.document(ACME, ACCESSION, "other.htm")
    with pytest.raises(NotFound):
        source.submissions_page("CIK0001234567-submissions-009.json")


@pytest.mark.parametrize(
    "name", ["../../../secret", "/etc/passwd", "a/../../b", "", "a\\b", "x\0y", "%2e%2e/x", "a" * 300, "..", "a//b"]
)
def test_no_name_leads_out_of_the_filing(source: FilingSource, root: Path, name: str) -> None:
    edgar_folder.write(root, "Archives/edgar/data/secret", b"secret")
    with pytest.raises(NotFound):
        source.document(ACME, ACCESSION, name)
    with pytest.raises(NotFound):
        source.submissions_page(name)


def test_a_document_may_lie_one_folder_deeper_and_have_odd_letters(source: FilingSource, root: Path) -> None:
    for name in ("xslF345X05/wk-form4_1.xml", "d1 (final), v2.htm"):
        edgar_folder.write(root, f"Archives/edgar/data/1234567/000123456724000010/{name}", b"<x/>")
        assert source.document(ACME, ACCESSION, name).content == b"<x/>"


def test_gzip_is_undone_even_when_nobody_says_so_and_damage_is_told(source: FilingSource, root: Path) -> None:
    path = "api/xbrl/companyfacts/CIK0001234567.json"
    packed = gzip.compress(b'{"cik": 1234567}')
    edgar_folder.write(root, path, packed)
    assert source.company_facts(ACME).content == b'{"cik": 1234567}'
    edgar_folder.write(root, path, packed[:-9])
    with pytest.raises(MalformedDocument, match="cut short"):
        source.company_facts(ACME)
    edgar_folder.write(root, path, packed[:12] + b"\xff\xff\xff" + packed[12:])
    with pytest.raises(MalformedDocument, match="damaged"):
        source.company_facts(ACME)
