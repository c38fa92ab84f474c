"""What every ObjectStore does, whichever keeps the bytes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services import minio_store, s3_server
from workbench.adapters.minio_store import MinioStore
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import InvalidRequest, NotFound, SetupError
from workbench.ports import ObjectStore, StoredObject


@pytest.fixture(scope="module")
def buckets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], MinioStore]]:
    """Makes a store in a bucket of its own, on one server for all of them."""
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield lambda: minio_store(server.port)


@pytest.fixture(params=["folder", "minio"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "folder":
        return FolderStore(tmp_path / "objects")
    made: MinioStore = request.getfixturevalue("buckets")()
    return made


@given(content=st.binary(max_size=2000))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_was_put_is_what_is_got(store: ObjectStore, content: bytes) -> None:
    store.put("raw/ab/abc", content)
    assert store.get("raw/ab/abc") == content


def test_a_second_put_replaces_the_first(store: ObjectStore) -> None:
    store.put("a", b"one, and longer")
    store.put("a", b"two")
    assert store.get("a") == b"two"
    assert list(store.list("")) == [StoredObject("a", 3)]


def test_what_is_not_there_is_not_found(store: ObjectStore) -> None:
    store.put("a/b", b"")
    for key in ("c", "a", "a/b/c", "a/bb"):
        assert not store.exists(key)
        with pytest.raises(NotFound):
            store.get(key)


def test_objects_are_listed_by_key_below_a_prefix(store: ObjectStore) -> None:
    for key in ("raw/b", "raw/a", "raw2/c", "text/d"):
        store.put(key, key.encode())
    assert list(store.list("raw/")) == [StoredObject("raw/a", 5), StoredObject("raw/b", 5)]
    assert [found.key for found in store.list("raw")] == ["raw/a", "raw/b", "raw2/c"]
    assert list(store.list("nothing")) == []


def test_a_part_is_read_alone(store: ObjectStore) -> None:
    store.put("a/b", b"0123456789")
    parts = [store.get_range("a/b", start, length) for start, length in ((0, 4), (8, 10), (3, 0), (10, 5), (99, 1))]
    assert parts == [b"0123", b"89", b"", b"", b""]
    assert store.stat("a/b") == StoredObject("a/b", 10)
    for ask in (store.stat, lambda key: store.get_range(key, 0, 1)):
        with pytest.raises(NotFound):
            ask("a")
    with pytest.raises(InvalidRequest):
        store.get_range("a/b", -1, 3)


def test_a_large_object_comes_back_whole(store: ObjectStore) -> None:
    content = os.urandom(1 << 20) * 34  # more than two parts of an upload in parts
    store.put("large", content)
    assert store.stat("large").size_bytes == len(content)
    assert store.get("large") == content


def test_an_empty_store_answers_before_the_first_put(store: ObjectStore) -> None:
    assert list(store.list("")) == []
    assert not store.exists("a")
    store.delete("a")
    with pytest.raises(NotFound):
        store.get("a")


def test_deleting_twice_is_no_error(store: ObjectStore) -> None:
    store.put("a/b", b"1")
    store.delete("a")
    assert store.exists("a/b")
    store.delete("a/b")
    store.delete("a/b")
    assert not store.exists("a/b")


@pytest.mark.parametrize("key", ["", "/a", "a/", "a//b", "../a", "a/../../b", ".", "a/.hidden", "a\\b", "a\0b"])
def test_a_key_that_leads_elsewhere_is_refused(store: ObjectStore, key: str) -> None:
    for ask in (store.get, store.exists, store.delete, lambda key: store.put(key, b"")):
        with pytest.raises(InvalidRequest):
            ask(key)


def test_a_store_that_cannot_write_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SetupError, match="cannot be written"):
        FolderStore(tmp_path / "file").put("a", b"1")
    assert [path.name for path in tmp_path.rglob("*")] == ["file"]


def test_a_put_cut_short_leaves_the_old_object_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderStore(tmp_path)
    store.put("a", b"old")

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(SetupError, match="No space left"):
        store.put("a", b"new")
    assert store.get("a") == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
