"""A browser that opens the websocket of a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any


async def connect(app: Any, subprotocols: Sequence[str], *, client: str = "127.0.0.1", **headers: str) -> list[dict[str, Any]]:
    """What the server says to a browser that opens the page's websocket, and leaves at once."""
    said: list[dict[str, Any]] = []
    noticed: Iterator[dict[str, Any]] = iter(
        [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1001, "reason": ""}]
    )
    sent = {"host": "127.0.0.1:8000"} | {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {
        "type": "websocket", "path": "/company/ws", "raw_path": b"/company/ws", "query_string": b"", "root_path": "",
        "scheme": "ws", "http_version": "1.1", "subprotocols": list(subprotocols), "client": (client, 50000),
        "server": ("127.0.0.1", 8000), "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "asgi": {"version": "3.0"}, "state": {},
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return next(noticed)

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    await app(scope, receive, send)
    return said
