"""Back-pressure: a process that works on as many requests as it may refuses more, instead of answering all of them late."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from api import errors

_RETRY_SECONDS = 1


class BackPressure:
    """Wraps an ASGI application; answers 503 with Retry-After while `most` requests are being answered."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most
        self._now = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request; probes, websockets and the lifespan pass through."""
        if scope["type"] != "http" or scope["path"].startswith("/api/v1/health/"):
            await self._app(scope, receive, send)
            return
        if self._now >= self._most:
            headers = {"Retry-After": str(_RETRY_SECONDS), "Cache-Control": "no-store"}
            refusal = errors.problem(503, "the server is busy; try again in a second", kind="busy", headers=headers)
            await refusal(scope, receive, send)
            return
        self._now += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._now -= 1
