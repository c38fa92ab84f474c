"""The queue of tasks: bounded, in order, each task done by one process, and again when that process was killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from db.engine import Database
from db.operations import tasks
from db.operations.tasks import add_task, next_task, open_tasks
from workbench.domain.errors import QueueFull
from workbench.domain.operations.tasks import TaskKind

REPORT, EMBED = TaskKind.REPORT, TaskKind.EMBED


def queued(database: Database, kind: TaskKind, most_waiting: int = 8, **parameters: int) -> int:
    with database.write() as connection:
        return add_task(connection, kind, parameters, most_waiting=most_waiting)


def state(database: Database, task_id: int) -> tuple[str, int, str | None]:
    with database.read() as connection:
        row = connection.execute(sa.text("select status, tries, error from tasks where task_id = :id"), {"id": task_id}).one()
    return row.status, row.tries, row.error


@pytest.fixture(scope="module")
def shared(postgres_url: str) -> Iterator[Database]:
    from tests.database_server import clone

    database = Database(clone(postgres_url, "tasks"))
    yield database
    database.close()


@pytest.fixture
def queue(shared: Database) -> Database:
    with shared.write() as connection:
        connection.execute(sa.text("delete from tasks"))
    return shared


def test_tasks_are_taken_in_order_and_each_by_one(queue: Database) -> None:
    first, second = (queued(queue, REPORT, report_id=number) for number in (7, 8))
    with next_task(queue, [EMBED]) as other:
        assert other is None
    with next_task(queue, [REPORT, EMBED]) as mine, next_task(queue, [REPORT]) as theirs:
        assert mine is not None
        assert theirs is not None
        assert (mine.task_id, mine.parameters, mine.tries) == (first, {"report_id": 7}, 1)
        assert theirs.task_id == second
        with next_task(queue, [REPORT]) as nobody:
            assert nobody is None
        with queue.write() as connection:
            assert open_tasks(connection, REPORT) == [{"report_id": 7}, {"report_id": 8}]
            tasks.finish(connection, mine)
            tasks.fail(connection, theirs, "no such notebook")
    assert state(queue, first) == ("finished", 1, None)
    assert state(queue, second) == ("failed", 1, "no such notebook")
    with queue.read() as connection:
        assert open_tasks(connection, REPORT) == []


def test_a_full_queue_refuses_and_the_same_task_waits_once(queue: Database) -> None:
    only = queued(queue, EMBED, most_waiting=1)
    assert queued(queue, EMBED, most_waiting=1) == only
    queued(queue, REPORT, most_waiting=2, report_id=1)
    queued(queue, REPORT, most_waiting=2, report_id=2)
    with pytest.raises(QueueFull) as refused:
        queued(queue, REPORT, most_waiting=2, report_id=3)
    assert refused.value.is_transient
    assert refused.value.retry_after_seconds == 30
    with next_task(queue, [REPORT]):  # one that runs does not wait
        assert queued(queue, REPORT, most_waiting=2, report_id=3) > only


def test_a_task_whose_process_was_killed_is_done_once_more_and_then_given_up(queue: Database) -> None:
    task_id = queued(queue, REPORT, report_id=4)
    for tries in (1, 2):
        with ExitStack() as process:
            task = process.enter_context(next_task(queue, [REPORT]))
            assert task is not None
            assert task.tries == tries
            assert state(queue, task_id) == ("running", tries, None)
            with next_task(queue, [REPORT]) as held:
                assert held is None
            # Killed: the connection that holds the task is gone, and nothing is recorded.
            with queue.engine.connect() as administrator:
                administrator.execute(
                    sa.text(
                        "select pg_terminate_backend(pid, 5000) from pg_locks where locktype = 'advisory'"
                        " and classid = :lock and objid = :id"
                    ),
                    {"lock": tasks._LOCK, "id": task_id},
                )
            with pytest.raises(sa.exc.DBAPIError):
                process.close()
    with next_task(queue, [REPORT]) as none:
        assert none is None
    assert state(queue, task_id) == ("failed", 2, "interrupted 2 times")


def test_old_records_are_deleted_and_waiting_tasks_stay(queue: Database) -> None:
    waiting = queued(queue, EMBED)
    old = queued(queue, REPORT, report_id=1)
    now = datetime.now(UTC)
    with queue.write() as connection:
        connection.execute(
            sa.text("update tasks set status = 'finished', finished_at = :at, queued_at = :at where task_id = :id"),
            {"at": now - timedelta(days=91), "id": old},
        )
        connection.execute(sa.text("update tasks set queued_at = :at"), {"at": now - timedelta(days=400)})
        assert len(tasks.forget_old_tasks(connection, now - timedelta(days=90))) == 1
        assert connection.scalars(sa.text("select task_id from tasks")).all() == [waiting]
