"""One budget over threads and processes, and one pause for all of them."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests import edgar_folder
from tests.edgar_server import RATE_EXCEEDED, Answer, EdgarServer
from workbench.domain.errors import RateLimited, SetupError
from workbench.sources.request_budget import RequestLedger

ASK = """
import sys
from pathlib import Path
from workbench.domain.errors import WorkbenchError
from workbench.sources.edgar import EdgarSource
from workbench.sources.http import HttpClient
from workbench.sources.request_budget import RequestLedger
url, file, times, cooldown = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
ledger = RequestLedger(file, per_second=8, longest_wait_seconds=cooldown)
client = HttpClient(contact="Test test@example.org", ledger=ledger, cooldown_seconds=cooldown, attempts=3)
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
        children = [ask(server, tmp_path / "ledger", 10) for _ in range(3)]
        assert [child.communicate(timeout=60)[0] for child in children] == ["done\n"] * 3
        assert len(server.requests) == 30
        assert server.most_in_any_second() <= 8


def test_the_threshold_page_stops_all_processes_for_the_cooldown(tmp_path: Path) -> None:
    with EdgarServer(edgar_folder.build(tmp_path / "edgar")) as server:
        server.script("*", *(Answer() for _ in range(6)), Answer(status=403, body=RATE_EXCEEDED))
        children = [ask(server, tmp_path / "ledger", 6, cooldown=2.0) for _ in range(2)]
        assert [child.communicate(timeout=60)[0] for child in children] == ["done\n"] * 2
        times = [moment for moment, _, _ in server.requests]
        assert len(times) == 13  # the refused one was asked again
        gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
        # Requests that were on their way when the page came may still arrive; then nothing until the pause is over.
        assert max(gaps) > 1.5


def test_threads_share_the_budget_too(tmp_path: Path) -> None:
    ledger = RequestLedger(tmp_path / "ledger", per_second=4)
    times: list[float] = []

    def work() -> None:
        for _ in range(3):
            with ledger.slot():
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
    ledger = RequestLedger(tmp_path / "ledger", per_second=2.5)
    times = []
    for _ in range(3):
        with ledger.slot():
            times.append(time.monotonic())
    assert times[2] - times[0] >= 0.8  # two slots, each resting 2 / 2.5 seconds


def test_the_slot_of_a_killed_process_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "ledger"
    code = (
        "import sys, os, time; from pathlib import Path; from workbench.sources.ledger import RequestLedger\n"
        "slot = RequestLedger(Path(sys.argv[1]), per_second=1).slot(); slot.__enter__(); os._exit(9)"
    )
    child = subprocess.run([sys.executable, "-c", code, str(file)], check=False, cwd=Path(__file__).parents[2])
    assert child.returncode == 9
    started = time.monotonic()
    with RequestLedger(file, per_second=1).slot():
        waited = time.monotonic() - started
    assert 1.0 <= waited < 30.0


def test_a_longer_pause_than_is_waited_for_is_told(tmp_path: Path) -> None:
    ledger = RequestLedger(tmp_path / "ledger", longest_wait_seconds=5)
    ledger.pause(3600)
    assert 3590 < RequestLedger(tmp_path / "ledger").budget().paused_seconds <= 3600
    with pytest.raises(RateLimited) as caught, ledger.slot():
        pass
    assert caught.value.retry_after_seconds == pytest.approx(3600, abs=10)


def test_waiting_for_a_pause_is_said_once(tmp_path: Path) -> None:
    said: list[str] = []
    ledger = RequestLedger(tmp_path / "ledger", told=said.append)
    ledger.pause(1.4)
    with ledger.slot():
        pass
    assert len(said) == 1
    assert "pause" in said[0]


@pytest.mark.parametrize(
    "content", [b"", b"abc", os.urandom(5), b"\0" * 8, b"\xff" * 208, b"\0" * 8 + b"x" * 30], ids=range(6)
)
def test_a_damaged_file_neither_stops_nor_crashes(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "ledger"
    file.write_bytes(content)
    with RequestLedger(file).slot():
        pass


def test_a_home_that_cannot_be_written_is_a_setup_error(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file where a folder should be")
    with pytest.raises(SetupError, match="ledger"), RequestLedger(tmp_path / "run" / "ledger").slot():
        pass
