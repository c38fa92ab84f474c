"""Nothing waits for the database without a bound: not for a slow statement, a lock, a free connection, or a frozen server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from db import migrate
from db.engine import Database
from db.timeouts import Timeouts, long_statements
from tests.own_server import OwnServer, own_server, until
from workbench.domain.errors import DatabaseUnavailable

QUICK = Timeouts(
    connect_seconds=2,
    statement_seconds=1,
    job_statement_seconds=2,
    idle_transaction_seconds=1,
    lock_seconds=0.5,
    pool_seconds=0.5,
)
_ASK = sa.text("select 1")
_SLEEP = sa.text("select pg_sleep(:seconds)")
# A statement's second, the client's grace of two, and what a busy machine adds.
_FROZEN_SECONDS = 1 + 2 + 5


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    with own_server() as server:
        yield server


@pytest.fixture
def serving(server: OwnServer) -> Iterator[Database]:
    database = Database(server.url, timeouts=QUICK, pool_size=1)
    database.serve()
    yield database
    server.thaw()
    database.close()


def ask(database: Database) -> int | None:
    with database.read() as connection:
        return connection.scalar(_ASK)


async def ask_async(database: Database) -> int | None:
    async with database.read_async() as connection:
        return await connection.scalar(_ASK)


def refused(database: Database) -> float:
    """Seconds until a frozen or absent server is given up on."""
    started = time.monotonic()
    with pytest.raises(DatabaseUnavailable):
        ask(database)
    return time.monotonic() - started


def test_a_request_has_the_short_bound_of_a_statement_and_a_job_the_long_one(server: OwnServer, serving: Database) -> None:
    with pytest.raises(DatabaseUnavailable, match="statement timeout"), serving.read() as connection:
        connection.execute(_SLEEP, {"seconds": 1.3})
    job = Database(server.url, timeouts=QUICK)
    with job.read() as connection:
        connection.execute(_SLEEP, {"seconds": 1.3})
    with pytest.raises(DatabaseUnavailable, match="statement timeout"), job.read() as connection:
        connection.execute(_SLEEP, {"seconds": 3})
    with job.engine.connect() as connection:
        with long_statements(connection, 20):
            connection.execute(_SLEEP, {"seconds": 2.5})
        assert connection.scalar(sa.text("show statement_timeout")) == "2s"
    job.close()


def test_connections_that_were_opened_for_a_job_serve_no_request(server: OwnServer) -> None:
    database = Database(server.url, timeouts=QUICK)
    assert ask(database) == 1
    database.serve()
    with database.read() as connection:
        assert connection.scalar(sa.text("show statement_timeout")) == "1s"
    database.close()


def test_every_session_is_bounded_also_on_the_event_loop(serving: Database) -> None:
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "client_connection_check_interval")
    settings = sa.text("select " + ", ".join(f"current_setting('{name}')" for name in names))

    async def asked() -> sa.Row[tuple[str, ...]]:
        async with serving.read_async() as connection:
            found = (await connection.execute(settings)).one()
        await serving.close_async()
        return found

    with serving.read() as connection:
        here = connection.execute(settings).one()
    assert tuple(here) == tuple(asyncio.run(asked())) == ("1s", "500ms", "1s", "10s")


def test_a_lock_that_another_holds_is_not_waited_for_long(server: OwnServer, serving: Database) -> None:
    other = Database(server.url)
    with other.write() as connection:
        connection.execute(sa.text("create table held (id int)"))
    with other.write() as holder:
        holder.execute(sa.text("lock table held"))
        started = time.monotonic()
        with pytest.raises(DatabaseUnavailable, match="lock timeout"), serving.read() as connection:
            connection.execute(sa.text("select * from held"))
    assert time.monotonic() - started < 1
    other.close()


def test_a_transaction_that_stands_idle_is_ended(serving: Database) -> None:
    with pytest.raises(DatabaseUnavailable), serving.read() as connection:  # noqa: PT012
        connection.execute(_ASK)
        time.sleep(1.5)
        connection.execute(_ASK)
    assert ask(serving) == 1


def test_a_pool_that_is_in_use_is_not_waited_for_long(server: OwnServer) -> None:
    database = Database(server.url, timeouts=QUICK, pool_size=1)
    taken = [database.engine.connect() for _ in range(1 + 8)]
    with pytest.raises(DatabaseUnavailable, match="all connections"):
        ask(database)
    for connection in taken:
        connection.close()
    assert ask(database) == 1
    database.close()


def test_a_frozen_server_ends_a_statement_a_ping_and_a_connection_in_time_and_serves_again(
    server: OwnServer, serving: Database
) -> None:
    with pytest.raises(DatabaseUnavailable, match="no answer within"), serving.read() as connection:  # noqa: PT012
        connection.execute(_ASK)
        server.freeze()
        started = time.monotonic()
        connection.execute(_ASK)
    assert time.monotonic() - started < _FROZEN_SECONDS
    # One request has found it out: the next ones are told at once.
    assert refused(serving) < 0.2
    server.thaw()
    until(lambda: _answers(serving), seconds=10)

    server.freeze()  # what is in the pool is pinged first, then a new connection is tried
    assert refused(serving) < QUICK.connect_seconds * 2 + 3
    assert refused(serving) < 0.2
    server.thaw()
    until(lambda: _answers(serving), seconds=10)


def test_the_same_on_the_event_loop_which_stays_free(server: OwnServer, serving: Database) -> None:
    async def freeze() -> tuple[float, float]:
        assert await ask_async(serving) == 1
        server.freeze()
        started, longest = time.monotonic(), 0.0
        asked = [asyncio.create_task(ask_async(serving)) for _ in range(20)]
        while not all(task.done() for task in asked):
            before = time.monotonic()
            await asyncio.sleep(0.05)
            longest = max(longest, time.monotonic() - before)
        took = time.monotonic() - started
        assert all(isinstance(task.exception(), DatabaseUnavailable) for task in asked)
        server.thaw()
        for _ in range(200):
            if not serving._outage.is_on:
                break
            await asyncio.sleep(0.05)
        assert await ask_async(serving) == 1
        await serving.close_async()
        return took, longest

    took, longest = asyncio.run(freeze())
    assert took < QUICK.pool_seconds + QUICK.connect_seconds * 2 + 5
    assert longest < 1


def test_a_server_that_is_down_is_said_and_found_again(server: OwnServer, serving: Database) -> None:
    assert ask(serving) == 1
    with server.down():
        assert refused(serving) < 2
        assert refused(serving) < 0.2
    until(lambda: _answers(serving), seconds=10)


def test_a_job_asks_each_time(server: OwnServer) -> None:
    job = Database(server.url, timeouts=replace(QUICK, connect_seconds=2))
    with server.down():
        refused(job)
    assert ask(job) == 1
    job.close()


def test_a_migration_gives_the_connection_back_as_it_was(server: OwnServer) -> None:
    database = Database(server.url, timeouts=QUICK, pool_size=1)
    migrate.upgrade(database.engine)
    with database.engine.connect() as connection:
        assert connection.scalar(sa.text("show statement_timeout")) == "2s"
        assert connection.scalar(sa.text("show lock_timeout")) == "2s"
    migrate.downgrade(database.engine, "base")
    database.close()


def _answers(database: Database) -> bool:
    try:
        return ask(database) == 1
    except DatabaseUnavailable:
        return False
