"""The websockets of pages: the token check, and the session that a browser opens with it."""

from __future__ import annotations

import asyncio
import calendar
import logging
import math
import re
import time
from collections.abc import Sequence
from typing import Any

from bokeh.core.types import ID
from bokeh.util.token import check_token_signature, get_session_id, get_token_payload
from bokeh_fastapi.handler import WSHandler  # type: ignore[import-untyped]
from panel.io.document import extra_socket_handlers
from panel.io.fastapi import dispatch_fastapi
from starlette.websockets import WebSocket
from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.ioloop import IOLoop

from workbench.domain.errors import NotAuthenticated

logger = logging.getLogger(__name__)

_POLICY_VIOLATION, _INTERNAL_ERROR = 1008, 1011  # close codes of RFC 6455
# A session begins when no page was answered for so long, or when it has waited for so long.
_QUIET_SECONDS, _LONGEST_WAIT_SECONDS = 0.1, 2.0
# Both parts of a token are base64url. The server's own tokens have a few hundred characters, more with a long URL.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,8192}\.[A-Za-z0-9_-]{43}")


def page_token(subprotocols: Sequence[str], key: bytes) -> str:
    """The token from the two subprotocols that Bokeh's browser side sends: signed with `key` and not expired.

    Raises NotAuthenticated with the reason otherwise. The signature is checked before the token is read.
    """
    if len(subprotocols) != 2 or subprotocols[0] != "bokeh":
        raise NotAuthenticated("the subprotocols are not bokeh and a token")
    token = subprotocols[1]
    if not _TOKEN.fullmatch(token):
        raise NotAuthenticated("the token is malformed")
    try:
        is_signed = check_token_signature(token, secret_key=key, signed=True)
        expires_at = get_token_payload(token)["session_expiry"] if is_signed else 0
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # the check reads the id in the token
        raise NotAuthenticated("the token is malformed") from None
    if not is_signed:
        raise NotAuthenticated("the token is not signed by this server")
    if calendar.timegm(time.gmtime()) >= expires_at:
        raise NotAuthenticated("the token has expired")
    return token


class FirstAnswers:
    """When pages were answered. Sessions wait for them: a session takes three times as long, and readers wait for answers."""

    def __init__(self) -> None:
        self._last = -math.inf

    def note(self) -> None:
        """Notes that a page was answered just now."""
        self._last = time.monotonic()

    async def pause(self) -> None:
        """Returns when no page was answered for a moment, and after two seconds in any case."""
        end = time.monotonic() + _LONGEST_WAIT_SECONDS
        while (left := min(self._last + _QUIET_SECONDS, end) - time.monotonic()) > 0:
            await asyncio.sleep(left)


class PageSocket(WSHandler):  # type: ignore[misc]
    """The websocket of one page in one browser.

    Works around three faults of bokeh-fastapi 0.1.8. It raises an exception for a wrong token. It waits for an exception
    when a browser leaves, where Starlette's `receive()` returns a message, so every visit's document would stay in memory.
    It passes Panel a dictionary instead of a request for a new session, which Panel's location cannot read.
    """

    def __init__(self, application: Any, application_context: Any, answers: FirstAnswers) -> None:
        super().__init__(application, application_context)
        self._answers = answers

    async def ws_connect(self, websocket: WebSocket) -> None:
        """Serves the page until its browser leaves; refuses the handshake (403) if the token is not valid."""
        try:
            token = page_token(websocket.scope.get("subprotocols") or (), self.application.secret_key)
        except NotAuthenticated as refusal:
            logger.warning("the websocket of %s was refused: %s", websocket.url.path, refusal.message)
            await websocket.close(_POLICY_VIOLATION, refusal.message)
            return
        self._socket = websocket
        await websocket.accept("bokeh")
        try:
            if await self._opened(websocket, token):
                await self._receive_loop()
        except RuntimeError:
            pass  # Starlette raises it for a receive() after the browser has left
        except Exception as error:  # noqa: BLE001 (a browser can send anything, and only its own page is affected)
            logger.warning("the websocket of %s ended: %r", websocket.url.path, error)
        finally:
            self._forget()

    async def _opened(self, websocket: WebSocket, token: str) -> bool:
        """Opens the session of the token, which is made now unless there is one already; returns whether that worked."""
        session_id = get_session_id(token)
        try:
            if session_id not in self.application_context._sessions:
                await self._answers.pause()
                await self._build(session_id, websocket, token)
            await self._async_open(websocket, token)
        except Exception:
            logger.exception("the page %s could not be opened again", websocket.url.path)
            # Bokeh leaves the session marked as pending, and the next attempt would wait for it forever.
            self.application_context._pending_sessions.pop(session_id, None)
            await websocket.close(_INTERNAL_ERROR, "the page could not be built")
            return False
        return True

    async def _build(self, session_id: ID, websocket: WebSocket, token: str) -> None:
        if self.application_context.io_loop is None:
            self.application_context._loop = IOLoop.current()
        await self.application_context.create_session_if_needed(session_id, _page_request(websocket), token)

    def _forget(self) -> None:
        if self.connection is None or self.connection._session is None:
            return
        session = self.connection.session
        self.application.client_lost(self.connection)
        # A page that lost its connection reloads and gets a new session: this one is not used again.
        session.request_expiration()


# Panel chooses how to write to a socket by the socket's exact class.
extra_socket_handlers[PageSocket] = dispatch_fastapi


def readable_host(host: str) -> str:
    """A Host header that Panel can read: Panel takes every colon for the start of the port.

    >>> readable_host("[::1]:8000"), readable_host("127.0.0.1:8000")
    ('localhost:8000', '127.0.0.1:8000')
    """
    return "localhost" + host.partition("]")[2] if host.startswith("[") else host


def _page_request(websocket: WebSocket) -> HTTPServerRequest:
    """The request for this websocket's page, with what Panel reads of it: path, query and Host."""
    path = websocket.url.path.removesuffix("/ws")
    query = websocket.url.query
    headers = HTTPHeaders({"Host": readable_host(websocket.headers.get("host", ""))})
    return HTTPServerRequest(method="GET", uri=f"{path}?{query}" if query else path, headers=headers)
