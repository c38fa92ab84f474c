"""Running notebooks for `workbench report`, and writing the files of a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from workbench import runtime
from workbench.cli.console import error_console, say
from workbench.cli.reports.report_table import print_comparison
from workbench.domain.operations.reports import ReportRun
from workbench.reports import saved_runs
from workbench.reports.pdf import to_pdf
from workbench.reports.run import prepare, write_report, write_whole
from workbench.runtime import Workbench


def run_notebook(
    notebook: str, parameters: Sequence[str], output: Path | None, *, pdf: Path | None = None, xlsx: Path | None = None
) -> None:
    """Runs a notebook, saves the run, and writes its files."""
    order = prepare(notebook, parameters, output)
    with runtime.open_workbench() as workbench:
        with error_console.status("running the notebook") as status:
            run, made = saved_runs.run_and_save(
                workbench,
                order.notebook,
                order.parameters,
                on_progress=lambda done: status.update(f"running: {done} cells done"),
            )
        manifest_file = write_report(order, made)
        say(f"wrote {order.target}\n  and {manifest_file}\n  saved as report {run.report_id}")
        save(workbench, run, pdf=pdf, xlsx=xlsx)


def run_again(reference: str, *, pdf: Path | None, xlsx: Path | None) -> None:
    """Repeats a run and prints how the figures compare; ends with 1 when they are not equal."""
    with runtime.open_workbench() as workbench:
        manifest = saved_runs.manifest_of(workbench, reference)
        with error_console.status("running the notebook"):
            run, comparison = saved_runs.rerun(workbench, manifest)
        say(f"report {run.report_id}: {run.title}")
        print_comparison(comparison)
        save(workbench, run, pdf=pdf, xlsx=xlsx)
    if not comparison.is_equal:
        raise typer.Exit(1)


def save(
    workbench: Workbench,
    run: ReportRun,
    *,
    html: Path | None = None,
    pdf: Path | None = None,
    xlsx: Path | None = None,
    notebook: Path | None = None,
) -> None:
    """Writes the files of a saved run that are asked for."""
    if html is not None:
        write_whole(html, saved_runs.html_of_run(workbench, run).encode())
        say(f"wrote {html}")
    if pdf is not None:
        with error_console.status("printing"):
            write_whole(pdf, to_pdf(saved_runs.html_of_run(workbench, run)))
        say(f"wrote {pdf}")
    if notebook is not None:
        write_whole(notebook, saved_runs.failed_notebook(workbench, run).encode())
        say(f"wrote {notebook}")
    if xlsx is not None:
        write_whole(xlsx, saved_runs.workbook_of_run(workbench, run))
        say(f"wrote {xlsx}")
