"""One deadline for a whole call, within another, moved by what is transferred; and calls in threads of their own."""

from __future__ import annotations

import threading
import time
from contextvars import ContextVar

import pytest

from workbench.deadlines import deadline as module
from workbench.deadlines.deadline import (
    SLOWEST_BYTES_A_SECOND,
    Deadline,
    deadline,
    is_over,
    pause,
    seconds_left,
    transferred,
    within,
)


class Clock:
    """A clock that only tests move."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def test_a_deadline_runs_out_and_stays_so(clock: Clock) -> None:
    ends = Deadline(5)
    clock.now += 3
    assert ends.left() == 2
    clock.now += 2
    assert ends.left() == 0
    clock.now += 10
    assert ends.left() == 0


def test_outside_of_any_deadline_time_is_what_is_asked_for() -> None:
    assert (seconds_left(), seconds_left(7), is_over()) == (None, 7, False)
    transferred(10)


def test_within_a_deadline_a_step_takes_what_is_left_of_it(clock: Clock) -> None:
    with deadline(5):
        assert (seconds_left(), seconds_left(3), seconds_left(9)) == (5, 3, 5)
        clock.now += 4
        assert (seconds_left(3), is_over()) == (1, False)
        clock.now += 1
        assert (seconds_left(3), is_over()) == (0, True)
    assert (seconds_left(3), is_over()) == (3, False)


def test_of_two_deadlines_the_earlier_holds(clock: Clock) -> None:
    with deadline(5):
        with deadline(60):
            assert seconds_left() == 5
        with deadline(2) as inner:
            assert seconds_left() == 2
            clock.now += 1
            assert (inner.left(), seconds_left()) == (1, 1)
        assert seconds_left() == 4


def test_what_is_transferred_moves_every_deadline_on(clock: Clock) -> None:
    with deadline(5), deadline(2):
        transferred(3 * SLOWEST_BYTES_A_SECOND)
        assert seconds_left() == 5
        clock.now += 6
        assert is_over()
    with deadline(5) as outer:
        with deadline(2):
            transferred(SLOWEST_BYTES_A_SECOND)
        assert outer.left() == 6


def test_a_byte_now_and_then_does_not_keep_a_call_alive(clock: Clock) -> None:
    with deadline(5):
        for _ in range(6):
            clock.now += 1
            transferred(1)
        assert is_over()


def test_a_pause_is_taken_when_it_leaves_time(clock: Clock) -> None:
    naps: list[float] = []
    assert pause(30, naps.append)
    with deadline(5):
        assert pause(4.9, naps.append)
        assert not pause(5, naps.append)
        assert not pause(60, naps.append)
    assert naps == [30, 4.9]


def test_a_call_in_a_thread_returns_and_raises_as_it_would_here() -> None:
    told: ContextVar[str] = ContextVar("told", default="nothing")
    token = told.set("something")
    assert within(30, lambda: (told.get(), threading.current_thread() is threading.main_thread())) == ("something", False)
    told.reset(token)
    assert within(30, lambda: None) is None
    with pytest.raises(ZeroDivisionError):
        within(30, lambda: 1 // 0)


def test_a_call_that_does_not_end_is_left_alone_and_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_ABANDONED", 2)
    release = threading.Event()
    started = time.monotonic()
    for _ in range(2):
        with pytest.raises(TimeoutError, match=r"within 0\.05 seconds"):
            within(0.05, release.wait)
    with pytest.raises(TimeoutError, match="earlier calls"):
        within(30, lambda: "never begun")
    assert time.monotonic() - started < 5
    release.set()
    for thread in threading.enumerate():
        if thread.name == "bounded call":
            thread.join(10)
    assert within(30, lambda: "again") == "again"


def test_a_call_takes_no_longer_than_the_deadline_around_it() -> None:
    release = threading.Event()
    started = time.monotonic()
    with deadline(0.05), pytest.raises(TimeoutError):
        within(30, release.wait)
    release.set()
    assert time.monotonic() - started < 5
