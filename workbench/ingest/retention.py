"""What is not kept for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from db import runs
from db.engine import Database
from workbench.domain.runs import IngestReport
from workbench.ingest import report


def forget_old_runs(database: Database, *, now: datetime, days: int) -> IngestReport:
    """Forgets reports of runs older than `days` days, but for the latest of each kind and subject."""

    def work(tally: report.Tally) -> None:
        with database.write() as connection:
            tally.dropped["old report of a run"] = runs.delete_before(connection, now - timedelta(days=days))

    return report.run(database, "retention", "ingest_runs", work)
