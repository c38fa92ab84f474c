"""The queue of tasks: work that a request leaves to the process that runs jobs."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from db.engine import Database
from db.ownership import changeable
from db.tables import reports, tasks
from workbench.domain.errors import Conflict, NotFound, QueueFull
from workbench.domain.operations.tasks import MOST_TRIES, Task, TaskKind, TaskState, TaskStatus
from workbench.domain.rights.ownership import LOCAL, Caller
from workbench.tracing import traceparent

# The first of the two numbers of a task's advisory lock; the second is its id. PostgreSQL releases the lock of a process that
# is gone, so a running task that nobody holds was interrupted.
_LOCK = 0x5441534B
_RETRY_SECONDS = 30.0

_IS_HELD = (
    "exists (select from pg_locks l where l.locktype = 'advisory' and l.classid = :lock and l.objid = task_id"
    " and l.objsubid = 2 and l.granted and l.database = (select oid from pg_database where datname = current_database()))"
)
_IS_INTERRUPTED = f"status = 'running' and not {_IS_HELD}"
# Locked in the statement that marks it as running: a process that sees the mark sees the lock.
_TAKE = sa.text(
    f"""
    update tasks set status = 'running', started_at = now(), tries = tries + 1
    where task_id = (
      select task_id from tasks
      where kind = any(:kinds) and tries < :most and (status = 'queued' or {_IS_INTERRUPTED})
      order by task_id for update skip locked limit 1
    )
    returning task_id, kind, parameters, tries, owner, traceparent,
              pg_try_advisory_lock(:lock, task_id::integer) as is_held
    """  # noqa: S608  # nosec B608  texts of this module
)
_GIVE_UP = sa.text(
    f"update tasks set status = 'failed', finished_at = now(), error = 'interrupted {MOST_TRIES} times'"  # noqa: S608  # nosec B608
    f" where kind = any(:kinds) and tries >= :most and {_IS_INTERRUPTED}"
)
# One that nobody works on ends here and now; one that runs is ended by its process.
_CANCEL = sa.text(
    f"""
    update tasks set cancel_requested_at = coalesce(cancel_requested_at, now()),
      status = case when status = 'queued' or not {_IS_HELD} then 'cancelled' else status end,
      finished_at = case when status = 'queued' or not {_IS_HELD} then now() end
    where task_id = :id and status in ('queued', 'running')
    """  # noqa: S608  # nosec B608  texts of this module
)
_END = sa.text(
    "update tasks set status = :status, error = :error, finished_at = now() where task_id = :id and status = 'running'"
)
_UNLOCK = sa.text("select pg_advisory_unlock(:lock, :id)")
_WAITING = sa.text("select count(*) from tasks where kind = :kind and status = 'queued'")
_SAME = sa.text(
    "select task_id from tasks where kind = :kind and status = 'queued' and parameters = cast(:parameters as jsonb)"
    " and owner is not distinct from cast(:owner as text) limit 1"
)

_REPORT_ID = tasks.c.parameters["report_id"].as_string().cast(sa.BigInteger)


def add_task(
    connection: sa.Connection,
    kind: TaskKind,
    parameters: Mapping[str, Any],
    *,
    most_waiting: int,
    owner: str | None = None,
) -> int:
    """Queues a task of this owner and returns its id; one of theirs that waits with the same parameters is not queued twice.

    Raises QueueFull while `most_waiting` tasks of this kind wait.
    """
    question = {"kind": kind.value, "parameters": json.dumps(dict(parameters)), "owner": owner}
    connection.execute(sa.text("select pg_advisory_xact_lock(:lock, hashtext(:kind))"), {"lock": _LOCK, "kind": kind.value})
    same = connection.scalar(_SAME, question)
    if same is not None:
        return int(same)
    if (connection.scalar(_WAITING, question) or 0) >= most_waiting:
        raise QueueFull(
            f"{most_waiting} tasks of the kind {kind.value} wait already", retry_after_seconds=_RETRY_SECONDS,
            hint="try again when one of them has finished",
        )  # fmt: skip
    values = {"kind": kind.value, "parameters": dict(parameters), "owner": owner, "traceparent": traceparent()}
    return int(connection.execute(sa.insert(tasks).values(values).returning(tasks.c.task_id)).scalar_one())


@contextmanager
def next_task(database: Database, kinds: Collection[TaskKind]) -> Iterator[Task | None]:
    """The oldest waiting task of these kinds, held for the duration of the block; None when none waits.

    Nobody else takes it meanwhile, on whichever machine. A task whose process was killed waits again, at most `MOST_TRIES`
    times. The block calls `finish` or `fail`; a block that raises leaves the task interrupted.
    """
    key = {"kinds": [kind.value for kind in kinds], "lock": _LOCK, "most": MOST_TRIES}
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(_GIVE_UP, key)
        row = connection.execute(_TAKE, key).one_or_none()
        if row is None or not row.is_held:
            yield None
            return
        try:
            yield Task(row.task_id, TaskKind(row.kind), row.parameters, row.tries, row.owner, row.traceparent)
        finally:
            connection.execute(_UNLOCK, {"lock": _LOCK, "id": row.task_id})


def finish(connection: sa.Connection, task: Task) -> None:
    """Records that the task is done."""
    connection.execute(_END, {"id": task.task_id, "status": "finished", "error": None})


def note_result(connection: sa.Connection, task: Task, result: str) -> None:
    """Records what the task has made, such as the number of a document."""
    connection.execute(sa.update(tasks).where(tasks.c.task_id == task.task_id).values(result=result))


def fail(connection: sa.Connection, task: Task, error: str) -> None:
    """Records that the task failed, and why; it is not tried again."""
    connection.execute(_END, {"id": task.task_id, "status": "failed", "error": error})


def end_cancelled(connection: sa.Connection, task: Task) -> None:
    """Records that the task was ended as its owner asked."""
    connection.execute(_END, {"id": task.task_id, "status": "cancelled", "error": None})


def is_cancel_requested(connection: sa.Connection, task_id: int) -> bool:
    """Whether the task is to be ended."""
    query = sa.select(tasks.c.cancel_requested_at.is_not(None)).where(tasks.c.task_id == task_id)
    return bool(connection.scalar(query))


def waiting_tasks(connection: sa.Connection) -> Mapping[TaskKind, tuple[int, float]]:
    """How many tasks of each kind wait, and for how many seconds the oldest of them has; kinds of which none waits too."""
    age = sa.func.extract("epoch", sa.func.max(sa.func.now() - tasks.c.queued_at))
    query = sa.select(tasks.c.kind, sa.func.count(), age).where(tasks.c.status == TaskStatus.QUEUED.value)
    queued = {
        TaskKind(kind): (int(count), float(oldest)) for kind, count, oldest in connection.execute(query.group_by(tasks.c.kind))
    }
    return {kind: queued.get(kind, (0, 0.0)) for kind in TaskKind}


def open_tasks(connection: sa.Connection, kind: TaskKind) -> list[Mapping[str, Any]]:
    """The parameters of the tasks of this kind that wait, run, or will be tried again; oldest first."""
    query = sa.select(tasks.c.parameters).where(
        tasks.c.kind == kind.value, tasks.c.status.in_(("queued", "running")), tasks.c.tries <= MOST_TRIES
    )
    return list(connection.scalars(query.order_by(tasks.c.task_id)))


def forget_old_tasks(connection: sa.Connection, before: datetime) -> list[int]:
    """Deletes the records of tasks that ended before this time; returns their ids."""
    gone = sa.delete(tasks).where(tasks.c.finished_at < before).returning(tasks.c.task_id)
    return list(connection.scalars(gone))


def task_state(connection: sa.Connection, task_id: int, caller: Caller = LOCAL) -> TaskState:
    """The state of a task of the caller's; raises NotFound, also for somebody else's."""
    row = connection.execute(_states(caller).where(tasks.c.task_id == task_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no task {task_id}")
    return _state(row)


def list_tasks(connection: sa.Connection, caller: Caller = LOCAL, *, limit: int = 50, offset: int = 0) -> list[TaskState]:
    """The caller's tasks, newest first."""
    query = _states(caller).order_by(tasks.c.task_id.desc()).limit(limit).offset(offset)
    return [_state(row) for row in connection.execute(query)]


