"""Connections: one `Database` per process, with separate read and write transactions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import psycopg
import sqlalchemy as sa

from db.outage import Outage
from db.statement_times import Observe, time_statements
from db.timeouts import BoundedAsyncConnection, BoundedConnection, Timeouts, interruptible
from db.traced import trace
from workbench import tracing
from workbench.domain.errors import DatabaseUnavailable, SetupError
from workbench.domain.operations.cancellation import check_cancelled

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
    from sqlalchemy.pool import ConnectionPoolEntry

    from workbench.ports import DatabaseAddress

# The parameter type of query functions; named here so that callers outside `db` can annotate without SQLAlchemy.
Connection = sa.Connection


class ConnectionCount(NamedTuple):
    """Connections of a process's pools."""

    in_use: int
    most: int


class Database:
    """A pool of connections to one PostgreSQL.

    `read()` gives a read-only transaction, `write()` one that commits when the block ends well and rolls back when it
    raises. `read_async()` is for async endpoints: run any query function with `await connection.run_sync(function, ...)`.
    All three raise DatabaseUnavailable when the server cannot be reached or does not answer in time; each statement and
    each wait is bounded by `timeouts`, those of jobs and commands until `serve()` is called.
    """

    def __init__(
        self,
        address: str | DatabaseAddress,
        *,
        pool_size: int = 8,
        pool_overflow: int = 8,
        timeouts: Timeouts | None = None,
        owner: str | None = None,
    ) -> None:
        """`address` is a URL, or knows the URL with the account that counts now: the pools then move to a new account.

        `owner` is the URL with the account that owns the tables, where that is another.
        """
        self._address = _FixedAddress(address) if isinstance(address, str) else address
        self.timeouts = timeouts or Timeouts()
        self._pool_size = pool_size
        self._pool_overflow = pool_overflow
        self._is_serving = False
        self._outage = Outage(self._is_alive)
        self._owner = Database(owner, pool_size=1, pool_overflow=1, timeouts=timeouts) if owner is not None else None
        self._observe: Observe | None = None

    @property
    def url(self) -> str:
        """The URL as SQLAlchemy takes it, with the account that counts now; raises DatabaseUnavailable without one."""
        return self._address.current().replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def libpq_url(self) -> str:
        """The URL as psycopg and PostgreSQL's own programs take it; raises as `url` does."""
        return self.url.replace("postgresql+psycopg://", "postgresql://", 1)

    @property
    def owner(self) -> Database:
        """The same database by the account that owns the tables, for what no other may do: to change the schema, to make
        indexes, to shorten the audit trail. It is this one unless another account was named.
        """
        return self._owner or self

    def serve(self) -> None:
        """From here on this process answers requests: its statements have the shorter bounds.

        While the server is found not to answer, each request is refused at once instead of waiting for it.
        """
        self._is_serving = True
        if "engine" in self.__dict__:
            self._replace_pool()  # its connections were opened for jobs

    @cached_property
    def engine(self) -> sa.Engine:
        """The synchronous engine."""
        engine = sa.create_engine(self.url, **self._pool())
        self._bound(engine, is_async=False)
        self._watch(engine)
        return engine

    @cached_property
    def async_engine(self) -> AsyncEngine:
        """The asynchronous engine, which always serves requests; belongs to the event loop that first uses it."""
        from sqlalchemy.ext.asyncio import create_async_engine  # loads the ORM, which commands never need

        pool = self._pool()
        pool["connect_args"] |= {"async_creator_fn": BoundedAsyncConnection.connect}
        engine = create_async_engine(self.url, **pool)
        self._bound(engine.sync_engine, is_async=True)
        self._watch(engine.sync_engine)
        return engine

    def measure(self, observe: Observe) -> None:
        """Has `observe` called with the kind and the seconds of each statement of this process from here on."""
        self._observe = observe
        for engine in self._engines():
            time_statements(engine, observe)

    def connections(self) -> ConnectionCount:
        """How many connections of the pools are in use, and how many there may be at most."""
        in_use = sum(engine.pool.checkedout() for engine in self._engines())  # type: ignore[attr-defined]  # a queue's
        return ConnectionCount(in_use, 2 * (self._pool_size + self._pool_overflow))

    def _engines(self) -> list[sa.Engine]:
        opened = [self.engine] if "engine" in self.__dict__ else []
        return [*opened, self.async_engine.sync_engine] if "async_engine" in self.__dict__ else opened

    def _watch(self, engine: sa.Engine) -> None:
        if tracing.is_on():
            trace(engine)
        if self._observe is not None:
            time_statements(engine, self._observe)

    def _pool(self) -> dict[str, Any]:
        return {
            "pool_size": self._pool_size,
            "max_overflow": self._pool_overflow,
            "pool_timeout": self.timeouts.pool_seconds,
            "pool_pre_ping": True,
            "connect_args": self.timeouts.connection_parameters(),
        }

    def _bound(self, engine: sa.Engine, *, is_async: bool) -> None:
        """Bounds what the engine's connections wait for; in the pool they are only pinged, which is as quick as to connect."""

        @sa.event.listens_for(engine, "do_connect")
        def _open(dialect: sa.Dialect, record: ConnectionPoolEntry, args: Any, named: dict[str, Any]) -> Any:
            url = self.url
            record.info[_URL] = url
            named |= dialect.create_connect_args(sa.make_url(url))[1]
            return None if is_async else BoundedConnection.connect(*args, **named)

        @sa.event.listens_for(engine, "connect")
        def _opened(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
            _driver(record).answer_seconds = self.timeouts.connect_seconds
            settings = self.timeouts.session_settings(is_serving=is_async or self._is_serving)
            query = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in settings.items())
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute(f"select {query}")
            cursor.close()
            connection.autocommit = False

        @sa.event.listens_for(engine, "checkout")
        def _taken(_: DBAPIConnection, record: ConnectionPoolEntry, __: object) -> None:
            if record.info[_URL] != self.url:
                raise sa.exc.DisconnectionError("of an earlier account")  # the pool opens another in its place
            _driver(record).answer_seconds = self.timeouts.answer_seconds(is_serving=is_async or self._is_serving)

        @sa.event.listens_for(engine, "checkin")
        def _given_back(connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
            if connection is not None:  # None: it was invalidated
                _driver(record).answer_seconds = self.timeouts.connect_seconds

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A read-only transaction."""
        with self._connect() as connection:
            connection.execution_options(postgresql_readonly=True)
            with _transaction(connection):
                yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that commits at the end of the block."""
        with self._connect() as connection, _transaction(connection):
            yield connection
            check_cancelled()

    @asynccontextmanager
    async def read_async(self) -> AsyncIterator[AsyncConnection]:
        """A read-only transaction on the event loop."""
        self._refuse_in_an_outage()
        try:
            connection = await self._opened_async()
        except (sa.exc.OperationalError, sa.exc.TimeoutError) as error:
            raise self._unreachable(error) from error
        try:
            await connection.execution_options(postgresql_readonly=True)
            async with connection.begin():
                yield connection
        except (sa.exc.DBAPIError, psycopg.Error) as error:
            if (failure := self._failure(error)) is None:
                raise
            raise failure from error
        finally:
            await connection.close()

    @contextmanager
    def _connect(self) -> Iterator[sa.Connection]:
        self._refuse_in_an_outage()
        pool = self.engine.pool
        try:
            connection = self._opened()
        except (sa.exc.OperationalError, sa.exc.TimeoutError) as error:
            raise self._unreachable(error) from error
        try:
            with interruptible(connection):
                yield connection
        except (sa.exc.DBAPIError, psycopg.Error) as error:  # COPY raises the driver's own
            check_cancelled()
            if (failure := self._failure(error)) is None:
                raise
            raise failure from error
        finally:
            connection.close()
            if pool is not self.engine.pool:
                pool.dispose()  # nobody else closes what is given back to a pool that was replaced

    def _replace_pool(self) -> None:
        """Closes the pool; connections that are in use close when they are given back."""
        # The new one takes its place first: what is given back in between would else stay open in the old one, unseen.
        pool = self.engine.pool
        self.engine.dispose(close=False)
        pool.dispose()

    def _opened(self) -> sa.Connection:
        try:
            return self.engine.connect()
        except sa.exc.OperationalError as error:
            if not _is_refused(error) or not self._address.look_again():
                raise
        return self.engine.connect()

    async def _opened_async(self) -> AsyncConnection:
        try:
            return await self.async_engine.connect()
        except sa.exc.OperationalError as error:
            # It asks another service, which may take seconds.
            if not _is_refused(error) or not await asyncio.to_thread(self._address.look_again):
                raise
        return await self.async_engine.connect()

    def _is_alive(self) -> bool:
        try:
            return is_alive(self.libpq_url)
        except DatabaseUnavailable:  # there is no account
            return False

    def _refuse_in_an_outage(self) -> None:
        if self._is_serving and self._outage.is_on:
            raise DatabaseUnavailable("the database does not answer", hint=_DOCTOR)

    def _unreachable(self, error: sa.exc.OperationalError | sa.exc.TimeoutError) -> DatabaseUnavailable:
        if isinstance(error, sa.exc.TimeoutError):
            return DatabaseUnavailable("all connections to the database are in use", hint="try again in a moment")
        if self._is_serving:
            self._outage.begin()
        reason = str(error.orig).strip().splitlines()[0] if error.orig else "no answer"
        return DatabaseUnavailable(f"the database cannot be reached: {reason}", hint=_DOCTOR)

    def _failure(self, error: sa.exc.DBAPIError | psycopg.Error) -> SetupError | None:
        cause = error if isinstance(error, psycopg.Error) else error.orig
        if self._is_serving and isinstance(cause, psycopg.errors.ConnectionTimeout):
            self._outage.begin()
        return _failure(cause)

    def close(self) -> None:
        """Closes the synchronous pool (the asynchronous one closes with `close_async`) and gives the account back."""
        self._outage.close()
        if "engine" in self.__dict__:
            self._replace_pool()
        if self._owner is not None:
            self._owner.close()
        self._address.close()

    async def close_async(self) -> None:
        """Closes the asynchronous pool."""
        if "async_engine" in self.__dict__:
            await self.async_engine.dispose()


@contextmanager
def _transaction(connection: sa.Connection) -> Iterator[None]:
    with connection.begin():
        try:
            yield
        except (KeyboardInterrupt, SystemExit):
            # The process ends. The server rolls back by itself when the connection is gone, and may not answer at the moment.
            connection.invalidate()
            raise


_DOCTOR = "run `workbench doctor`"
# Under which URL a connection of a pool was opened.
_URL = "url"


class _FixedAddress:
    """A DatabaseAddress that never changes."""

    def __init__(self, url: str) -> None:
        self._url = url

    def current(self) -> str:
        """The URL."""
        return self._url

    def look_again(self) -> bool:
        """There is no other."""
        return False

    def close(self) -> None:
        """There is nothing to close."""


def _is_refused(error: sa.exc.OperationalError) -> bool:
    """Whether the server answered and did not let the account in (class 28 of SQLSTATE, which libpq gives as text alone)."""
    return "FATAL" in str(error.orig)


# What the server says when it ended a statement that would have gone on: it took too long, waited for a lock, or stood idle.
_TOO_SLOW = (
    psycopg.errors.ConnectionTimeout,
    psycopg.errors.QueryCanceled,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.IdleInTransactionSessionTimeout,
)
_SHUTDOWNS = (psycopg.errors.AdminShutdown, psycopg.errors.CrashShutdown, psycopg.errors.CannotConnectNow)


def _driver(record: ConnectionPoolEntry) -> BoundedConnection | BoundedAsyncConnection:
    return cast(BoundedConnection | BoundedAsyncConnection, record.driver_connection)


def _failure(cause: BaseException | None) -> SetupError | None:
    """The error to raise for a server that failed during a statement; None if the statement itself was at fault."""
    if isinstance(cause, psycopg.errors.DiskFull):
        return SetupError("the database's disk is full; what was committed stays", hint="make room on it and try again")
    if isinstance(cause, _TOO_SLOW):
        reason = str(cause).strip().splitlines()[0]
        return DatabaseUnavailable(f"the database did not answer in time: {reason}", hint="try again, or ask for less")
    if isinstance(cause, _SHUTDOWNS) or type(cause) is psycopg.OperationalError:  # the bare class: the connection was lost
        return DatabaseUnavailable("the database stopped meanwhile; what was committed stays", hint=f"try again, or {_DOCTOR}")
    return None


def is_alive(url: str) -> bool:
    """Whether a PostgreSQL answers `select 1` at this URL, within two seconds."""
    try:
        with psycopg.connect(url, connect_timeout=2, autocommit=True) as connection:
            return connection.execute("select 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False
