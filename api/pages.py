"""Panel's pages in the process of the API, through bokeh-fastapi."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bokeh_fastapi.handler import WSHandler  # type: ignore[import-untyped]
from fastapi import FastAPI
from panel.io.fastapi import add_applications
from panel.io.server import ComponentResourceHandler
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse
from starlette.websockets import WebSocket
from tornado.web import HTTPError

from workbench import pages
from workbench.domain.operations.schedule import ScheduledJob
from workbench.runtime import Workbench

_FIRST = "/company"

_HANDLER: Any = ComponentResourceHandler

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


def mount(app: FastAPI, workbench: Workbench, *, key: bytes, schedule: Sequence[ScheduledJob] = ()) -> None:
    """Serves each page at its path, with Bokeh's and Panel's own files beside; `key` signs the ids of sessions.

    Bokeh writes what it knows of a request into the page: the headers it may keep are few, so that neither cookie nor token
    gets there.
    """
    applications = pages.applications(workbench, schedule=schedule)
    app.add_api_route("/components/{path:path}", _component_file, include_in_schema=False)
    add_applications(
        dict(applications), app=app, secret_key=key, sign_sessions=True, include_headers=["Host"], include_cookies=[]
    )
    for route in app.routes:
        if getattr(route, "path", None) in applications:
            route.include_in_schema = False  # type: ignore[attr-defined]

    @app.get("/", include_in_schema=False)
    async def _first() -> RedirectResponse:
        return RedirectResponse(_FIRST)


async def _component_file(path: str) -> FileResponse:
    """A file of one of Panel's components; takes the place of Panel's own route, which is added after it.

    That one imports whatever module the address names, and so runs the code of any module that is installed. A component
    on a page has been imported already.
    """
    if path.split("/", 1)[0] not in sys.modules:
        raise HTTPException(404)
    try:
        # Panel calls it so too: of its handler it needs the class's own list of what may be served.
        file = Path(_HANDLER.parse_url_path(_HANDLER, path))
    except (HTTPError, OSError, TypeError, ValueError, AttributeError) as error:
        raise HTTPException(404) from error
    if not file.is_file():
        raise HTTPException(404)
    return FileResponse(file)
