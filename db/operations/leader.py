"""The one process that runs the schedules, whichever machine it is on: it holds an advisory lock of the database."""

from __future__ import annotations

import logging

import psycopg

from db.engine import Database
from db.timeouts import BoundedConnection
from workbench.domain.errors import DatabaseUnavailable

logger = logging.getLogger(__name__)

_LOCK = 0x53434844


class Leader:
    """A candidate for the lock. PostgreSQL releases the lock of a process that ends or loses its connection."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._timeouts = database.timeouts
        self._connection: BoundedConnection | None = None

    def holds(self) -> bool:
        """Whether this process holds the lock now; takes it if it is free."""
        try:
            if self._connection is None:
                self._connection = self._taken()
            else:
                self._connection.execute("select 1")
        except (psycopg.Error, DatabaseUnavailable) as error:
            logger.info("whether this process runs the schedules is unknown for a moment: %s", error)
            self.close()
        return self._connection is not None

    def close(self) -> None:
        """Releases the lock."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _taken(self) -> BoundedConnection | None:
        connection = BoundedConnection.open(self._database.libpq_url, self._timeouts)
        try:
            row = connection.execute("select pg_try_advisory_lock(%s, 0)", (_LOCK,)).fetchone()
        except psycopg.Error:
            connection.close()
            raise
        if row is not None and row[0]:
            return connection
        connection.close()
        return None
