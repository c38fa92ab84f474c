"""What every Cache does, wherever it keeps its answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from tests.services import Service, redis_server
from workbench.adapters import cache as cache_module
from workbench.adapters.cache import ProcessCache, RedisCache
from workbench.domain.errors import NotFound
from workbench.ports import Cache


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


def redis_url(server: Service) -> str:
    return f"redis://127.0.0.1:{server.port}/0"


@pytest.fixture(params=["process", "redis"])
def cache(request: pytest.FixtureRequest) -> Iterator[Cache]:
    if request.param == "process":
        yield ProcessCache()
        return
    shared = RedisCache(redis_url(request.getfixturevalue("server")), timeout_seconds=5)
    shared.clear()
    yield shared
    shared.close()


class Counted:
    """Makes an answer that says how often one was made; slowly, when asked to."""

    def __init__(self, *, waits: threading.Event | None = None) -> None:
        self.times = 0
        self.began = threading.Event()
        self._waits = waits

    def __call__(self) -> bytes:
        self.times += 1
        mine = self.times
        self.began.set()
        if self._waits is not None:
            self._waits.wait(10)
        return str(mine).encode()


def test_an_answer_is_made_once_and_kept(cache: Cache) -> None:
    make = Counted()
    assert [cache.answer("company:AAPL", make, seconds=60) for _ in range(3)] == [b"1", b"1", b"1"]
    assert cache.answer("company:MSFT", make, seconds=60) == b"2"


def test_any_bytes_are_kept_as_they_are(cache: Cache) -> None:
    for content in (b"", b"\0\xff", b"x" * 200_000):
        key = uuid4().hex
        assert cache.answer(key, lambda content=content: content, seconds=60) == content
        assert cache.answer(key, lambda: b"other", seconds=60) == content


def test_an_answer_is_made_again_after_its_time(cache: Cache) -> None:
    make = Counted()
    cache.answer("a", make, seconds=0.05)
    time.sleep(0.1)
    assert cache.answer("a", make, seconds=60) == b"2"


def test_a_dropped_answer_is_made_again_and_others_stay(cache: Cache) -> None:
    make = Counted()
    cache.answer("a", make, seconds=60)
    cache.answer("b", make, seconds=60)
    cache.drop("a")
    cache.drop("never kept")
    assert cache.answer("a", make, seconds=60) == b"3"
    assert cache.answer("b", make, seconds=60) == b"2"
    cache.clear()
    assert cache.answer("b", make, seconds=60) == b"4"


def test_a_stampede_makes_one_answer(cache: Cache) -> None:
    go = threading.Event()
    make = Counted(waits=go)
    with ThreadPoolExecutor(20) as pool:
        answers = [pool.submit(cache.answer, "a", make, seconds=60) for _ in range(20)]
        make.began.wait(5)
        time.sleep(0.1)
        go.set()
        assert {answer.result() for answer in answers} == {b"1"}
    assert make.times == 1


def test_what_cannot_be_made_is_not_kept_and_blocks_nobody(cache: Cache) -> None:
    def fail() -> bytes:
        raise NotFound("there is no such company")

    with pytest.raises(NotFound):
        cache.answer("a", fail, seconds=60)
    assert cache.answer("a", lambda: b"now", seconds=60) == b"now"


def test_an_answer_begun_before_a_drop_is_not_kept(cache: Cache) -> None:
    go = threading.Event()
    old = Counted(waits=go)
    with ThreadPoolExecutor(1) as pool:
        before = pool.submit(cache.answer, "a", old, seconds=60)
        old.began.wait(5)
        cache.drop("a")
        assert cache.answer("a", lambda: b"new", seconds=60) == b"new"
        go.set()
        assert before.result() == b"1"
    assert cache.answer("a", lambda: b"newer", seconds=60) == b"new"


def test_the_longest_unused_answers_go_first() -> None:
    cache, make = ProcessCache(entries=2), Counted()
    for key in ("a", "b", "a", "c"):
        cache.answer(key, make, seconds=60)
    assert cache.answer("a", make, seconds=60) == b"1"
    assert cache.answer("b", make, seconds=60) == b"4"


def test_two_processes_share_what_redis_keeps(server: Service) -> None:
    one, other = (RedisCache(redis_url(server), timeout_seconds=5) for _ in range(2))
    one.clear()
    assert one.answer("a", lambda: b"one", seconds=60) == b"one"
    assert other.answer("a", lambda: b"other", seconds=60) == b"one"
    other.drop("a")
    assert one.answer("a", lambda: b"again", seconds=60) == b"again"
    one.close()
    other.close()


def test_without_redis_answers_are_made_each_time_and_drops_are_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with redis_server(tmp_path) as server:
        far, near = (RedisCache(redis_url(server), timeout_seconds=5) for _ in range(2))
        assert near.answer("a", lambda: b"old", seconds=60) == b"old"
        # Cut off from the server, which goes on for everybody else, as a broken network does.
        monkeypatch.setattr("workbench.adapters.cache._REST_SECONDS", 0.0)
        reachable = near._redis
        near._redis = RedisCache("redis://127.0.0.1:1/0")._redis
        make = Counted()
        assert [near.answer("a", make, seconds=60) for _ in range(2)] == [b"1", b"2"]
        near.drop("a")
        assert far.answer("a", lambda: b"far", seconds=60) == b"old"
        near._redis = reachable
        assert near.answer("a", lambda: b"new", seconds=60) == b"new"
        server.stop()
        assert near.answer("a", lambda: b"made", seconds=60) == b"made"
        near.close()
        far.close()


def test_an_answer_that_another_thread_is_stuck_with_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "_LONGEST_WAIT_SECONDS", 0.1)
    cache, begun, release = ProcessCache(), threading.Event(), threading.Event()

    def stuck() -> bytes:
        begun.set()
        release.wait(60)
        return b"late"

    thread = threading.Thread(target=cache.answer, args=("key", stuck), kwargs={"seconds": 60})
    thread.start()
    assert begun.wait(60)
    assert cache.answer("key", lambda: b"own", seconds=60) == b"own"
    release.set()
    thread.join(60)
    assert cache.answer("key", lambda: b"other", seconds=60) == b"late"
