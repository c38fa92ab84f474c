"""A process that is asked to end while its database does not answer: it ends, at once and for the reason that it was given."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest

from db.engine import Connection, Database
from tests.own_server import OwnServer, own_server, until

Transaction = Callable[[], AbstractContextManager[Connection]]


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    with own_server() as server:
        yield server


@pytest.fixture(params=["silent", "gone"])
def failure(request: pytest.FixtureRequest, server: OwnServer) -> Iterator[str]:
    yield request.param
    server.thaw()


def fail(server: OwnServer, connection: Connection, failure: str) -> None:
    """The server stops to answer this connection, or ends it."""
    process = int(connection.exec_driver_sql("select pg_backend_pid()").scalar_one())
    if failure == "silent":
        server.freeze()
    else:
        os.kill(process, signal.SIGTERM)
        until(lambda: not Path(f"/proc/{process}").exists())


def leave(transaction: Transaction, work: Callable[[Connection], object], leaving: BaseException) -> None:
    with transaction() as connection:
        work(connection)
        raise leaving


@pytest.mark.parametrize("leaving", [SystemExit(143), KeyboardInterrupt()], ids=["SIGTERM", "Ctrl-C"])
def test_the_process_ends_with_its_own_reason(
    server: OwnServer, failure: str, leaving: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    # Nothing bounds a job's statement and rollback below an hour.
    with closing(Database(server.url)) as database:
        for transaction in (database.write, database.read):
            begun = time.monotonic()
            with pytest.raises(type(leaving)) as raised:
                leave(transaction, lambda connection: fail(server, connection, failure), leaving)
            assert raised.value is leaving
            assert time.monotonic() - begun < 20
            server.thaw()
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_what_was_not_committed_is_rolled_back(server: OwnServer) -> None:
    with closing(Database(server.url)) as database:
        with database.write() as connection:
            connection.exec_driver_sql("create table words (word text)")
        with pytest.raises(SystemExit):
            leave(
                database.write,
                lambda connection: connection.exec_driver_sql("insert into words values ('lost')"),
                SystemExit(143),
            )
        with database.read() as connection:
            assert connection.exec_driver_sql("select count(*) from words").scalar_one() == 0
