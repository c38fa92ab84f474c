"""Slow work leaves the event loop free, and a full queue of it is refused."""

from __future__ import annotations

import threading
from typing import Any

import anyio
import httpx
import pytest

from api.search import routes
from api.slow_work import SlowWork
from tests.api.test_errors import the_problem
from workbench.domain.errors import QueueFull

pytestmark = pytest.mark.anyio


async def test_one_more_than_may_wait_is_refused() -> None:
    slow_work, release = SlowWork(at_once=1, most_waiting=1), threading.Event()
    results: list[str] = []

    async def ask(name: str) -> None:
        results.append(await slow_work(lambda: f"{name} {release.wait(10)}"))

    async with anyio.create_task_group() as group:
        group.start_soon(ask, "first")
        await anyio.wait_all_tasks_blocked()
        group.start_soon(ask, "second")
        await anyio.wait_all_tasks_blocked()
        with pytest.raises(QueueFull):
            await ask("third")
        release.set()
    assert results == ["first True", "second True"]


async def test_a_slow_search_holds_up_nothing_else(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, release, real = threading.Event(), threading.Event(), routes.search

    def slow_search(*args: Any, **named: Any) -> Any:
        begun.set()
        assert release.wait(30)
        return real(*args, **named)

    monkeypatch.setattr(routes, "search", slow_search)
    monkeypatch.setattr(client._transport.app.state, "slow_work", SlowWork(at_once=1, most_waiting=0))  # type: ignore[attr-defined]
    answers: list[httpx.Response] = []

    async def ask() -> None:
        answers.append(await client.get("/api/v1/search?q=revenue"))

    async with anyio.create_task_group() as group:
        group.start_soon(ask)
        await anyio.to_thread.run_sync(begun.wait, 30)
        assert (await client.get("/api/v1/companies/AAPL")).status_code == 200
        refused = await client.get("/api/v1/search?q=revenue")
        release.set()
    problem = the_problem(refused, 503)
    assert problem.type == "/problems/queue-full"
    assert refused.headers["retry-after"] == "2"
    assert [answer.status_code for answer in answers] == [200]
