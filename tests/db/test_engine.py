"""What a person hears when the server fails during a question, and that the pool goes on afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import psycopg
import pytest
import sqlalchemy as sa

from db.engine import Database
from workbench.domain.errors import SetupError

_END_ITSELF = sa.text("select pg_terminate_backend(pg_backend_pid())")


def test_a_lost_connection_is_one_clear_error_and_the_next_question_is_answered(database: Database) -> None:
    with pytest.raises(SetupError, match="the database stopped meanwhile"), database.read() as connection:
        connection.execute(_END_ITSELF)
    with database.read() as connection:
        assert connection.scalar(sa.text("select 1")) == 1


def test_the_same_on_the_event_loop(database: Database) -> None:
    async def ask() -> int | None:
        with pytest.raises(SetupError, match="the database stopped meanwhile"):
            async with database.read_async() as connection:
                await connection.execute(_END_ITSELF)
        async with database.read_async() as connection:
            answer = await connection.scalar(sa.text("select 1"))
        await database.close_async()
        return answer

    assert asyncio.run(ask()) == 1


def test_a_full_disk_is_said_also_during_a_copy(database: Database) -> None:
    with pytest.raises(SetupError, match="disk is full"), database.write():
        raise psycopg.errors.DiskFull("could not extend file")


def test_a_server_that_is_not_there_is_said(tmp_path: object) -> None:
    with (
        pytest.raises(SetupError, match="cannot be reached") as refused,
        Database(f"postgresql://x@/y?host={tmp_path}").read(),
    ):
        pass
    assert "\n" not in str(refused.value)


def test_what_the_question_did_wrong_stays_an_error_of_the_code(database: Database) -> None:
    with pytest.raises(sa.exc.ProgrammingError), database.read() as connection:
        connection.execute(sa.text("select no_such_column"))


@pytest.mark.parametrize("change", [Database.serve, Database.close])
def test_a_connection_in_use_when_its_pool_is_replaced_closes_when_it_is_given_back(
    database: Database, change: Callable[[Database], None]
) -> None:
    with database.read() as connection:
        driver = connection.connection.driver_connection
        change(database)
        assert connection.scalar(sa.text("select 1")) == 1
    assert isinstance(driver, psycopg.Connection)
    assert driver.closed
    with database.read() as connection:
        later = connection.connection.driver_connection
    with database.read() as connection:
        assert connection.connection.driver_connection is later  # the new pool keeps its own
