"""Applies a function to many items in parallel: in processes on this machine, or on a Ray cluster.

The only file that uses Ray. Both variants take only as many items as workers can start soon (back-pressure), repeat the work
of a dead worker once, and return an item whose workers die every time as quarantined. An error belongs to its item, unless
it concerns the machine or the database; that ends the whole run. Repeating work is safe because it is idempotent: it commits
by natural key.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import forkserver
from typing import Any, Generic, TypeVar

from workbench import tracing
from workbench.domain.errors import MalformedDocument, SourceError, WorkbenchError
from workbench.domain.operations.failed_units import belongs_to_unit
from workbench.runtime import start_tracing
from workbench.settings import RayFanOut, Settings

I = TypeVar("I")  # noqa: E741
R = TypeVar("R")

# Tries after the first are for a worker that died or a source that was not available.
TRIES = 2
_AHEAD = 2
_OBJECTS_BETWEEN_COLLECTIONS = 50_000
_LONGEST_PAUSE_SECONDS = 60.0
_AGAIN: Any = object()
# Of the temporary folder: the fork server's socket path is 33 characters longer and may have at most 107.
_LONGEST_FOLDER = 70


@dataclass(frozen=True, slots=True)
class Done(Generic[I, R]):
    """The outcome of one item: its result, or its final error."""

    item: I
    result: R | None
    error: Exception | None = None


def fan_out(
    function: Callable[[Settings, I], R], items: Iterable[I], settings: Settings, *, tries: int = TRIES
) -> Iterator[Done[I, R]]:
    """Yields the outcome of `function(settings, item)` for each item, in order of completion.

    `function` is defined at module level; items are small and can be pickled, never a connection. The function must be
    idempotent, because it may run twice for an item. Raises the first error that belongs to no item (`belongs_to_unit`);
    completed work stays.
    """
    chosen, function = settings.fan_out, _traced(function)
    if isinstance(chosen, RayFanOut):
        return _on_ray(function, items, settings, chosen, tries)
    workers = chosen.workers or os.cpu_count() or 1
    return _in_processes(function, items, settings, workers, tries)


def import_ahead(module: str) -> None:
    """Starts the interpreter that workers are forked from, to import `module` beside this process."""
    if _has_fork_server():
        forkserver.set_forkserver_preload([module])
        forkserver.ensure_running()


def end_imports() -> None:
    """Ends the interpreter that workers are forked from, with the memory of what it imported; the next pool starts another.

    No pool may be open. The standard library ends it with the process only, and has no public function for this.
    """
    if _has_fork_server():
        forkserver._forkserver._stop()  # type: ignore[attr-defined]


def _has_fork_server() -> bool:
    return sys.platform == "linux" and len(tempfile.gettempdir()) <= _LONGEST_FOLDER


def _traced(function: Callable[[Settings, I], R]) -> Callable[[Settings, I], R]:
    """The function as part of the running trace, in whatever process it runs; the function itself while traces are off."""
    parent = tracing.traceparent()
    return function if parent is None else _InTrace(function, parent)


@dataclass(frozen=True, slots=True)
class _InTrace(Generic[I, R]):
    function: Callable[[Settings, I], R]
    parent: str

    def __call__(self, settings: Settings, item: I) -> R:
        start_tracing(settings)
        try:
            with tracing.span_of(self.parent, f"unit {self.function.__name__}", "internal"):
                return self.function(settings, item)
        finally:
            tracing.flush()  # a worker is ended without notice


def _in_processes(
    function: Callable[[Settings, I], R], items: Iterable[I], settings: Settings, workers: int, tries: int
) -> Iterator[Done[I, R]]:
    waiting = iter(items)
    exhausted = False
    while not exhausted:
        suspects: list[I] = []
        with _pool(function, workers) as pool:
            pending: dict[Future[R], I] = {}
            while not suspects:
                while not exhausted and len(pending) < _AHEAD * workers:
                    try:
                        item = next(waiting)
                    except StopIteration:
                        exhausted = True
                        break
                    try:
                        pending[pool.submit(function, settings, item)] = item
                    except BrokenExecutor:  # the pool broke since the last check
                        suspects.append(item)
                        break
                if not pending:
                    break
                for future in wait(pending, return_when=FIRST_COMPLETED).done:
                    item = pending.pop(future)
                    done = _outcome(future, item)
                    if isinstance(done, BrokenExecutor):
                        suspects.append(item)
                    elif done.error is not None and _is_transient(done.error) and tries > 1:
                        _pause(done.error)
                        yield _alone(function, item, settings, tries - 1)
                    else:
                        yield done
            suspects += pending.values()
        # A pool breaks as a whole. Each item is tried alone to find the one that kills workers; it gets all its tries,
        # because another item may have killed the pool.
        for item in suspects:
            yield _alone(function, item, settings, tries)


def _alone(function: Callable[[Settings, I], R], item: I, settings: Settings, tries: int) -> Done[I, R]:
    """Runs one item in a worker of its own, up to `tries` times."""
    done: Done[I, R] | BrokenExecutor = BrokenExecutor()
    for _ in range(tries):
        with _pool(function, 1) as pool:
            done = _outcome(pool.submit(function, settings, item), item)
        if not isinstance(done, BrokenExecutor) and not (done.error and _is_transient(done.error)):
            break
    return Done(item, None, _poison(item)) if isinstance(done, BrokenExecutor) else done


@contextmanager
def _pool(function: Callable[..., object], workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of workers; leaving the block waits for running items and cancels waiting ones."""
    # Never a fork of this process, which would share sockets, locks and threads. On Linux, a fork of a fresh interpreter
    # that has imported the function once: imports take most of the time of a short load.
    if _has_fork_server():
        context: Any = multiprocessing.get_context("forkserver")
        own = function.function if isinstance(function, _InTrace) else function
        context.set_forkserver_preload([own.__module__])
    else:
        context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_worker)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _begin_worker() -> None:
    """Prepares a worker and makes it end with its parent, because it waits for its next item without a time-out."""
    # Facts and statements are many small objects without cycles. With Python's default of a collection after 700 objects,
    # loading two companies and computing their figures took 14 % more CPU time (21.6 s against 19.0 s, busy machine).
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 20, 100)

    def watch() -> None:
        if (parent := multiprocessing.parent_process()) is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def _outcome(future: Future[R], item: I) -> Done[I, R] | BrokenExecutor:
    try:
        return Done(item, future.result())
    except BrokenExecutor as broken:
        return broken
    except Exception as error:
        if not _belongs_to_item(error):
            raise
        return Done(item, None, error)


