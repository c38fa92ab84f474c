"""Scheduled reports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial

from db.operations import reports as db_reports
from db.ownership import caller_called
from workbench.analysis.operations.report_figures import ScheduleAnswer
from workbench.domain.errors import InvalidRequest, NotFound, SetupError
from workbench.domain.operations.cron import Cron
from workbench.domain.operations.reports import ReportSchedule
from workbench.domain.operations.runs import IngestReport
from workbench.domain.rights.ownership import LOCAL, LOCAL_USER, Caller
from workbench.ingest.unit_of_work import Tally, run
from workbench.reports.notebooks import find_notebook, given_parameters, load_notebook, parse_parameters
from workbench.reports.recipients import checked_recipients
from workbench.reports.saved_runs import run_and_save
from workbench.runtime import Workbench

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


def add(
    workbench: Workbench,
    name: str,
    notebook: str,
    assignments: Iterable[str],
    cron: str,
    *,
    recipients: Iterable[str] | None = None,
    failure_channel: str | None = None,
    caller: Caller = LOCAL,
) -> ReportSchedule:
    """Schedules a notebook, or changes the caller's schedule of this name.

    `recipients` get each report, and a failure goes to `failure_channel`, by default the operator's channel of the settings;
    without `recipients` those of an existing schedule stay.

    Only the given parameters are saved, so that an `as_of` left out is the day of each run. Raises InvalidRequest for an
    invalid name, parameter or cron expression, NotFound for a notebook or channel that does not exist.
    """
    if not _NAME.fullmatch(name):
        raise InvalidRequest(
            f"{name!r} is not a valid name for a schedule", hint="use letters, digits, points and dashes, at most 60"
        )
    result = load_notebook(find_notebook(notebook))
    given = given_parameters(result, assignments)
    Cron.parse(cron)
    channel = failure_channel or workbench.settings.alerts.operator_channel
    wanted = None if recipients is None else checked_recipients(workbench, recipients)
    on_failure = next(iter(checked_recipients(workbench, [channel] if channel else [])), None)
    with workbench.database.write() as connection:
        return db_reports.save_schedule(
            connection, name, notebook=result.name, parameters=given, cron=cron, recipients=wanted,
            failure_channel=on_failure, caller=caller,
        )  # fmt: skip


def due(schedules: Iterable[ReportSchedule], now: datetime) -> list[ReportSchedule]:
    """Schedules that are due since they were created or last ran; missed times count once."""
    return [
        each for each in schedules if Cron.parse(each.cron).previous(now) > (each.last_started_at or each.created_at)
    ]  # fmt: skip


def run_due(workbench: Workbench, now: datetime) -> Iterator[IngestReport]:
    """Runs every report that is due, one after the other, each with a report of its own in the record of runs.

    One that fails, or whose schedule cannot be read, does not keep the next from running.
    """
    with workbench.database.read() as connection:
        schedules = db_reports.list_schedules(connection)
    for schedule in schedules:
        waiting: list[ReportSchedule] = []
        looked = run(
            workbench.database,
            "report schedule",
            schedule.name,
            partial(_look, schedule, now, waiting),
            unit=_unit(schedule),
            is_idle_recorded=False,
        )
        if waiting:
            yield run(workbench.database, "report", schedule.name, partial(_run, workbench, schedule), unit=_unit(schedule))
        elif looked.outcome not in ("skipped", "unchanged"):
            yield looked


def _unit(schedule: ReportSchedule) -> str:
    """Whose failures are counted together: owners may have schedules of the same name."""
    return schedule.name if schedule.owner == LOCAL_USER else f"{schedule.name} of {schedule.owner}"


def _look(schedule: ReportSchedule, now: datetime, waiting: list[ReportSchedule], _: Tally) -> None:
    waiting.extend(due([schedule], now))


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
        "owner": schedule.owner,
        "shared_with": [role.value for role in schedule.shared_with],
        "recipients": list(schedule.recipients),
        "failure_channel": schedule.failure_channel,
    }


def _run(workbench: Workbench, schedule: ReportSchedule, tally: Tally) -> None:
    notebook = load_notebook(find_notebook(schedule.notebook))
    texts = [f"{name}={value}" for name, value in schedule.parameters.items()]
    with workbench.database.read() as connection:
        caller = caller_called(connection, schedule.owner)
    try:
        saved, _ = run_and_save(workbench, notebook, parse_parameters(notebook, texts), schedule=schedule.name, caller=caller)
    except SetupError as error:  # of the notebook's own kernel: the next report may have all it needs
        raise NotFound(error.message, hint=error.hint) from error
    tally.saved["reports"], tally.saved["figures"] = 1, saved.figures
