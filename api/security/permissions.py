"""Which permission each route and page needs. The guard asks before anything of a request's body is read.

A route that is not listed does not exist for anybody but administrators, so that none is open by oversight.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from workbench.domain.errors import NotFound, PermissionRefused
from workbench.domain.rights.roles import PERMISSIONS, Permission, Role, may

_PREFIX = "/api/v1"

OPEN = frozenset(
    {
        "GET /sign-in",
        "GET /sign-in/code",
        "GET /sign-in/forgotten",
        "GET /sign-in/reset",
        "GET /sign-in/provider",
        "GET /sign-in/provider/back",
        "GET /unsubscribe",
        "POST /unsubscribe",
        "GET /unsubscribe/alerts",
        "POST /unsubscribe/alerts",
        f"POST {_PREFIX}/auth/token",
        f"POST {_PREFIX}/auth/session",
        f"POST {_PREFIX}/auth/session/code",
        f"POST {_PREFIX}/auth/password-resets",
        f"POST {_PREFIX}/auth/password-resets/use",
        f"GET {_PREFIX}/health/live",
        f"GET {_PREFIX}/health/ready",
        "GET /favicon.ico",
    }
)
"""What needs no sign-in."""

SIGNED_IN = frozenset(
    {
        "GET /",
        "GET /api/docs",
        f"GET {_PREFIX}/openapi.json",
        f"GET {_PREFIX}/auth/me",
        f"GET {_PREFIX}/roles",
        f"GET {_PREFIX}/auth/sessions",
        f"POST {_PREFIX}/auth/sessions/end",
        f"POST {_PREFIX}/auth/sessions/{{session}}/end",
        f"POST {_PREFIX}/auth/sign-out",
        f"POST {_PREFIX}/auth/password",
        f"POST {_PREFIX}/auth/second-factor",
        f"POST {_PREFIX}/auth/second-factor/confirm",
        f"POST {_PREFIX}/auth/second-factor/off",
        "GET /account",
        "POST /account/provider",
        "POST /account/provider/unlink",
        "GET /sign-out",
        "POST /sign-out",
    }
)
"""What every user may do, whatever their role."""

FRAMES = tuple(
    f"GET /frames/{name}"
    for name in (
        "bars", "changes", "checks", "companies", "compare", "concepts", "event_study", "events", "facts", "figures",
        "filings", "news", "panel", "prices", "provenance", "ratios", "restatements", "returns", "scores", "screen", "search",
        "section", "segments", "similar", "statement", "text_history", "valuation", "valuation_history", "watchlists",
    )
)  # fmt: skip
"""The tables of the Python client."""

ROUTES: Mapping[Permission, tuple[str, ...]] = {
    Permission.READ: (
        "GET /companies",
        "GET /companies/{ticker}",
        "GET /companies/{ticker}/changes",
        "GET /companies/{ticker}/events",
        "GET /companies/{ticker}/facts",
        "GET /companies/{ticker}/filings",
        "GET /companies/{ticker}/news",
        "GET /companies/{ticker}/ratios",
        "GET /companies/{ticker}/ratios/provenance",
        "GET /companies/{ticker}/restatements",
        "GET /companies/{ticker}/segments",
        "GET /companies/{ticker}/similar",
        "GET /companies/{ticker}/statements/{kind}",
        "GET /companies/{ticker}/statements/{kind}/provenance",
        "GET /companies/{ticker}/valuation",
        "GET /companies/{ticker}/valuation/history",
        "GET /audit",
        "GET /destinations",
        "GET /checks",
        "GET /comparison",
        "GET /screen",
        "GET /series",
        "GET /search",
        "GET /passages/{passage}",
        "GET /restatements",
        "POST /verify",
        "GET /filings",
        "GET /filings/{accession}",
        "GET /filings/{accession}/sections",
        "GET /filings/{accession}/text",
        "GET /prices/{ticker}",
        "GET /prices/{ticker}/bars",
        *FRAMES,
        "GET /documents",
        "GET /documents/{document}",
        "GET /documents/{document}/text",
        "GET /reports",
        "GET /reports/schedules",
        "GET /reports/{number}",
        "GET /reports/{number}/comparison",
        "GET /reports/{number}/file",
        "GET /tasks",
        "GET /tasks/{task}",
        "GET /tasks/{task}/events",
        "GET /tasks/{task}/file",
        "GET /watchlists",
        "GET /watchlists/{name}",
        "GET /views",
        "GET /views/{name}",
        "GET /notes",
        "GET /reviews",
        "GET /alerts",
        "GET /alerts/channels",
        "GET /alerts/notices",
        "GET /alerts/unread",
        "POST /alerts/preview",
        "GET /alerts/{alert}",
        "GET /alerts/{alert}/preview",
    ),
    Permission.COMPANIES_LOAD: ("POST /companies",),
    Permission.DOCUMENTS_WRITE: ("POST /documents", "PATCH /documents/{document}", "DELETE /documents/{document}"),
    Permission.REPORTS_RUN: (
        "POST /reports",
        "POST /reports/{number}/cancel",
        "POST /exports",
        "POST /tasks/{task}/cancel",
    ),
    Permission.SCHEDULES_WRITE: ("PUT /reports/schedules/{name}", "DELETE /reports/schedules/{name}"),
    Permission.AUDIT_READ: ("GET /audit-trail",),
    Permission.OPERATIONS_READ: ("GET /settings", "GET /flags"),
    Permission.SHARE: ("GET /sharing/{kind}/{name}", "PUT /sharing/{kind}/{name}"),
    Permission.WATCHLISTS_WRITE: (
        "DELETE /watchlists/{name}",
        "PUT /watchlists/{name}/companies/{ticker}",
        "DELETE /watchlists/{name}/companies/{ticker}",
    ),
    Permission.NOTES_WRITE: (
        "POST /notes",
        "DELETE /notes/{note}",
        "PUT /reviews/{accession}",
        "DELETE /reviews/{accession}",
    ),
    Permission.ACCOUNTS_WRITE: (
        "GET /users",
        "PATCH /users/{name}",
        "DELETE /users/{name}",
        "POST /users/{name}/reset-link",
        "DELETE /users/{name}/second-factor",
        "GET /users/{name}/sessions",
        "DELETE /users/{name}/sessions",
        "DELETE /users/{name}/sessions/{session}",
        "GET /signing-keys",
        "POST /signing-keys",
    ),
    Permission.SETTINGS_WRITE: (
        "GET /settings/stored",
        "PUT /settings/stored/{name}",
        "DELETE /settings/stored/{name}",
        "POST /settings/stored/{name}/test",
    ),
    Permission.VIEWS_WRITE: ("PUT /views/{name}", "DELETE /views/{name}"),
    Permission.ALERTS_WRITE: (
        "POST /alerts",
        "DELETE /alerts/{alert}",
        "POST /alerts/channels/{channel}/test",
        "POST /alerts/notices/read",
    ),
}
"""The routes under `/api/v1` by the permission that they need."""

PAGES: Mapping[Permission, tuple[str, ...]] = {
    Permission.READ: (
        "/alerts", "/audit", "/changes", "/chart", "/company", "/compare", "/docs", "/home", "/market", "/mcp", "/reader",
        "/reports", "/restatements", "/screen", "/search",
    ),
    Permission.OPERATIONS_READ: ("/operations", "/metrics"),
    Permission.AUDIT_READ: ("/audit-trail",),
    Permission.SETTINGS_WRITE: ("/settings",),
}  # fmt: skip
"""The pages, with their websockets, by the permission that they need."""


_UNLISTED: Final = Permission.ALL_WORK


def _pattern(route: str) -> str:
    return re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(route))


# A route without parameters goes before one with them, as in the application.
_EXACT: dict[str, Permission | None] = {}
_PATTERNS: list[tuple[re.Pattern[str], Permission | None]] = []
_NEEDED: list[tuple[str, Permission | None]] = [(_request, None) for _request in OPEN | SIGNED_IN]
for _permission, _routes in ROUTES.items():
    _NEEDED += [(_route.replace(" ", f" {_PREFIX}", 1), _permission) for _route in _routes]
for _request, _wanted in _NEEDED:
    if "{" in _request:
        _PATTERNS.append((re.compile(_pattern(_request)), _wanted))
    else:
        _EXACT[_request] = _wanted
_PAGES = {path: permission for permission, paths in PAGES.items() for path in paths}


def needed(method: str, path: str) -> Permission | None:
    """The permission that a request needs; None if every user may send it."""
    request = f"{method} {path}"
    if request in _EXACT:
        return _EXACT[request]
    if not path.startswith(f"{_PREFIX}/"):
        return _PAGES.get(path.removesuffix("/ws"), Permission.READ)
    return next((permission for pattern, permission in _PATTERNS if pattern.fullmatch(request)), _UNLISTED)


def check(role: Role, method: str, path: str) -> None:
    """Raises PermissionRefused, naming the permission, unless the role has what the request needs.

    Raises NotFound for a request that is not listed.
    """
    permission = needed(method, path)
    if permission is None or may(role, permission):
        return
    if permission is _UNLISTED:
        raise NotFound(f"{path} does not exist")
    roles = ", ".join(each.value for each, granted in PERMISSIONS.items() if permission in granted)
    raise PermissionRefused(
        f"this needs the permission {permission.value}, which the role {role.value} does not have",
        hint=f"the roles with it: {roles}",
    )
