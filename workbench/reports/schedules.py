"""Reports that are run when their time comes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from db.operations import reports as db_reports
from db.operations import runs
from workbench.analysis.operations.report_figures import ScheduleAnswer
from workbench.domain.errors import InvalidRequest, WorkbenchError
from workbench.domain.operations.cron import Cron
from workbench.domain.operations.reports import ReportSchedule
from workbench.domain.operations.runs import IngestReport, Outcome
from workbench.reports.notebooks import find_notebook, given_parameters, load_notebook, parse_parameters
from workbench.reports.saved_runs import run_kept
from workbench.runtime import Workbench

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


def add(workbench: Workbench, name: str, notebook: str, assignments: Iterable[str], cron: str) -> ReportSchedule:
    """Schedules a notebook, or changes the schedule of this name.

    Only what is given is kept of the parameters, so that an `as_of` left out is the day of each run. Raises InvalidRequest for
    a name, a parameter or a cron that is none, NotFound for a notebook that is not there.
    """
    if not _NAME.fullmatch(name):
        raise InvalidRequest(f"{name!r} is no name for a schedule", hint="letters, digits, points and dashes, at most 60")
    found = load_notebook(find_notebook(notebook))
    given = given_parameters(found, assignments)
    Cron.parse(cron)
    with workbench.database.write() as connection:
        return db_reports.save_schedule(connection, name, notebook=found.name, parameters=given, cron=cron)


def due(schedules: Iterable[ReportSchedule], now: datetime) -> list[ReportSchedule]:
    """Those whose time has come since they were made or last ran; a time that was missed counts once."""
    return [
        each for each in schedules if Cron.parse(each.cron).previous(now) > (each.last_started_at or each.created_at)
    ]  # fmt: skip


def run_due(workbench: Workbench, now: datetime) -> Iterator[IngestReport]:
    """Runs every report that is due, one after the other, each with a report of its own in the record of runs."""
    with workbench.database.read() as connection:
        waiting = due(db_reports.list_schedules(connection), now)
    for schedule in waiting:
        yield _run(workbench, schedule)


def schedule_document(schedule: ReportSchedule, now: datetime) -> ScheduleAnswer:
    """A schedule, with the time of its next run."""
    last = schedule.last_started_at
    return {
        "name": schedule.name,
        "notebook": schedule.notebook,
        "parameters": dict(schedule.parameters),
        "cron": schedule.cron,
        "next_at": Cron.parse(schedule.cron).next(now).astimezone(UTC).isoformat(),
        "last_started_at": last.isoformat() if last else None,
    }


def _run(workbench: Workbench, schedule: ReportSchedule) -> IngestReport:
    started_at = datetime.now(UTC)
    outcome: Outcome = "saved"
    saved: dict[str, int] = {}
    error = None
    try:
        notebook = load_notebook(find_notebook(schedule.notebook))
        texts = [f"{name}={value}" for name, value in schedule.parameters.items()]
        kept, _ = run_kept(workbench, notebook, parse_parameters(notebook, texts), schedule=schedule.name)
        saved = {"reports": 1, "figures": kept.figures}
    except WorkbenchError as failure:  # one that fails does not keep the next from running
        outcome, error = "failed", failure.message
    report = IngestReport("report", schedule.name, outcome, started_at, datetime.now(UTC), saved, {}, error)
    with workbench.database.write() as connection:
        runs.save(connection, report)
    return report
