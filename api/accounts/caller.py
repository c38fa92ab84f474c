"""What the routes of accounts share: where a request comes from, whether a form on a page sent it, and its own session."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import TypeVar

import anyio
from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api.security import sessions
from api.security.access import Gate, Principal
from api.security.sessions import Caller
from db.engine import Database
from workbench.domain.errors import NotFound
from workbench.domain.operations.sessions import EndReason, Session

_T = TypeVar("_T")

# argon2 uses 64 MiB and one core for about 50 ms: more at once slow each other and every other request.
_hashing = anyio.CapacityLimiter(2)


def caller_of(request: Request) -> Caller:
    """Address and client of the request."""
    return Caller(request.client.host if request.client else "?", request.headers.get("user-agent", ""))


async def hashing(work: Callable[[], _T]) -> _T:
    """The result of work that hashes a password, in a thread, at most two at a time."""
    return await anyio.to_thread.run_sync(work, limiter=_hashing)


def is_form_of_page(request: Request) -> bool:
    """Whether a browser sent the form of one of our pages and shows the answer."""
    return "text/html" in request.headers.get("accept", "")


def done(request: Request, path: str) -> Response:
    """The answer to a change: a redirect to `path` for a form of a page, otherwise 204."""
    if is_form_of_page(request):
        return RedirectResponse(path, HTTPStatus.SEE_OTHER)
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def end_current_session(database: Database, gate: Gate, principal: Principal) -> Session | None:
    """Ends the session that sends the request, and returns it; None if it ended in the meantime."""
    session_id = principal.session_id or ""
    ended: Session | None = None
    with suppress(NotFound):
        ended = await anyio.to_thread.run_sync(
            lambda: sessions.end_session(database, session_id, EndReason.SIGNED_OUT, actor=principal.name)
        )
    gate.callers.on_change(f"session:{session_id}")
    return ended
