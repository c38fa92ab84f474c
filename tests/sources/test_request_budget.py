"""One budget over threads and processes, and one pause for all of them."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests import edgar_folder
from tests.edgar_server import RATE_EXCEEDED, Answer, EdgarServer
from workbench.deadlines.deadline import deadline
from workbench.domain.errors import RateLimited, SetupError
from workbench.sources import request_budget
from workbench.sources.http import HttpClient
from workbench.sources.request_budget import Budget, RateLimiter

ASK = """
import sys
from pathlib import Path
from workbench.domain.errors import WorkbenchError
from workbench.sources.edgar import EdgarSource
from workbench.sources.http import HttpClient
from workbench.sources.request_budget import RateLimiter
url, file, times, cooldown = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
limiter = RateLimiter(file, per_second=8, longest_wait_seconds=cooldown)
client = HttpClient(contact="Test test@example.org", limiter=limiter, cooldown_seconds=cooldown, attempts=3)
source = EdgarSource(url, client)
for _ in range(times):
    source.tickers()
print("done")
"""


def ask(server: EdgarServer, file: Path, times: int, cooldown: float = 600.0) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", ASK, server.url, str(file), str(times), str(cooldown)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


def test_three_processes_never_send_more_than_eight_in_any_second(tmp_path: Path) -> None:
    with EdgarServer(edgar_folder.build(tmp_path / "edgar")) as server:
        server.script("*", *(Answer(delay=0.2 * (number % 3)) for number in range(30)))
        children = [ask(server, tmp_path / "budget", 10) for _ in range(3)]
        assert [child.communicate(timeout=60)[0] for child in children] == ["done\n"] * 3
        assert len(server.requests) == 30
        assert server.most_in_any_second() <= 8


def test_the_threshold_page_stops_all_processes_for_the_cooldown(tmp_path: Path) -> None:
    with EdgarServer(edgar_folder.build(tmp_path / "edgar")) as server:
        server.script("*", *(Answer() for _ in range(6)), Answer(status=403, body=RATE_EXCEEDED))
        children = [ask(server, tmp_path / "budget", 6, cooldown=2.0) for _ in range(2)]
        assert [child.communicate(timeout=60)[0] for child in children] == ["done\n"] * 2
        times = [moment for moment, _, _ in server.requests]
        assert len(times) == 13  # the refused one was asked again
        gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
        # Requests that were on their way when the page came may still arrive; then nothing until the pause is over.
        assert max(gaps) > 1.5


def test_threads_share_the_budget_too(tmp_path: Path) -> None:
    limiter = RateLimiter(tmp_path / "budget", per_second=4)
    times: list[float] = []

    def work() -> None:
        for _ in range(3):
            with limiter.slot():
                times.append(time.monotonic())

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    assert len(times) == 9
    assert all(later - earlier >= 1.0 for earlier, later in zip(times, times[4:], strict=False))


def test_a_slow_rate_rests_longer(tmp_path: Path) -> None:
    limiter = RateLimiter(tmp_path / "budget", per_second=2.5)
    times = []
    for _ in range(3):
        with limiter.slot():
            times.append(time.monotonic())
    assert times[2] - times[0] >= 0.8  # two slots, each resting 2 / 2.5 seconds


def test_the_slot_of_a_killed_process_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "budget"
    code = (
        "import sys, os, time; from pathlib import Path; from workbench.sources.request_budget import RateLimiter\n"
        "slot = RateLimiter(Path(sys.argv[1]), per_second=1).slot(); slot.__enter__(); os._exit(9)"
    )
    child = subprocess.run([sys.executable, "-c", code, str(file)], check=False, cwd=Path(__file__).parents[2])
    assert child.returncode == 9
    started = time.monotonic()
    with RateLimiter(file, per_second=1).slot():
        waited = time.monotonic() - started
    assert 1.0 <= waited < 30.0


def test_a_longer_pause_than_is_waited_for_is_told(tmp_path: Path) -> None:
    limiter = RateLimiter(tmp_path / "budget", longest_wait_seconds=5)
    limiter.pause(3600)
    assert 3590 < RateLimiter(tmp_path / "budget").budget().paused_seconds <= 3600
    with pytest.raises(RateLimited) as caught, limiter.slot():
        pass
    assert caught.value.retry_after_seconds == pytest.approx(3600, abs=10)


def test_waiting_for_a_pause_is_said_once(tmp_path: Path) -> None:
    lines: list[str] = []
    limiter = RateLimiter(tmp_path / "budget", on_progress=lines.append)
    limiter.pause(1.4)
    with limiter.slot():
        pass
    assert len(lines) == 1
    assert "pause" in lines[0]


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


@pytest.mark.parametrize("header", ["2", "0"])
def test_a_short_retry_after_does_not_cut_a_longer_pause(tmp_path: Path, header: str) -> None:
    with EdgarServer(edgar_folder.build(tmp_path / "edgar")) as server:
        server.script("*", Answer(status=429, headers={"Retry-After": header}, delay=0.5))
        limiter = RateLimiter(tmp_path / "budget")
        with closing(HttpClient(contact="t@example.org", limiter=limiter, attempts=1)) as client:
            # While the request is on its way, another process is told to pause.
            threading.Timer(0.1, RateLimiter(tmp_path / "budget").pause, [400]).start()
            with pytest.raises(RateLimited, match="429"):
                client.get(f"{server.url}/a")
        assert 390 < limiter.budget().paused_seconds <= 400


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


@pytest.mark.parametrize(("set_back", "is_free"), [(101, True), (99, False)])
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


@pytest.mark.parametrize(("pause", "is_waited_for"), [(659, True), (661, False)])
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


@pytest.mark.parametrize(("is_paused", "message"), [(True, "pause"), (False, "budget is used up")])
def test_a_call_waits_for_the_budget_no_longer_than_it_has_time(tmp_path: Path, is_paused: bool, message: str) -> None:
    limiter = RateLimiter(tmp_path / "budget", per_second=0.1)
    if is_paused:
        limiter.pause(5)
    else:
        send(limiter)
    started = time.monotonic()
    with deadline(0.5), pytest.raises(RateLimited, match=message) as caught:
        send(limiter)
    assert time.monotonic() - started < 2
    assert 4 < (caught.value.retry_after_seconds or 0) <= 10.1
