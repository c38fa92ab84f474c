"""What became of tasks: their state, and the cancelling of those that wait."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from db.operations import reports as db_reports
from db.ownership import changeable
from db.tables import reports, tasks
from workbench.domain.errors import Conflict, NotFound
from workbench.domain.operations.tasks import TaskKind, TaskState, TaskStatus
from workbench.domain.rights.ownership import LOCAL, Caller

_REPORT_ID = tasks.c.parameters["report_id"].as_string().cast(sa.BigInteger)


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
    """Cancels a task of the caller's that waits; the report that it would have run has failed.

    Raises NotFound, and Conflict for a task that runs or has ended: a notebook cannot be stopped between two of its cells.
    """
    own = (tasks.c.task_id == task_id, changeable(tasks, caller), tasks.c.status == TaskStatus.QUEUED.value)
    end = sa.update(tasks).where(*own).values(status=TaskStatus.CANCELLED.value, finished_at=sa.func.now())
    row = connection.execute(end.returning(tasks.c.kind, tasks.c.parameters)).one_or_none()
    if row is None:
        state = task_state(connection, task_id, caller)
        raise Conflict(f"task {task_id} is {state.status.value}", hint="only a task that waits can be cancelled")
    if row.kind == TaskKind.REPORT.value:
        db_reports.fail_run(connection, int(row.parameters["report_id"]), error="cancelled before it began")
    return task_state(connection, task_id, caller)


def _states(caller: Caller) -> sa.Select[Any]:
    is_of_it = sa.and_(tasks.c.kind == TaskKind.REPORT.value, reports.c.report_id == _REPORT_ID)
    columns = (reports.c.report_id, reports.c.cells, reports.c.cells_done)
    return sa.select(tasks, *columns).outerjoin(reports, is_of_it).where(changeable(tasks, caller))


def _state(row: Any) -> TaskState:
    names = ("task_id", "owner", "queued_at", "started_at", "finished_at", "error", "report_id")
    return TaskState(
        kind=TaskKind(row.kind), status=TaskStatus(row.status), steps=row.cells, steps_done=row.cells_done,
        **{name: getattr(row, name) for name in names},
    )  # fmt: skip
