"""`workbench report`: runs a notebook with parameters into one HTML file; saves, repeats and compares runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from workbench.cli.console import console, error_console
from workbench.cli.main import app

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.domain.operations.reports import ReportRun
    from workbench.runtime import Workbench


class _RunByDefault(TyperGroup):
    """`workbench report company_review` runs it; the other subcommands are named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["run", *args]
        return super().parse_args(ctx, args)


reports = typer.Typer(
    cls=_RunByDefault, no_args_is_help=True, help="Run a notebook into a report; list, repeat, compare and schedule runs."
)
app.add_typer(reports, name="report")

Output = Literal["table", "json"]
_Parameters = Annotated[
    list[str] | None, typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="Set a parameter; may be repeated.")
]
_Format = Annotated[Output, typer.Option("--format", help="Output format.")]
_Pdf = Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="Also write a PDF; needs Chromium.")]
_Xlsx = Annotated[
    Path | None, typer.Option("--xlsx", metavar="FILE", help="Also write its figures, each with its sources, as XLSX.")
]


@reports.command("run")
def run_one(
    notebook: Annotated[
        str | None, typer.Argument(help="A notebook of this project by name, such as company_review, or a path.")
    ] = None,
    *,
    parameter: _Parameters = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="File to write; named after the parameters by default."),
    ] = None,
    rerun: Annotated[
        str | None,
        typer.Option(metavar="MANIFEST", help="Repeat the run of this manifest file or run number, and compare."),
    ] = None,
    pdf: _Pdf = None,
    xlsx: _Xlsx = None,
) -> None:
    """Run a notebook and write one self-contained HTML, with its manifest beside it (the default: `run` may be left out).

    With --rerun the figures are compared with those of the earlier run; ends with 1 when they are not equal.
    """
    from workbench.domain.errors import InvalidRequest

    if rerun is not None:
        if notebook is not None or parameter or output is not None:
            raise InvalidRequest(
                "--rerun takes the notebook, its parameters and the file name from the manifest", hint="leave them out"
            )
        _run_again(rerun, pdf, xlsx)
        return
    if notebook is None:
        raise InvalidRequest("no notebook is given", hint="workbench report company_review -p ticker=AAPL")
    from workbench.reports.run import prepare, write_report
    from workbench.reports.saved_runs import run_and_save
    from workbench.runtime import open_workbench

    order = prepare(notebook, parameter or (), output)
    with open_workbench() as workbench:
        with error_console.status("running the notebook") as status:
            run, made = run_and_save(
                workbench,
                order.notebook,
                order.parameters,
                on_progress=lambda done: status.update(f"running: {done} cells done"),
            )
        manifest_file = write_report(order, made)
        _print(f"wrote {order.target}\n  and {manifest_file}\n  saved as report {run.report_id}")
        _save(workbench, run, pdf=pdf, xlsx=xlsx)


def _run_again(reference: str, pdf: Path | None, xlsx: Path | None) -> None:
    from workbench.reports.saved_runs import rerun
    from workbench.runtime import open_workbench

    with open_workbench() as workbench:
        manifest = _manifest(workbench, reference)
        with error_console.status("running the notebook"):
            run, comparison = rerun(workbench, manifest)
        _print(f"report {run.report_id}: {run.title}")
        from workbench.cli.reports.report_table import print_comparison

        print_comparison(comparison)
        _save(workbench, run, pdf=pdf, xlsx=xlsx)
    if not comparison.is_equal:
        raise typer.Exit(1)


@reports.command("list")
def print_runs(
    notebook: Annotated[str | None, typer.Option(help="List only runs of this notebook.")] = None,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=1000, help="The newest N.")] = 20,
    output: _Format = "table",
) -> None:
    """List saved runs, newest first."""
    from db.operations.reports import list_runs
    from workbench.analysis.operations.report_figures import run_document
    from workbench.cli.reports.report_table import print_run_list
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.read() as connection:
        found = list_runs(connection, notebook=notebook, limit=limit)
    if output == "json":
        sys.stdout.write(json.dumps({"reports": [run_document(run) for run in found]}, ensure_ascii=False, indent=2) + "\n")
        return
    print_run_list(found)


