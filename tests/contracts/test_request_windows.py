"""What every RequestWindows does, wherever it counts; and what becomes of shared counts when Redis fails."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest

from tests.services import Service, redis_server
from workbench.adapters import request_windows, shared_request_windows
from workbench.adapters.request_windows import ProcessWindows
from workbench.adapters.shared_request_windows import SharedWindows
from workbench.ports import RequestWindows

pytestmark = pytest.mark.anyio

# Takes a request again and again, and prints how many were within the limit.
_TAKER = """
import asyncio, sys
from workbench.adapters.shared_request_windows import SharedWindows

async def main(url, key, limit, times):
    windows = SharedWindows(url, timeout_seconds=10)
    print(sum([(await windows.take(key, limit)).is_within for _ in range(times)]))
    await windows.close()

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
"""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Service]:
    with redis_server(tmp_path / "redis") as server:
        yield server


def url_of(server: Service) -> str:
    return f"redis://127.0.0.1:{server.port}/0"


@pytest.fixture(params=["process", "redis"])
async def windows(request: pytest.FixtureRequest) -> AsyncIterator[RequestWindows]:
    if request.param == "process":
        yield ProcessWindows()
        return
    shared = SharedWindows(url_of(request.getfixturevalue("server")), timeout_seconds=5)
    yield shared
    await shared.close()


async def admitted(windows: RequestWindows, key: str, limit: int, times: int) -> int:
    return sum([(await windows.take(key, limit)).is_within for _ in range(times)])


async def test_requests_up_to_the_limit_are_counted_by_key(windows: RequestWindows) -> None:
    usages = [await windows.take("user:ada", 3) for _ in range(5)]
    assert [usage.is_within for usage in usages] == [True, True, True, False, False]
    assert [usage.remaining for usage in usages] == [2, 1, 0, 0, 0]
    assert all(55 < usage.resets_in <= 60 for usage in usages)
    assert await admitted(windows, "user:bob", 3, 5) == 3


async def test_requests_at_one_moment_do_not_pass_the_limit(windows: RequestWindows) -> None:
    usages = await asyncio.gather(*(windows.take("user:ada", 10) for _ in range(40)))
    assert sum(usage.is_within for usage in usages) == 10


async def test_each_request_comes_back_a_minute_after_it_was_sent(
    windows: RequestWindows, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = 1_000_000_000.0

    def now() -> float:
        return at

    monkeypatch.setattr(request_windows, "time", SimpleNamespace(monotonic=now))
    monkeypatch.setattr(time, "time", now)  # the clock of the library's Redis strategy
    assert await admitted(windows, "user:ada", 2, 1) == 1
    at += 40
    assert await admitted(windows, "user:ada", 2, 2) == 1
    assert (await windows.take("user:ada", 2)).resets_in == pytest.approx(20)
    at += 19.5
    assert await admitted(windows, "user:ada", 2, 1) == 0
    at += 1
    # Requests that were refused are not counted: one place is free, and only one.
    assert await admitted(windows, "user:ada", 2, 3) == 1


async def test_of_many_keys_the_least_recently_used_are_dropped() -> None:
    windows = ProcessWindows(most=100)
    await windows.take("user:ada", 1)
    for number in range(1000):
        await windows.take(f"address:{number}", 1)
        assert not (await windows.take("user:ada", 1)).is_within
    assert len(windows._taken) == 100


async def test_two_processes_share_one_budget(server: Service) -> None:
    key = f"user:{uuid4().hex}"
    command = [sys.executable, "-c", _TAKER, url_of(server), key, "60", "100"]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    counts = [int(process.communicate(timeout=120)[0]) for process in processes]
    assert sum(counts) == 60


async def test_without_redis_each_process_goes_on_with_what_it_counted(
    server: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(shared_request_windows, "_REST_SECONDS", 0.2)
    first, second = (SharedWindows(url_of(server), timeout_seconds=2) for _ in range(2))
    assert (await admitted(first, "user:ada", 60, 25), await admitted(second, "user:ada", 60, 15)) == (25, 15)
    server.stop()
    # Neither open nor shut: each process gives what its own count leaves.
    assert (await admitted(first, "user:ada", 60, 100), await admitted(second, "user:ada", 60, 100)) == (35, 45)
    assert await admitted(first, "user:bob", 60, 100) == 60
    assert len([record for record in caplog.records if "limits requests by itself" in record.message]) >= 2
    server.start()
    await asyncio.sleep(0.3)
    # Redis kept nothing on disk; it counts for both processes again.
    assert (await admitted(first, "user:eve", 60, 40), await admitted(second, "user:eve", 60, 40)) == (40, 20)
    for windows in (first, second):
        await windows.close()


async def test_a_redis_that_hangs_holds_a_request_up_for_its_time_out_once(server: Service) -> None:
    windows = SharedWindows(url_of(server), timeout_seconds=0.5)
    await windows.take("user:ada", 60)
    assert server.process is not None
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        begun = time.monotonic()
        usages = await asyncio.gather(*(windows.take("user:ada", 60) for _ in range(50)))
        usages += [await windows.take("user:ada", 60) for _ in range(50)]
        seconds = time.monotonic() - begun
    finally:
        os.kill(server.process.pid, signal.SIGCONT)
    assert sum(usage.is_within for usage in usages) == 59
    # All wait together, and once; a test under load has room.
    assert seconds < 2.5
    await windows.close()
