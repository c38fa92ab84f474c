"""Panel's pages in the process of the API, through bokeh-fastapi."""

from __future__ import annotations

from bokeh_fastapi.handler import WSHandler  # type: ignore[import-untyped]
from fastapi import FastAPI
from panel.io.fastapi import add_applications
from starlette.responses import RedirectResponse
from starlette.websockets import WebSocket

from workbench import pages
from workbench.runtime import Workbench

_FIRST = "/company"

_connect = WSHandler.ws_connect


async def _connect_and_forget(self: WSHandler, websocket: WebSocket) -> None:
    # bokeh-fastapi 0.1.8 waits for an exception when a browser leaves, but Starlette's receive() returns a message: the
    # connection would count as open for ever, and every visit keep its whole document.
    try:
        await _connect(self, websocket)
    finally:
        if self.connection is not None:
            self.application.client_lost(self.connection)


WSHandler.ws_connect = _connect_and_forget


def mount(app: FastAPI, workbench: Workbench, *, key: bytes) -> None:
    """Serves each page at its path, with Bokeh's and Panel's own files beside; `key` signs the ids of sessions.

    Bokeh writes what it knows of a request into the page: the headers it may keep are few, so that neither cookie nor token
    gets there.
    """
    applications = pages.applications(workbench)
    add_applications(
        dict(applications), app=app, secret_key=key, sign_sessions=True, include_headers=["Host"], include_cookies=[]
    )
    for route in app.routes:
        if getattr(route, "path", None) in applications:
            route.include_in_schema = False  # type: ignore[attr-defined]

    @app.get("/", include_in_schema=False)
    async def _first() -> RedirectResponse:
        return RedirectResponse(_FIRST)
