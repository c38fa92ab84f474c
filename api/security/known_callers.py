"""Sessions and API keys with their users, cached for as long as the database notifies changes of them."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from db.engine import Connection, Database
from db.operations import api_keys
from db.operations.change_notifications import ChangeListener
from db.sign_in import sessions
from workbench.domain.operations.accounts import ApiKey, User
from workbench.domain.operations.sessions import Session

_Known = TypeVar("_Known", Session, ApiKey)

# Notifications make entries exact; this bounds what a notification that was lost can do.
_CACHE_SECONDS = 60.0
_MOST_CACHED = 10_000


class KnownCallers:
    """What the database says of the session or key that a request bears.

    A session that is ended, a key that is revoked and a user who is changed are dropped in every process as soon as the
    database notifies it. While it does not, each request reads the database: one row by an index.
    """

    def __init__(self, database: Database, on_signing_keys: Callable[[], None] = lambda: None) -> None:
        """`on_signing_keys` is called when the keys that sign tokens may have changed."""
        self._database = database
        self._on_signing_keys = on_signing_keys
        self._lock = threading.Lock()
        self._listener: ChangeListener | None = None
        self._is_closed = False
        self._cached: dict[str, tuple[float, User, Any]] = {}
        self._changes = 0
        self._watches: set[_Watch] = set()

    async def session(self, session_id: str) -> tuple[User, Session] | None:
        """The session and its user, open or not; None if there is none."""
        return await self._known(f"session:{session_id}", sessions.find_session, session_id)

    async def session_of_cookie(self, cookie_sha256: str) -> tuple[User, Session] | None:
        """The session of the browser with this cookie, and its user; None if there is none."""
        return await self._known(f"cookie:{cookie_sha256}", sessions.find_by_cookie, cookie_sha256)

    async def key(self, key_sha256: str) -> tuple[User, ApiKey] | None:
        """The API key and its user, good or not; None if there is none."""
        return await self._known(f"key:{key_sha256}", api_keys.find_key, key_sha256)

    def on_change(self, subject: str | None) -> None:
        """Forgets what a change notification names: `session:<id>`, `user:<id>`, `signing_key:<kid>`; everything for None."""
        kind = subject.partition(":")[0] if subject is not None else None
        if kind in ("signing_key", None):
            self._on_signing_keys()
        if kind not in ("session", "user", None):
            return
        with self._lock:
            self._changes += 1
            for name, (_, user, known) in list(self._cached.items()):
                if subject in (None, f"user:{user.user_id}", f"session:{getattr(known, 'session_id', None)}"):
                    del self._cached[name]
            watches = [each for each in self._watches if kind != "session" or subject == f"session:{each.session_id}"]
        for watch in watches:
            watch.wake()

    @contextmanager
    def watch(self, session_id: str | None) -> Iterator[asyncio.Event]:
        """An event that is set whenever the session, or any user, may have changed; belongs to the running event loop."""
        watch = _Watch(session_id)
        with self._lock:
            self._watches.add(watch)
        try:
            yield watch.event
        finally:
            with self._lock:
                self._watches.discard(watch)

    def close(self) -> None:
        """Stops listening for changes."""
        with self._lock:
            listener, self._listener, self._is_closed = self._listener, None, True
        if listener is not None:
            listener.close()

    async def _known(
        self, name: str, read: Callable[[Connection, str], tuple[User, _Known] | None], argument: str
    ) -> tuple[User, _Known] | None:
        is_notified = self._is_notified()
        with self._lock:
            until, *cached = self._cached.get(name, (0.0,))
            changes = self._changes
        if is_notified and time.monotonic() < until:
            user, known = cached
            return user, known
        async with self._database.read_async() as connection:
            result: tuple[User, _Known] | None = await connection.run_sync(read, argument)
        if is_notified and result is not None:
            with self._lock:
                if changes == self._changes:  # otherwise what was read may be older than the change
                    if len(self._cached) >= _MOST_CACHED:
                        self._cached.clear()
                    self._cached[name] = (time.monotonic() + _CACHE_SECONDS, result[0], result[1])
        return result

    def _is_notified(self) -> bool:
        with self._lock:
            if self._listener is None and not self._is_closed:
                self._listener = ChangeListener(self._database, self.on_change)
            return self._listener is not None and self._listener.is_listening


class _Watch:
    """The event of one websocket, set from any thread."""

    def __init__(self, session_id: str | None) -> None:
        self.session_id = session_id
        self.event = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def wake(self) -> None:
        """Sets the event in its event loop; does nothing if that has ended."""
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self.event.set)
