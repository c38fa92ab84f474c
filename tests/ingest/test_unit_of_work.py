"""One unit that fails, whatever its error, costs nothing but itself: in every loop, recorded, and tried again in time."""

from __future__ import annotations

import decimal
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from db.engine import Database
from db.operations import failed_units
from db.operations.failed_units import failed_unit, list_failed, retry_failed
from tests.database_server import clone
from tests.ingest.fenced_loops import LOOPS
from tests.ingest.fenced_room import Loop, Room, prepare
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import Interrupted, InvalidRequest, MalformedDocument, SetupError, SourceUnavailable
from workbench.domain.operations.failed_units import MOST_TRIES
from workbench.ingest import unit_of_work


def _raise(error: BaseException) -> Callable[[sa.Connection], None]:
    def fail(_: sa.Connection) -> None:
        raise error

    return fail


def _recurse(_: sa.Connection) -> None:
    def deeper(depth: int) -> int:
        return deeper(depth + 1) + 1

    deeper(0)


# Each with the class it is recorded as. The last ones break the transaction at hand as well.
ERRORS: dict[str, Callable[[sa.Connection], None]] = {
    "ZeroDivisionError": _raise(ZeroDivisionError("division by zero")),
    "KeyError": _raise(KeyError("us-gaap:Revenues")),
    "InvalidOperation": _raise(decimal.InvalidOperation()),
    "UnicodeDecodeError": _raise(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid\0 start")),
    "AssertionError": _raise(AssertionError()),
    "MemoryError": _raise(MemoryError()),
    "NumericValueOutOfRange": _raise(psycopg.errors.NumericValueOutOfRange("out of range")),
    "InvalidRequest": _raise(InvalidRequest("not asked by anybody here")),
    "RecursionError": _recurse,
    "DataError": lambda connection: (connection.execute(sa.text("select 1 / 0")), None)[1],
    "ProgrammingError": lambda connection: (connection.execute(sa.text("select * from nowhere")), None)[1],
}


@pytest.fixture(scope="module")
def own_database(postgres_url: str) -> Iterator[Database]:
    database = Database(clone(postgres_url, "fences"))
    yield database
    database.close()


@pytest.mark.parametrize("loop", LOOPS, ids=str)
@given(name=st.sampled_from(sorted(ERRORS)), place=st.integers(0, 2))
@settings(max_examples=3, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
def test_one_unit_that_fails_costs_only_itself(
    own_database: Database, tmp_path: Path, loop: Loop, name: str, place: int
) -> None:
    database, broken = own_database, loop.units[place]
    prepare(database)
    with pytest.MonkeyPatch.context() as patch:
        room = Room(database, FolderStore(tmp_path / "objects"), patch, broken, ERRORS[name])
        unit = loop.recorded_as(broken)

        def run() -> None:
            room.done.clear()
            room.tried.clear()
            room.runs += 1
            with pytest.MonkeyPatch.context() as stubs:
                room.patch = stubs
                list(loop.run(room))

        for tries in range(1, MOST_TRIES + 1):
            run()
            assert room.done >= set(loop.units) - {broken} or loop.name == "messages"
            with database.read() as connection:
                failed = failed_unit(connection, loop.kind, unit)
                assert [each.unit for each in list_failed(connection) if each.unit != unit] == []
            assert failed is not None
            assert (failed.error_type, failed.tries) == (name, tries)
            assert failed.is_quarantined == (loop.is_passed_over and tries == MOST_TRIES)
        run()
        assert (broken in room.tried) != loop.is_passed_over
        patch.setattr(failed_units, "code_version", lambda: "fixed")
        room.broken = None
        run()
        assert broken in room.done
        with database.read() as connection:
            assert list_failed(connection) == []


def test_a_statement_that_the_server_ended_is_its_units_failure(database: Database) -> None:
    """Too slow, or waiting for a lock: the server answers the others, whatever the error is wrapped in."""

    def slow(_: unit_of_work.Tally) -> None:
        with database.write() as connection:
            connection.execute(sa.text("set local statement_timeout = 20"))
            connection.execute(sa.text("select pg_sleep(5)"))

    def wrapped(_: unit_of_work.Tally) -> None:
        raise SetupError("the database did not answer in time") from psycopg.errors.LockNotAvailable("lock")

    assert [_unit(database, work) for work in (slow, wrapped)] == ["failed", "failed"]
    with database.read() as connection:
        assert [each.unit for each in list_failed(connection)] == ["one"]


def _unit(database: Database, work: Callable[[unit_of_work.Tally], None], **more: Any) -> str:
    return unit_of_work.run(database, "test", "one", work, **more).outcome


def _failing(error: BaseException, *, over: str = "data") -> Callable[[unit_of_work.Tally], None]:
    def work(tally: unit_of_work.Tally) -> None:
        tally.works_on(over)
        raise error

    return work


def _fine(over: str = "data") -> Callable[[unit_of_work.Tally], None]:
    return lambda tally: tally.works_on(over)


def test_a_quarantined_unit_is_tried_when_its_data_change_or_somebody_asks(database: Database) -> None:
    error = ZeroDivisionError("no")
    assert [_unit(database, _failing(error)) for _ in range(4)] == ["failed", "failed", "quarantined", "quarantined"]
    assert _unit(database, _fine()) == "quarantined"  # passed over
    assert _unit(database, _failing(error, over="other data")) == "failed"
    with database.read() as connection:
        (found,) = list_failed(connection)
    assert (found.tries, found.is_quarantined, found.data_version) == (1, False, "other data")
    for _ in range(2):
        _unit(database, _failing(error, over="other data"))
    with database.write() as connection:
        assert retry_failed(connection, "test", "another") == 0
        assert retry_failed(connection, "test", "one") == 1
    assert _unit(database, _fine("other data")) == "unchanged"
    with database.read() as connection:
        assert list_failed(connection) == []


def test_rubbish_is_quarantined_at_once_until_other_bytes_come(database: Database) -> None:
    tries = itertools.count()

    def work(tally: unit_of_work.Tally) -> None:
        tally.works_on("rubbish")
        next(tries)
        raise MalformedDocument("no JSON")

    assert [_unit(database, work) for _ in range(3)] == ["quarantined"] * 3
    assert next(tries) == 1
    assert _unit(database, _fine("sound bytes")) == "unchanged"


def test_a_source_that_is_away_is_no_failure_of_a_unit(database: Database) -> None:
    for _ in range(5):
        report = unit_of_work.run(database, "test", "one", _failing(SourceUnavailable("away")))
        assert (report.outcome, report.is_transient) == ("failed", True)
    with database.read() as connection:
        assert list_failed(connection) == []
    assert _unit(database, _fine()) == "unchanged"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1), Interrupted("stopped"), SetupError("database gone")])
