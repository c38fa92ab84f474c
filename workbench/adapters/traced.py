"""A cache and an object store whose calls are spans; used while traces are on. Keys are hashes or names of companies."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from workbench.ports import Cache, ObjectStore, StoredObject
from workbench.tracing import begin, span


class TracedCache:
    """A Cache that says of each answer whether it was there."""

    def __init__(self, inner: Cache) -> None:
        self._inner = inner

    def answer(self, key: str, make: Callable[[], bytes], *, seconds: float) -> bytes:
        """As the cache's."""
        is_hit = True

        def computed() -> bytes:
            nonlocal is_hit
            is_hit = False
            return make()

        with span("cache answer", kind="client") as recorded:
            result = self._inner.answer(key, computed, seconds=seconds)
            if recorded is not None:
                recorded.set_attribute("cache.hit", is_hit)
        return result

    def drop(self, key: str) -> None:
        """As the cache's."""
        with span("cache drop", kind="client"):
            self._inner.drop(key)

    def clear(self) -> None:
        """As the cache's."""
        with span("cache clear", kind="client"):
            self._inner.clear()


class TracedObjectStore:
    """An ObjectStore whose calls are spans; that of a list ends when it is read to its end."""

    def __init__(self, inner: ObjectStore) -> None:
        self._inner = inner

    def put(self, key: str, content: bytes, *, media_type: str = "application/octet-stream") -> None:
        """As the store's."""
        with span("objects put", kind="client", object__bytes=len(content)):
            self._inner.put(key, content, media_type=media_type)

    def get(self, key: str) -> bytes:
        """As the store's."""
        with span("objects get", kind="client") as recorded:
            content = self._inner.get(key)
            if recorded is not None:
                recorded.set_attribute("object.bytes", len(content))
        return content

    def get_range(self, key: str, start: int, length: int) -> bytes:
        """As the store's."""
        with span("objects get_range", kind="client", object__bytes=length):
            return self._inner.get_range(key, start, length)

    def stat(self, key: str) -> StoredObject:
        """As the store's."""
        with span("objects stat", kind="client"):
            return self._inner.stat(key)

    def exists(self, key: str) -> bool:
        """As the store's."""
        with span("objects exists", kind="client"):
            return self._inner.exists(key)

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """As the store's."""
        recorded = begin("objects list", "client", {})  # not the running span: the caller goes on between two objects
        try:
            yield from self._inner.list(prefix)
        finally:
            if recorded is not None:
                recorded.end()

    def delete(self, key: str) -> None:
        """As the store's."""
        with span("objects delete", kind="client"):
            self._inner.delete(key)
