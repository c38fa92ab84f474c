"""Records an outage of the server, so that only one request waits to detect it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 0.5


class Outage:
    """Begins with `begin()` and ends by itself once `is_alive`, asked in a thread of its own, says that the server is back."""

    def __init__(self, is_alive: Callable[[], bool]) -> None:
        self._is_alive = is_alive
        self._lock = threading.Lock()
        self._watch: threading.Thread | None = None
        self._closed = threading.Event()

    @property
    def is_on(self) -> bool:
        """Whether the server was found not to answer, and has not come back since."""
        return self._watch is not None

    def begin(self) -> None:
        """Starts an outage; does nothing during one."""
        with self._lock:
            if self._watch is not None or self._closed.is_set():
                return
            logger.warning("the database does not answer")
            self._watch = threading.Thread(target=self._until_back, name="database-outage", daemon=True)
            self._watch.start()

    def close(self) -> None:
        """Ends the watch."""
        self._closed.set()
        if (watch := self._watch) is not None:
            watch.join()

    def _until_back(self) -> None:
        while not self._closed.is_set():
            if self._is_alive():
                logger.warning("the database answers again")
                break
            self._closed.wait(_LOOK_SECONDS)
        self._watch = None