def _belongs_to_item(error: Exception) -> bool:
    return isinstance(error, SourceError) or belongs_to_unit(error)


def _is_transient(error: Exception) -> bool:
    return isinstance(error, WorkbenchError) and error.is_transient


def _pause(error: Exception) -> None:
    wanted = error.retry_after_seconds if isinstance(error, SourceError) else None
    time.sleep(min(wanted or 0.0, _LONGEST_PAUSE_SECONDS))


def _poison(item: object) -> MalformedDocument:
    return MalformedDocument(f"{str(item)[:100]}: every worker that processed it died")


def _on_ray(
    function: Callable[[Settings, I], R], items: Iterable[I], settings: Settings, chosen: RayFanOut, tries: int
) -> Iterator[Done[I, R]]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    import ray

    is_ours = not ray.is_initialized()
    if is_ours:
        _start_ray(chosen)
    resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    workers = chosen.workers or int(resources.get("CPU", 1))

    def in_trace(settings: Settings, item: I) -> R:  # Ray takes functions alone, not what can be called like one
        return function(settings, item)

    task = ray.remote(max_retries=0)(in_trace if isinstance(function, _InTrace) else function)
    waiting = iter(items)
    pending: dict[Any, tuple[I, int]] = {}
    try:
        while True:
            for item in islice(waiting, max(0, _AHEAD * workers - len(pending))):
                pending[task.remote(settings, item)] = (item, 1)
            if not pending:
                return
            for reference in ray.wait(list(pending), num_returns=1)[0]:
                item, tried = pending.pop(reference)
                done = _ray_outcome(reference, item)
                if done.result is not _AGAIN:
                    yield done
                elif tried == tries:
                    yield Done(item, None, done.error or _poison(item))
                else:
                    if done.error is not None:
                        _pause(done.error)
                    pending[task.remote(settings, item)] = (item, tried + 1)
    finally:
        for reference in pending:
            ray.cancel(reference, force=True)
        if is_ours:
            ray.shutdown()


def _start_ray(chosen: RayFanOut) -> None:
    import ray

    if chosen.address:
        ray.init(address=chosen.address, log_to_driver=False)
        return
    ray.init(address="local", num_cpus=chosen.workers or None, include_dashboard=False, log_to_driver=False)


def _ray_outcome(reference: Any, item: I) -> Done[I, Any]:
    """The outcome, with `_AGAIN` as its result if the item should be tried again."""
    import ray

    try:
        return Done(item, ray.get(reference))
    except ray.exceptions.RayTaskError as failure:
        error = failure.cause
        if not isinstance(error, Exception) or not _belongs_to_item(error):
            raise
        return Done(item, _AGAIN if _is_transient(error) else None, error)
    except (ray.exceptions.WorkerCrashedError, ray.exceptions.NodeDiedError, ray.exceptions.OutOfMemoryError):
        return Done(item, _AGAIN)
