"""The rules of a budget by a clock of its own: rests, pauses, days, damaged files; nothing here waits."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from workbench.deadlines.deadline import deadline
from workbench.domain.errors import RateLimited, SetupError
from workbench.sources import request_budget
from workbench.sources.request_budget import Budget, RateLimiter


class Clock:
    """A clock that only moves when somebody sleeps, and may be set; the budget reads it instead of the machine's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, now: float = 1_700_000_000.0) -> None:
        self.now = now
        self.slept = 0.0
        monkeypatch.setattr(request_budget, "time", self)

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds
        self.slept += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def send(limiter: RateLimiter) -> None:
    with limiter.slot():
        pass


def test_a_longer_pause_than_is_waited_for_is_told(tmp_path: Path) -> None:
    limiter = RateLimiter(tmp_path / "budget", longest_wait_seconds=5)
    limiter.pause(3600)
    assert 3590 < RateLimiter(tmp_path / "budget").budget().paused_seconds <= 3600
    with pytest.raises(RateLimited) as caught, limiter.slot():
        pass
    assert caught.value.retry_after_seconds == pytest.approx(3600, abs=10)


@pytest.mark.parametrize(
    "content", [b"", b"abc", os.urandom(5), b"\0" * 8, b"\xff" * 208, b"\0" * 8 + b"x" * 30], ids=range(6)
)
def test_a_damaged_file_neither_stops_nor_crashes(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "budget"
    file.write_bytes(content)
    with RateLimiter(file).slot():
        pass


def test_a_home_that_cannot_be_written_is_a_setup_error(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file where a folder should be")
    with pytest.raises(SetupError, match="ledger"), RateLimiter(tmp_path / "run" / "ledger").slot():
        pass


@pytest.mark.parametrize(("first", "second"), [(300, 20), (20, 300)])
def test_the_longer_of_two_pauses_holds_whichever_was_ordered_first(
    tmp_path: Path, clock: Clock, first: float, second: float
) -> None:
    limiter = RateLimiter(tmp_path / "budget")
    limiter.pause(first)
    clock.now += 5
    RateLimiter(tmp_path / "budget").pause(second)
    end = max(first, 5 + second)
    assert limiter.budget().paused_seconds == pytest.approx(end - 5)
    send(limiter)
    assert clock.now == pytest.approx(1_700_000_000 + end, abs=0.6)
    assert clock.now >= 1_700_000_000 + end


def test_a_pause_that_has_ended_counts_for_nothing(tmp_path: Path, clock: Clock) -> None:
    limiter = RateLimiter(tmp_path / "budget")
    limiter.pause(30)
    clock.now += 30
    assert limiter.budget().paused_seconds == 0
    send(limiter)
    assert clock.slept == 0


def test_a_slot_rests_for_a_second_and_a_hair_after_its_answer(tmp_path: Path, clock: Clock) -> None:
    limiter = RateLimiter(tmp_path / "budget", per_second=1)
    with limiter.slot():
        clock.now += 3  # the answer took its time
    answered = clock.now
    clock.now += 1.005
    assert limiter.budget().taken == 1
    clock.now = answered + 1.0101
    assert limiter.budget().taken == 0
    clock.now = answered + 0.2
    send(limiter)
    assert answered + 1.01 <= clock.now <= answered + 1.07


@pytest.mark.parametrize(("per_second", "slots", "rest"), [(8, 8, 1.01), (2.5, 2, 0.81), (0.25, 1, 4.01), (1.0, 1, 1.01)])
def test_slots_and_rest_together_make_the_rate(
    tmp_path: Path, clock: Clock, per_second: float, slots: int, rest: float
) -> None:
    limiter = RateLimiter(tmp_path / "budget", per_second=per_second)
    for _ in range(slots):
        send(limiter)
    assert clock.slept == 0
    assert limiter.budget() == Budget(slots, slots, slots, 0.0)
    send(limiter)
    assert rest <= clock.slept <= rest + 0.06


def test_a_request_without_an_answer_holds_its_slot_for_its_longest_time(tmp_path: Path, clock: Clock) -> None:
    limiter = RateLimiter(tmp_path / "budget", per_second=1, longest_request_seconds=40)
    hung = limiter.slot()
    hung.__enter__()
    clock.now += 39.9
    assert limiter.budget().taken == 1
    clock.now += 0.1
    assert limiter.budget().taken == 0
    send(limiter)
    assert clock.slept == 0


@pytest.mark.parametrize(("set_back", "is_free"), [(101, True), (100, False), (99, False)])
def test_a_slot_stamped_by_a_clock_that_was_set_back_is_free(
    tmp_path: Path, clock: Clock, set_back: float, is_free: bool
) -> None:
    limiter = RateLimiter(tmp_path / "budget", per_second=1, longest_request_seconds=40)
    hung = limiter.slot()
    hung.__enter__()  # until 40 seconds later, so that 60 more are beyond the slack
    clock.now -= set_back - 40
    assert limiter.budget().taken == (0 if is_free else 1)


def test_the_clock_set_back_by_hours_gives_all_slots_back(tmp_path: Path, clock: Clock) -> None:
    limiter = RateLimiter(tmp_path / "budget", per_second=4)
    for _ in range(4):
        send(limiter)
    clock.now -= 7200
    assert limiter.budget().taken == 0
    send(limiter)
    assert clock.slept == 0


@pytest.mark.parametrize(("pause", "is_waited_for"), [(659, True), (660, True), (661, False)])
def test_a_pause_is_waited_for_up_to_its_longest_and_the_slack_of_clocks(
    tmp_path: Path, clock: Clock, pause: float, is_waited_for: bool
) -> None:
    limiter = RateLimiter(tmp_path / "budget", longest_wait_seconds=600)
    limiter.pause(pause)
    if is_waited_for:
        send(limiter)
        assert pause <= clock.slept <= pause + 0.6
        return
    with pytest.raises(RateLimited, match="661") as caught:
        send(limiter)
    assert caught.value.retry_after_seconds == pytest.approx(661)
    assert clock.slept == 0


def test_requests_are_counted_by_the_day_of_utc(tmp_path: Path, clock: Clock) -> None:
    clock.now = 19_700 * 86_400 - 2.0  # two seconds before midnight
    limiter = RateLimiter(tmp_path / "budget")
    for _ in range(3):
        send(limiter)
    assert limiter.budget().today == 3
    clock.now += 2.0
    assert limiter.budget().today == 0
    send(limiter)
    assert limiter.budget().today == 1
    clock.now -= 2.0  # set back: the day before is begun anew, never added to this one
    send(limiter)
    assert limiter.budget().today == 1


def test_each_source_has_a_budget_of_its_own(tmp_path: Path, clock: Clock) -> None:
    edgar, vendor = RateLimiter(tmp_path / "edgar.ledger", per_second=1), RateLimiter(tmp_path / "vendor.ledger")
    edgar.pause(500)
    send(vendor)
    assert (vendor.budget().paused_seconds, vendor.budget().today, edgar.budget().today) == (0, 1, 0)
    assert clock.slept == 0


def test_unless_told_otherwise_a_budget_has_eight_slots_two_minutes_and_ten_minutes(tmp_path: Path, clock: Clock) -> None:
    limiter = RateLimiter(tmp_path / "budget")
    hung = limiter.slot()
    hung.__enter__()
    assert limiter.budget() == Budget(8, 1, 1, 0.0)
    clock.now += 119.9
    assert limiter.budget().taken == 1
    clock.now += 0.1
    assert limiter.budget().taken == 0
    limiter.pause(659.5)
    send(limiter)
    limiter.pause(660.5)  # ten minutes and the slack of clocks
    with pytest.raises(RateLimited):
        send(limiter)


def sleeps(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> list[float]:
    """Each wait from now on, in seconds."""
    found: list[float] = []
    sleep = clock.sleep

    def noted(seconds: float) -> None:
        found.append(round(seconds, 3))
        sleep(seconds)

    monkeypatch.setattr(clock, "sleep", noted)
    return found


def test_a_free_slot_is_looked_for_twenty_times_a_second(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    limiter = RateLimiter(tmp_path / "budget", per_second=1)
    send(limiter)
    clock.now += 0.88
    waits = sleeps(monkeypatch, clock)
    send(limiter)
    assert waits == [0.05, 0.05, 0.03]


def test_the_end_of_a_pause_is_looked_for_twice_a_second(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    limiter = RateLimiter(tmp_path / "budget")
    limiter.pause(1.2)
    waits = sleeps(monkeypatch, clock)
    send(limiter)
    assert waits == [0.5, 0.5, 0.2]


def test_a_pause_is_told_of_once_if_it_is_longer_than_a_second(tmp_path: Path, clock: Clock) -> None:
    lines: list[str] = []
    limiter = RateLimiter(tmp_path / "budget", on_progress=lines.append)
    limiter.pause(1.0)
    send(limiter)
    assert lines == []
    limiter.pause(90.4)
    send(limiter)
    limiter.pause(1.5)
    send(limiter)
    assert lines == [
        "the source asked for a pause; continuing in 90 seconds", "the source asked for a pause; continuing in 2 seconds"
    ]  # fmt: skip


def test_a_call_with_a_deadline_is_refused_at_once_what_it_cannot_wait_for(tmp_path: Path, clock: Clock) -> None:
    limiter = RateLimiter(tmp_path / "budget", per_second=0.1)
    limiter.pause(300)
    with deadline(20), pytest.raises(RateLimited) as caught:
        send(limiter)
    assert caught.value.message == "the source asked for a pause that lasts another 300 seconds"
    assert caught.value.retry_after_seconds == 300
    clock.now += 300
    send(limiter)
    with deadline(5), pytest.raises(RateLimited) as caught:
        send(limiter)
    assert caught.value.message == "the request budget is used up; the next request may go out in 10.0 seconds"
    assert caught.value.retry_after_seconds == pytest.approx(10.01)
    with deadline(60):
        send(limiter)
    assert clock.slept == pytest.approx(10.01, abs=0.06)


def test_what_ends_just_at_a_deadline_is_waited_for(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = RateLimiter(tmp_path / "budget", per_second=0.1)
    monkeypatch.setattr(request_budget, "seconds_left", lambda: 1_700_000_300.0 - clock.now)
    limiter.pause(300)
    send(limiter)
    assert clock.now == 1_700_000_300.0
    free_at = clock.now + 10.01
    monkeypatch.setattr(request_budget, "seconds_left", lambda: free_at - clock.now)
    send(limiter)
    assert clock.now == pytest.approx(free_at)


def test_the_slot_that_has_rested_longest_is_taken(tmp_path: Path, clock: Clock) -> None:
    limiter = RateLimiter(tmp_path / "budget", per_second=2, longest_request_seconds=100)
    first, second = limiter.slot(), limiter.slot()
    first.__enter__()
    second.__enter__()
    second.__exit__(None, None, None)
    clock.now += 1.01
    send(limiter)  # the second slot again; the first request is still waiting for its response
    assert limiter.budget().taken == 2
    clock.now += 1.01
    assert limiter.budget().taken == 1
    first.__exit__(None, None, None)
    clock.now += 1.01
    assert limiter.budget().taken == 0


def test_a_slot_of_a_process_that_died_rests_before_it_is_free(tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "budget"
    # A process number beyond any system's.
    file.write_bytes(struct.pack("<d", 0.0) + struct.pack("<qdd", 2**22 + 1, clock.now, 0.0))
    limiter = RateLimiter(file, per_second=1)
    assert limiter.budget() == Budget(1, 1, 0, 0.0)
    clock.now += 1.0
    assert limiter.budget().taken == 1
    clock.now += 0.02
    assert limiter.budget().taken == 0
    # The process that tells of it is another user's, or none that can be: it counts as alive.
    for process in (1, 2**62):
        file.write_bytes(struct.pack("<d", 0.0) + struct.pack("<qdd", process, clock.now, 0.0))
        for _ in range(2):
            clock.now += 5
            assert limiter.budget().taken == 1


def test_the_file_keeps_its_parts_apart(tmp_path: Path, clock: Clock) -> None:
    """A pause, then process, start and end of each slot; the day's count stands behind the most slots there can be."""
    file = tmp_path / "run" / "budget"
    limiter = RateLimiter(file, per_second=2)
    with limiter.slot():
        limiter.pause(60)
        clock.now += 1
    content = file.read_bytes()
    assert struct.unpack_from("<d", content) == (1_700_000_060.0,)
    assert struct.unpack_from("<qdd", content, 8) == (os.getpid(), 1_700_000_000.0, 1_700_000_001.0)
    assert content[32:56] == bytes(24)
    assert struct.unpack_from("<qq", content, 4096) == (1_700_000_000 // 86_400, 1)
    assert len(content) == 4096 + 16
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("started", [float("nan"), float("inf")])
def test_a_slot_or_a_pause_that_is_no_time_counts_as_none(tmp_path: Path, clock: Clock, started: float) -> None:
    file = tmp_path / "budget"
    slots = struct.pack("<qdd", os.getpid(), started, 0.0) + struct.pack("<qdd", -1, clock.now, 0.0)
    file.write_bytes(struct.pack("<d", started) + slots + struct.pack("<qdd", os.getpid(), clock.now, 0.0)[:20])
    assert RateLimiter(file, per_second=3).budget() == Budget(3, 0, 0, 0.0)


def test_a_budget_that_was_larger_before_reads_its_first_slots(tmp_path: Path, clock: Clock) -> None:
    larger = RateLimiter(tmp_path / "budget", per_second=4)
    for _ in range(4):
        send(larger)
    assert RateLimiter(tmp_path / "budget", per_second=2).budget() == Budget(2, 2, 4, 0.0)
    assert RateLimiter(tmp_path / "budget", per_second=6).budget() == Budget(6, 4, 4, 0.0)


def test_a_budget_that_cannot_be_opened_says_where_and_why(tmp_path: Path) -> None:
    (tmp_path / "budget").mkdir()
    with pytest.raises(SetupError) as caught:
        RateLimiter(tmp_path / "budget").budget()
    assert caught.value.message == f"{tmp_path / 'budget'} cannot be opened: Is a directory"
    assert caught.value.hint == "check the disk and WORKBENCH_HOME"


def test_what_fails_within_the_lock_changes_nothing(tmp_path: Path, clock: Clock) -> None:
    limiter = RateLimiter(tmp_path / "budget")
    limiter.pause(30)
    with pytest.raises(TypeError):
        limiter.pause("soon")  # type: ignore[arg-type]
    assert limiter.budget().paused_seconds == 30