def task_of_report(connection: sa.Connection, report_id: int) -> int | None:
    """The newest task that runs this report."""
    newest: int | None = connection.scalar(
        sa.select(sa.func.max(tasks.c.task_id)).where(tasks.c.kind == TaskKind.REPORT.value, report_id == _REPORT_ID)
    )
    return newest


def cancel_task(connection: sa.Connection, task_id: int, caller: Caller = LOCAL) -> TaskState:
    """Cancels a task of the caller's: one that waits ends at once, and the process of one that runs is asked to end it.

    Raises NotFound, and Conflict for a task that has ended.
    """
    task_state(connection, task_id, caller)
    is_open = connection.execute(_CANCEL, {"id": task_id, "lock": _LOCK}).rowcount
    state = task_state(connection, task_id, caller)
    if not is_open:
        raise Conflict(f"task {task_id} is {state.status.value}", hint="a task that has ended cannot be cancelled")
    return state


def _states(caller: Caller) -> sa.Select[Any]:
    is_of_it = sa.and_(tasks.c.kind == TaskKind.REPORT.value, reports.c.report_id == _REPORT_ID)
    columns = (reports.c.report_id, reports.c.cells, reports.c.cells_done)
    return sa.select(tasks, *columns).outerjoin(reports, is_of_it).where(changeable(tasks, caller))


def _state(row: Any) -> TaskState:
    names = (
        "task_id", "owner", "queued_at", "started_at", "finished_at", "error", "report_id", "result", "cancel_requested_at",
    )  # fmt: skip
    return TaskState(
        kind=TaskKind(row.kind), status=TaskStatus(row.status), steps=row.cells, steps_done=row.cells_done,
        export=row.parameters if row.kind == TaskKind.EXPORT else None,
        **{name: getattr(row, name) for name in names},
    )  # fmt: skip
