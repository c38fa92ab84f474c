"""Objects in MinIO, S3, or any other server of the S3 API."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.credentials.credentials import Credentials
from minio.credentials.providers import Provider
from minio.error import InvalidResponseError, S3Error, ServerError

from workbench.adapters.bucket_rules import BucketRules, apply_rules
from workbench.adapters.object_store import check_key, check_range
from workbench.deadlines.connections import PASSING_STATUS, bound_pools, retries
from workbench.deadlines.deadline import deadline
from workbench.deadlines.retry_after import retry_after_seconds
from workbench.domain.errors import IntegrityError, NotFound, SetupError, SourceUnavailable
from workbench.ports import StoredObject
from workbench.secret_values import Secret, current

_MISSING = {"NoSuchKey", "NoSuchBucket", "NoSuchObject"}
_REFUSED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "AllAccessDisabled", "RequestTimeTooSkewed"}
_NOT_NOW = {"SlowDown", "RequestTimeout"}  # by their code, where the status is not one of these
_NOT_NOW_STATUS = frozenset(PASSING_STATUS)
_HASH = "x-amz-meta-sha256"
_PART_BYTES = 16 * 2**20  # larger objects go up in parts of this size


class _NotNow(Exception):
    """The server answered, after the last try, that it cannot."""

    def __init__(self, status: int, retry_after_seconds: float | None) -> None:
        super().__init__(status)
        self.status = status
        self.retry_after_seconds = retry_after_seconds


class _Pools(urllib3.PoolManager):
    """Raises _NotNow in place of a response of its statuses, from whose headers the client takes nothing."""

    def urlopen(self, method: str, url: str, redirect: bool = True, **options: Any) -> urllib3.BaseHTTPResponse:  # type: ignore[override]
        response = super().urlopen(method, url, redirect, **options)
        if response.status in _NOT_NOW_STATUS:
            response.close()
            raise _NotNow(response.status, retry_after_seconds(response.headers.get("retry-after")))
        return response


class _Keys(Provider):
    """The keys that count when a request is signed."""

    def __init__(self, access_key: Secret, secret_key: Secret) -> None:
        self._keys = access_key, secret_key

    def retrieve(self) -> Credentials:
        access_key, secret_key = self._keys
        return Credentials(current(access_key), current(secret_key))


class MinioStore:
    """An ObjectStore in one bucket, which the first put creates and configures.

    Each object carries its SHA-256, checked when it is read whole.

    Every call ends within `timeout_seconds`, its `attempts` and the pauses between them included, and one second more for
    each 64 KiB that it transfers; of `list` this holds for each object. A `Retry-After` is passed on and not waited for.

    Raises SourceUnavailable when the server gives no answer, SetupError when it refuses the keys.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        bucket: str,
        access_key: Secret,
        secret_key: Secret,
        region: str = "us-east-1",
        timeout_seconds: float = 30.0,
        attempts: int = 3,
        rules: BucketRules | None = None,
    ) -> None:
        parts = urlsplit(endpoint)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            raise SetupError(
                f"{endpoint!r} is not the address of an object store",
                hint="WORKBENCH_OBJECTS__ENDPOINT is http(s)://host:port",
            )
        self._bucket = bucket
        self._endpoint = endpoint
        self._has_bucket = False
        self._timeout_seconds = timeout_seconds
        self._rules = rules or BucketRules()
        self._client = Minio(
            endpoint=parts.netloc,
            credentials=_Keys(access_key, secret_key),
            secure=parts.scheme == "https",
            region=region,
            http_client=bound_pools(
                _Pools(
                    timeout=urllib3.Timeout(connect=min(5.0, timeout_seconds), read=timeout_seconds),
                    retries=retries(attempts),
                    maxsize=16,
                )
            ),
        )

    def put(self, key: str, content: bytes, *, media_type: str = "application/octet-stream") -> None:
        """Stores `content`, in parts when it is large; a reader sees the old bytes or the new, never half."""
        check_key(key)
        with self._errors(key):
            if not self._has_bucket:
                self._make_bucket()
            self._client.put_object(
                bucket_name=self._bucket,
                object_name=key,
                data=BytesIO(content),
                length=len(content),
                content_type=media_type,
                metadata={_HASH: hashlib.sha256(content).hexdigest()},
                part_size=_PART_BYTES,
                num_parallel_uploads=1,  # its threads would know nothing of the deadline
            )

    def get(self, key: str) -> bytes:
        """The whole object; raises NotFound, and IntegrityError when the bytes are not those that were put."""
        headers, content = self._get(key)
        expected = headers.get(_HASH)
        if expected and hashlib.sha256(content).hexdigest() != expected:
            raise IntegrityError(f"the stored object {key!r} is damaged", hint="restore it from a backup, or ingest it again")
        return content

    def get_range(self, key: str, start: int, length: int) -> bytes:
        """Up to `length` bytes from `start`; fewer at the object's end, none past it. Raises NotFound."""
        check_range(start, length)
        size = self.stat(key).size_bytes
        if start >= size or length == 0:
            return b""
        return self._get(key, start, min(length, size - start))[1]

    def stat(self, key: str) -> StoredObject:
        """What is known of the object without reading it; raises NotFound."""
        check_key(key)
        with self._errors(key):
            result = self._client.stat_object(bucket_name=self._bucket, object_name=key)
        return StoredObject(key, result.size or 0)

    def exists(self, key: str) -> bool:
        """Whether there is such an object."""
        try:
            self.stat(key)
        except NotFound:
            return False
        return True

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """The objects whose key begins with `prefix`, by key."""
        listed = self._client.list_objects(bucket_name=self._bucket, prefix=prefix, recursive=True)
        while True:
            try:
                with self._errors(prefix):  # a page of a thousand at a time, and never while the caller works
                    result = next(listed, None)
            except NotFound:
                return
            if result is None:
                return
            if not result.is_dir:
                yield StoredObject(result.object_name or "", result.size or 0)

    def delete(self, key: str) -> None:
        """Removes the object; none there is no error."""
        # Servers that keep objects as files fail to delete what is only the beginning of other keys.
        if not self.exists(key):
            return
        with self._errors(key):
            self._client.remove_object(bucket_name=self._bucket, object_name=key)

    def presigned(self, key: str, *, valid: timedelta = timedelta(hours=1)) -> str:
        """An address under which anybody can read the object for a while (at most seven days)."""
        check_key(key)
        with self._errors(key):
            return str(self._client.presigned_get_object(bucket_name=self._bucket, object_name=key, expires=valid))

    def _get(self, key: str, offset: int = 0, length: int = 0) -> tuple[Any, bytes]:  # a length of 0 is the whole
        check_key(key)
        with self._errors(key):
            response = self._client.get_object(bucket_name=self._bucket, object_name=key, offset=offset, length=length)
            try:
                return response.headers, response.read()
            finally:
                response.close()
                response.release_conn()

    def _make_bucket(self) -> None:
        if not self._client.bucket_exists(bucket_name=self._bucket):
            try:
                self._client.make_bucket(bucket_name=self._bucket)
            except S3Error as error:
                if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):  # another process was quicker
                    raise
        apply_rules(self._client, self._bucket, self._rules)
        self._has_bucket = True

    @contextmanager
    def _errors(self, key: str) -> Iterator[None]:
        """One deadline for the block, and the errors of the tree for those of the library."""
        try:
            with deadline(self._timeout_seconds):
                yield
        except S3Error as error:
            if error.code in _MISSING:
                raise NotFound(f"there is no object {key!r}") from None
            if error.code in _REFUSED:
                raise SetupError(
                    f"the object store at {self._endpoint} refuses us: {error.message or error.code}",
                    hint="check WORKBENCH_OBJECTS__ACCESS_KEY and WORKBENCH_OBJECTS__SECRET_KEY, and this machine's clock",
                ) from error
            if error.code in _NOT_NOW:
                raise self._unavailable(error.code) from error
            raise SetupError(
                f"the object store at {self._endpoint} says {error.code}: {error.message}", hint="see its log"
            ) from error
        except _NotNow as error:
            raise self._unavailable(f"status {error.status}", error.retry_after_seconds) from None
        except (urllib3.exceptions.HTTPError, ServerError, InvalidResponseError, OSError) as error:
            raise self._unavailable(type(error).__name__) from error

    def _unavailable(self, reason: str, wait_seconds: float | None = None) -> SourceUnavailable:
        return SourceUnavailable(
            f"the object store at {self._endpoint} gives no answer ({reason})",
            url=self._endpoint,
            hint="start it, or check WORKBENCH_OBJECTS__ENDPOINT",
            retry_after_seconds=wait_seconds,
        )
