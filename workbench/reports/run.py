"""Running a notebook into a report."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import nbformat
import papermill  # type: ignore[import-untyped]
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError  # type: ignore[import-untyped]
from pydantic import SecretStr

from db.operations.snapshots import snapshot
from workbench.analysis.operations.report_figures import from_lines
from workbench.domain.errors import InvalidRequest, SetupError, WorkbenchError
from workbench.domain.operations.reports import ReportFigure, Value
from workbench.domain.rights.ownership import LOCAL, Caller
from workbench.reports.html import to_html
from workbench.reports.kernel import RunKernelManager, kernel_manager, run_folder
from workbench.reports.limits import IsCancelled, RunLimits, watched
from workbench.reports.manifest import Manifest, make_manifest
from workbench.reports.notebooks import Notebook, find_notebook, load_notebook, parse_parameters, report_day, title_of
from workbench.runtime import FIGURE_LOG, REPORT_CALLER, Workbench
from workbench.runtime.child_environment import child_environment
from workbench.service_settings import PostgresDatabase
from workbench.settings import Settings

# Alone a kernel answers within 3 seconds; ten that start at once on two busy cores took 40.
_START_SECONDS = 300

OnProgress = Callable[[int], None]


class ReportFailed(WorkbenchError):
    """A cell of the notebook raised, or a limit ended the run; the message is its error on one line.

    `notebook` is the notebook as JSON with what ran and the error with its traceback.
    """

    def __init__(self, message: str, *, hint: str | None = None, notebook: str = "") -> None:
        super().__init__(message, hint=hint)
        self.notebook = notebook


@dataclass(frozen=True, slots=True)
class ReportResult:
    """The result of a run: the page, its manifest, and every figure that the notebook asked for."""

    html: str
    manifest: Manifest
    figures: list[ReportFigure]


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """A report whose notebook, parameters and file name are valid."""

    notebook: Notebook
    parameters: Mapping[str, Value]
    target: Path


def prepare(name: str, assignments: Iterable[str], output: Path | None = None) -> ReportRequest:
    """Checks the request before anything starts; without `output` the file is named after the parameters.

    Raises NotFound for a notebook that does not exist, MalformedDocument for a file that is not a notebook, InvalidRequest
    for an unknown parameter, a value of the wrong type, or a folder that does not exist.
    """
    notebook = load_notebook(find_notebook(name))
    parameters = parse_parameters(notebook, assignments)
    target = output if output is not None else Path.cwd() / _file_name(notebook, parameters)
    if target.is_dir():
        target /= _file_name(notebook, parameters)
    if not target.parent.is_dir():
        raise InvalidRequest(f"there is no folder {target.parent} to write the report to")
    return ReportRequest(notebook, parameters, target)


def make_report(
    workbench: Workbench,
    notebook: Notebook,
    parameters: Mapping[str, Value],
    *,
    on_progress: OnProgress | None = None,
    is_cancelled: IsCancelled = lambda: False,
    caller: Caller = LOCAL,
) -> ReportResult:
    """Runs the notebook in an interpreter of its own; `on_progress` is called with the number of code cells that have run.

    Its searches find the documents that the caller may read. The limits are those of the settings.

    Raises ReportFailed when a cell raises, a limit ends the run, or `is_cancelled` becomes true (it is asked once a second),
    SetupError when no interpreter can be started.
    """
    chosen = workbench.settings.reports
    limits = RunLimits(chosen.cell_seconds, chosen.run_seconds, chosen.memory_megabytes)
    with workbench.database.read() as connection:
        data = snapshot(connection, report_day(parameters))
    with run_folder() as folder:
        log = folder / "figures.jsonl"
        environment = child_environment(_settings_for_kernel(workbench), {FIGURE_LOG: str(log), REPORT_CALLER: caller.as_text})
        manager = kernel_manager(folder, environment, notebook.path.parent, memory_megabytes=limits.memory_megabytes)
        target = folder / "executed.ipynb"
        executed = _execute(notebook, parameters, manager, target, limits, on_progress=on_progress, is_cancelled=is_cancelled)
        figures = from_lines(log.read_text(encoding="utf-8")) if log.exists() else []
    manifest = make_manifest(notebook, parameters, data, executed.cells, figures)
    return ReportResult(to_html(executed, title_of(notebook, parameters), manifest.as_json()), manifest, figures)


def write_report(request: ReportRequest, made: ReportResult) -> Path:
    """Writes the page and its manifest (`.manifest.json`) beside it; returns the manifest's path."""
    manifest_file = request.target.with_suffix(".manifest.json")
    write_whole(request.target, made.html.encode())
    write_whole(manifest_file, made.manifest.as_json().encode())
    return manifest_file


def _settings_for_kernel(workbench: Workbench) -> Settings:
    """The kernel connects to the database that is open here, so that it starts none of its own."""
    url = workbench.database.url.replace("postgresql+psycopg://", "postgresql://", 1)
    database = PostgresDatabase(kind="postgresql", url=SecretStr(url))
    return workbench.settings.model_copy(update={"database": database})


def _execute(
    notebook: Notebook,
    parameters: Mapping[str, Value],
    manager: type[RunKernelManager],
    target: Path,
    limits: RunLimits,
    *,
    on_progress: OnProgress | None,
    is_cancelled: IsCancelled,
) -> nbformat.NotebookNode:
    """The executed notebook; `target` is where it is written as it runs, so that a failed one is there too."""
    done = count(1)

    def report_progress(**_: Any) -> None:
        if on_progress is not None:
            on_progress(next(done))

    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # its progress is reported by `on_progress`
    with watched(manager.kill_kernels, limits, is_cancelled) as watch:
        try:
            executed: nbformat.NotebookNode = papermill.execute_notebook(
                nbformat.from_dict(notebook.content),  # type: ignore[no-untyped-call]
                str(target),
                parameters=dict(parameters),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                start_timeout=_START_SECONDS,
                execution_timeout=limits.cell_seconds,
                kernel_manager_class=manager,
                on_cell_complete=report_progress,
            )
            return executed
        except PapermillExecutionError as error:
            reason = f"{error.ename}: {error.evalue}".strip().splitlines()[0]
            place = error.exec_count - bool(parameters)  # papermill puts one cell with the parameters before the rest
            raise _failed(f"{notebook.name}, code cell {place}: {reason}", target) from None
        except CellTimeoutError:
            text = f"{notebook.name}: a cell took longer than {limits.cell_seconds:,} seconds"
            raise _failed(text, target, "set WORKBENCH_REPORTS__CELL_SECONDS") from None
        except (DeadKernelError, RuntimeError, OSError) as error:
            if watch.reason is not None:
                raise _failed(f"{notebook.name} was ended: {watch.reason}", target) from None
            raise SetupError(f"the notebook's kernel cannot run: {error}", hint="run `workbench doctor`") from error


def _failed(message: str, notebook: Path, hint: str | None = None) -> ReportFailed:
    content = notebook.read_text(encoding="utf-8") if notebook.is_file() else ""
    return ReportFailed(message, hint=hint, notebook=content)


def _file_name(notebook: Notebook, parameters: Mapping[str, Any]) -> str:
    parts = [notebook.name, *(value for value in parameters.values() if isinstance(value, str) and value)]
    return "-".join("".join(letter for letter in part if letter.isalnum() or letter in "-_.")[:60] for part in parts) + ".html"


def write_whole(path: Path, content: bytes) -> None:
    """Writes the file atomically: readers never see half of it. Raises SetupError."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            file.write(content)
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    except OSError as error:
        raise SetupError(f"{path} cannot be written: {error.strerror}") from error
