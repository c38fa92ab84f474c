"""`workbench report`: a notebook with parameters, run into one HTML file, and the files of a saved run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from db.operations.reports import get_run
from workbench import runtime
from workbench.cli.console import error_console, say
from workbench.cli.reports.parameters import Parameters
from workbench.cli.reports.report_table import print_comparison
from workbench.domain.errors import InvalidRequest
from workbench.domain.operations.reports import ReportRun
from workbench.reports import saved_runs
from workbench.reports.pdf import to_pdf
from workbench.reports.run import prepare, write_report, write_whole
from workbench.runtime import Workbench

PdfFile = Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="Write the report as PDF; needs Chromium.")]
XlsxFile = Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help="Write the figures with their sources as XLSX.")]


def run_report(
    notebook: Annotated[
        str | None,
        typer.Argument(help="Name of a notebook, such as company_review, or a path.", show_default=False),
    ] = None,
    *,
    parameter: Parameters = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="HTML file to write; by default named after the parameters."),
    ] = None,
    rerun: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Repeat a run, given by its number or its manifest file, and compare the figures."),
    ] = None,
    pdf: PdfFile = None,
    xlsx: XlsxFile = None,
) -> None:
    """Run a notebook and write the report as one HTML file.

    Example: workbench report company_review -p ticker=AAPL

    The manifest is written beside the report. With --rerun the exit code is 1 when the figures are not equal.
    """
    if rerun is not None:
        if notebook is not None or parameter or output is not None:
            raise InvalidRequest("--rerun takes the notebook and its parameters from the run", hint="leave the others out")
        _run_again(rerun, pdf, xlsx)
        return
    if notebook is None:
        raise InvalidRequest("name a notebook", hint="workbench report company_review -p ticker=AAPL")
    order = prepare(notebook, parameter or (), output)
    with runtime.open_workbench() as workbench:
        with error_console.status("running the notebook") as status:
            run, made = saved_runs.run_kept(
                workbench, order.notebook, order.parameters, told=lambda done: status.update(f"running: {done} cells done")
            )
        manifest_file = write_report(order, made)
        say(f"wrote {order.target}\n  and {manifest_file}\n  saved as report {run.report_id}")
        _save(workbench, run, pdf=pdf, xlsx=xlsx)


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
        _save(workbench, run, html=output, pdf=pdf, xlsx=xlsx)


def _run_again(reference: str, pdf: Path | None, xlsx: Path | None) -> None:
    with runtime.open_workbench() as workbench:
        manifest = saved_runs.manifest_of(workbench, reference)
        with error_console.status("running the notebook"):
            run, comparison = saved_runs.rerun(workbench, manifest)
        say(f"report {run.report_id}: {run.title}")
        print_comparison(comparison)
        _save(workbench, run, pdf=pdf, xlsx=xlsx)
    if not comparison.is_equal:
        raise typer.Exit(1)


def _save(
    workbench: Workbench, run: ReportRun, *, html: Path | None = None, pdf: Path | None = None, xlsx: Path | None = None
) -> None:
    if html is not None:
        write_whole(html, saved_runs.html_of_run(workbench, run).encode())
        say(f"wrote {html}")
    if pdf is not None:
        with error_console.status("printing"):
            write_whole(pdf, to_pdf(saved_runs.html_of_run(workbench, run)))
        say(f"wrote {pdf}")
    if xlsx is not None:
        write_whole(xlsx, saved_runs.workbook_of_run(workbench, run))
        say(f"wrote {xlsx}")
