"""Saved runs of reports: parameters and status in the database, page and figures in the object store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.engine import Connection
from db.operations import reports as db_reports
from workbench.analysis.operations.report_figures import from_lines, report_workbook, to_lines
from workbench.domain.errors import InvalidRequest, NotFound, WorkbenchError
from workbench.domain.operations.reports import ReportFigure, ReportRun, RunComparison, RunStatus, Value, compare_runs
from workbench.domain.rights.ownership import LOCAL, Caller
from workbench.ingest import archive
from workbench.reports.notebooks import (
    Notebook,
    code_cells,
    find_notebook,
    load_notebook,
    parse_parameters,
    report_day,
    title_of,
)
from workbench.runtime import Workbench

if TYPE_CHECKING:
    from workbench.reports.run import OnProgress, ReportFailed, ReportResult


def run_and_save(
    workbench: Workbench,
    notebook: Notebook,
    parameters: Mapping[str, Value],
    *,
    schedule: str | None = None,
    on_progress: OnProgress | None = None,
    caller: Caller = LOCAL,
) -> tuple[ReportRun, ReportResult]:
    """Runs the notebook and saves the result as the caller's, a failure too; raises as `make_report` does."""
    with workbench.database.write() as connection:
        report_id = begin(connection, notebook, parameters, schedule, caller=caller)
    with db_reports.while_running(workbench.database, report_id):
        return run_begun(workbench, report_id, notebook, parameters, on_progress, caller=caller)


def rerun(
    workbench: Workbench, manifest: Mapping[str, Any], *, on_progress: OnProgress | None = None
) -> tuple[ReportRun, RunComparison]:
    """Repeats the run that a manifest describes, and compares the two.

    Figures are compared one by one when the earlier run is saved here, else by the hash over all of them. Raises
    InvalidRequest for an invalid manifest, NotFound for a notebook that does not exist.
    """
    name, parameters = _notebook_and_parameters(manifest)
    notebook = load_notebook(find_notebook(name))
    texts = [f"{key}={value}" for key, value in parameters.items()]
    with workbench.database.read() as connection:
        earlier = db_reports.find_run(connection, manifest)
    run, made = run_and_save(workbench, notebook, parse_parameters(notebook, texts), on_progress=on_progress)
    if earlier is None:
        return run, compare_runs(manifest, made.manifest.as_document())
    return run, compare_runs(manifest, made.manifest.as_document(), figures_of_run(workbench, earlier), made.figures)


def manifest_of(workbench: Workbench, reference: str) -> Mapping[str, Any]:
    """The manifest in a file, or that of the saved run with this number.

    Raises NotFound for a file or a run that does not exist, InvalidRequest for an invalid manifest.
    """
    if reference.isascii() and reference.isdigit() and len(reference) < 10:
        with workbench.database.read() as connection:
            return _manifest(db_reports.get_run(connection, int(reference)))
    path = Path(reference)
    if not path.is_file():
        raise NotFound(
            f"there is no file {reference}", hint="give a manifest file, or a run number from `workbench report list`"
        )
    try:
        manifest: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        manifest = {}
    _notebook_and_parameters(manifest)
    return manifest


def compare_manifests(workbench: Workbench, before: Mapping[str, Any], after: Mapping[str, Any]) -> RunComparison:
    """How two runs differ, figure by figure when both are saved here, else by their manifests."""
    with workbench.database.read() as connection:
        runs = db_reports.find_run(connection, before), db_reports.find_run(connection, after)
    if runs[0] is None or runs[1] is None:
        return compare_runs(before, after)
    return compare_saved_runs(workbench, runs[0], runs[1])


def compare_saved_runs(workbench: Workbench, before: ReportRun, after: ReportRun) -> RunComparison:
    """How two saved runs differ; raises InvalidRequest for one that has not finished."""
    one, other = _manifest(before), _manifest(after)
    return compare_runs(one, other, figures_of_run(workbench, before), figures_of_run(workbench, after))


def html_of_run(workbench: Workbench, run: ReportRun) -> str:
    """The page of a finished run; raises NotFound for one that has none."""
    return archive.load(workbench.objects, _file(run, run.html_sha256)).decode()


def lines_of_run(workbench: Workbench, run: ReportRun) -> str:
    """The figures of a finished run, a line of JSON each; raises NotFound for one that has none."""
    return archive.load(workbench.objects, _file(run, run.figures_file_sha256)).decode()


