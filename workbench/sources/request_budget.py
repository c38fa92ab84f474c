"""One request budget for every process and thread that shares a home, stored in a small locked file.

The budget is a fixed number of slots. A request holds a slot from before it is sent until its response begins, and the
slot rests for one second after that. The server sees the request somewhere in between, so two requests of one slot reach
it more than a second apart however slow or jittery the way is, and with eight slots no second ever holds a ninth.
"""

from __future__ import annotations

import fcntl
import math
import os
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from workbench.deadlines.deadline import seconds_left
from workbench.domain.errors import RateLimited, SetupError

_HEAD = struct.Struct("<d")  # paused until
_SLOT = struct.Struct("<qdd")  # process, started, response began (0: still waiting for it)

# More than a second by a hair, so that two requests cannot fall on both ends of one.
_MARGIN_SECONDS = 0.01
# How often a waiting request looks whether a slot came back, or whether a pause was ordered or ended.
_LOOK_SECONDS = 0.05
# A time stamp this far ahead of the clock comes from a clock that was set back since.
_CLOCK_SLACK_SECONDS = 60.0
# Where in the file the day's count stands: behind as many slots as a budget can have.
_TALLY_AT = 4096
_TALLY = struct.Struct("<qq")  # day since 1970 (UTC), requests of that day
_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Budget:
    """The state of a request budget: slots, taken ones, requests of today (UTC), and the rest of a pause in seconds."""

    slots: int
    taken: int
    today: int
    paused_seconds: float


class Turn(NamedTuple):
    """A slot that was taken (`number` is none when there was none free), or how long to wait for one and for a pause."""

    number: int | None
    wait_seconds: float = 0.0
    paused_seconds: float = 0.0
    token: str = ""


@dataclass
class _Slot:
    process: int = 0
    started: float = 0.0
    answered: float = 0.0


@dataclass
class _State:
    paused_until: float
    slots: list[_Slot]
    day: int
    asked: int


