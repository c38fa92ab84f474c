"""The ASGI layer that notes in the audit trail what callers changed, took away, and were refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.security.access import Principal
from api.security.audit_trail import AuditTrail
from api.security.budgets import Budget, budget_of
from workbench.logs import request_id

_PREFIX = "/api/v1/"
# Signing in is recorded where it is decided, with the name that was tried.
_SIGN_IN = f"{_PREFIX}auth/"
_READS = frozenset({"GET", "HEAD"})
_REFUSALS = {401: "request.unauthenticated", 403: "request.refused", 429: "limit.hit"}


class Audited:
    """Wraps the guard, so that what it refuses is noted as well."""

    def __init__(self, app: ASGIApp, trail: AuditTrail) -> None:
        self._app = app
        self._trail = trail

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request; websockets and the lifespan pass through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        status = 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            self._note(scope, state.get("principal"), status)

    def _note(self, scope: Mapping[str, Any], principal: Principal | None, status: int) -> None:
        actor = principal.name if principal is not None else "?"
        client = scope.get("client")
        detail = {"address": client[0] if client else "?", "result": str(status)}
        if principal is not None and principal.key_id is not None:
            detail["key"] = str(principal.key_id)
            self._trail.note(actor, "api_key.used", repeats=f"{principal.key_id} {detail['address']}", **detail)
        for action, repeats in _actions(scope, principal, status):
            detail |= {"method": scope["method"], "path": scope["path"], "request": request_id.get() or ""}
            self._trail.note(actor, action, repeats=repeats and f"{repeats} {detail['address']}", **detail)


def _actions(scope: Mapping[str, Any], principal: Principal | None, status: int) -> Iterator[tuple[str, str]]:
    """Actions of a request for the trail, each with the word that counts its repetitions; empty: each is written."""
    method, path = scope["method"], scope["path"]
    if path.startswith(_SIGN_IN) and status != 429:
        return
    if status in _REFUSALS:
        yield _REFUSALS[status], method
    elif not path.startswith(_PREFIX) or principal is None:
        return
    elif method not in _READS:
        done = "work.deleted" if method == "DELETE" else "work.changed"
        yield (done if status < 400 else "request.failed"), ""
    elif status < 400 and (budget_of(scope, principal) is Budget.EXPORTS or path.endswith("/file")):
        yield "export.read", ""
