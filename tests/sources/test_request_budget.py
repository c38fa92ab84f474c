"""One budget over threads and processes, and one pause for all of them."""

from __future__ import annotations

import itertools
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
from workbench.domain.errors import RateLimited
from workbench.sources.http import HttpClient
from workbench.sources.request_budget import RateLimiter

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


@pytest.mark.parametrize(("is_paused", "message"), [(True, "pause"), (False, "budget is used up")])
def test_a_call_waits_for_the_budget_no_longer_than_it_has_time(tmp_path: Path, is_paused: bool, message: str) -> None:
    limiter = RateLimiter(tmp_path / "budget", per_second=0.1)
    if is_paused:
        limiter.pause(5)
    else:
        with limiter.slot():
            pass
    started = time.monotonic()
    with deadline(0.5), pytest.raises(RateLimited, match=message) as caught, limiter.slot():
        pass
    assert time.monotonic() - started < 2
    assert 4 < (caught.value.retry_after_seconds or 0) <= 10.1