def figures_of_run(workbench: Workbench, run: ReportRun) -> list[ReportFigure]:
    """The figures of a finished run; raises NotFound for one that has none."""
    return from_lines(lines_of_run(workbench, run))


def failed_notebook(workbench: Workbench, run: ReportRun) -> str:
    """The notebook of a failed run, as JSON, with the error and its traceback; raises NotFound for a run without one."""
    if run.failed_notebook_sha256 is None:
        raise NotFound(f"report {run.report_id} has no failed notebook")
    return archive.load(workbench.objects, run.failed_notebook_sha256).decode()


def workbook_of_run(workbench: Workbench, run: ReportRun) -> bytes:
    """The figures of a finished run as XLSX, with their proofs; raises NotFound for a run that has none."""
    return report_workbook(run, figures_of_run(workbench, run))


def begin(
    connection: Connection,
    notebook: Notebook,
    parameters: Mapping[str, Value],
    schedule: str | None = None,
    *,
    caller: Caller = LOCAL,
) -> int:
    """Saves a run of the caller's that has not started; returns its id."""
    return db_reports.begin_run(
        connection,
        notebook=notebook.name,
        title=title_of(notebook, parameters),
        parameters=parameters,
        as_of=report_day(parameters),
        cells=code_cells(notebook),
        schedule=schedule,
        owner=caller.name,
    )


def run_begun(
    workbench: Workbench,
    report_id: int,
    notebook: Notebook,
    parameters: Mapping[str, Value],
    on_progress: OnProgress | None,
    *,
    caller: Caller = LOCAL,
) -> tuple[ReportRun, ReportResult]:
    """Runs the notebook of a saved run and saves the result, a failure too; raises as `make_report` does."""
    # papermill and nbconvert are imported by those who run a notebook
    from workbench.reports.run import ReportFailed, make_report

    def note(done: int) -> None:
        with workbench.database.write() as connection:
            db_reports.note_progress(connection, report_id, done)
        if on_progress is not None:
            on_progress(done)

    def is_cancelled() -> bool:
        with workbench.database.read() as connection:
            return db_reports.is_cancel_requested(connection, report_id)

    try:
        made = make_report(workbench, notebook, parameters, on_progress=note, is_cancelled=is_cancelled, caller=caller)
        html = archive.store(workbench.objects, made.html.encode())
        figures = archive.store(workbench.objects, to_lines(made.figures).encode())
    except WorkbenchError as error:
        notebook_sha256 = _archived(workbench, error) if isinstance(error, ReportFailed) else None
        with workbench.database.write() as connection:
            db_reports.fail_run(connection, report_id, error.message, notebook_sha256=notebook_sha256)
        raise
    except Exception as error:
        with workbench.database.write() as connection:
            db_reports.fail_run(connection, report_id, f"{type(error).__name__}: {error}")
        raise
    with workbench.database.write() as connection:
        db_reports.finish_run(
            connection,
            report_id,
            manifest=made.manifest.as_document(),
            html_sha256=html,
            figures_file_sha256=figures,
            figures=len(made.figures),
        )
        return db_reports.get_run(connection, report_id), made


def _archived(workbench: Workbench, failed: ReportFailed) -> str | None:
    return archive.store(workbench.objects, failed.notebook.encode()) if failed.notebook else None


def _notebook_and_parameters(manifest: Mapping[str, Any]) -> tuple[str, Mapping[str, Value]]:
    try:
        name, parameters = manifest["notebook"], manifest["parameters"]
        is_whole = all(
            isinstance(manifest[key], str) for key in ("notebook_sha256", "code_version", "figures_sha256", "run_at")
        )
        if is_whole and isinstance(name, str) and isinstance(parameters, dict) and isinstance(manifest["data"]["as_of"], str):
            return name, parameters
    except (KeyError, TypeError):
        pass
    raise InvalidRequest("this is not the manifest of a report", hint="use the .manifest.json file beside a report's page")


def _manifest(run: ReportRun) -> Mapping[str, Any]:
    if run.status is not RunStatus.FINISHED or run.manifest is None:
        raise InvalidRequest(f"report {run.report_id} is {run.status.value} and has no figures to compare")
    return run.manifest


def _file(run: ReportRun, sha256: str | None) -> str:
    if sha256 is None:
        raise NotFound(f"report {run.report_id} is {run.status.value} and has no page", hint=run.error)
    return sha256
