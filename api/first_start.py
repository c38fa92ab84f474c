"""While a new workbench is being filled, questions that need what is not there yet are answered with the progress.

An answer from a part of the data would look like one from all of it. Companies and screens as known today are complete, and so
answered, once all companies are loaded; search follows, and then trends, checks and earlier days.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api import errors
from workbench.analysis.templates import Templates
from workbench.domain.operations.first_start import FirstStart
from workbench.runtime import Workbench

_SECONDS = 3
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
# Paths that describe the process or the API, and scripts of pages: they need no data.
_ALWAYS_SERVED = ("/api/v1/health/", "/api/v1/openapi.json", "/api/docs", "/metrics", "/favicon.ico", "/assets/")
# Companies and their latest figures, and the files of their pages.
_OF_COMPANIES = (
    "/home", "/company", "/compare", "/screen", "/api/v1/companies", "/api/v1/comparison", "/api/v1/screen",
    "/api/v1/destinations", "/api/v1/views", "/api/v1/watchlists", "/static/", "/components/",
)  # fmt: skip
_OF_SEARCH = ("/search", "/reader", "/api/v1/search", "/api/v1/filings")
# Similar companies follow from search, and their figures from earlier days.
_NOT_YET = "/similar"

TEMPLATES = Templates("api")


class AwaitFirstStart:
    """Wraps an ASGI application; passes requests through unless a first start is in progress."""

    def __init__(self, app: ASGIApp, workbench: Workbench) -> None:
        self._app = app
        self._workbench = workbench

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Returns 503 with Retry-After during a first start; browsers get a page that reloads itself."""
        filling = self._workbench.filling
        if filling is None or scope["type"] != "http" or scope["path"].startswith(_ALWAYS_SERVED) or _is_ready(scope, filling):
            await self._app(scope, receive, send)
        else:
            await _answer(scope, filling)(scope, receive, send)


def _is_ready(scope: Scope, filling: FirstStart) -> bool:
    """Whether everything is there that the answer to a question needs, as known today."""
    path: str = scope["path"]
    if b"as_of=" in scope["query_string"] or path.endswith(_NOT_YET):
        return False
    if filling.has_search and path.startswith(_OF_SEARCH):
        return True
    return filling.has_companies and (path == "/" or path.startswith(_OF_COMPANIES))


def _answer(scope: Scope, filling: FirstStart) -> Response:
    headers = {"Retry-After": str(_SECONDS), "Cache-Control": "no-store"}
    if scope["path"].startswith("/api/") or "text/html" not in Headers(scope=scope).get("accept", ""):
        return errors.problem(503, f"the first start is in progress: {filling}", kind="first-start", headers=headers)
    page = TEMPLATES.render(
        "first_start.html", seconds=_SECONDS, progress=str(filling).capitalize(), done=filling.done, total=filling.total
    )
    return HTMLResponse(page, 503, headers | {"Content-Security-Policy": _POLICY})
