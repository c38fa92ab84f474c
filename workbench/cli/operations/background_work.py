"""The work in the background: load a new workbench, then run scheduled jobs and queued tasks, and compute vectors."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from db.search.vector_index import IndexKind
from flows import first_start as filling
from flows.fan_out import end_imports
from flows.task_worker import TaskWorker
from workbench.cli.console import error_console, note
from workbench.cli.operations.greeting import print_contents
from workbench.cli.operations.schedules import scheduled_jobs
from workbench.domain.operations.first_start import FirstStart, Stage
from workbench.ingest.search.passages import keep_embedding, report_embedding
from workbench.memory import return_freed_memory
from workbench.runtime import Workbench


def work_until(workbench: Workbench, stopped: threading.Event, when_filled: Callable[[], None]) -> None:
    """Works until `stopped`; `when_filled` is called once a first start is complete."""
    if workbench.filling is None:
        report_embedding(workbench.database, workbench.embedder, is_stopped=stopped.is_set, is_idle_recorded=False)
    else:
        _fill(workbench, stopped)
        if not stopped.is_set():
            when_filled()
            print_contents(workbench)
    if not stopped.is_set():
        with background_jobs(workbench):
            _keep_embedding(workbench, stopped)
            stopped.wait()


def _fill(workbench: Workbench, stopped: threading.Event) -> None:
    with _progress() as show:

        def on_progress(step: FirstStart) -> None:
            workbench.filling = step
            show(step)

        troubles = filling.first_start(workbench, on_progress, is_stopped=stopped.is_set)
        if not stopped.is_set():
            show(None)
    workbench.filling = None
    end_imports()
    return_freed_memory()
    for trouble in troubles:
        note(f"workbench: {trouble.subject}: {trouble.error}")


@contextmanager
def _progress() -> Iterator[Callable[[FirstStart | None], None]]:
    """A bar on standard error for the current stage, and a line for each that is complete; None means that all are."""
    ready = {
        Stage.COMPANIES: "companies loaded: figures, statements, filings, prices and screens are ready",
        Stage.SEARCH: "search is ready",
        Stage.HISTORY: "trends, checks and earlier days are ready",
    }
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    began, at = time.monotonic(), Stage.COMPANIES
    with Progress(*columns, console=error_console, transient=True) as bar:
        task = bar.add_task(at.value, total=None)

        def show(step: FirstStart | None) -> None:
            nonlocal at
            if step is None or step.stage is not at:
                bar.console.print(f"  {time.monotonic() - began:3.0f} s: {ready[at]}", highlight=False)
            if step is not None:
                at = step.stage
                bar.update(task, description=at.value, completed=step.done, total=step.total or None)

        yield show


@contextmanager
def background_jobs(workbench: Workbench) -> Iterator[None]:
    """While the block lasts, queued tasks are done, and due jobs are run unless the settings leave those to others."""
    tasks = TaskWorker(workbench)
    tasks.start()
    try:
        with scheduled_jobs(workbench) if workbench.settings.flows.enabled else nullcontext():
            yield
    finally:
        tasks.stop()


def _keep_embedding(workbench: Workbench, stopped: threading.Event) -> None:
    """The better model's vectors are made in the background, on one core, until `stopped`."""
    if (model := workbench.better_embedder) is not None:
        index = IndexKind(workbench.settings.embeddings.index)
        keep_embedding(workbench.database, model, stopped, index=index, after_look=return_freed_memory)
