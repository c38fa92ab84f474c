"""Retention: deletes old run records and vendor responses, and archives old events."""

from __future__ import annotations

import hashlib
import io
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq

from db.engine import Database
from db.filings import event_archives
from db.filings.event_archives import EventArchive
from db.operations import api_responses, audit, failed_units, idempotency_keys, runs, stored_answers, tasks
from db.sign_in import sessions
from workbench.domain.errors import IntegrityError
from workbench.domain.operations.runs import IngestReport
from workbench.domain.rights.ownership import LOCAL_USER
from workbench.ingest import unit_of_work
from workbench.ingest.operations.task_files import delete_task_files
from workbench.ports import ObjectStore

_EVENTS = pa.schema(
    [
        ("cik", pa.int64()),
        ("accession", pa.string()),
        ("item", pa.string()),
        ("event_type", pa.string()),
        ("form", pa.string()),
        ("report_on", pa.date32()),
        ("filed_on", pa.date32()),
        ("source", pa.string()),
    ]
)


def forget_old_runs(database: Database, objects: ObjectStore, *, now: datetime, days: int) -> IngestReport:
    """Deletes old run reports, except the latest of each kind and subject, and failures and tasks older than `days` days.

    The files of a task go with it.
    """

    def work(tally: unit_of_work.Tally) -> None:
        with database.write() as connection:
            tally.dropped["old report of a run"] = runs.delete_before(connection, now - timedelta(days=days))
            tally.dropped["old failure of a unit"] = failed_units.delete_before(connection, now - timedelta(days=days))
            stored_answers.forget_old_answers(connection, now - timedelta(days=days))
            idempotency_keys.forget_old_keys(connection, now)
            old_tasks = tasks.forget_old_tasks(connection, now - timedelta(days=days))
        for task_id in old_tasks:
            delete_task_files(objects, task_id)
        tally.dropped["old task"] = len(old_tasks)

    return unit_of_work.run(database, "retention", "ingest_runs", work)


def forget_old_sessions(database: Database, *, now: datetime, days: int) -> IngestReport:
    """Deletes sessions that ended or expired more than `days` days ago; the audit log keeps what it says of them."""

    def work(tally: unit_of_work.Tally) -> None:
        with database.write() as connection:
            tally.dropped["old session"] = sessions.forget_sessions(connection, now - timedelta(days=days))

    return unit_of_work.run(database, "retention", "sessions", work)


def forget_old_responses(database: Database, *, now: datetime, days: int) -> IngestReport:
    """Deletes records of vendor responses older than `days` days; the bytes stay in the archive."""

    def work(tally: unit_of_work.Tally) -> None:
        with database.write() as connection:
            tally.dropped["old answer of a vendor"] = api_responses.delete_before(connection, now - timedelta(days=days))

    return unit_of_work.run(database, "retention", "api_responses", work)


def shorten_audit_trail(database: Database, *, now: datetime, days: int) -> IngestReport:
    """Removes entries of the audit trail older than `days` days; the rest stays verifiable."""

    def work(tally: unit_of_work.Tally) -> None:
        with database.owner.write() as connection:
            day = now - timedelta(days=days)
            tally.dropped["old entry of the audit trail"] = audit.remove_before(connection, day, actor=LOCAL_USER)

    return unit_of_work.run(database, "retention", "audit_logs", work)


def archive_old_events(database: Database, objects: ObjectStore, *, today: date, days: int) -> IngestReport:
    """Moves market events filed more than `days` days ago, by whole months, into Parquet files of at most a year.

    A year is deleted from the table only after its file was read back with the same hash and exactly the rows of the table.
    The next run continues an interrupted one. Events of that age that arrive later are not loaded (`db.filings.events`). If
    the file read back differs, the unit fails and the table keeps its rows.
    """
    until = (today - timedelta(days=days)).replace(day=1)

    def work(tally: unit_of_work.Tally) -> None:
        while True:
            with database.read() as connection:
                since = event_archives.first_day(connection)
                if since is None or since >= until:
                    break
                before = min(until, date(since.year + 1, 1, 1))
                rows = event_archives.events_before(connection, before)
            archive = _write(objects, rows, since, before)
            with database.owner.write() as connection:  # a chunk is dropped by its owner alone
                event_archives.lock_events(connection)
                if event_archives.events_before(connection, before) != rows:
                    tally.drop("year that changed meanwhile: left for the next run")
                    return
                event_archives.take_out(connection, archive)
            tally.saved["archived events"] += archive.events
            tally.saved["archives"] += 1

    return unit_of_work.run(database, "retention", "market_events", work)


def read_archive(objects: ObjectStore, archive: EventArchive) -> list[dict[str, object]]:
    """The events of an archive, one dictionary of columns each; raises NotFound, and IntegrityError if it is damaged."""
    content = objects.get(archive.key)
    if hashlib.sha256(content).hexdigest() != archive.sha256:
        raise IntegrityError(f"the archive {archive.key} is damaged", hint="restore it from a backup")
    results: list[dict[str, object]] = pq.read_table(io.BytesIO(content), schema=_EVENTS).to_pylist()
    return results


def _write(objects: ObjectStore, rows: list[dict[str, object]], since: date, before: date) -> EventArchive:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=_EVENTS), buffer, compression="zstd")
    content = buffer.getvalue()
    sha256 = hashlib.sha256(content).hexdigest()
    key = f"archive/market_events/{since}_{before}_{sha256[:12]}.parquet"
    objects.put(key, content, media_type="application/vnd.apache.parquet")
    archive = EventArchive(since, before, key, sha256, len(rows))
    if read_archive(objects, archive) != rows:
        raise IntegrityError(f"the archive {key} differs from what was written", hint="nothing was removed")
    return archive
