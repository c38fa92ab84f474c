"""Errors as HTTP responses: one table from error classes to status codes, one format (RFC 9457 problem details)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.routing import compile_path
from starlette.types import Scope

from workbench.analysis.templates import Templates
from workbench.domain import errors
from workbench.logs import request_id

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

DATABASE_DOWN = "The database does not answer at the moment. Try again in a few seconds."

_WAITING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
TEMPLATES = Templates("api")

# The nearest ancestor class in this table decides; the order does not matter.
STATUS: dict[type[errors.WorkbenchError], int] = {
    errors.InvalidRequest: 400,
    errors.KeyReused: 422,
    errors.UnreadableDocument: 422,
    errors.DocumentTooLarge: 413,
    errors.NotAuthenticated: 401,
    errors.PermissionRefused: 403,
    errors.TooManyRequests: 429,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.SourceError: 503,
    errors.QueueFull: 503,
    errors.NotComputable: 503,
    errors.MalformedDocument: 502,
    errors.SetupError: 500,
    errors.DatabaseUnavailable: 503,
    errors.Interrupted: 503,
    errors.WorkbenchError: 500,
}


def status_of(error: errors.WorkbenchError) -> int:
    """The status code of the error's nearest ancestor class in `STATUS`."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem(
    status: int, detail: str, *, kind: str | None = None, headers: dict[str, str] | None = None, **more: Any
) -> Response:
    """A problem response: `type` is the error's class in kebab case, `title` the status in words, `detail` one line."""
    title = HTTPStatus(status).phrase
    body = {"type": f"/problems/{kind or title.lower().replace(' ', '-')}", "title": title, "status": status, "detail": detail}
    body |= {name: value for name, value in more.items() if value is not None}
    return Response(orjson.dumps(body), status, headers, MEDIA_TYPE)


def from_error(error: errors.WorkbenchError) -> Response:
    """The problem response for `error`. The details of an internal error (status 500) go only to the log."""
    status = status_of(error)
    headers: dict[str, str] = {}
    wait = getattr(error, "retry_after_seconds", None)
    if wait is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, errors.DatabaseUnavailable):
        # Its message may name hosts, which callers must not see.
        logger.warning("%s", error)
        return problem(status, DATABASE_DOWN, kind="database-unavailable", headers=headers)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("%s: %s", type(error).__name__, error)
        return internal(kind=errors.error_name(type(error)))
    return problem(status, error.message, kind=errors.error_name(type(error)), headers=headers, hint=error.hint)


def to_visitor(error: errors.WorkbenchError, scope: Scope) -> Response:
    """Returns `from_error`, or an HTML page that reloads itself if a browser opens a page while the database is down."""
    answer = from_error(error)
    if not (is_page(scope) and isinstance(error, errors.DatabaseUnavailable)):
        return answer
    page, policy = waiting_page("Database unavailable", DATABASE_DOWN, seconds=5)
    headers = {"Retry-After": answer.headers["Retry-After"], "Cache-Control": "no-store", "Content-Security-Policy": policy}
    return HTMLResponse(page, answer.status_code, headers)


def waiting_page(title: str, text: str, *, seconds: int, address: str | None = None) -> tuple[str, str]:
    """An HTML page that after `seconds` reloads itself or loads `address`, and its Content-Security-Policy."""
    page = TEMPLATES.render("waiting.html", title=title, text=text, seconds=seconds, address=address)
    return page, _WAITING_POLICY


def is_page(scope: Scope) -> bool:
    """Whether a browser requests a web page, as opposed to a program that calls the API."""
    return not scope["path"].startswith("/api/") and "text/html" in Headers(scope=scope).get("accept", "")


def internal(*, kind: str = "internal-server-error") -> Response:
    """The problem response for an internal error: it shows only the request id, under which the log has the details."""
    return problem(500, f"internal error; find the details in the server log under request id {request_id.get()}", kind=kind)


def install(app: FastAPI) -> None:
    """Turns every error of `app` into a problem response: raised errors, unknown routes and methods, invalid parameters."""

    @app.exception_handler(errors.WorkbenchError)
    async def _raised(_: Request, error: errors.WorkbenchError) -> Response:
        return from_error(error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> Response:
        wrong = [{"field": ".".join(str(part) for part in item["loc"]), "message": item["msg"]} for item in error.errors()]
        detail = "; ".join(f"{item['field']}: {item['message']}" for item in wrong)
        return problem(422, detail, kind="invalid-parameters", errors=wrong)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        detail = str(error.detail)
        if error.status_code == HTTPStatus.NOT_FOUND and detail == HTTPStatus.NOT_FOUND.phrase:
            detail = f"{request.url.path} does not exist"
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            detail = f"{request.url.path} does not support {request.method}"
            headers |= _allow(request)
        return problem(error.status_code, detail, headers=headers)


def _allow(request: Request) -> dict[str, str]:
    """The header that lists every method of the path (RFC 9110); a single route knows only its own method."""
    methods = {
        method.upper()
        for template, item in request.app.openapi()["paths"].items()
        if compile_path(template)[0].match(request.url.path)
        for method in item
    }
    if "GET" in methods:
        methods.add("HEAD")
    return {"Allow": ", ".join(sorted(methods))} if methods else {}
