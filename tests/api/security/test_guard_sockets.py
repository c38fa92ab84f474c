"""Websockets behind the guard: whose are opened, and how long they stay open."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest

from api.security import guard
from api.security.access import Gate, Principal
from api.security.guard import Guard
from tests.api.security.door import ADA, HOST, Door
from workbench.domain.errors import DatabaseUnavailable, NotAuthenticated
from workbench.domain.rights.roles import Role

pytestmark = pytest.mark.anyio


async def connect(
    door: Door, *headers: tuple[str, str], messages: int = 1
) -> tuple[list[dict[str, Any]], list[Any], list[Any]]:
    """What a browser is sent at a websocket, what the application receives, and the callers it is given."""
    sent: list[dict[str, Any]] = []
    heard: list[Any] = []
    callers: list[Any] = []
    arriving = [{"type": "websocket.connect"}, *({"type": "websocket.receive", "text": str(n)} for n in range(messages))]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        callers.append(scope["state"]["principal"])
        await send({"type": "websocket.accept"})
        while arriving:
            heard.append(await receive())
            if heard[-1]["type"] == "websocket.disconnect":
                return

    async def receive() -> dict[str, Any]:
        return arriving.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "websocket", "path": "/company/ws", "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in (HOST, *headers)],
    }  # fmt: skip
    await Guard(app, cast(Gate, door), frozenset({"workbench.example"}))(scope, receive, send)
    return sent, heard, callers


@pytest.mark.parametrize(
    ("door", "headers"),
    [
        (Door(caller=None), []),
        (Door(error=NotAuthenticated("expired")), []),
        (Door(error=DatabaseUnavailable("down")), []),
        (Door(), [("origin", "https://other.example")]),
        (Door(), [("sec-fetch-site", "cross-site")]),
        (Door(), [HOST]),
    ],
)
async def test_a_websocket_of_a_stranger_or_another_site_is_closed(door: Door, headers: list[tuple[str, str]]) -> None:
    sent, heard, callers = await connect(door, *headers)
    assert sent == [{"type": "websocket.close", "code": 1008, "reason": "not signed in"}]
    assert (heard, callers) == ([], [])


class Clock:
    """A clock that gives these readings in turn, the last one from then on."""

    def __init__(self, *readings: float) -> None:
        self._readings = list(readings)

    def monotonic(self) -> float:
        return self._readings.pop(0) if len(self._readings) > 1 else self._readings[0]


@pytest.mark.parametrize(("seconds", "asked"), [(29.9, 1), (30.0, 2)])
async def test_a_session_is_checked_again_after_half_a_minute(
    monkeypatch: pytest.MonkeyPatch, seconds: float, asked: int
) -> None:
    door = Door()
    monkeypatch.setattr(guard, "time", Clock(1000.0, 1000.0 + seconds))
    sent, heard, callers = await connect(door, ("origin", "https://workbench.example"))
    assert (sent, callers) == ([{"type": "websocket.accept"}], [ADA])
    assert [message["type"] for message in heard] == ["websocket.connect", "websocket.receive"]
    assert door.asked == asked


async def test_the_next_check_is_half_a_minute_after_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door()
    # Opened; then for each message that is looked at: is it time, and from when on is it time again.
    monkeypatch.setattr(guard, "time", Clock(1000.0, 1030.0, 1030.0, 1059.9, 1060.0, 1060.0))
    await connect(door, messages=3)
    assert door.asked == 3


@pytest.mark.parametrize(
    ("error", "is_over"), [(None, True), (NotAuthenticated("expired"), True), (DatabaseUnavailable("down"), False)]
)
async def test_a_websocket_ends_with_its_session_and_not_with_the_database(
    monkeypatch: pytest.MonkeyPatch, error: Exception | None, is_over: bool
) -> None:
    class Leaving(Door):
        async def identify(self, scope: Any) -> Principal | None:
            assert scope["path"]
            self.asked += 1
            if self.asked > 1 and error is not None:
                raise error
            return ADA if self.asked == 1 else None

    monkeypatch.setattr(guard, "time", Clock(1000.0, 1031.0))
    _, heard, _ = await connect(Leaving())
    last = {"type": "websocket.disconnect", "code": 1008, "reason": "signed out"}
    assert heard[-1] == (last if is_over else {"type": "websocket.receive", "text": "0"})


async def test_a_websocket_ends_as_soon_as_its_session_does() -> None:
    door = Door()
    sent: list[dict[str, Any]] = []
    heard: list[Any] = []
    silence = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        # A change that leaves the caller as they were ends nothing: the next message arrives.
        door.changed.set()
        while not heard or heard[-1]["type"] != "websocket.disconnect":
            heard.append(await receive())
            if heard[-1]["type"] == "websocket.receive":
                # Signed out elsewhere, while the browser says nothing.
                door.caller = None
                door.changed.set()
        await send({"type": "websocket.send", "text": "to nobody"})

    arriving = [{"type": "websocket.connect"}, {"type": "websocket.receive", "text": "hello"}]

    async def receive() -> dict[str, Any]:
        if not arriving:
            await silence.wait()
        return arriving.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/company/ws", "query_string": b"", "headers": [tuple(p.encode() for p in HOST)]}
    guarded = Guard(app, cast(Gate, door), frozenset({"workbench.example"}))
    await asyncio.wait_for(guarded(scope, receive, send), 5)
    assert [message["type"] for message in heard] == ["websocket.connect", "websocket.receive", "websocket.disconnect"]
    assert sent == [
        {"type": "websocket.accept"}, {"type": "websocket.close", "code": 1008, "reason": "signed out"},
    ]  # fmt: skip


async def test_a_websocket_of_a_user_with_another_role_is_opened_again() -> None:
    door = Door()
    heard: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        door.caller = replace(ADA, role=Role.VIEWER)
        door.changed.set()
        heard.append(await receive())

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        assert message["type"] == "websocket.close"

    scope = {"type": "websocket", "path": "/company/ws", "query_string": b"", "headers": [tuple(p.encode() for p in HOST)]}
    await asyncio.wait_for(Guard(app, cast(Gate, door), None)(scope, receive, send), 5)
    assert heard == [{"type": "websocket.disconnect", "code": 1008, "reason": "signed out"}]
