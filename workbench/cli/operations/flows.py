"""`workbench flows`: the work that comes back every hour or day."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markdown import Markdown
from rich.markup import escape
from rich.table import Table

from workbench.cli.console import console, error_console
from workbench.cli.main import app

if TYPE_CHECKING:
    from flows.scheduler import JobProcess, Scheduler
    from workbench.runtime import Workbench

flows = typer.Typer(
    help="The work that comes back every hour or day: list it, run it, serve its schedules.", no_args_is_help=True
)
app.add_typer(flows, name="flows")


@flows.command(name="list")
def list_flows() -> None:
    """List what there is, when it is due, and how it went last (times in UTC)."""
    from db.operations import runs
    from flows.jobs import JOBS
    from flows.run import KIND
    from workbench.domain.operations.cron import Cron
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.read() as connection:
        last, settings = runs.latest_of(connection, KIND), workbench.settings
    table = Table("Flow", "What", "Cron", "Next", "Last", "Outcome")
    now = datetime.now(UTC)
    for job in JOBS:
        due = f"{Cron.parse(job.cron).next(now):%a %H:%M}" if job.cron else "by hand"
        if lacking := job.missing(settings):
            due = f"needs {lacking}"
        seen = last.get(job.name)
        outcome = f"{seen.outcome}{f': {seen.error}' if seen.error else ''}" if seen else "-"
        when = f"{seen.started_at:%Y-%m-%d %H:%M}" if seen else "-"
        table.add_row(job.name, job.about, job.cron or "-", due, when, escape(outcome))
    console.print(table)


@flows.command()
def run(
    name: Annotated[str, typer.Argument(metavar="NAME", help="One of `workbench flows list`.")],
    *,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", metavar="NAME=VALUE", help="In place of the flow's own; repeatable."),
    ] = None,
) -> None:
    """Run one now, in this process; ends with 1 when it or a unit of it failed, with 75 when trying later may help."""
    from flows.jobs import find_job, parse_parameters
    from flows.run import run_job
    from flows.scheduler import TRY_AGAIN
    from workbench.domain.errors import WorkbenchError
    from workbench.settings import Settings

    job = find_job(name)
    values = parse_parameters(job, parameter or [])
    try:
        summary = run_job(job, Settings.load(), values)
    except WorkbenchError as error:
        if not error.is_transient:
            raise
        error_console.print(f"workbench: {error.message}", style="bold red", markup=False, highlight=False)
        raise typer.Exit(TRY_AGAIN) from None
    console.print(Markdown(summary.markdown()))
    if summary.outcome == "failed" or summary.troubles:
        raise typer.Exit(TRY_AGAIN if summary.may_pass else 1)


@flows.command()
def serve() -> None:
    """Serve the schedules until Ctrl-C: by the Prefect server that PREFECT_API_URL names, without one by itself."""
    if os.environ.get("PREFECT_API_URL"):
        from flows.deploy import serve_with_prefect

        serve_with_prefect()
        return
    import threading

    from workbench.runtime import open_workbench

    with open_workbench() as workbench:
        scheduler, process = start_scheduler(workbench)
        console.print("serving the schedules   Ctrl-C stops it", highlight=False)
        try:
            threading.Event().wait()
        finally:
            process.close()
            scheduler.stop()


@flows.command()
def deploy(
    pool: Annotated[str, typer.Option(help="The work pool, made as one of processes when there is none.")] = "workbench",
) -> None:
    """Make or update the deployments on the Prefect server that PREFECT_API_URL names."""
    from flows.deploy import deploy_all
    from workbench.domain.errors import SetupError

    if not os.environ.get("PREFECT_API_URL"):
        raise SetupError("PREFECT_API_URL is not set", hint="`prefect server start` prints it; `workbench up` needs none")
    for name in deploy_all(pool):
        console.print(f"deployed {name}", highlight=False)
    console.print(f"A worker runs them: prefect worker start --pool {escape(pool)}", highlight=False)


def start_scheduler(workbench: Workbench) -> tuple[Scheduler, JobProcess]:
    """The scheduler, running, and the process that it gives jobs to; close both, the process first."""
    from flows.jobs import JOBS
    from flows.scheduler import JobProcess, Schedule, Scheduler, last_started

    with workbench.database.read() as connection:
        last = last_started(connection)
    process = JobProcess(workbench.settings)
    scheduler = Scheduler(Schedule(JOBS, last, datetime.now(UTC)), process.run)
    scheduler.start()
    return scheduler, process
