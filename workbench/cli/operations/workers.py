"""Several processes of one role: started, started again when one dies, and stopped together."""

from __future__ import annotations

import logging
import multiprocessing
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from types import FrameType

from workbench.domain.errors import SetupError
from workbench.settings import Settings

logger = logging.getLogger(__name__)

Work = Callable[[Settings, socket.socket], None]

_LOOK_SECONDS = 1.0
# A worker gets this long for what it is doing, then it is killed.
_STOP_SECONDS = 15.0
# Workers that end sooner than this, so many times in a row, would not run the next time either.
_SHORT_SECONDS = 5.0
_MOST_SHORT = 3


class Workers:
    """One process for each listener, which runs `work(settings, listener)`; a socket may be given to several."""

    def __init__(self, work: Work, settings: Settings, listeners: Sequence[socket.socket]) -> None:
        self._work = work
        self._settings = settings
        self._listeners = listeners
        # A fresh interpreter: nothing that this process opened is shared by accident.
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[tuple[SpawnProcess, float]] = []
        self._short = 0
        self._stopped = threading.Event()

    @property
    def process_ids(self) -> list[int]:
        """Of the running workers, in the order of their listeners."""
        return [process.pid for process, _ in self._workers if process.pid is not None]

    def run(self) -> None:
        """Runs until SIGINT or SIGTERM; raises SetupError when workers die as soon as they start."""
        before = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            self._workers = [self._started(listener) for listener in self._listeners]
            while not self._stopped.is_set():
                wait([process.sentinel for process, _ in self._workers], timeout=_LOOK_SECONDS)
                if not self._stopped.is_set():
                    self._replace_dead()
        finally:
            self._end()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _started(self, listener: socket.socket) -> tuple[SpawnProcess, float]:
        process = self._context.Process(target=run_worker, args=(self._work, self._settings, listener))
        process.start()
        return process, time.monotonic()

    def _replace_dead(self) -> None:
        for place, (process, started_at) in enumerate(self._workers):
            if process.is_alive():
                continue
            is_short = time.monotonic() - started_at < _SHORT_SECONDS
            self._short = self._short + 1 if is_short else 0
            if self._short >= _MOST_SHORT:
                raise SetupError(
                    f"workers end as soon as they start (exit code {process.exitcode})", hint="run `workbench doctor`"
                )
            logger.warning("the worker %s ended with exit code %s and is started again", process.pid, process.exitcode)
            self._workers[place] = self._started(self._listeners[place])

    def _end(self) -> None:
        for process, _ in self._workers:
            process.terminate()
        until = time.monotonic() + _STOP_SECONDS
        for process, _ in self._workers:
            process.join(max(0.0, until - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stopped.set()


def run_worker(work: Work, settings: Settings, listener: socket.socket) -> None:
    """The main function of a worker process."""
    # A Ctrl-C at the terminal reaches every process of it; the parent alone decides, and ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _terminate)
    work(settings, listener)


def _terminate(number: int, _frame: FrameType | None) -> None:
    # As an exception, so that every `finally` and `with` on the way out runs.
    raise SystemExit(128 + number)
