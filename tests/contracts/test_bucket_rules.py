"""A bucket keeps versions and names where copies go when it is told to; a store that cannot is found out at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from minio import Minio

from tests.services import ACCESS_KEY, SECRET_KEY, Service, minio_store, s3_server, versioned_s3_server
from workbench.adapters.bucket_rules import BucketRules
from workbench.domain.errors import SetupError

TARGET = "arn:aws:s3:::workbench-copy"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with versioned_s3_server(tmp_path_factory.mktemp("versions")) as running:
        yield running


@pytest.fixture
def client(server: Service) -> Minio:
    return Minio(f"127.0.0.1:{server.port}", access_key=ACCESS_KEY, secret_key=SECRET_KEY, secure=False, region="us-east-1")


def test_earlier_versions_stay_and_can_be_read(server: Service, client: Minio) -> None:
    store = minio_store(server.port, bucket="versions", rules=BucketRules(is_versioned=True, keep_versions_days=90))
    store.put("raw/a", b"one")
    store.put("raw/a", b"two")
    assert store.get("raw/a") == b"two"
    store.delete("raw/a")
    assert not store.exists("raw/a")
    versions = list(client.list_objects("versions", include_version=True, recursive=True))
    stored = [each.version_id for each in versions if not each.is_delete_marker]
    assert sorted(client.get_object("versions", "raw/a", version_id=each).data for each in stored) == [b"one", b"two"]
    (rule,) = client.get_bucket_lifecycle("versions").rules
    assert rule.noncurrent_version_expiration.noncurrent_days == 90


def test_rules_are_brought_up_to_date_by_the_next_process(server: Service, client: Minio) -> None:
    minio_store(server.port, bucket="later").put("a", b"1")
    assert client.get_bucket_versioning("later").status != "Enabled"
    for days in (30, 60):
        rules = BucketRules(is_versioned=True, keep_versions_days=days)
        minio_store(server.port, bucket="later", rules=rules).put("a", b"2")
        (rule,) = client.get_bucket_lifecycle("later").rules
        assert rule.noncurrent_version_expiration.noncurrent_days == days
    assert client.get_bucket_versioning("later").status == "Enabled"


def test_copies_are_ordered_with_their_target(server: Service, client: Minio) -> None:
    client.make_bucket("workbench-copy")
    rules = BucketRules(replicate_to=TARGET, replication_role="arn:aws:iam::123456789012:role/replication")
    for _ in range(2):
        minio_store(server.port, bucket="copied", rules=rules).put("a", b"1")
    (rule,) = client.get_bucket_replication("copied").rules
    assert (rule.status, rule.destination.bucket_arn) == ("Enabled", TARGET)
    assert client.get_bucket_versioning("copied").status == "Enabled"


def test_a_store_without_versions_is_refused_before_anything_is_put(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with s3_server(tmp_path_factory.mktemp("plain")) as plain:
        store = minio_store(plain.port, rules=BucketRules(is_versioned=True))
        with pytest.raises(SetupError):
            store.put("a", b"1")
        assert not store.exists("a")
