"""The ASGI layer that limits how many requests a user, an API key or an address sends in a minute."""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus
from ipaddress import IPv6Address, IPv6Network
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import errors
from api.security.access import Principal
from api.security.addresses import SIGN_IN
from api.security.budgets import Budget, budget_of
from api.security.proxies import parse_address
from workbench.domain.errors import TooManyRequests
from workbench.domain.rights.roles import Role
from workbench.ports import WINDOW_SECONDS, RequestWindows, WindowUsage
from workbench.settings import RateLimits

# Providers give each customer at least such a network (RFC 6177), and every address in it is the customer's choice.
_IPV6_CUSTOMER_BITS = 64
_NAMES = {
    Budget.REQUESTS: "requests",
    Budget.PAGE_CALLS: "requests of pages",
    Budget.SEARCHES: "searches",
    Budget.EXPORTS: "exports",
    Budget.COSTLY: "costly requests",
    Budget.SIGN_INS: "sign-ins",
}


class RateLimited:
    """Wraps an ASGI application whose scope has the caller's Principal; refuses requests beyond a limit with 429.

    Responses have the headers `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers).
    """

    def __init__(self, app: ASGIApp, limits: RateLimits, windows: RequestWindows) -> None:
        self._app = app
        self._windows = windows
        self._limits = limits
        self._by_role = {role: getattr(limits, role.value).model_dump() for role in Role}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request; websockets and the lifespan pass through."""
        principal = scope.get("state", {}).get("principal")
        budget = budget_of(scope, principal) if scope["type"] == "http" else None
        if budget is None:
            await self._app(scope, receive, send)
            return
        limit = self._limit(budget, principal)
        caller = _caller(scope, budget, principal)
        if limit == 0 or caller is None:
            await self._app(scope, receive, send)
            return
        usage = await self._windows.take(f"{budget}:{caller}", limit)
        policy = f'"{budget}";q={limit};w={WINDOW_SECONDS:.0f}'
        left = f'"{budget}";r={usage.remaining};t={math.ceil(usage.resets_in)}'

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = [(b"ratelimit-policy", policy.encode()), (b"ratelimit", left.encode())]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        if usage.is_within:
            await self._app(scope, receive, answer)
        else:
            await _refusal(scope, budget, limit, usage)(scope, receive, answer)

    def _limit(self, budget: Budget, principal: Principal | None) -> int:
        """Requests a minute; 0: no limit."""
        if budget is Budget.SIGN_INS:
            return self._limits.sign_ins
        if principal is None or (principal.known_by == "local" and not self._limits.local_access):
            return 0
        limit: int = self._by_role[principal.role][budget.value]
        return limit


def _caller(scope: Mapping[str, Any], budget: Budget, principal: Principal | None) -> str | None:
    """Whose requests are counted together: of an API key, of a user, or of an address that signs in."""
    if budget is Budget.SIGN_INS:
        client = scope.get("client")
        return f"address:{_network(client[0])}" if client is not None else None
    if principal is None:
        return None
    return f"key:{principal.key_id}" if principal.key_id is not None else f"user:{principal.name}"


def _network(host: str) -> str:
    """The address, for IPv6 the network that one customer has; text that is no address as it is."""
    address = parse_address(host)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _IPV6_CUSTOMER_BITS), strict=False))
    return str(address or host)


def _refusal(scope: Scope, budget: Budget, limit: int, usage: WindowUsage) -> Response:
    seconds = max(1, math.ceil(usage.resets_in))
    error = TooManyRequests(
        f"more than {limit:,} {_NAMES[budget]} within a minute",
        retry_after_seconds=seconds,
        hint=f"wait {seconds} seconds; the header RateLimit of each response says how many are left",
    )
    is_form = budget is Budget.SIGN_INS and "text/html" in Headers(scope=scope).get("accept", "")
    if not is_form and not errors.is_page(scope):
        return errors.from_error(error)
    text = f"You sent {error.message}. Please wait {seconds} seconds."
    page, policy = errors.waiting_page("Too many requests", text, seconds=seconds, address=SIGN_IN if is_form else None)
    headers = {"Retry-After": str(seconds), "Cache-Control": "no-store", "Content-Security-Policy": policy}
    return HTMLResponse(page, HTTPStatus.TOO_MANY_REQUESTS, headers)
