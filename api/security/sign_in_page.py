"""The sign-in page: one small form, no script, nothing from anywhere else."""

from __future__ import annotations

from typing import Any

from starlette.responses import HTMLResponse

from workbench.analysis.templates import Templates

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

_FAILURES = {
    "wrong": "The name or the password is wrong.",
    "often": "Too many failed attempts. Wait 15 minutes and try again.",
}

TEMPLATES = Templates("api.security")


def sign_in_page(following: str, *, failed: str | None = None) -> HTMLResponse:
    """The form; it leads to `following`, a path of ours. `failed` says how the last try ended: `wrong` or `often`."""
    return _html("sign_in.html", "Sign in", following=following, failure=_FAILURES.get(failed or ""))


def sign_out_page() -> HTMLResponse:
    """One button that ends the session of this browser."""
    return _html("sign_out.html", "Sign out")


def continue_page(path: str) -> HTMLResponse:
    """Asks for `path` once more, by itself, so that the browser brings its cookie along."""
    return _html("continue.html", "One moment", path=path)


def _html(name: str, title: str, **values: Any) -> HTMLResponse:
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(TEMPLATES.render(name, title=title, **values), headers=headers)
