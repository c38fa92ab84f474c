"""`workbench report`: saved runs, how two of them differ, and their schedules; nothing here runs a notebook."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from db.operations.reports import delete_schedule, get_run, list_runs, list_schedules
from workbench import runtime
from workbench.analysis.operations.report_figures import comparison_of_runs_document, run_document
from workbench.cli.console import say
from workbench.cli.output import TableOrJson, write_json
from workbench.cli.reports.parameters import Parameters, PdfFile, XlsxFile
from workbench.cli.reports.report_table import print_comparison, print_run_list, print_schedule_list
from workbench.domain.errors import InvalidRequest
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
) -> None:
    """Write the HTML, PDF or XLSX file of a saved run."""
    if output is None and pdf is None and xlsx is None:
        raise InvalidRequest("name a file to write", hint="-o FILE.html, --pdf FILE.pdf or --xlsx FILE.xlsx")
    with runtime.open_workbench() as workbench:
        with workbench.database.read() as connection:
            run = get_run(connection, number)
        from workbench.cli.reports.running import save  # noqa: PLC0415  as in `report`

        save(workbench, run, html=output, pdf=pdf, xlsx=xlsx)


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
    cron: Annotated[str, typer.Option(help="Cron expression in UTC: minute hour day month weekday.")] = "0 6 * * *",
    parameter: Parameters = None,
) -> None:
    """Schedule a report.

    `workbench up` and the job `reports` run it. Without an as_of parameter, each run is as known on its own day.
    """
    with runtime.open_workbench() as workbench:
        added = add(workbench, name, notebook, parameter or (), cron)
    say(f"{added.name}: {added.notebook} at {added.cron} UTC")


def list_report_schedules(output: TableOrJson = "table") -> None:
    """List the schedules and when each runs next."""
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        result = list_schedules(connection)
    rows = [schedule_document(each, datetime.now(UTC)) for each in result]
    if output == "json":
        write_json({"schedules": rows}, indent=2)
    else:
        print_schedule_list(rows)


def unschedule(name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the schedule.", show_default=False)]) -> None:
    """Remove a schedule.

    Its saved runs stay.
    """
    with runtime.open_workbench() as workbench, workbench.database.write() as connection:
        delete_schedule(connection, name)
    say(f"Removed the schedule {name}")
