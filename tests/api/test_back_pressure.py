"""A process that has enough to do says so at once, and says when to come back."""

from __future__ import annotations

import anyio
import httpx
import pytest
from starlette.types import Receive, Scope, Send

from api.back_pressure import BackPressure

pytestmark = pytest.mark.anyio


async def test_more_requests_than_may_be_are_refused_until_one_has_ended() -> None:
    go_on = anyio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/slow":
            await go_on.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    transport = httpx.ASGITransport(BackPressure(slow, most=2))
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as client,
        anyio.create_task_group() as group,
    ):
        group.start_soon(client.get, "/slow")
        group.start_soon(client.get, "/slow")
        await anyio.wait_all_tasks_blocked()
        refused = await client.get("/quick")
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "1"
        assert refused.json()["type"] == "/problems/busy"
        assert (await client.get("/api/v1/health/live")).status_code == 204  # a probe that failed would end the process
        go_on.set()
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        assert (await client.get("/quick")).status_code == 204
