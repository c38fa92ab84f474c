"""Change notifications (LISTEN/NOTIFY): database triggers announce changes of any process."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import psycopg

from db.engine import Database
from db.timeouts import BoundedConnection
from workbench.domain.errors import DatabaseUnavailable

logger = logging.getLogger(__name__)

CHANNEL = "workbench_changed"
_LOOK_SECONDS = 0.25  # how long a stop waits at most
_AGAIN_SECONDS = 1.0
# A frozen or disconnected server is silent, like one without changes, so the connection is checked this often.
_CHECK_SECONDS = 10.0


class ChangeListener:
    """Calls `heard` with the key of what changed (`company:320193`, `company:AAPL`), and with None when anything may have.

    `is_listening` tells whether a change would be heard now: at first, and after the connection broke, it would not.
    """

    def __init__(self, database: Database, noticed: Callable[[str | None], None]) -> None:
        self._database = database
        self._timeouts = database.timeouts
        self._noticed = noticed
        self._listening = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="change-listener", daemon=True)
        self._thread.start()

    @property
    def is_listening(self) -> bool:
        """Whether a change that is committed now will be heard."""
        return self._listening.is_set()

    def wait(self, seconds: float) -> bool:
        """Waits until it listens, up to the time-out; returns whether it does."""
        return self._listening.wait(seconds)

    def close(self) -> None:
        """Stops listening."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with BoundedConnection.open(self._database.libpq_url, self._timeouts) as connection:
                    connection.execute(f"listen {CHANNEL}")
                    # What changed before this moment was not heard.
                    self._noticed(None)
                    self._listening.set()
                    self._hear(connection)
            except (psycopg.Error, DatabaseUnavailable) as error:
                logger.info("changes are not heard for a moment: %s", error)
            finally:
                self._listening.clear()
            self._stopped.wait(_AGAIN_SECONDS)

    def _hear(self, connection: BoundedConnection) -> None:
        check_at = time.monotonic() + _CHECK_SECONDS
        while not self._stopped.is_set():
            for notice in connection.notifies(timeout=_LOOK_SECONDS):
                self._noticed(notice.payload)
            if time.monotonic() >= check_at:
                connection.execute("select 1")
                check_at = time.monotonic() + _CHECK_SECONDS
