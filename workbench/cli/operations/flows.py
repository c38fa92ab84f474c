"""`workbench flows`: the recurring jobs."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markdown import Markdown
from rich.markup import escape

from db.operations import runs
from flows.jobs import JOBS, Job, find_job, parse_parameters
from flows.run import KIND, run_job
from flows.scheduler import TRY_AGAIN
from workbench import runtime
from workbench.cli.console import console, new_table, say
from workbench.cli.errors import report_error
from workbench.cli.operations.schedules import scheduled_jobs
from workbench.cli.output import Format, write_records
from workbench.domain.errors import SetupError, WorkbenchError
from workbench.domain.operations.cron import Cron
from workbench.domain.operations.runs import IngestReport
from workbench.settings import Settings

_PREFECT = "PREFECT_API_URL"
_COLUMNS = ("name", "about", "cron", "next_at", "missing_setting", "last_started_at", "last_outcome", "last_error")


def list_jobs(output: Format = "table") -> None:
    """List the jobs, when each runs next, and the result of its last run.

    Times are in UTC.
    """
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        last, settings = runs.latest_of(connection, KIND), workbench.settings
    now = datetime.now(UTC)
    if output != "table":
        records = [_record(job, settings, last.get(job.name), now) for job in JOBS]
        write_records(output, "jobs", records, _COLUMNS)
        return
    table = new_table("Job", "Description", "Cron", "Next run", "Last run", "Result")
    for job in JOBS:
        run = last.get(job.name)
        result = f"{run.outcome}{f': {run.error}' if run.error else ''}" if run else "-"
        when = f"{run.started_at:%Y-%m-%d %H:%M}" if run else "-"
        table.add_row(job.name, job.about, job.cron or "-", _next_run(job, settings, now), when, escape(result))
    console.print(table)


def run(
    name: Annotated[str, typer.Argument(metavar="JOB", help="One of `workbench flows list`.", show_default=False)],
    *,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", metavar="NAME=VALUE", help="Override a parameter of the job; may be repeated."),
    ] = None,
) -> None:
    """Run a job now, in this process.

    The exit code is 1 when the job or a unit of it failed, and 75 when it may succeed later.
    """
    job = find_job(name)
    values = parse_parameters(job, parameter or [])
    try:
        summary = run_job(job, Settings.load(), values)
    except WorkbenchError as error:
        if not error.is_transient:
            raise
        report_error(error)
        raise typer.Exit(TRY_AGAIN) from None
    if console.is_terminal:
        console.print(Markdown(summary.markdown()))
    else:
        say(summary.markdown())
    if summary.outcome == "failed" or summary.troubles:
        raise typer.Exit(TRY_AGAIN if summary.is_transient else 1)


def serve() -> None:
    """Run the jobs on their schedules until Ctrl-C.

    With PREFECT_API_URL set, the schedules are those of that Prefect server.
    """
    if os.environ.get(_PREFECT):
        from flows.deploy import serve_with_prefect  # noqa: PLC0415  few have Prefect, and it takes seconds

        serve_with_prefect()
        return
    with runtime.open_workbench() as workbench, scheduled_jobs(workbench):
        say("Running the scheduled jobs. Press Ctrl-C to stop.")
        threading.Event().wait()


def deploy(
    pool: Annotated[str, typer.Option(help="Work pool; created with the type `process` when missing.")] = "workbench",
) -> None:
    """Create or update the deployments on a Prefect server.

    The server is the one that PREFECT_API_URL names.
    """
    if not os.environ.get(_PREFECT):
        raise SetupError(
            f"{_PREFECT} is not set", hint="`prefect server start` prints its value; `workbench up` needs no Prefect"
        )
    from flows.deploy import deploy_all  # noqa: PLC0415  as above

    for name in deploy_all(pool):
        say(f"deployed {name}")
    say(f"Start a worker to run them: prefect worker start --pool {pool}")


def _next_run(job: Job, settings: Settings, now: datetime) -> str:
    if missing := job.missing(settings):
        return f"needs {missing}"
    return f"{Cron.parse(job.cron).next(now):%a %H:%M}" if job.cron else "manual"


def _record(job: Job, settings: Settings, last: IngestReport | None, now: datetime) -> dict[str, object]:
    missing = job.missing(settings)
    return {
        "name": job.name,
        "about": job.about,
        "cron": job.cron,
        "next_at": Cron.parse(job.cron).next(now).isoformat() if job.cron and not missing else None,
        "missing_setting": missing,
        "last_started_at": last.started_at.isoformat() if last else None,
        "last_outcome": last.outcome if last else None,
        "last_error": last.error if last else None,
    }
