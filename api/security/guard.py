"""The ASGI layer around everything that is served, pages and websockets too: who may pass, and what each answer carries."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import errors
from api.security.access import Gate, Principal
from api.security.addresses import is_known, names_other_host, own_location, own_path
from api.security.sign_in_page import continue_page
from workbench.domain.errors import DatabaseUnavailable, NotAuthenticated, PermissionRefused, WorkbenchError
from workbench.parse.html.decoding import MAX_BYTES

logger = logging.getLogger(__name__)

SIGN_IN = "/sign-in"
_HEALTH, _METRICS = "/api/v1/health/", "/metrics"
_OPEN_PATHS = frozenset(
    {
        SIGN_IN,
        "/api/v1/auth/token",
        "/api/v1/auth/session",
        "/api/v1/health/live",
        "/api/v1/health/ready",
        "/favicon.ico",
    }
)
# A page lives on its websocket: so often at most is looked whether its session still stands.
_LOOK_AGAIN_SECONDS = 30.0
_LARGEST_BODY = 64 * 1024
# A document may be as large as documents are read, and some room for what is said of it.
_LARGEST_BODIES = {("POST", "/api/v1/documents"): MAX_BYTES + _LARGEST_BODY}

# Bokeh's templates and callbacks are compiled in the browser, and its pages carry their start in an inline script: both must
# be allowed to pages. Data and blob URLs are how Panel hands its own components to the browser. No other host is.
_PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob: data:; worker-src 'self' blob:; "
    "frame-src 'self' blob: data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_API_POLICY = "default-src 'none'; frame-ancestors 'none'"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


class Guard:
    """Wraps an ASGI application; the principal stands in `scope["state"]["principal"]` behind it."""

    def __init__(self, app: ASGIApp, gate: Gate, names: frozenset[str] | None = None) -> None:
        """`names` are those of `known_names`: a request by another name is refused, without them none is."""
        self._app = app
        self._gate = gate
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or websocket; everything else (the lifespan) passes."""
        if scope["type"] == "http":
            answer = _Answer(scope, send)
            # HEAD is GET without the body (RFC 9110): the server, or `answer`, leaves it out.
            await self._request({**scope, "method": "GET"} if scope["method"] == "HEAD" else scope, receive, answer)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        try:
            refusal = self._refuse(scope) or await self._admit(scope)
            if refusal is not None:
                await refusal(scope, receive, answer)
                return
            if errors.is_page(scope) and scope["path"] not in _OPEN_PATHS:
                await self._gate.check_database()
            await self._app(scope, _Bounded(receive, _largest_body(scope)), answer)
        except WorkbenchError as error:
            await errors.to_visitor(error, scope)(scope, receive, answer)
        except Exception:
            # Whatever it was: the caller learns that we failed, the log learns how.
            logger.exception("%s %r failed", scope["method"], scope["path"])
            if answer.has_begun:
                raise
            await errors.internal()(scope, receive, answer)

    def _refuse(self, scope: Scope) -> Response | None:
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            return errors.problem(400, "a null character is no part of any address here")
        if names_other_host(scope["path"]):
            return errors.problem(400, "an address here starts with one slash")
        if not self._is_known(scope):
            return errors.problem(400, "this server is not known by that name")
        if not _is_same_origin(scope) and not _is_link(scope):
            return errors.from_error(PermissionRefused("another site may link here, and nothing else"))
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdigit() or int(length) > _largest_body(scope):
            return errors.problem(413, _too_large(_largest_body(scope)))
        return None

    def _is_known(self, scope: Scope) -> bool:
        # Probes and Prometheus ask by the address of a container, which no setting knows.
        if scope["path"].startswith(_HEALTH) or scope["path"] == _METRICS:
            return True
        hosts = Headers(scope=scope).getlist("host")
        return self._names is None or (len(hosts) == 1 and is_known(hosts[0], self._names))

    async def _admit(self, scope: Scope) -> Response | None:
        """Notes who asks; gives the answer to somebody who may not pass."""
        if scope["path"] in _OPEN_PATHS:
            _note(scope, None)
            return None
        principal = await self._gate.identify(scope)
        if principal is not None:
            _note(scope, principal)
            return None
        headers = Headers(scope=scope)
        if scope["method"] == "GET" and errors.is_page(scope):
            asked = _asked(scope)
            if headers.get("sec-fetch-site") == "cross-site":
                # A link from elsewhere comes without our SameSite=Strict cookie; asked again from here it brings it.
                return continue_page(asked)
            return RedirectResponse(f"{SIGN_IN}?next={quote(asked, safe='')}", HTTPStatus.SEE_OTHER)
        return errors.from_error(
            NotAuthenticated(
                "this needs an access token", hint="ask for one at /api/v1/auth/token and send it as a Bearer token"
            )
        )

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            principal = await self._gate.identify(scope)
        except WorkbenchError:
            principal = None
        if principal is None or not _is_same_origin(scope) or not self._is_known(scope):
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "not signed in"})
            return
        _note(scope, principal)
        await self._app(scope, _Watched(self._gate, scope, receive), send)


