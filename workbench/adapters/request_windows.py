"""Requests of the last minute by caller, counted in this process."""

from __future__ import annotations

import time
from collections import OrderedDict, deque

from workbench.ports import WINDOW_SECONDS, WindowUsage


class ProcessWindows:
    """A RequestWindows in this process's memory. Of more than `most` keys the least recently used is dropped.

    It takes the place of the library's memory storage, which walks through all keys, each in a thread, after a request.
    """

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._taken: OrderedDict[str, deque[float]] = OrderedDict()

    async def take(self, key: str, limit: int) -> WindowUsage:
        """Counts a request unless `limit` of the last minute are counted; see the port."""
        now = time.monotonic()
        taken = self._taken.setdefault(key, deque())
        self._taken.move_to_end(key)
        while taken and taken[0] <= now - WINDOW_SECONDS:
            taken.popleft()
        is_within = len(taken) < limit
        if is_within:
            taken.append(now)
        while len(self._taken) > self._most:
            self._taken.popitem(last=False)
        return WindowUsage(is_within, max(0, limit - len(taken)), taken[0] + WINDOW_SECONDS - now)

    async def close(self) -> None:
        """Nothing is open."""
