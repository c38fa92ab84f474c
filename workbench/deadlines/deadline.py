"""One deadline for a whole call: tries, pauses, sending and receiving together.

A library's own time-out bounds one step: a server that sends a byte a second never exceeds it. `deadline` opens a deadline for
the current thread; connections of `connections` and the clients in `sources` and `adapters` take what is left of it for
each step. `within` bounds a call into a library whose connections cannot be reached.
"""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

# A transfer at this rate or faster is let through to its end, however large it is; a slower one counts as no answer.
SLOWEST_BYTES_A_SECOND = 64 * 1024

# Calls whose time was up and whose threads have not ended: with so many, the library hangs for good.
_MOST_ABANDONED = 32


class Deadline:
    """Ends `seconds` after it was made, and no later than the deadline around it; what is transferred moves both on.

    A call that transfers n bytes ends within `seconds` + n / SLOWEST_BYTES_A_SECOND.
    """

    def __init__(self, seconds: float, outer: Deadline | None = None) -> None:
        self._until = time.monotonic() + seconds
        self._outer = outer

    def left(self) -> float:
        """Seconds left, 0 when the time is up."""
        own = max(0.0, self._until - time.monotonic())
        return own if self._outer is None else min(own, self._outer.left())

    def transferred(self, count: int) -> None:
        """Allows the time that `count` bytes may take."""
        self._until += count / SLOWEST_BYTES_A_SECOND
        if self._outer is not None:
            self._outer.transferred(count)


_current: contextvars.ContextVar[Deadline | None] = contextvars.ContextVar("deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[Deadline]:
    """The deadline of the block; within another block the earlier of the two holds."""
    opened = Deadline(seconds, _current.get())
    token = _current.set(opened)
    try:
        yield opened
    finally:
        _current.reset(token)


def seconds_left(most: float | None = None) -> float | None:
    """Seconds until the current deadline, `most` at the most; `most` outside of any deadline (None: unbounded)."""
    current = _current.get()
    if current is None:
        return most
    left = current.left()
    return left if most is None else min(left, most)


def is_over() -> bool:
    """Whether the current deadline has passed; never outside of any."""
    return seconds_left() == 0.0


def transferred(count: int) -> None:
    """Tells the current deadline that `count` bytes came or went."""
    if (current := _current.get()) is not None:
        current.transferred(count)


def pause(seconds: float, sleep: Callable[[float], None] = time.sleep) -> bool:
    """Waits `seconds` when that leaves time for another try; False, without waiting, when it does not."""
    left = seconds_left()
    if left is not None and seconds >= left:
        return False
    sleep(seconds)
    return True


class _Abandoned:
    """Counts the threads of calls that were given up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def add(self, thread: threading.Thread) -> None:
        with self._lock:
            self._threads.append(thread)

    def count(self) -> int:
        with self._lock:
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            return len(self._threads)


_abandoned = _Abandoned()


def within(seconds: float, call: Callable[[], T]) -> T:
    """What `call` returns or raises, from a thread of its own; raises TimeoutError when it has not ended in time.

    The call then goes on unheeded until the library's own time-outs end it, so give it some. While 32 such calls go on,
    further ones raise TimeoutError at once.
    """
    if _abandoned.count() >= _MOST_ABANDONED:
        raise TimeoutError(f"{_MOST_ABANDONED} earlier calls have not ended")
    outcome: list[T] = []
    failure: list[BaseException] = []
    context = contextvars.copy_context()

    def run() -> None:
        try:
            outcome.append(context.run(call))
        except BaseException as error:  # noqa: BLE001  raised again below, in the caller's thread
            failure.append(error)

    thread = threading.Thread(target=run, name="bounded call", daemon=True)
    thread.start()
    thread.join(seconds_left(seconds))
    if failure:
        raise failure[0]
    if outcome:
        return outcome[0]
    _abandoned.add(thread)
    raise TimeoutError(f"no answer within {seconds:g} seconds")
