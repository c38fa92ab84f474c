"""The ASGI layer around the API, pages and websockets: admits or refuses requests and adds security headers."""

from __future__ import annotations

import asyncio
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
from api.security import permissions
from api.security.access import Gate, Principal
from api.security.addresses import SIGN_IN, is_known, names_other_host, own_location, own_path
from api.security.sign_in_page import continue_page, refused_page
from workbench.domain.errors import DatabaseUnavailable, NotAuthenticated, PermissionRefused, WorkbenchError
from workbench.parse.html.decoding import MAX_BYTES

logger = logging.getLogger(__name__)

_HEALTH, _METRICS = "/api/v1/health/", "/metrics"
_OPEN_PATHS = frozenset(request.partition(" ")[2] for request in permissions.OPEN)
# A page stays open through its websocket: how often its session is checked again even if no change of it was notified.
_RECHECK_SECONDS = 30.0
_LARGEST_BODY = 64 * 1024
# The largest document that can be read, plus room for its description.
_LARGEST_BODIES = {("POST", "/api/v1/documents"): MAX_BYTES + _LARGEST_BODY}

# The pages of Panel, whose own scripts bear a nonce that each answer makes anew, and what these load in turn: Bokeh compiles
# templates and callbacks (unsafe-eval), and Panel loads its components from blob addresses. No other host is allowed.
_PAGE_POLICY = (
    "default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob: data:; worker-src 'self' blob:; "
    "frame-src 'self' blob: data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_FILE_POLICY = _PAGE_POLICY.format(scripts="'self'")
_API_POLICY = "default-src 'none'; frame-ancestors 'none'"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def page_policy(nonce: str) -> str:
    """The policy of a page whose own scripts bear this nonce; what they load is trusted with them."""
    return _PAGE_POLICY.format(scripts=f"'nonce-{nonce}' 'strict-dynamic' 'unsafe-eval'")


class Guard:
    """Wraps an ASGI application and puts the caller's Principal into `scope["state"]["principal"]`."""

    def __init__(self, app: ASGIApp, gate: Gate, names: frozenset[str] | None = None) -> None:
        """`names` come from `known_names`: requests with another Host are refused; None accepts every Host."""
        self._app = app
        self._gate = gate
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request or websocket; everything else (the lifespan) passes through."""
        if scope["type"] == "http":
            answer = _Answer(scope, send)
            # HEAD is GET without the body (RFC 9110); the server or `answer` removes the body.
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
            # The caller gets the request id; the details go to the log.
            logger.exception("%s %r failed", scope["method"], scope["path"])
            if answer.has_begun:
                raise
            await errors.internal()(scope, receive, answer)

    def _refuse(self, scope: Scope) -> Response | None:
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            return errors.problem(400, "the URL contains a null character")
        if names_other_host(scope["path"]):
            return errors.problem(400, "the path must start with exactly one slash")
        if not self._is_known(scope):
            return errors.problem(400, "the Host header does not name this server")
        if not _is_same_origin(scope) and not _is_link(scope):
            return errors.from_error(PermissionRefused("requests from other sites are refused, except for links"))
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdigit() or int(length) > _largest_body(scope):
            return errors.problem(413, _too_large(_largest_body(scope)))
        return None

    def _is_known(self, scope: Scope) -> bool:
        # Probes and Prometheus use the address of the container, which no setting contains.
        if scope["path"].startswith(_HEALTH) or scope["path"] == _METRICS:
            return True
        hosts = Headers(scope=scope).getlist("host")
        return self._names is None or (len(hosts) == 1 and is_known(hosts[0], self._names))

    async def _admit(self, scope: Scope) -> Response | None:
        """Stores the caller in the scope and returns None, or returns the refusal.

        It is decided by the caller and the role alone, before anything of the body is read.
        """
        if scope["path"] in _OPEN_PATHS:
            _note(scope, None)
            return None
        principal = await self._gate.identify(scope)
        if principal is not None:
            _note(scope, principal)
            try:
                permissions.check(principal.role, scope["method"], scope["path"])
            except PermissionRefused as refusal:
                return refused_page(refusal) if errors.is_page(scope) else errors.from_error(refusal)
            return None
        headers = Headers(scope=scope)
        if scope["method"] == "GET" and errors.is_page(scope):
            requested = _requested_path(scope)
            if headers.get("sec-fetch-site") == "cross-site":
                # A link from another site comes without the SameSite=Strict cookie; a request from our own page includes it.
                return continue_page(requested)
            return RedirectResponse(f"{SIGN_IN}?next={quote(requested, safe='')}", HTTPStatus.SEE_OTHER)
        return errors.from_error(
            NotAuthenticated(
                "sign-in is required", hint="request an access token at /api/v1/auth/token and send it as a Bearer token"
            )
        )

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            principal = await self._gate.identify(scope)
            if principal is not None:
                permissions.check(principal.role, "GET", scope["path"])
        except WorkbenchError:
            principal = None
        if principal is None or not _is_same_origin(scope) or not self._is_known(scope):
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "not signed in"})
            return
        _note(scope, principal)
        with self._gate.watch(principal) as changed:
            watched = _Watched(self._gate, scope, receive, send, changed)
            try:
                await self._app(scope, watched.receive, watched.send)
            finally:
                watched.cancel()


class _Bounded:
    """A receive channel that stops a body without a Content-Length when it becomes too large."""

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
    """The channels of a websocket, which is closed as soon as the session of its user has ended or the user's role changed.

    `changed` is set when either may be so; the session is also checked each half minute, because sessions expire.
    """

    def __init__(self, gate: Gate, scope: Scope, receive: Receive, send: Send, changed: asyncio.Event) -> None:
        self._gate = gate
        self._scope = scope
        self._receive = receive
        self._send = send
        self._changed = changed
        self._principal: Principal = scope["state"]["principal"]
        self._next = time.monotonic() + _RECHECK_SECONDS
        self._waiting: asyncio.Future[Message] | None = None
        self._is_closed = False

    async def receive(self) -> Message:
        """The next message of the browser, or its disconnection once the session has ended."""
        while True:
            message = await self._next_message()
            is_due = message is None or (message["type"] == "websocket.receive" and time.monotonic() >= self._next)
            if is_due:
                self._next = time.monotonic() + _RECHECK_SECONDS
                if await self._is_over():
                    await self.send({"type": "websocket.close", "code": 1008, "reason": "signed out"})
                    self._is_closed = True
                    return {"type": "websocket.disconnect", "code": 1008, "reason": "signed out"}
            if message is not None:
                return message

    async def send(self, message: Message) -> None:
        """Sends to the browser, or nothing once the session has ended."""
        if not self._is_closed:
            await self._send(message)

    def cancel(self) -> None:
        """Stops waiting for a message."""
        if self._waiting is not None:
            self._waiting.cancel()

    async def _next_message(self) -> Message | None:
        """The next message; None when it is time to check the session."""
        if self._waiting is None:
            self._waiting = asyncio.ensure_future(self._receive())
        changed = asyncio.ensure_future(self._changed.wait())
        waiting: set[asyncio.Future[Any]] = {self._waiting, changed}
        try:
            await asyncio.wait(waiting, timeout=_RECHECK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            changed.cancel()
        if not self._waiting.done():
            self._changed.clear()
            return None
        message, self._waiting = self._waiting.result(), None
        return message

    async def _is_over(self) -> bool:
        try:
            now: Principal | None = await self._gate.identify(self._scope)
        except NotAuthenticated:
            return True
        except DatabaseUnavailable:
            return False  # it is unknown whether the session has ended
        return now is None or now != self._principal


class _Answer:
    """A send channel that adds the security headers to every response and records whether the response has begun."""

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
            headers.setdefault("Content-Security-Policy", _API_POLICY if self._is_api else _FILE_POLICY)
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
    return f"the request body is larger than {largest:,} bytes"


def _requested_path(scope: Scope) -> str:
    """The requested path and query as a path on this server; the path is quoted again because ASGI decodes it."""
    path = quote(scope["path"], safe="/:@!$&'()*+,;=~")
    return own_path(f"{path}?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else path)


def _note(scope: Scope, principal: Principal | None) -> None:
    scope.setdefault("state", {})["principal"] = principal


def _is_link(scope: Mapping[str, Any]) -> bool:
    # Content that another site embeds or fetches would have local access: only links that the user follows may pass.
    headers = Headers(scope=dict(scope))
    return scope["method"] == "GET" and headers.get("sec-fetch-mode", "navigate") == "navigate" and "origin" not in headers


def _is_same_origin(scope: Mapping[str, Any]) -> bool:
    # Programs send no Origin; browsers send it with every websocket and every write (RFC 6454, Fetch standard).
    headers = Headers(scope=dict(scope))
    if headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
