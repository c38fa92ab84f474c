"""What only a store behind a network can get wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.services import ACCESS_KEY, SECRET_KEY, Service, minio_store, s3_server
from workbench.adapters.minio_store import MinioStore
from workbench.domain.errors import IntegrityError, NotFound, SetupError, SourceUnavailable


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


def test_changed_bytes_are_not_given_out(server: Service) -> None:
    store = minio_store(server.port)
    store.put("raw/ab", b"as it was filed")
    stored = [path for path in server.folder.rglob("*") if path.is_file() and path.read_bytes() == b"as it was filed"]
    for path in stored:
        path.write_bytes(b"as it was faked")
    assert stored
    with pytest.raises(IntegrityError, match="raw/ab"):
        store.get("raw/ab")


def test_what_was_put_survives_a_crash_of_the_server(tmp_path: Path) -> None:
    with s3_server(tmp_path) as server:
        store = minio_store(server.port, bucket="lasting")
        store.put("a", b"1")
        server.stop()
        with pytest.raises(SourceUnavailable, match="no answer"):
            store.get("a")
        server.start()
        assert store.get("a") == b"1"


def test_a_wrong_key_is_a_matter_of_the_settings(server: Service) -> None:
    store = minio_store(server.port, secret_key="wrong")
    with pytest.raises(SetupError, match="refuses us") as refused:
        store.put("a", b"1")
    assert "wrong" not in str(refused.value)


def test_a_signed_address_gives_one_object_and_no_other(server: Service) -> None:
    store = minio_store(server.port)
    store.put("a", b"1")
    store.put("b", b"2")
    address = store.presigned("a")
    with urlopen(address) as answer:
        assert answer.read() == b"1"
    with pytest.raises(HTTPError) as refused:
        urlopen(address.replace("/a?", "/b?"))
    assert refused.value.code == 403
    refused.value.close()


def test_a_bucket_that_somebody_else_makes_at_the_same_time_is_the_bucket(server: Service) -> None:
    one, other = minio_store(server.port, bucket="both"), minio_store(server.port, bucket="both")
    one.put("a", b"1")
    other.put("b", b"2")
    assert one.get("b") == b"2"
    with pytest.raises(NotFound):
        other.get("c")


@pytest.mark.parametrize("endpoint", ["minio:9000", "ftp://minio", "http://", "http://minio:9000/bucket"])
def test_an_address_that_is_none_is_refused(endpoint: str) -> None:
    with pytest.raises(SetupError, match="not the address"):
        MinioStore(endpoint, bucket="b", access_key=ACCESS_KEY, secret_key=SECRET_KEY)
