"""Report runs and schedules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.engine import Database
from db.operations.report_deliveries import add_deliveries
from db.operations.tasks import open_tasks
from db.ownership import changeable, readable
from db.tables import report_schedules, reports
from workbench.domain.errors import Conflict, NotFound
from workbench.domain.operations.reports import ReportRun, ReportSchedule, RunStatus, Value
from workbench.domain.operations.tasks import TaskKind
from workbench.domain.rights.ownership import LOCAL, LOCAL_USER, Caller
from workbench.domain.rights.roles import Role

# The first of the two numbers of a run's advisory lock; the second is its id.
_LOCK = 0x52505254

# PostgreSQL releases the lock of a process that is gone, so a run without one was interrupted.
_IS_HELD = sa.text(
    "select objid::bigint from pg_locks where locktype = 'advisory' and classid = :lock and objsubid = 2 and granted "
    "and database = (select oid from pg_database where datname = current_database())"
)

_LAST_RUN = (
    sa.select(sa.func.max(reports.c.started_at))
    .where(reports.c.schedule == report_schedules.c.name, reports.c.owner == report_schedules.c.owner)
    .scalar_subquery()
)
_SCHEDULES = sa.select(report_schedules, _LAST_RUN.label("last_started_at"))


def begin_run(
    connection: sa.Connection,
    *,
    notebook: str,
    title: str,
    parameters: Mapping[str, Value],
    as_of: date,
    cells: int,
    schedule: str | None = None,
    owner: str = LOCAL_USER,
) -> int:
    """Adds a run before it starts; returns its id. What a schedule of the owner's runs is shared as the schedule is."""
    row = {
        "notebook": notebook,
        "title": title,
        "parameters": dict(parameters),
        "as_of": as_of,
        "cells": cells,
        "owner": owner,
    }
    if schedule is not None:
        is_it = (report_schedules.c.name == schedule, report_schedules.c.owner == owner)
        shared = sa.select(report_schedules.c.shared_with).where(*is_it).scalar_subquery()
        row["shared_with"] = sa.func.coalesce(shared, sa.text("'{}'::text[]"))
    insert = sa.insert(reports).values(status=RunStatus.RUNNING.value, schedule=schedule, **row)
    return int(connection.execute(insert.returning(reports.c.report_id)).scalar_one())


def note_progress(connection: sa.Connection, report_id: int, cells_done: int) -> None:
    """Saves the number of finished code cells."""
    connection.execute(sa.update(reports).where(reports.c.report_id == report_id).values(cells_done=cells_done))


def finish_run(
    connection: sa.Connection,
    report_id: int,
    *,
    manifest: Mapping[str, Any],
    html_sha256: str,
    figures_file_sha256: str,
    figures: int,
) -> None:
    """Saves that the run finished, with the names of its files in the object store."""
    values = {"manifest": dict(manifest), "html_sha256": html_sha256, "figures_file_sha256": figures_file_sha256}
    _end(connection, report_id, RunStatus.FINISHED, figures=figures, cells_done=reports.c.cells, **values)
    add_deliveries(connection, report_id, is_failed=False)


def fail_run(connection: sa.Connection, report_id: int, error: str, *, notebook_sha256: str | None = None) -> None:
    """Saves that the run failed, and why, with the name of the failed notebook in the object store, if there is one."""
    _end(connection, report_id, RunStatus.FAILED, error=error, failed_notebook_sha256=notebook_sha256)
    add_deliveries(connection, report_id, is_failed=True)


def request_cancel(connection: sa.Connection, report_id: int, caller: Caller = LOCAL) -> None:
    """Asks the process of a run to end it. Raises NotFound, also for somebody else's run, and Conflict for an ended one."""
    is_it = (reports.c.report_id == report_id, changeable(reports, caller))
    status = connection.scalar(sa.select(reports.c.status).where(*is_it).with_for_update())
    if status is None:
        raise NotFound(f"there is no report {report_id}")
    if status != RunStatus.RUNNING:
        raise Conflict(f"report {report_id} is {status}")
    connection.execute(sa.update(reports).where(*is_it).values(cancel_requested_at=sa.func.now()))


def is_cancel_requested(connection: sa.Connection, report_id: int) -> bool:
    """Whether the run is to be ended."""
    query = sa.select(reports.c.cancel_requested_at.is_not(None)).where(reports.c.report_id == report_id)
    return bool(connection.scalar(query))


def get_run(connection: sa.Connection, report_id: int, caller: Caller = LOCAL) -> ReportRun:
    """One run; raises NotFound, also for one that the caller may not read."""
    query = sa.select(reports).where(reports.c.report_id == report_id, readable(reports, caller))
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"there is no report {report_id}", hint="list saved reports with `workbench report list`")
    return _run(row, _held(connection) if row.status == RunStatus.RUNNING else frozenset())


def find_run(connection: sa.Connection, manifest: Mapping[str, Any]) -> ReportRun | None:
    """The saved run with this manifest, or None."""
    same = sa.and_(*(reports.c.manifest[name].as_string() == manifest[name] for name in ("run_at", "figures_sha256")))
    row = connection.execute(sa.select(reports).where(same).limit(1)).one_or_none()
    return _run(row, frozenset()) if row is not None else None


