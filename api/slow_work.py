"""Work that would hold up the event loop: done in a few threads, with a bounded queue in front of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio

from workbench.domain.errors import QueueFull

_T = TypeVar("_T")

_RETRY_SECONDS = 2.0


class SlowWork:
    """Threads for slow work. So many pieces are done at the same time, and so many wait for their turn."""

    def __init__(self, at_once: int, most_waiting: int) -> None:
        self._places = anyio.CapacityLimiter(at_once)
        self._most_waiting = most_waiting

    @property
    def running(self) -> int:
        """How many pieces are done at the moment."""
        return int(self._places.borrowed_tokens)

    @property
    def waiting(self) -> int:
        """How many pieces wait for their turn."""
        return self._places.statistics().tasks_waiting

    async def __call__(self, work: Callable[[], _T]) -> _T:
        """What `work()` returns or raises; raises QueueFull while too many wait."""
        if self._places.available_tokens < 1 and self.waiting >= self._most_waiting:
            raise QueueFull(
                "too many slow requests wait already", retry_after_seconds=_RETRY_SECONDS, hint="try again in a moment"
            )
        return await anyio.to_thread.run_sync(work, limiter=self._places)
