"""Running a notebook into a report."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import papermill  # type: ignore[import-untyped]
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError  # type: ignore[import-untyped]

from db.snapshots import snapshot
from workbench.domain.errors import InvalidRequest, SetupError, WorkbenchError
from workbench.reports.html import to_html
from workbench.reports.kernel import own_kernel
from workbench.reports.manifest import Manifest, make_manifest
from workbench.reports.notebooks import Notebook, Value, as_of_of, find_notebook, load_notebook, parse_parameters
from workbench.runtime import Workbench
from workbench.settings import Settings

_CELL_SECONDS = 600


class ReportFailed(WorkbenchError):
    """A cell of the notebook raised; the message is its error on one line."""


@dataclass(frozen=True, slots=True)
class Report:
    """The two files of one report, and what the second holds."""

    html: Path
    manifest_file: Path
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Order:
    """A report that can be run: nothing in it was asked wrongly."""

    notebook: Notebook
    parameters: Mapping[str, Value]
    target: Path


def prepare(name: str, assignments: Iterable[str], output: Path | None = None) -> Order:
    """Checks all that can be checked before anything starts; without `output` the file is named for its parameters.

    Raises NotFound for a notebook that is not there, MalformedDocument for one that is none, InvalidRequest for a parameter
    it has not or of the wrong type, or a folder that does not exist.
    """
    notebook = load_notebook(find_notebook(name))
    parameters = parse_parameters(notebook, assignments)
    target = output if output is not None else Path.cwd() / _file_name(notebook, parameters)
    if target.is_dir():
        target /= _file_name(notebook, parameters)
    if not target.parent.is_dir():
        raise InvalidRequest(f"there is no folder {target.parent} to write the report to")
    return Order(notebook, parameters, target)


def run_report(workbench: Workbench, order: Order) -> Report:
    """Runs the notebook; writes one HTML and its manifest (`.manifest.json`) beside it when all has worked, else nothing.

    Raises ReportFailed when a cell raises.
    """
    with workbench.database.read() as connection:
        data = snapshot(connection, as_of_of(order.parameters))
    executed = execute(order.notebook, order.parameters, workbench.settings)
    manifest = make_manifest(order.notebook, order.parameters, data, executed.cells)
    manifest_file = order.target.with_suffix(".manifest.json")
    _write(order.target, to_html(executed, _title(order.notebook, order.parameters), manifest.as_json()))
    _write(manifest_file, manifest.as_json())
    return Report(order.target, manifest_file, manifest)


def execute(notebook: Notebook, parameters: Mapping[str, Value], settings: Settings) -> nbformat.NotebookNode:
    """The notebook with these parameters and the outputs of a kernel of its own; raises ReportFailed."""
    with _quiet():
        try:
            executed: nbformat.NotebookNode = papermill.execute_notebook(
                nbformat.from_dict(notebook.content),  # type: ignore[no-untyped-call]
                None,
                parameters=dict(parameters),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                cwd=str(notebook.path.parent),
                execution_timeout=_CELL_SECONDS,
                kernel_manager_class=own_kernel(settings),
            )
            return executed
        except PapermillExecutionError as error:
            reason = f"{error.ename}: {error.evalue}".strip().splitlines()[0]
            place = error.exec_count - bool(parameters)  # papermill puts one cell with the parameters before the rest
            raise ReportFailed(f"{notebook.name}, code cell {place}: {reason}") from None
        except (DeadKernelError, RuntimeError, OSError) as error:
            raise SetupError(f"the notebook's kernel cannot run: {error}", hint="run `workbench doctor`") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """papermill reports its progress through logging; a person hears of it from the command."""
    logger = logging.getLogger("papermill")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _title(notebook: Notebook, parameters: Mapping[str, Value]) -> str:
    return f"{notebook.name.replace('_', ' ').capitalize()}: {', '.join(str(value) for value in parameters.values() if value)}"


def _file_name(notebook: Notebook, parameters: Mapping[str, Any]) -> str:
    parts = [notebook.name, *(str(parameters[key]) for key in ("ticker", "as_of") if parameters.get(key))]
    return "-".join("".join(letter for letter in part if letter.isalnum() or letter in "-_.") for part in parts) + ".html"


def _write(path: Path, text: str) -> None:
    """Whole or not at all: readers of the old report never see half of the new one."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            file.write(text)
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    except OSError as error:
        raise SetupError(f"{path} cannot be written: {error.strerror}") from error
