"""Bounds on every wait for the database: what the server is asked to keep, and what the client keeps by itself.

The server bounds its own work (`statement_timeout` and its like). One that is frozen, or behind a cut network, keeps no
promise, and the kernel of a frozen server's machine goes on acknowledging TCP segments: so the client, too, ends each wait
after the statement's bound and a grace, and drops that connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, cast

import psycopg
import sqlalchemy as sa

from workbench.domain.operations.cancellation import interrupting

# An index over the facts of the whole market takes hours to build.
SCHEMA_STATEMENT_SECONDS = 21600.0

# Past the bound of a statement, for the server's own word that it was cancelled, which leaves the connection usable.
_GRACE_SECONDS = 2.0
# For the request to cancel a statement, which goes over a connection of its own.
_CANCEL_SECONDS = 5.0
# So often the server looks whether the client of a statement at work is still there.
_CLIENT_CHECK_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Bounds in seconds; docs/settings.md describes each."""

    connect_seconds: float = 5.0
    statement_seconds: float = 30.0
    job_statement_seconds: float = 3600.0
    schema_statement_seconds: float = SCHEMA_STATEMENT_SECONDS
    idle_transaction_seconds: float = 120.0
    lock_seconds: float = 10.0
    pool_seconds: float = 5.0
    network_seconds: float = 30.0

    def connection_parameters(self) -> dict[str, int]:
        """What libpq is given for each connection; the TCP ones mean nothing to a Unix socket."""
        third = max(1, round(self.network_seconds / 3))
        return {
            "connect_timeout": max(2, round(self.connect_seconds)),  # libpq takes less than two seconds for two
            "keepalives": 1,
            "keepalives_idle": third,
            "keepalives_interval": third,
            "keepalives_count": 2,
            "tcp_user_timeout": round(self.network_seconds * 1000),
        }

    def session_settings(self, *, is_serving: bool) -> dict[str, str]:
        """The server's settings for each session: those of requests, or those of jobs and commands."""
        job = _milliseconds(self.job_statement_seconds)
        bounds = {"statement_timeout": job, "lock_timeout": job, "idle_in_transaction_session_timeout": job}
        if is_serving:
            bounds = {
                "statement_timeout": _milliseconds(self.statement_seconds),
                "lock_timeout": _milliseconds(self.lock_seconds),
                "idle_in_transaction_session_timeout": _milliseconds(self.idle_transaction_seconds),
            }
        return bounds | {"client_connection_check_interval": _milliseconds(_CLIENT_CHECK_SECONDS)}

    def answer_seconds(self, *, is_serving: bool) -> float:
        """How long the client waits for the answer to one statement."""
        return (self.statement_seconds if is_serving else self.job_statement_seconds) + _GRACE_SECONDS


class BoundedConnection(psycopg.Connection[Any]):
    """A connection of psycopg that waits at most `answer_seconds` for each answer, and is closed when none comes."""

    answer_seconds: float = 5.0

    @classmethod
    def open(cls, url: str, timeouts: Timeouts) -> BoundedConnection:
        """One beside the pool, that commits each statement; answers may take as long as a connection."""
        parameters: dict[str, Any] = timeouts.connection_parameters()
        connection = cls.connect(url, autocommit=True, **parameters)
        connection.answer_seconds = timeouts.connect_seconds
        return connection

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """As psycopg's; raises ConnectionTimeout after `answer_seconds`."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.answer_seconds)
        except psycopg.errors._WaitTimeout:
            self.pgconn.finish()
            raise no_answer(self.answer_seconds) from None


class BoundedAsyncConnection(psycopg.AsyncConnection[Any]):
    """The same on the event loop."""

    answer_seconds: float = 5.0

    async def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """As psycopg's; raises ConnectionTimeout after `answer_seconds`."""
        if timeout is not None:
            return await super().wait(gen, interval, timeout)
        try:
            return await super().wait(gen, interval, self.answer_seconds)
        except psycopg.errors._WaitTimeout:
            self.pgconn.finish()
            raise no_answer(self.answer_seconds) from None


def no_answer(seconds: float) -> psycopg.errors.ConnectionTimeout:
    """The error of a server that gave no answer for so long."""
    return psycopg.errors.ConnectionTimeout(f"no answer within {seconds:g} seconds")


@contextmanager
def interruptible(connection: sa.Connection) -> Iterator[None]:
    """Within it a request to stop the work of this thread cancels the statement that it waits for.

    Raises Interrupted when that was requested before.
    """
    driver = cast(psycopg.Connection[Any], connection.connection.driver_connection)

    def cancel() -> None:
        with suppress(psycopg.Error):
            driver.cancel_safe(timeout=_CANCEL_SECONDS)

    with interrupting(cancel):
        yield


@contextmanager
def long_statements(connection: sa.Connection, seconds: float) -> Iterator[None]:
    """Within it each statement of this connection may take so long, instead of what its session allows."""
    driver = connection.connection.driver_connection
    before = connection.scalar(sa.text("select current_setting('statement_timeout')"))
    allow = sa.text("select set_config('statement_timeout', :bound, false)")
    connection.execute(allow, {"bound": _milliseconds(seconds)})
    connection.commit()
    answer_seconds = driver.answer_seconds if isinstance(driver, BoundedConnection) else None
    if isinstance(driver, BoundedConnection):
        driver.answer_seconds = seconds + _GRACE_SECONDS
    try:
        yield
    finally:
        if isinstance(driver, BoundedConnection) and answer_seconds is not None:
            driver.answer_seconds = answer_seconds
        if not connection.invalidated:
            connection.rollback()
            connection.execute(allow, {"bound": before})
            connection.commit()


def _milliseconds(seconds: float) -> str:
    return str(max(1, round(seconds * 1000)))
