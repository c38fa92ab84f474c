"""Connections: one `Database` for each process, reading and writing as two different doors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

import psycopg
import sqlalchemy as sa

from workbench.domain.errors import SetupError

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

# What query functions take; named here so that callers outside `db` need no SQLAlchemy for their annotations.
Connection = sa.Connection


class Database:
    """A pool of connections to one PostgreSQL.

    `read()` gives a read-only transaction, `write()` one that commits when the block ends well and rolls back when it
    raises. `read_async()` is for async endpoints: run any query function with `await connection.run_sync(function, ...)`.
    """

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        self._pool_size = pool_size

    @cached_property
    def engine(self) -> sa.Engine:
        """The synchronous engine."""
        return sa.create_engine(self.url, pool_size=self._pool_size, max_overflow=8, pool_pre_ping=True)

    @cached_property
    def async_engine(self) -> AsyncEngine:
        """The asynchronous engine; belongs to the event loop that first uses it."""
        from sqlalchemy.ext.asyncio import create_async_engine  # brings the mapper of objects along, which commands never need

        return create_async_engine(self.url, pool_size=self._pool_size, max_overflow=8, pool_pre_ping=True)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A read-only transaction."""
        with self._connect() as connection:
            connection.execution_options(postgresql_readonly=True)
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that commits at the end of the block."""
        with self._connect() as connection, connection.begin():
            yield connection

    @asynccontextmanager
    async def read_async(self) -> AsyncIterator[AsyncConnection]:
        """A read-only transaction on the event loop."""
        try:
            connection = await self.async_engine.connect()
        except sa.exc.OperationalError as error:
            raise _unreachable(error) from error
        try:
            await connection.execution_options(postgresql_readonly=True)
            async with connection.begin():
                yield connection
        except (sa.exc.OperationalError, psycopg.OperationalError) as error:
            if (failure := _failure(error)) is None:
                raise
            raise failure from error
        finally:
            await connection.close()

    @contextmanager
    def _connect(self) -> Iterator[sa.Connection]:
        try:
            connection = self.engine.connect()
        except sa.exc.OperationalError as error:
            raise _unreachable(error) from error
        try:
            yield connection
        except (sa.exc.OperationalError, psycopg.OperationalError) as error:  # COPY raises the driver's own
            if (failure := _failure(error)) is None:
                raise
            raise failure from error
        finally:
            connection.close()

    def close(self) -> None:
        """Closes the synchronous pool (the asynchronous one closes with `close_async`)."""
        if "engine" in self.__dict__:
            self.engine.dispose()

    async def close_async(self) -> None:
        """Closes the asynchronous pool."""
        if "async_engine" in self.__dict__:
            await self.async_engine.dispose()


def _unreachable(error: sa.exc.OperationalError) -> SetupError:
    reason = str(error.orig).strip().splitlines()[0] if error.orig else "no answer"
    return SetupError(f"the database cannot be reached: {reason}", hint="run `workbench doctor`")


def _failure(error: sa.exc.OperationalError | psycopg.OperationalError) -> SetupError | None:
    """What a person can mend about a server that failed during a question; None when the question itself was at fault."""
    cause = error if isinstance(error, psycopg.OperationalError) else error.orig
    if isinstance(cause, psycopg.errors.DiskFull):
        return SetupError("the database's disk is full; what was committed stays", hint="make room on it and try again")
    shutdowns = (psycopg.errors.AdminShutdown, psycopg.errors.CrashShutdown, psycopg.errors.CannotConnectNow)
    if isinstance(cause, shutdowns) or type(cause) is psycopg.OperationalError:  # the bare class: the connection was lost
        return SetupError(
            "the database stopped meanwhile; what was committed stays", hint="try again, or run `workbench doctor`"
        )
    return None


def is_alive(url: str) -> bool:
    """Whether a PostgreSQL answers `select 1` at this URL, within two seconds."""
    try:
        with psycopg.connect(url, connect_timeout=2, autocommit=True) as connection:
            return connection.execute("select 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False