def test_what_is_no_units_fault_ends_the_run_and_marks_none(database: Database, error: BaseException) -> None:
    with pytest.raises(type(error)):
        _unit(database, _failing(error))
    with pytest.raises(type(error)):
        list(unit_of_work.step_by_step(database, "test", "one", lambda: _raising_steps(error)))
    with database.read() as connection:
        assert list_failed(connection) == []


def _raising_steps(error: BaseException) -> Iterator[unit_of_work.IngestReport]:
    raise error
    yield  # a generator, which raises when it is asked


def test_a_database_that_goes_away_ends_the_run(database: Database) -> None:
    """The failure cannot be recorded, and so is nobody's: the first unit ends it, not the six-thousandth."""

    def work(_: unit_of_work.Tally) -> None:
        with database.engine.connect() as connection:
            connection.execute(sa.text("select pg_terminate_backend(pg_backend_pid())"))

    def gone(_: unit_of_work.Tally) -> None:
        database.close()
        database.__dict__["engine"] = sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
        raise ZeroDivisionError

    with pytest.raises((SetupError, sa.exc.OperationalError)):
        unit_of_work.run(database, "test", "one", gone)


def test_the_record_says_where_it_failed(database: Database) -> None:
    def work(_: unit_of_work.Tally) -> None:
        decimal.Decimal(1) / decimal.Decimal(0)

    report = unit_of_work.run(database, "test", "one", work)
    with database.read() as connection:
        (found,) = list_failed(connection)
    assert (found.error_type, found.place.partition(":")[0]) == ("DivisionByZero", "workbench/ingest/unit_of_work.py")
    assert "DivisionByZero" in (report.error or "")
