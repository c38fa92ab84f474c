"""Budgets of requests: which one a request counts against."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers

from api.media_types import preferred
from api.security.access import Principal
from workbench.analysis.exports import ExportFormat

_PREFIX = "/api/v1"


class Budget(StrEnum):
    """A limit of its own for each kind of request, named as in the settings and in the headers of responses."""

    REQUESTS = "requests"
    PAGE_CALLS = "page_calls"
    SEARCHES = "searches"
    EXPORTS = "exports"
    COSTLY = "costly"
    SIGN_INS = "sign_ins"


# Everything else of the API counts against REQUESTS, or against PAGE_CALLS when a browser session makes it.
ROUTES: Mapping[Budget, tuple[str, ...]] = {
    Budget.SIGN_INS: (
        "POST /auth/token",
        "POST /auth/session",
        "POST /auth/session/code",
        "POST /auth/password-resets",
        "POST /auth/password-resets/use",
    ),
    Budget.SEARCHES: ("GET /search", "GET /frames/search"),
    Budget.COSTLY: (
        # many companies, filings or past days in one answer
        "GET /comparison",
        "GET /screen",
        "GET /series",
        "GET /companies/{ticker}/changes",
        "GET /companies/{ticker}/similar",
        "GET /companies/{ticker}/valuation/history",
        "GET /frames/changes",
        "GET /frames/compare",
        "GET /frames/event_study",
        "GET /frames/panel",
        "GET /frames/screen",
        "GET /frames/similar",
        "GET /frames/text_history",
        "GET /frames/valuation_history",
        "GET /reports/{number}/comparison",
        # work that goes on after the request, or that leaves this machine
        "POST /documents",
        "POST /exports",
        "POST /reports",
        "POST /alerts/preview",
        "GET /alerts/{alert}/preview",
        "POST /alerts/channels/{channel}/test",
    ),
}
# Probes must not fail with a limit, and the files of a page are part of it. Opening a page counts once, and a call of an MCP
# tool counts as the request of the API that answers it.
# Each asks the provider of identities, or tries a secret.
_OPEN_TO_ALL = ("/sign-in/provider", "/unsubscribe")
_FREE = ("/static/", "/components/", "/sign-", "/favicon.ico", "/mcp", f"{_PREFIX}/health/")
_SHOWN = {"json", "html"}
_SHOWN_OR_FILE = {"application/json": False} | {form.media_type: True for form in ExportFormat}


def _pattern(route: str) -> str:
    return re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(route))


_ROUTE = re.compile("|".join(f"(?P<{budget}>{'|'.join(map(_pattern, routes))})" for budget, routes in ROUTES.items()))


def budget_of(scope: Mapping[str, Any], principal: Principal | None) -> Budget | None:
    """The budget of an HTTP request in this ASGI scope; None if it counts against none."""
    path: str = scope["path"]
    if path.startswith(_OPEN_TO_ALL):
        return Budget.SIGN_INS
    if path == "/" or path.startswith(_FREE):
        return None
    if not path.startswith(f"{_PREFIX}/"):
        return Budget.REQUESTS
    if _is_export(scope):
        return Budget.EXPORTS
    route = _ROUTE.fullmatch(f"{scope['method']} {path.removeprefix(_PREFIX)}")
    if route is not None and route.lastgroup is not None:
        return Budget(route.lastgroup)
    return Budget.PAGE_CALLS if principal is not None and principal.known_by == "session" else Budget.REQUESTS


def _is_export(scope: Mapping[str, Any]) -> bool:
    """Whether the answer is a file: by `format`, or else by an Accept header that prefers one to JSON.

    The tables of the Python client are its answers, and count as such.
    """
    if scope["method"] != "GET" or scope["path"].startswith(f"{_PREFIX}/frames/"):
        return False
    query: bytes = scope["query_string"]
    if b"format" in query or b"%" in query:  # a name can be percent-encoded
        formats = parse_qs(query.decode("latin-1")).get("format", [])
        if formats:
            return not _SHOWN.issuperset(formats)
    return preferred(Headers(scope=dict(scope)).get("accept", ""), _SHOWN_OR_FILE)
