"""The record of ingest runs."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from db.tables import ingest_runs
from workbench.domain.runs import IngestReport


def save(connection: sa.Connection, report: IngestReport) -> None:
    """Adds one report to the record."""
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


def recent(connection: sa.Connection, *, since: datetime | None = None, limit: int = 100) -> list[IngestReport]:
    """The latest reports, newest first."""
    statement = sa.select(ingest_runs).order_by(ingest_runs.c.started_at.desc(), ingest_runs.c.run_id.desc()).limit(limit)
    if since is not None:
        statement = statement.where(ingest_runs.c.started_at >= since)
    return [
        IngestReport(row.kind, row.subject, row.outcome, row.started_at, row.finished_at, row.saved, row.dropped, row.error)
        for row in connection.execute(statement)
    ]
