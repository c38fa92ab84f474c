"""Progress of long commands: a live line on a terminal, lines on standard error everywhere else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from workbench.cli.console import error_console, note
from workbench.domain.errors import Interrupted

# Often enough that somebody who waits sees it move, seldom enough that a log stays readable.
_SECONDS_BETWEEN_LINES = 10.0


class Counter(Protocol):
    """Takes a number of things that were done, and of how many there are where that is known."""

    def __call__(self, number: int, of: int | None = None, /) -> None: ...  # noqa: D102


class Total:
    """The sum of the numbers that a counter was given."""

    def __init__(self, counter: Counter) -> None:
        self.count = 0
        self._counter = counter

    def add(self, number: int) -> None:
        """Counts so many more."""
        self.count += number
        self._counter(number)


class Progress:
    """What is being done, and what is complete."""

    def __init__(self, bar: Bar, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._bar = bar
        self._clock = clock
        self._task = bar.add_task("starting", total=None)
        self._shown_at = clock()

    def step(self, what: str, done: int = 0, total: int | None = None) -> None:
        """Shows what is being done and how far it is; where that is no terminal, from time to time."""
        self._bar.tasks[0].total = total  # update() takes None for "as before"
        self._bar.update(self._task, description=what, completed=done)
        if not self._bar.disable or self._clock() - self._shown_at < _SECONDS_BETWEEN_LINES:
            return
        of = f" of {total:,}" if total is not None else ""
        self.complete(f"{what}: {done:,}{of}" if done or total else what)

    def complete(self, line: str) -> None:
        """Prints a line on something that is complete."""
        self._shown_at = self._clock()
        if self._bar.disable:
            note(line)
        else:
            self._bar.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def counter(self, what: str, total: int | None = None) -> Counter:
        """Takes numbers of things that were done, and shows their sum; the total can come with them."""
        done = 0

        def add(number: int, of: int | None = None) -> None:
            nonlocal done
            done += number
            self.step(what, done, of if of is not None else total)

        return add


@contextmanager
def progress(*, if_stopped: str) -> Iterator[Progress]:
    """Shows the progress of the block. `if_stopped` is what somebody who interrupts it reads about the work so far."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=error_console, transient=True, disable=not error_console.is_terminal) as bar:
        try:
            yield Progress(bar)
        except KeyboardInterrupt:
            raise Interrupted(f"stopped; {if_stopped}") from None
