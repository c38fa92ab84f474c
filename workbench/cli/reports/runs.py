"""`workbench report`: saved runs, how two of them differ, and their schedules; nothing here runs a notebook."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from db.operations.report_deliveries import list_deliveries
from db.operations.reports import delete_schedule, get_run, list_runs, list_schedules
from workbench import runtime
from workbench.analysis.operations.report_figures import comparison_of_runs_document, delivery_document, run_document
from workbench.cli.console import say
from workbench.cli.output import TableOrJson, write_json
from workbench.cli.reports.parameters import Parameters, PdfFile, XlsxFile
from workbench.cli.reports.report_table import print_comparison, print_delivery_list, print_run_list, print_schedule_list
from workbench.domain.errors import InvalidRequest
from workbench.reports.report_queue import cancel_run
from workbench.reports.saved_runs import compare_manifests, manifest_of
from workbench.reports.schedules import add, schedule_document


def list_saved_runs(
    notebook: Annotated[str | None, typer.Option(help="Only runs of this notebook.")] = None,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=1000, help="Number of newest runs.")] = 20,
    output: TableOrJson = "table",
) -> None:
    """List the saved runs, newest first."""
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        report_runs = list_runs(connection, notebook=notebook, limit=limit)
    if output == "json":
        write_json({"reports": [run_document(run) for run in report_runs]}, indent=2)
    else:
        print_run_list(report_runs)


def save_files(
    number: Annotated[int, typer.Argument(metavar="RUN", help="Its number in `workbench report list`.", show_default=False)],
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write the report as HTML.")] = None,
    pdf: PdfFile = None,
    xlsx: XlsxFile = None,
    notebook: Annotated[
        Path | None, typer.Option("--notebook", metavar="FILE", help="Write the notebook of a failed run, with its error.")
    ] = None,
) -> None:
    """Write the HTML, PDF or XLSX file of a saved run.

    A failed run has its notebook, with the error.
    """
    if output is None and pdf is None and xlsx is None and notebook is None:
        raise InvalidRequest("name a file to write", hint="-o FILE.html, --pdf FILE.pdf or --xlsx FILE.xlsx")
    with runtime.open_workbench() as workbench:
        with workbench.database.read() as connection:
            run = get_run(connection, number)
        from workbench.cli.reports.running import save  # noqa: PLC0415  as in `report`

        save(workbench, run, html=output, pdf=pdf, xlsx=xlsx, notebook=notebook)


def compare_runs(
    before: Annotated[
        str, typer.Argument(metavar="BEFORE", help="The number of a run, or its manifest file.", show_default=False)
    ],
    after: Annotated[str, typer.Argument(metavar="AFTER", help="The other run.", show_default=False)],
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, help="Number of changed figures.")] = 50,
    output: TableOrJson = "table",
) -> None:
    """Show what changed between two runs, and why.

    The reasons are new filings, newly loaded data, other periods, other parameters, or other code.
    """
    with runtime.open_workbench() as workbench:
        run_comparison = compare_manifests(workbench, manifest_of(workbench, before), manifest_of(workbench, after))
    if output == "json":
        write_json(comparison_of_runs_document(run_comparison, limit=limit), indent=2)
    else:
        print_comparison(run_comparison, limit=limit)


def schedule(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of the schedule, such as apple-weekly.", show_default=False)
    ],
    notebook: Annotated[
        str, typer.Argument(metavar="NOTEBOOK", help="Name of a notebook, such as company_review.", show_default=False)
    ],
    *,
    cron: Annotated[str, typer.Option(help="Cron expression in UTC: minute hour day month weekday.")] = "0 6 * * *",
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="CHANNEL", help="Send each report to this channel, or to webhook:NAME; may be repeated."),
    ] = None,
    on_failure: Annotated[
        str | None, typer.Option(metavar="CHANNEL", help="Send a failed run to this channel; by default the operator's.")
    ] = None,
    parameter: Parameters = None,
) -> None:
    """Schedule a report.

    `workbench up` and the job `reports` run it. Without an as_of parameter, each run is as known on its own day.
    """
    with runtime.open_workbench() as workbench:
        added = add(workbench, name, notebook, parameter or (), cron, recipients=to, failure_channel=on_failure)
    sent = f", sent to {', '.join(added.recipients)}" if added.recipients else ""
    say(f"{added.name}: {added.notebook} at {added.cron} UTC{sent}")


def list_report_schedules(output: TableOrJson = "table") -> None:
    """List the schedules and when each runs next."""
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        result = list_schedules(connection)
    rows = [schedule_document(each, datetime.now(UTC)) for each in result]
    if output == "json":
        write_json({"schedules": rows}, indent=2)
    else:
        print_schedule_list(rows)


def list_report_deliveries(
    number: Annotated[
        int | None, typer.Argument(metavar="RUN", help="Only of this run; by default of all.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=1000, help="Number of newest deliveries.")] = 20,
    output: TableOrJson = "table",
) -> None:
    """List what was sent to the recipients of scheduled reports, newest first."""
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        result = list_deliveries(connection, report_id=number, limit=limit)
    if output == "json":
        write_json({"deliveries": [delivery_document(each) for each in result]}, indent=2)
    else:
        print_delivery_list(result)


def cancel(number: Annotated[int, typer.Argument(metavar="RUN", help="Its number in `workbench report list`.")]) -> None:
    """End a report that waits or runs.

    The process of one that runs ends the notebook within a few seconds.
    """
    with runtime.open_workbench() as workbench:
        cancel_run(workbench, number)
    say(f"Report {number} is being ended")


def unschedule(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the schedule.", show_default=False)],
    owner: Annotated[str | None, typer.Option(metavar="USER", help="Whose schedule, where several have the name.")] = None,
) -> None:
    """Remove a schedule.

    Its saved runs stay.
    """
    with runtime.open_workbench() as workbench, workbench.database.write() as connection:
        delete_schedule(connection, name, owner=owner)
    say(f"Removed the schedule {name}")
