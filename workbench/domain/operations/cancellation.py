"""Stopping work that runs: another thread requests it, and the work ends at its next step."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from workbench.domain.errors import Interrupted


class Cancellation:
    """Whether a piece of work is to end. `request` is called by another thread, all else by that of the work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_requested = False
        self._interrupts: list[Callable[[], None]] = []

    @property
    def is_requested(self) -> bool:
        """Whether the work is to end."""
        return self._is_requested

    def request(self) -> None:
        """Ends what the work waits for, and then the work at its next step. Again, it ends what the work waits for by then."""
        with self._lock:
            self._is_requested = True
            for interrupt in self._interrupts:
                interrupt()

    def check(self) -> None:
        """A step of the work; raises Interrupted when it is to end."""
        if self._is_requested:
            raise Interrupted("it was cancelled")

    @contextmanager
    def interrupting(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """Within the block, `interrupt` ends what the work waits for. It must not raise."""
        with self._lock:
            self._interrupts.append(interrupt)
        try:
            yield
        finally:
            with self._lock:
                self._interrupts.remove(interrupt)


_current: ContextVar[Cancellation | None] = ContextVar("cancellation", default=None)


def check_cancelled() -> None:
    """A step of work that may be one that can end early; raises Interrupted as `Cancellation.check` does."""
    if (cancellation := _current.get()) is not None:
        cancellation.check()


@contextmanager
def interrupting(interrupt: Callable[[], None]) -> Iterator[None]:
    """Within the block, a request to end the work of this thread calls `interrupt`; raises as `check_cancelled` before it."""
    if (cancellation := _current.get()) is None:
        yield
        return
    cancellation.check()
    with cancellation.interrupting(interrupt):
        yield


@contextmanager
def cancellable(cancellation: Cancellation) -> Iterator[None]:
    """Within the block, this may end the work of this thread."""
    token = _current.set(cancellation)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def uncancellable() -> Iterator[None]:
    """Within the block, the work goes on to its end: it undoes what was begun, or completes what others see already."""
    token = _current.set(None)
    try:
        yield
    finally:
        _current.reset(token)
