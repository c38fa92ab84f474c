"""The archive: content-addressed, stored once, and checked when read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from db.engine import Database
from db.filings import archive as db_archive
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import IntegrityError, NotFound
from workbench.ingest import archive
from workbench.ports import Fetched

# SHA-256 of "abc" (FIPS 180-2, appendix B.1).
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def fetched(content: bytes, url: str = "https://www.sec.gov/x") -> Fetched:
    return Fetched(url, content, "text/html", datetime(2024, 2, 1, tzinfo=UTC))


def test_bytes_lie_under_their_hash_and_are_put_once(objects: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    assert archive.store(objects, b"abc") == ABC
    assert objects.get(f"raw/ba/{ABC}") == b"abc"
    monkeypatch.setattr(objects, "put", None)
    assert archive.store(objects, b"abc") == ABC
    assert archive.load(objects, ABC) == b"abc"


def test_text_lies_apart_from_bytes(objects: FolderStore) -> None:
    assert archive.store_text(objects, "abc") == ABC
    assert archive.load_text(objects, ABC) == "abc"
    with pytest.raises(NotFound):
        archive.load(objects, ABC)


def test_changed_bytes_are_noticed(objects: FolderStore) -> None:
    archive.store(objects, b"abc")
    objects.put(archive.raw_key(ABC), b"abd")
    with pytest.raises(IntegrityError, match="ba7816bf8f01"):
        archive.load(objects, ABC)


def test_each_pair_of_address_and_bytes_is_noted_once(database: Database, objects: FolderStore) -> None:
    for content in (b"abc", b"abd", b"abc"):
        archive.archive(database, objects, fetched(content))
    archive.archive(database, objects, fetched(b"abc", "https://www.sec.gov/y"))
    with database.write() as connection:
        assert not db_archive.record(connection, fetched(b"abc"), ABC)
        rows = connection.execute(sa.text("select source_url, size_bytes, media_type from archive_entries order by entry_id"))
        assert [tuple(row) for row in rows] == [
            ("https://www.sec.gov/x", 3, "text/html"),
            ("https://www.sec.gov/x", 3, "text/html"),
            ("https://www.sec.gov/y", 3, "text/html"),
        ]
