"""Works off the queue of tasks: reports, documents, exports and companies that were ordered, and vectors of added passages."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress

from db.operations import tasks
from workbench.domain.errors import DatabaseUnavailable, WorkbenchError
from workbench.domain.operations.cancellation import Cancellation, cancellable, uncancellable
from workbench.domain.operations.tasks import Task, TaskKind
from workbench.ingest.filings.upload_queue import add_queued
from workbench.ingest.operations.task_files import delete_task_files
from workbench.ingest.search.passages import SHORT_BATCH, embed_missing
from workbench.reports.report_queue import run_queued
from workbench.runtime import Workbench
from workbench.runtime.company_loads import load_queued
from workbench.runtime.exports import write_export
from workbench.tracing import mark_failed, span_of

logger = logging.getLogger(__name__)

# How long a task waits at most when the database's notification of it was missed.
_LOOK_SECONDS = 5.0
# So often a task that runs looks whether it was cancelled.
_CANCEL_SECONDS = 1.0
# Tasks of one lane run one after another: reports are long, and nothing else should wait for them.
LANES: tuple[tuple[TaskKind, ...], ...] = tuple((kind,) for kind in TaskKind)


def _report(workbench: Workbench, task: Task) -> None:
    with uncancellable():  # the process of the notebook is ended instead, and the failed run is saved
        run_queued(workbench, int(task.parameters["report_id"]))


def _embed(workbench: Workbench, _: Task) -> None:
    embed_missing(workbench.database, workbench.embedder, batch_size=SHORT_BATCH)


def _document(workbench: Workbench, task: Task) -> None:
    add_queued(
        workbench.database, workbench.objects, task,
        most_waiting=workbench.settings.tasks.most_waiting, recognizer=workbench.recognizer,
    )  # fmt: skip


HANDLERS: Mapping[TaskKind, Callable[[Workbench, Task], None]] = {
    TaskKind.REPORT: _report,
    TaskKind.EMBED: _embed,
    TaskKind.DOCUMENT: _document,
    TaskKind.EXPORT: write_export,
    TaskKind.COMPANY: load_queued,
}


def work_one(workbench: Workbench, kinds: Collection[TaskKind] = tuple(TaskKind)) -> Task | None:
    """Does the oldest waiting task of these kinds and returns it; None when none waits.

    A task that fails is recorded with its error. One that cannot be asked for, because the database is away, raises.
    """
    with tasks.next_task(workbench.database, kinds) as task:
        if task is None:
            return None
        with span_of(task.traceparent, f"task {task.kind}", "consumer", task__tries=task.tries) as recorded:
            with _watched(workbench, task):
                error = _error_of(workbench, task)
            if recorded is not None and error is not None:
                mark_failed(recorded, "failed")
        _end(workbench, task, error)
        return task


def _end(workbench: Workbench, task: Task, error: str | None) -> None:
    """Records how the task ended. Work that was complete before it could be cancelled is finished."""
    with workbench.database.write() as connection:
        is_cancelled = error is not None and tasks.is_cancel_requested(connection, task.task_id)
        if error is None:
            tasks.finish(connection, task)
        elif is_cancelled:
            tasks.end_cancelled(connection, task)
        else:
            tasks.fail(connection, task, error)
    if is_cancelled:
        delete_task_files(workbench.objects, task.task_id)


@contextmanager
def _watched(workbench: Workbench, task: Task) -> Iterator[None]:
    """Within the block, the work of this thread is ended when the owner of the task cancels it."""
    cancellation, is_done = Cancellation(), threading.Event()

    def look() -> None:
        while True:
            with suppress(DatabaseUnavailable), workbench.database.read() as connection:
                if tasks.is_cancel_requested(connection, task.task_id):
                    cancellation.request()
            if is_done.wait(_CANCEL_SECONDS):
                return

    thread = threading.Thread(target=look, name=f"task watch {task.task_id}", daemon=True)
    thread.start()
    try:
        with cancellable(cancellation):
            yield
    finally:
        is_done.set()
        thread.join()


def _error_of(workbench: Workbench, task: Task) -> str | None:
    try:
        HANDLERS[task.kind](workbench, task)
    except WorkbenchError as error:
        return error.message
    except Exception as error:
        logger.exception("the task %d (%s) failed", task.task_id, task.kind)
        return f"{type(error).__name__}: {error}"
    return None


class TaskWorker:
    """Threads that do tasks, one for each lane, from `start` until `stop`."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._stopped = threading.Event()
        self._looks = [threading.Event() for _ in LANES]
        # Daemons: stopping does not wait for a notebook. Its task is then interrupted, and the next process does it.
        self._threads = [
            threading.Thread(target=self._serve, args=(lane, look), name=f"tasks-{lane[0]}", daemon=True)
            for lane, look in zip(LANES, self._looks, strict=True)
        ]

    def start(self) -> None:
        """Starts the threads."""
        self._workbench.data_changes.subscribe(self._on_change)
        self._workbench.data_changes.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Takes no more tasks."""
        self._stopped.set()
        self._workbench.data_changes.unsubscribe(self._on_change)
        for look in self._looks:
            look.set()

    def _on_change(self, key: str | None) -> None:
        if key in (None, "tasks"):
            for look in self._looks:
                look.set()

    def _serve(self, lane: tuple[TaskKind, ...], look: threading.Event) -> None:
        while not self._stopped.is_set():
            look.clear()
            try:
                while not self._stopped.is_set() and work_one(self._workbench, lane) is not None:
                    pass
            except Exception:
                logger.exception("the queue of tasks cannot be read and is asked again")
            look.wait(_LOOK_SECONDS)