@reports.command("save")
def save_files(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Run number, as `workbench report list` shows it.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Its page as HTML.")] = None,
    pdf: _Pdf = None,
    xlsx: _Xlsx = None,
) -> None:
    """Write the page, PDF or figures of a saved run to files."""
    from db.operations.reports import get_run
    from workbench.domain.errors import InvalidRequest
    from workbench.runtime import open_workbench

    if output is None and pdf is None and xlsx is None:
        raise InvalidRequest("no file is given", hint="-o FILE.html, --pdf FILE.pdf, --xlsx FILE.xlsx")
    with open_workbench() as workbench:
        with workbench.database.read() as connection:
            run = get_run(connection, number)
        _save(workbench, run, html=output, pdf=pdf, xlsx=xlsx)


@reports.command("compare")
def print_comparison_of(
    before: Annotated[str, typer.Argument(help="Number of a saved run, or its manifest file.")],
    after: Annotated[str, typer.Argument(help="Number of the other run, or its manifest file.")],
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, help="Changed figures to show.")] = 50,
    output: _Format = "table",
) -> None:
    """Show what changed between two runs, and why: new filings, newly loaded data, other periods, parameters or code."""
    from workbench.analysis.operations.report_figures import comparison_of_runs_document
    from workbench.cli.reports.report_table import print_comparison
    from workbench.reports.saved_runs import compare_manifests
    from workbench.runtime import open_workbench

    with open_workbench() as workbench:
        found = compare_manifests(workbench, _manifest(workbench, before), _manifest(workbench, after))
    if output == "json":
        document = comparison_of_runs_document(found, limit=limit)
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        return
    print_comparison(found, limit=limit)


@reports.command("schedule")
def add_schedule(
    name: Annotated[str, typer.Argument(help="Name of the schedule, such as apple-weekly.")],
    notebook: Annotated[str, typer.Argument(help="A notebook of this project by name.")],
    cron: Annotated[str, typer.Option(help="When, in UTC: minute hour day month weekday.")] = "0 6 * * *",
    parameter: _Parameters = None,
) -> None:
    """Schedule a report. `workbench up` and `workbench flows` run it; without as_of each run uses its own day."""
    from workbench.reports.schedules import add
    from workbench.runtime import open_workbench

    with open_workbench() as workbench:
        schedule = add(workbench, name, notebook, parameter or (), cron)
    _print(f"{schedule.name}: {schedule.notebook} at {schedule.cron} UTC")


@reports.command("schedules")
def print_schedules(output: _Format = "table") -> None:
    """List schedules and when each runs next."""
    from datetime import UTC, datetime

    from db.operations.reports import list_schedules
    from workbench.cli.reports.report_table import print_schedule_list
    from workbench.reports.schedules import schedule_document
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.read() as connection:
        found = list_schedules(connection)
    rows = [schedule_document(each, datetime.now(UTC)) for each in found]
    if output == "json":
        sys.stdout.write(json.dumps({"schedules": rows}, ensure_ascii=False, indent=2) + "\n")
        return
    print_schedule_list(rows)


@reports.command("unschedule")
def remove_schedule(name: Annotated[str, typer.Argument(help="Name of the schedule.")]) -> None:
    """Delete a schedule; its runs stay."""
    from db.operations.reports import delete_schedule
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.write() as connection:
        delete_schedule(connection, name)
    _print(f"deleted the schedule {name}")


def _manifest(workbench: Workbench, reference: str) -> Mapping[str, Any]:
    from workbench.reports.saved_runs import manifest_of

    return manifest_of(workbench, reference)


def _save(
    workbench: Workbench, run: ReportRun, *, html: Path | None = None, pdf: Path | None = None, xlsx: Path | None = None
) -> None:
    from workbench.reports import saved_runs
    from workbench.reports.pdf import to_pdf
    from workbench.reports.run import write_whole

    if html is not None:
        write_whole(html, saved_runs.html_of_run(workbench, run).encode())
        _print(f"wrote {html}")
    if pdf is not None:
        with error_console.status("printing"):
            write_whole(pdf, to_pdf(saved_runs.html_of_run(workbench, run)))
        _print(f"wrote {pdf}")
    if xlsx is not None:
        write_whole(xlsx, saved_runs.workbook_of_run(workbench, run))
        _print(f"wrote {xlsx}")


def _print(text: str) -> None:
    console.print(text, soft_wrap=True, highlight=False, markup=False)
