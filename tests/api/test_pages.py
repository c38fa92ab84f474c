"""Pages beside the API: their websockets are guarded, and a visit that ends is forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from bokeh_fastapi.handler import WSHandler  # type: ignore[import-untyped]

from api.app import create_app
from workbench.runtime import Workbench

pytestmark = [
    pytest.mark.anyio,
    # Panel still makes Tornado's requests in Tornado's older way.
    pytest.mark.filterwarnings("ignore:.*HTTPServerRequest:DeprecationWarning"),
]


async def connect(app: Any, token: str, *, client: str = "127.0.0.1", **headers: str) -> list[dict[str, Any]]:
    """What the server says to a browser that opens the page's websocket, and leaves at once."""
    said: list[dict[str, Any]] = []
    heard: Iterator[dict[str, Any]] = iter(
        [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1001, "reason": ""}]
    )
    sent = {"host": "127.0.0.1:8000"} | {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {
        "type": "websocket", "path": "/company/ws", "raw_path": b"/company/ws", "query_string": b"", "root_path": "",
        "scheme": "ws", "http_version": "1.1", "subprotocols": ["bokeh", token], "client": (client, 50000),
        "server": ("127.0.0.1", 8000), "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "asgi": {"version": "3.0"}, "state": {},
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return next(heard)

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    await app(scope, receive, send)
    return said


async def test_websockets_are_open_to_the_same_people_and_the_same_origin(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    handlers: list[Any] = []
    made = WSHandler.__init__

    def remember(self: Any, *arguments: Any) -> None:
        made(self, *arguments)
        handlers.append(self)

    monkeypatch.setattr(WSHandler, "__init__", remember)
    app = create_app(workbench)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client,
    ):
        page = await client.get("/company")
        token = re.search(r'"token":"([^"]+)"', page.text)
        assert token is not None
        for refused in (
            {"client": "192.168.1.7"},
            {"origin": "http://evil.example"},
            {"host": "evil.example"},
            {"x_forwarded_for": "127.0.0.1"},
            {"authorization": "Bearer nonsense"},
        ):
            said = await connect(app, token[1], **refused)
            assert [message["type"] for message in said] == ["websocket.close"], refused
        assert handlers == []
        said = await connect(app, token[1], origin="http://127.0.0.1:8000")
        assert said[0]["type"] == "websocket.accept"
        assert '"ACK"' in said[1]["text"]
        (handler,) = handlers
        # The browser has left: nothing may count it as still there, or its document would be kept for ever.
        assert handler.application._clients == set()
        assert [session.connection_count for session in handler.application_context.sessions] == [0]
