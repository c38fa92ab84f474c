"""The sign-in, sign-out, redirect and refusal pages, without scripts or external files."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from starlette.responses import HTMLResponse

from workbench.analysis.templates import Templates
from workbench.domain.errors import PermissionRefused

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

_FAILURES = {
    "wrong": "Wrong name or password.",
    "often": "Too many failed attempts. Wait 15 minutes and try again.",
}

TEMPLATES = Templates("api.security")


def sign_in_page(following: str, *, failed: str | None = None) -> HTMLResponse:
    """The form; signing in redirects to `following`, a path on this server. `failed` is the last error: `wrong` or `often`."""
    return _html("sign_in.html", "Sign in", following=following, failure=_FAILURES.get(failed or ""))


def sign_out_page() -> HTMLResponse:
    """A page with one button that ends the session of this browser."""
    return _html("sign_out.html", "Sign out")


def continue_page(path: str) -> HTMLResponse:
    """A page that redirects to `path`, so that the browser sends its cookie."""
    return _html("continue.html", "One moment", path=path)


def refused_page(error: PermissionRefused) -> HTMLResponse:
    """The page for a user whose role does not allow the page that was opened."""
    return _html("refused.html", "Not allowed", status=HTTPStatus.FORBIDDEN, reason=error.message, hint=error.hint or "")


def _html(name: str, title: str, *, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> HTMLResponse:
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(TEMPLATES.render(name, title=title, **values), status, headers)