def list_runs(
    connection: sa.Connection,
    *,
    notebook: str | None = None,
    schedule: str | None = None,
    as_of: date | None = None,
    limit: int = 50,
    offset: int = 0,
    caller: Caller = LOCAL,
) -> list[ReportRun]:
    """Runs that the caller may read, newest first, filtered by notebook, schedule, or by data known by `as_of`."""
    query = sa.select(reports).where(readable(reports, caller))
    query = query.order_by(reports.c.started_at.desc(), reports.c.report_id.desc())
    for column, value in ((reports.c.notebook, notebook), (reports.c.schedule, schedule)):
        if value is not None:
            query = query.where(column == value)
    if as_of is not None:
        query = query.where(reports.c.as_of <= as_of)
    rows = connection.execute(query.limit(limit).offset(offset)).all()
    held = _held(connection) if any(row.status == RunStatus.RUNNING for row in rows) else frozenset()
    return [_run(row, held) for row in rows]


def delete_run(connection: sa.Connection, report_id: int) -> None:
    """Deletes a run; its files stay in the object store, where another run may share them. Raises NotFound."""
    if not connection.execute(sa.delete(reports).where(reports.c.report_id == report_id)).rowcount:
        raise NotFound(f"there is no report {report_id}")


@contextmanager
def while_running(database: Database, report_id: int) -> Iterator[None]:
    """Marks the run as running for the duration of the block, by an advisory lock."""
    key = {"lock": _LOCK, "id": report_id}
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("select pg_advisory_lock(:lock, :id)"), key)
        try:
            yield
        finally:
            connection.execute(sa.text("select pg_advisory_unlock(:lock, :id)"), key)


def save_schedule(
    connection: sa.Connection,
    name: str,
    *,
    notebook: str,
    parameters: Mapping[str, Value],
    cron: str,
    recipients: Sequence[str] | None = None,
    failure_channel: str | None = None,
    caller: Caller = LOCAL,
) -> ReportSchedule:
    """Adds a schedule of the caller's, or changes theirs of this name. Others may have one of the same name.

    Without `recipients` or a `failure_channel` those of an existing schedule stay.
    """
    values: dict[str, Any] = {"notebook": notebook, "parameters": dict(parameters), "cron": cron}
    if recipients is not None:
        values["recipients"] = list(recipients)
    if failure_channel is not None:
        values["failure_channel"] = failure_channel
    insert = pg.insert(report_schedules).values(name=name, owner=caller.name, **values)
    connection.execute(insert.on_conflict_do_update(index_elements=["owner", "name"], set_=values))
    is_own = (report_schedules.c.owner == caller.name, report_schedules.c.name == name)
    return _schedule(connection.execute(_SCHEDULES.where(*is_own)).one())


def delete_schedule(connection: sa.Connection, name: str, caller: Caller = LOCAL, *, owner: str | None = None) -> None:
    """Deletes a schedule; its runs stay. Without an owner it is the caller's, or else the only one that the caller may change.

    Raises NotFound, and Conflict where the owner must be named.
    """
    table = report_schedules.c
    is_it = [table.name == name, changeable(report_schedules, caller)]
    if owner is not None:
        is_it.append(table.owner == owner)
    owners = list(connection.scalars(sa.select(table.owner).where(*is_it).order_by(table.owner != caller.name, table.owner)))
    if not owners:
        raise NotFound(f"there is no schedule {name!r}")
    if len(owners) > 1 and owners[0] != caller.name:
        raise Conflict(f"{len(owners)} users have a schedule {name!r}", hint=f"name the owner: {', '.join(owners)}")
    connection.execute(sa.delete(report_schedules).where(*is_it, table.owner == owners[0]))


def list_schedules(connection: sa.Connection, caller: Caller = LOCAL) -> list[ReportSchedule]:
    """Every schedule that the caller may read, by name and owner, each with the start of its latest run."""
    query = _SCHEDULES.where(readable(report_schedules, caller)).order_by(report_schedules.c.name, report_schedules.c.owner)
    return [_schedule(row) for row in connection.execute(query)]


def _schedule(row: Any) -> ReportSchedule:
    return ReportSchedule(
        row.name,
        row.notebook,
        row.parameters,
        row.cron,
        row.created_at,
        row.last_started_at,
        row.owner,
        _roles(row),
        tuple(row.recipients),
        row.failure_channel,
    )


def _end(connection: sa.Connection, report_id: int, status: RunStatus, **values: Any) -> None:
    update = sa.update(reports).where(reports.c.report_id == report_id)
    connection.execute(update.values(status=status.value, finished_at=sa.func.now(), **values))


def _held(connection: sa.Connection) -> frozenset[int]:
    """The runs that a process works on, and those that wait in the queue of tasks."""
    waiting = {int(parameters["report_id"]) for parameters in open_tasks(connection, TaskKind.REPORT)}
    return frozenset(connection.scalars(_IS_HELD, {"lock": _LOCK})) | waiting


def _run(row: Any, held: frozenset[int]) -> ReportRun:
    status = RunStatus(row.status)
    if status is RunStatus.RUNNING and row.report_id not in held and not _is_fresh(row.started_at):
        status = RunStatus.INTERRUPTED
    names = (
        "report_id", "notebook", "title", "parameters", "as_of", "started_at", "finished_at", "cells", "cells_done", "figures",
        "error", "schedule", "manifest", "html_sha256", "figures_file_sha256", "owner",
        "failed_notebook_sha256",
    )  # fmt: skip
    return ReportRun(status=status, shared_with=_roles(row), **{name: getattr(row, name) for name in names})


def _roles(row: Any) -> tuple[Role, ...]:
    return tuple(Role(role) for role in row.shared_with)


def _is_fresh(started_at: datetime) -> bool:
    """Between its row and its lock a run is alive without one."""
    return (datetime.now(started_at.tzinfo) - started_at).total_seconds() < 5
