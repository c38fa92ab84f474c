"""Ends a notebook's interpreter when its time is up, or when somebody cancels the run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from workbench.domain.errors import DatabaseUnavailable

IsCancelled = Callable[[], bool]

_POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class RunLimits:
    """How long a cell and a whole run may take, and the memory of the interpreter in megabytes (0: no limit)."""

    cell_seconds: int
    run_seconds: int
    memory_megabytes: int = 0


class Watch:
    """What ended the interpreter before its notebook was done; `reason` is None if nothing did."""

    def __init__(self) -> None:
        self.reason: str | None = None


@contextmanager
def watched(kill: Callable[[], None], limits: RunLimits, is_cancelled: IsCancelled) -> Iterator[Watch]:
    """Calls `kill` when the block takes longer than the limit of a run or `is_cancelled` becomes true, until the block ends.

    Once is not enough: an interpreter that is being started cannot be killed yet.
    """
    watch, is_done, until = Watch(), threading.Event(), time.monotonic() + limits.run_seconds

    def look() -> None:
        while not is_done.wait(_POLL_SECONDS):
            if watch.reason is not None:
                pass
            elif time.monotonic() >= until:
                watch.reason = f"it took longer than {limits.run_seconds:,} seconds"
            else:
                with suppress(DatabaseUnavailable):  # a limit holds all the same
                    watch.reason = "it was cancelled" if is_cancelled() else None
            if watch.reason is not None:
                kill()

    thread = threading.Thread(target=look, name="report watch", daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        is_done.set()
        thread.join()
