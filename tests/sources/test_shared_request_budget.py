"""The budget of several hosts in one Redis, and what becomes of it when Redis fails; jobs that run by it: `tests/flows`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.services import Service, redis_server
from workbench.domain.errors import RateLimited, SourceUnavailable
from workbench.sources.shared_request_budget import SharedRateLimiter


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Service]:
    with redis_server(tmp_path / "redis") as server:
        yield server


def limiter(server: Service, home: Path, *, name: str = "edgar", per_second: float = 4) -> SharedRateLimiter:
    return SharedRateLimiter(
        f"redis://127.0.0.1:{server.port}/0", name, home / "ledger",
        per_second=per_second, longest_wait_seconds=5, timeout_seconds=5,
    )  # fmt: skip


def test_two_homes_share_the_slots_and_another_budget_has_its_own(server: Service, tmp_path: Path) -> None:
    one, two = (limiter(server, tmp_path / home) for home in ("one", "two"))
    times = []
    for number in range(12):
        with (one, two)[number % 2].slot():
            times.append(time.monotonic())
    assert all(later - earlier >= 1.0 for earlier, later in zip(times, times[4:], strict=False))
    assert (one.budget().today, two.budget().today, two.budget().slots) == (12, 12, 4)
    assert limiter(server, tmp_path / "one", name="news_api").budget().today == 0


def test_a_slot_that_is_held_is_taken_until_it_has_rested(server: Service, tmp_path: Path) -> None:
    one, two = (limiter(server, tmp_path / home, per_second=1) for home in ("one", "two"))
    with one.slot():
        assert two.budget().taken == 1
        answered = time.monotonic()
    with two.slot():
        assert time.monotonic() - answered >= 1.0


def test_a_pause_holds_for_every_home(server: Service, tmp_path: Path) -> None:
    one, two = (limiter(server, tmp_path / home) for home in ("one", "two"))
    one.pause(3600)
    one.pause(10)
    two.pause(20)  # of a home whose own longest pause it is
    assert 3590 < two.budget().paused_seconds <= 3600
    with pytest.raises(RateLimited) as caught, two.slot():
        pass
    assert caught.value.retry_after_seconds == pytest.approx(3600, abs=10)


def test_a_longer_pause_follows_a_shorter_one(server: Service, tmp_path: Path) -> None:
    one, two = (limiter(server, tmp_path / home) for home in ("one", "two"))
    one.pause(20)
    two.pause(1800)
    assert 1790 < one.budget().paused_seconds <= 1800
    assert limiter(server, tmp_path / "three", name="alpha_vantage").budget().paused_seconds == 0


def test_a_redis_that_forgot_begins_with_every_slot_resting_and_hears_of_the_pause_again(
    server: Service, tmp_path: Path
) -> None:
    one, two = (limiter(server, tmp_path / home) for home in ("one", "two"))
    with one.slot():
        sent = time.monotonic()
    server.stop()
    server.start()
    with two.slot():
        assert time.monotonic() - sent >= 1.0
    one.pause(3600)
    server.stop()
    server.start()
    assert one.budget().paused_seconds > 3590
    assert two.budget().paused_seconds > 3590


def test_while_redis_is_away_nothing_is_sent_and_a_pause_is_kept(server: Service, tmp_path: Path) -> None:
    one = limiter(server, tmp_path / "one")
    server.stop()
    with pytest.raises(SourceUnavailable, match="budget"), one.slot():
        raise AssertionError("a slot was given")
    one.pause(3600)
    server.start()
    assert limiter(server, tmp_path / "one").budget().paused_seconds > 3590


def test_a_slot_whose_redis_went_away_meanwhile_ends_in_peace(server: Service, tmp_path: Path) -> None:
    with limiter(server, tmp_path / "one").slot():
        server.stop()


def test_clearing_the_cache_forgets_no_budget(server: Service, tmp_path: Path) -> None:
    from workbench.adapters.cache import RedisCache

    one = limiter(server, tmp_path / "one")
    one.pause(3600)
    cache = RedisCache(f"redis://127.0.0.1:{server.port}/0", timeout_seconds=5)
    cache.clear()
    cache.close()
    with redis.Redis(port=server.port) as asked:
        assert asked.hget("workbench-budget:edgar", "paused")
    one.close()


def test_unless_told_otherwise_a_shared_budget_has_eight_slots_and_two_minutes(server: Service, tmp_path: Path) -> None:
    one = SharedRateLimiter(f"redis://127.0.0.1:{server.port}/0", "edgar", tmp_path / "ledger", timeout_seconds=5)
    one.budget()
    time.sleep(1.1)  # a new Redis begins with every slot resting
    with one.slot():
        assert (one.budget().slots, one.budget().taken) == (8, 1)
        with redis.Redis(port=server.port) as asked:
            (longest,) = (float(value) for name, value in asked.hgetall("workbench-budget:edgar").items()
                          if name.startswith(b"free") and float(value) > time.time() * 1000 + 60_000)  # fmt: skip
            assert 110_000 < longest - time.time() * 1000 <= 120_000
    one.close()