class RateLimiter:
    """The budget of `per_second` requests stored in `file`.

    A pause longer than `longest_wait_seconds` is not waited for: RateLimited says how long it is. A request that
    has not been answered after `longest_request_seconds`, or whose process died, gives its slot back.
    `on_progress` is called with one line when a wait for a pause begins.
    """

    def __init__(
        self,
        file: Path,
        *,
        per_second: float = 8.0,
        longest_wait_seconds: float = 600.0,
        longest_request_seconds: float = 120.0,
        on_progress: Callable[[str], None] | None = None,
    ) -> None:
        self._file = file
        self._count = max(1, int(per_second))
        self._rest_seconds = self._count / per_second + _MARGIN_SECONDS
        self._longest_wait = longest_wait_seconds
        self._longest_request = longest_request_seconds
        self._on_progress = on_progress

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Waits for a slot and holds it for the block, which sends a request and ends when the response begins.

        Within a `deadline` it waits no longer than that leaves.

        Raises RateLimited when a pause lasts longer than is waited for, SetupError when the file cannot be written.
        """
        turn = self._await_turn()
        try:
            yield
        finally:
            self._rest(turn)

    def pause(self, seconds: float) -> None:
        """Stops the requests of all processes for this long; an earlier, longer pause stays."""
        with self._state() as state:
            state.paused_until = max(state.paused_until, time.time() + seconds)

    def budget(self) -> Budget:
        """The current state."""
        with self._state() as state:
            now = time.time()
            taken = sum(1 for wait in self._waits(state, now) if wait > 0)
            today = state.asked if state.day == now // _DAY_SECONDS else 0
            return Budget(self._count, taken, today, max(0.0, state.paused_until - now))

    def close(self) -> None:
        """Closes the connections of a shared budget; there are none here."""

    def _await_turn(self) -> Turn:
        is_reported = False
        while True:
            turn = self._take()
            if turn.number is not None:
                return turn
            wait, paused = turn.wait_seconds, turn.paused_seconds
            left = seconds_left()
            if paused > self._longest_wait + _CLOCK_SLACK_SECONDS or (left is not None and paused > left):
                raise RateLimited(
                    f"the source asked for a pause that lasts another {paused:.0f} seconds", retry_after_seconds=paused
                )
            if left is not None and wait > left:
                raise RateLimited(
                    f"the request budget is used up; the next request may go out in {wait:.1f} seconds",
                    retry_after_seconds=wait,
                )
            if paused > 1 and self._on_progress and not is_reported:
                is_reported = True
                self._on_progress(f"the source asked for a pause; continuing in {paused:.0f} seconds")
            time.sleep(min(max(wait, paused), _LOOK_SECONDS) if paused <= 0 else min(paused, 0.5))

    def _take(self) -> Turn:
        """Takes the slot that is free, when there is one and no pause."""
        with self._state() as state:
            now = time.time()
            paused = state.paused_until - now
            wait, number = min((wait, number) for number, wait in enumerate(self._waits(state, now)))
            if paused > 0 or wait > 0:
                return Turn(None, wait, paused)
            state.slots[number] = _Slot(os.getpid(), now, 0.0)
            day = int(now // _DAY_SECONDS)
            state.day, state.asked = day, (state.asked if state.day == day else 0) + 1
            return Turn(number)

    def _rest(self, turn: Turn) -> None:
        """Gives the slot back, to be free after its rest."""
        with self._state() as state:
            if turn.number is not None:
                state.slots[turn.number].answered = time.time()

    def _waits(self, state: _State, now: float) -> list[float]:
        """In how many seconds each slot is free; not above 0 for one that is."""
        waits = []
        for slot in state.slots:
            if slot.process and not slot.answered and not _is_alive(slot.process):
                slot.answered = now
            free_at = slot.answered + self._rest_seconds if slot.answered else slot.started + self._longest_request
            if not slot.process or free_at > now + self._longest_request + _CLOCK_SLACK_SECONDS:
                free_at = now
            waits.append(free_at - now)
        return waits

    @contextmanager
    def _state(self) -> Iterator[_State]:
        """The state under an exclusive lock; what the block changes is written when it ends well."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise SetupError(
                f"{self._file} cannot be opened: {error.strerror}", hint="check the disk and WORKBENCH_HOME"
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            before = os.pread(descriptor, _HEAD.size + self._count * _SLOT.size, 0)
            tally = os.pread(descriptor, _TALLY.size, _TALLY_AT)
            state = self._unpack(before, tally)
            yield state
            after = self._pack(state)
            if after != before:
                os.pwrite(descriptor, after, 0)
            if (counted := _TALLY.pack(state.day, state.asked)) != tally:
                os.pwrite(descriptor, counted, _TALLY_AT)
        finally:
            os.close(descriptor)

    def _unpack(self, content: bytes, tally: bytes) -> _State:
        """What the file holds, as far as it can be: a damaged part counts as free and not paused."""
        content = content.ljust(_HEAD.size, b"\0")
        (paused_until,) = _HEAD.unpack_from(content)
        whole = (len(content) - _HEAD.size) // _SLOT.size * _SLOT.size
        slots = [_Slot(*row) for row in _SLOT.iter_unpack(content[_HEAD.size : _HEAD.size + whole])]
        slots = [slot if slot.process > 0 and math.isfinite(slot.started + slot.answered) else _Slot() for slot in slots]
        slots += [_Slot() for _ in range(self._count - len(slots))]
        day, asked = _TALLY.unpack(tally.ljust(_TALLY.size, b"\0"))
        return _State(paused_until if math.isfinite(paused_until) else 0.0, slots, day, asked)

    def _pack(self, state: _State) -> bytes:
        slots = (_SLOT.pack(slot.process, slot.started, slot.answered) for slot in state.slots)
        return _HEAD.pack(state.paused_until) + b"".join(slots)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
