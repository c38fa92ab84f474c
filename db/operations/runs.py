"""Reports of ingest runs."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.engine import Database
from db.tables import ingest_runs
from workbench.domain.operations.runs import IngestReport

# Beside the keys of companies' locks (`db.companies`), in the same space of 64-bit keys.
_JOB_LOCK = 0x4A4F42 << 36


def save(connection: sa.Connection, report: IngestReport) -> None:
    """Saves one report."""
    connection.execute(
        sa.insert(ingest_runs).values(
            kind=report.kind,
            subject=report.subject,
            started_at=report.started_at,
            finished_at=report.finished_at,
            outcome=report.outcome,
            saved=dict(report.saved),
            dropped=dict(report.dropped),
            error=report.error,
        )
    )


def succeeded(connection: sa.Connection, kind: str, subjects: Collection[str]) -> set[str]:
    """The `subjects` with a report of this kind whose outcome is saved or unchanged."""
    query = sa.select(ingest_runs.c.subject).where(
        ingest_runs.c.kind == kind,
        ingest_runs.c.subject.in_(list(subjects)),
        ingest_runs.c.outcome.in_(("saved", "unchanged")),
    )
    return set(connection.scalars(query))


def latest_of(connection: sa.Connection, kind: str) -> dict[str, IngestReport]:
    """The latest report of each subject of one kind."""
    query = sa.select(ingest_runs).where(ingest_runs.c.kind == kind).ext(pg.distinct_on(ingest_runs.c.subject))
    query = query.order_by(ingest_runs.c.subject, ingest_runs.c.started_at.desc(), ingest_runs.c.run_id.desc())
    return {row.subject: _report(row) for row in connection.execute(query)}


def delete_before(connection: sa.Connection, moment: datetime) -> int:
    """Deletes reports of runs that ended before `moment`, except the latest per kind and subject; returns their number."""
    newer = ingest_runs.alias("newer")
    is_superseded = sa.exists().where(
        newer.c.kind == ingest_runs.c.kind, newer.c.subject == ingest_runs.c.subject, newer.c.run_id > ingest_runs.c.run_id
    )
    return connection.execute(sa.delete(ingest_runs).where(ingest_runs.c.finished_at < moment, is_superseded)).rowcount


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The number of runs of a kind with this outcome within the last day, and the time of the latest."""

    kind: str
    outcome: str
    last_day: int
    latest_at: datetime


def outcomes(connection: sa.Connection) -> list[Outcomes]:
    """One row per kind and outcome, in that order."""
    is_recent = ingest_runs.c.finished_at > sa.func.now() - sa.text("interval '1 day'")
    query = sa.select(
        ingest_runs.c.kind,
        ingest_runs.c.outcome,
        sa.func.count().filter(is_recent).label("last_day"),
        sa.func.max(ingest_runs.c.finished_at).label("latest_at"),
    ).group_by(ingest_runs.c.kind, ingest_runs.c.outcome)
    rows = connection.execute(query.order_by(ingest_runs.c.kind, ingest_runs.c.outcome))
    return [Outcomes(row.kind, row.outcome, row.last_day, row.latest_at) for row in rows]


@contextmanager
def only_one(database: Database, name: str) -> Iterator[bool]:
    """A lock called `name` for the duration of the block; yields whether this process got it.

    PostgreSQL releases the lock when the process dies.
    """
    key = _JOB_LOCK | zlib.crc32(name.encode())
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_free = bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key))))
        try:
            yield is_free
        finally:
            if is_free:
                connection.scalar(sa.select(sa.func.pg_advisory_unlock(key)))


def recent(
    connection: sa.Connection,
    *,
    since: datetime | None = None,
    before: datetime | None = None,
    outcomes: Collection[str] = (),
    limit: int = 100,
) -> list[IngestReport]:
    """The latest reports, newest first; started from `since` on and before `before`, with one of these outcomes."""
    statement = sa.select(ingest_runs).order_by(ingest_runs.c.started_at.desc(), ingest_runs.c.run_id.desc()).limit(limit)
    if since is not None:
        statement = statement.where(ingest_runs.c.started_at >= since)
    if before is not None:
        statement = statement.where(ingest_runs.c.started_at < before)
    if outcomes:
        statement = statement.where(ingest_runs.c.outcome.in_(outcomes))
    return [_report(row) for row in connection.execute(statement)]


def _report(row: Any) -> IngestReport:
    return IngestReport(row.kind, row.subject, row.outcome, row.started_at, row.finished_at, row.saved, row.dropped, row.error)
