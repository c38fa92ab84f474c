"""Pages beside the API: their websockets are guarded, and a visit that ends is forgotten."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from bokeh_fastapi.handler import WSHandler  # type: ignore[import-untyped]

from api.app import create_app
from api.security import guard
from api.security.access import Gate, Principal
from db.engine import Database
from tests.api.conftest import Opener, settings_at
from tests.api.sockets import connect
from workbench.domain.rights.roles import Role
from workbench.runtime import Workbench

pytestmark = [
    pytest.mark.anyio,
    # Panel still makes Tornado's requests in Tornado's older way.
    pytest.mark.filterwarnings("ignore:.*HTTPServerRequest:DeprecationWarning"),
]


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
            said = await connect(app, ["bokeh", token[1]], **refused)
            assert [message["type"] for message in said] == ["websocket.close"], refused
        assert handlers == []
        said = await connect(app, ["bokeh", token[1]], origin="http://127.0.0.1:8000")
        assert said[0]["type"] == "websocket.accept"
        assert '"ACK"' in said[1]["text"]
        (handler,) = handlers
        # The browser has left: nothing may count it as still there, or its document would be kept for ever.
        assert handler.application._clients == set()
        assert [session.connection_count for session in handler.application_context.sessions] == [0]


async def test_a_socket_ends_when_its_session_does(opened: Opener, filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_RECHECK_SECONDS", 0.0)
    gates: list[str] = []

    async def identify(self: Gate, scope: Any) -> Principal | None:
        gates.append(scope["type"])
        return Principal("ada", Role.VIEWER, "session") if len(gates) < 3 else None

    monkeypatch.setattr(Gate, "identify", identify)
    noticed: list[str] = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        while (message := await receive())["type"] != "websocket.disconnect":
            noticed.append(message["type"])

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.receive", "text": "{}"}

    async def send(message: Any) -> None: ...

    scope = {"type": "websocket", "path": "/company/ws", "query_string": b"", "headers": [(b"host", b"127.0.0.1")]}
    gate = Gate(settings_at(Path("unused")), filled, b"k" * 32)
    await guard.Guard(page, gate)(scope, receive, send)
    assert noticed == ["websocket.receive"]
    assert gates == ["websocket"] * 3


async def test_component_files_are_of_components_in_use(client: httpx.AsyncClient) -> None:
    assert "this" not in sys.modules
    for path in (
        "this/x/_esm/x",
        "os/path/_esm/x",
        "panel.io.state/state/_esm/../../x",
        "x",
        ".a/b/_css/d",
        "os/environ/_esm/d",
    ):
        assert (await client.get(f"/components/{path}")).status_code == 404, path
    # Its import would have printed verses: an address imports nothing.
    assert "this" not in sys.modules


async def test_head_is_get_without_its_body(client: httpx.AsyncClient) -> None:
    for address in ("/api/v1/companies/AAPL", "/company", "/api/v1/health/ready", "/static/js/bokeh.min.js"):
        whole, head = await client.get(address), await client.head(address)
        assert (head.status_code, head.content) == (whole.status_code, b""), address
        assert head.headers["content-type"] == whole.headers["content-type"]
    assert (await client.head("/api/v1/companies/ZZZZ")).status_code == 404


async def test_files_named_by_their_content_are_kept_by_browsers(client: httpx.AsyncClient) -> None:
    page = (await client.get("/company")).text
    address = re.search(r'src="(static/js/bokeh[^"]+v=[^"]+)"', page)
    assert address is not None
    assert "immutable" in (await client.get(f"/{address[1]}")).headers["cache-control"]
    assert "immutable" not in (await client.get("/static/nothing.js?v=1")).headers.get("cache-control", "")
    assert "immutable" not in (await client.get("/static/js/bokeh.min.js")).headers.get("cache-control", "")
    scripts = re.findall(r'<script[^>]* src="([^"]+)"', page)
    assert len(scripts) > 4
    assert sorted(set(scripts)) == sorted(scripts)  # the bar's script twice would answer each key twice
