"""One listener for changes of the database in each process, which several caches share."""

from __future__ import annotations

import threading
from collections.abc import Callable

from db.engine import Database
from db.operations.change_notifications import ChangeListener

OnChange = Callable[[str | None], None]


class Changes:
    """Passes on what the database notifies: a key of what changed, or None when anything may have.

    The listener starts with the first question whether it listens. Subscribers are called in its thread.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listener: ChangeListener | None = None
        self._lock = threading.Lock()
        self._subscribers: tuple[OnChange, ...] = ()

    @property
    def is_listening(self) -> bool:
        """Whether a change that is committed now will be noticed; while it is not, nothing cached may be used."""
        listener = self._listener
        return (listener or self.start()).is_listening

    def subscribe(self, on_change: OnChange) -> None:
        """Calls `on_change` from here on."""
        with self._lock:
            self._subscribers = (*self._subscribers, on_change)

    def unsubscribe(self, on_change: OnChange) -> None:
        """Calls it no more."""
        with self._lock:
            self._subscribers = tuple(each for each in self._subscribers if each != on_change)

    def start(self) -> ChangeListener:
        """The listener, started if it was not."""
        with self._lock:
            if self._listener is None:
                self._listener = ChangeListener(self._database, self._notice)
            return self._listener

    def close(self) -> None:
        """Stops listening."""
        with self._lock:
            listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()

    def _notice(self, key: str | None) -> None:
        for on_change in self._subscribers:
            on_change(key)
