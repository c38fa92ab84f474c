"""Panel's pages in the process of the API, through bokeh-fastapi."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bokeh.util.token import generate_jwt_token, generate_session_id
from bokeh_fastapi import BokehFastAPI  # type: ignore[import-untyped]
from fastapi import FastAPI, Request
from panel.io.fastapi import add_applications
from panel.io.server import ComponentResourceHandler
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from tornado.escape import parse_qs_bytes
from tornado.web import HTTPError

from api.page_sockets import FirstAnswers, PageSocket, readable_host
from api.security.guard import page_policy
from workbench import pages
from workbench.domain.operations.schedule import JobList
from workbench.pages.frame.html_panel import asset
from workbench.pages.frame.page import ServedPage
from workbench.pages.frame.visitor import scripts_marked, visited_by
from workbench.runtime import Workbench

_FIRST = "/home"

_HANDLER: Any = ComponentResourceHandler

# How often unused and abandoned sessions are cleaned up.
_CHECK_SECONDS = 15.0
_NONCE_BYTES = 16
# How long after its page a browser may open the session.
_TOKEN_SECONDS = 300


def mount(app: FastAPI, workbench: Workbench, *, key: bytes, schedule: JobList = tuple) -> BokehFastAPI:
    """Serves each page at its path, together with Bokeh's and Panel's own files; `key` signs the session ids.

    Bokeh writes request headers into the page, so only Host is passed on: no cookie and no token may get there. Returns
    Panel's application, which holds the sessions.
    """
    applications = pages.applications(workbench, schedule=schedule)
    lifetime = workbench.settings.server.unused_session_seconds
    served: list[BokehFastAPI] = []
    answers = FirstAnswers()
    # The first of two routes for a path is used: these replace Panel's own routes, which are added later.
    app.add_api_route("/components/{path:path}", _component_file, include_in_schema=False)
    app.add_api_route("/assets/command_bar.js", _command_bar, include_in_schema=False)
    for path, page in applications.items():
        app.router.routes.append(Route(path, partial(_page, page, key, answers), methods=["GET"], include_in_schema=False))
        app.router.routes.append(WebSocketRoute(f"{path}/ws", partial(_socket, served, path, answers)))
    application = add_applications(
        {path: page.in_session for path, page in applications.items()}, app=app, secret_key=key, sign_sessions=True,
        include_headers=["Host"], include_cookies=[],
        unused_session_lifetime_milliseconds=round(lifetime * 1000),
        check_unused_sessions_milliseconds=round(min(lifetime, _CHECK_SECONDS) * 1000),
    )  # fmt: skip
    served.append(application)
    for route in app.routes:
        if getattr(route, "path", None) in applications:
            route.include_in_schema = False  # type: ignore[attr-defined]

    @app.get("/", include_in_schema=False)
    async def _first() -> RedirectResponse:
        return RedirectResponse(_FIRST)

    return application


async def _page(page: ServedPage, key: bytes, answers: FirstAnswers, request: Request) -> HTMLResponse:
    """The page as HTML, with a token for its session, which begins when the browser connects.

    Panel's own route would accept a session id from the URL, and make the session before it answers.
    """
    session_id = generate_session_id(secret_key=key, signed=True)
    arguments = parse_qs_bytes(request.url.query, keep_blank_values=True)
    host = readable_host(request.headers.get("host", ""))
    payload: Any = {"headers": {"Host": host}, "cookies": {}, "arguments": arguments}
    token = generate_jwt_token(session_id, secret_key=key, signed=True, expiration=_TOKEN_SECONDS, extra_payload=payload)
    nonce = secrets.token_urlsafe(_NONCE_BYTES)
    with visited_by(request.state.principal.caller), scripts_marked(nonce):
        html = page.answer(arguments, session_id, token)
    answers.note()
    return HTMLResponse(html, headers={"Content-Security-Policy": page_policy(nonce)})


async def _socket(served: Sequence[BokehFastAPI], path: str, answers: FirstAnswers, websocket: WebSocket) -> None:
    with visited_by(websocket.state.principal.caller):
        await PageSocket(served[0], served[0]._applications[path], answers).ws_connect(websocket)


async def _command_bar() -> Response:
    """The script of the bar; its address changes with it."""
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return Response(asset("command_bar.js"), media_type="text/javascript", headers=headers)


async def _component_file(path: str) -> FileResponse:
    """A file of a Panel component; replaces Panel's own route, which is added later.

    Panel's route imports any module that the URL names, and so runs the code of any installed module. A component on a
    page is already imported.
    """
    if path.split("/", 1)[0] not in sys.modules:
        raise HTTPException(404)
    try:
        # Panel calls it like this too: the method needs only the handler class's list of files that may be served.
        file = Path(_HANDLER.parse_url_path(_HANDLER, path))
    except (HTTPError, OSError, TypeError, ValueError, AttributeError) as error:
        raise HTTPException(404) from error
    if not file.is_file():
        raise HTTPException(404)
    return FileResponse(file)