class _Bounded:
    """A receive channel that ends a body without a stated length once it grows too large."""

    def __init__(self, receive: Receive, largest: int) -> None:
        self._receive = receive
        self._largest = self._left = largest

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(413, _too_large(self._largest))
        return message


class _Watched:
    """The receive channel of a websocket, which ends once its opener would not be let in any more."""

    def __init__(self, gate: Gate, scope: Scope, receive: Receive) -> None:
        self._gate = gate
        self._scope = scope
        self._receive = receive
        self._next = time.monotonic() + _LOOK_AGAIN_SECONDS

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "websocket.receive" and time.monotonic() >= self._next:
            self._next = time.monotonic() + _LOOK_AGAIN_SECONDS
            if await self._is_over():
                return {"type": "websocket.disconnect", "code": 1008, "reason": "signed out"}
        return message

    async def _is_over(self) -> bool:
        try:
            return await self._gate.identify(self._scope) is None
        except NotAuthenticated:
            return True
        except DatabaseUnavailable:
            return False  # nothing says that the session has ended


class _Answer:
    """A send channel that adds the headers every answer carries, and knows whether one has begun."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._is_api = scope["path"].startswith("/api/v")
        self._is_head = scope["method"] == "HEAD"
        self._host = Headers(scope=scope).get("host", "")
        self._is_versioned = scope["path"].startswith("/static/") and b"v=" in scope["query_string"]
        self._send = send
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Content-Security-Policy", _API_POLICY if self._is_api else _PAGE_POLICY)
            if self._is_api:
                headers.setdefault("Cache-Control", "private, no-store")
            if "location" in headers:
                headers["Location"] = own_location(headers["location"], self._host)
            if self._is_versioned and message["status"] == HTTPStatus.OK:
                headers["Cache-Control"] = "private, max-age=31536000, immutable"
        elif self._is_head:
            message = {**message, "body": b""}
        await self._send(message)


def _largest_body(scope: Mapping[str, Any]) -> int:
    return _LARGEST_BODIES.get((scope["method"], scope["path"]), _LARGEST_BODY)


def _too_large(largest: int) -> str:
    return f"a request body has at most {largest:,} bytes here"


def _asked(scope: Scope) -> str:
    """The address that was asked for, as a path of this server, quoted as it came: its path is given decoded."""
    path = quote(scope["path"], safe="/:@!$&'()*+,;=~")
    return own_path(f"{path}?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else path)


def _note(scope: Scope, principal: Principal | None) -> None:
    scope.setdefault("state", {})["principal"] = principal


def _is_link(scope: Mapping[str, Any]) -> bool:
    # What another site embeds or fetches asks as the person at this machine: only what that person follows may pass.
    headers = Headers(scope=dict(scope))
    return scope["method"] == "GET" and headers.get("sec-fetch-mode", "navigate") == "navigate" and "origin" not in headers


def _is_same_origin(scope: Mapping[str, Any]) -> bool:
    # Programs send no Origin; a browser sends it with each websocket and each write (RFC 6454, Fetch standard).
    headers = Headers(scope=dict(scope))
    if headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
