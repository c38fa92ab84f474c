from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edgar_server import Answer, EdgarServer
from tests.flows import archives
from workbench.domain.errors import MalformedDocument, NotFound, SourceRefused, SourceUnavailable
from workbench.domain.identity import Cik
from workbench.ports import FilingSource
from workbench.sources.bulk import BulkArchive
from workbench.sources.edgar import EdgarSource
from workbench.sources.folder import FolderSource
from workbench.sources.http import HttpClient
from workbench.sources.request_budget import RateLimiter


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return archives.build(tmp_path / "edgar", [30, 7, 21])


@pytest.fixture
def server(root: Path) -> Iterator[EdgarServer]:
    with EdgarServer(root) as server:
        yield server


@pytest.fixture
def edgar(server: EdgarServer, tmp_path: Path) -> Iterator[EdgarSource]:
    limiter = RateLimiter(tmp_path / "budget", per_second=1000)
    source = EdgarSource(server.url, HttpClient(contact="Test test@example.org", limiter=limiter, attempts=1))
    yield source
    source.close()


def test_members_come_from_a_folder_and_from_a_server_alike(root: Path, edgar: EdgarSource) -> None:
    with zipfile.ZipFile(root / archives.FACTS) as archive:
        expected = archive.read("CIK0000000007.json")
    sources: list[FilingSource] = [FolderSource(root), edgar]
    for source in sources:
        with source.bulk("companyfacts") as file:
            bulk = BulkArchive(file, "companyfacts.zip")
            assert bulk.ciks() == [Cik(30), Cik(7), Cik(21)]
            assert bulk.company_facts(Cik(7)).content == expected
            assert bulk.company_facts(Cik(7)).url == "companyfacts.zip#CIK0000000007.json"
            with pytest.raises(NotFound):
                bulk.company_facts(Cik(8))


def test_only_wanted_companies_are_known(root: Path) -> None:
    with FolderSource(root).bulk("submissions") as file:
        assert BulkArchive(file, "x", wanted={Cik(21), Cik(99)}).ciks() == [Cik(21)]


def test_a_large_archive_is_asked_for_in_parts(edgar: EdgarSource, server: EdgarServer, root: Path) -> None:
    with zipfile.ZipFile(root / archives.FACTS, "a") as archive:
        archive.writestr("padding.bin", bytes(range(256)) * 60_000)  # 15 MB, stored as they are
    with edgar.bulk("companyfacts") as file:
        BulkArchive(file, "x").company_facts(Cik(7))
    assert len(server.requests) == 2  # the head and the end of sixteen megabytes


def test_an_archive_that_is_replaced_meanwhile_is_said(edgar: EdgarSource, root: Path) -> None:
    with zipfile.ZipFile(root / archives.FACTS, "a") as archive:
        archive.writestr("padding.bin", bytes(9_000_000))
    with edgar.bulk("companyfacts") as file:
        archives.build(root, [1, 2])
        with pytest.raises(SourceUnavailable):
            BulkArchive(file, "x")


def test_a_server_that_gives_no_parts_is_refused_before_all_of_it_is_read(edgar: EdgarSource, server: EdgarServer) -> None:
    server.gives_parts = False
    with pytest.raises(SourceRefused, match="range requests"):
        edgar.bulk("companyfacts")


def test_errors_of_parts_are_those_of_pages(edgar: EdgarSource, server: EdgarServer) -> None:
    server.script(archives.FACTS, Answer(503))
    with pytest.raises(SourceUnavailable):
        edgar.bulk("companyfacts")
    (server.root / archives.FACTS).unlink()
    with pytest.raises(NotFound):
        edgar.bulk("companyfacts")


def test_the_wide_format_of_archives_beyond_four_gigabytes() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(1, 70_000):  # more than the narrow table can count
            archive.writestr(zipfile.ZipInfo(f"CIK{number:010d}.json"), b"{}")
    bulk = BulkArchive(target, "x", wanted=[Cik(1), Cik(69_999)])
    assert bulk.ciks() == [Cik(1), Cik(69_999)]
    assert bulk.submissions(Cik(69_999)).content == b"{}"


@pytest.mark.parametrize("harm", ["none of it", "cut", "flipped", "moved", "size"])
def test_damage_is_malformed(root: Path, harm: str) -> None:
    content = bytearray((root / archives.FACTS).read_bytes())
    if harm == "none of it":
        content = bytearray(b"<html>Request Rate Threshold</html>")
    elif harm == "cut":
        content = content[:-30]
    elif harm == "flipped":
        content[60] ^= 0xFF
    elif harm == "moved":
        content[0:4] = b"XXXX"
    else:
        directory = content.index(b"PK\1\2")
        content[directory + 20 : directory + 24] = struct.pack("<L", 10)
    with pytest.raises(MalformedDocument):
        _read_all(bytes(content))


def _read_all(content: bytes) -> None:
    bulk = BulkArchive(io.BytesIO(content), "x")
    for cik in bulk.ciks():
        bulk.company_facts(cik)
