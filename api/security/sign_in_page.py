"""The pages of signing in and out, of refusals and of the account, without scripts or external files."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from starlette.responses import HTMLResponse

from workbench.analysis.templates import Templates
from workbench.domain.errors import PermissionRefused
from workbench.domain.operations.accounts import SHORTEST_PASSWORD

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

_OFTEN = "Too many failed attempts. Wait 15 minutes and try again."
_FAILURES = {"wrong": "Wrong name or password.", "often": _OFTEN}
_CODE_FAILURES = {"wrong": "The code is wrong, was used before, or came too late.", "often": _OFTEN}

TEMPLATES = Templates("api.security")


def sign_in_page(
    following: str,
    *,
    failed: str | None = None,
    failure: str | None = None,
    provider: str | None = None,
    status: int = HTTPStatus.OK,
) -> HTMLResponse:
    """The form; signing in redirects to `following`, a path on this server. `failed` is the last error: `wrong` or `often`.

    `failure` is another error in words; `provider` the name of an identity provider that users may sign in with.
    """
    shown: dict[str, Any] = {"following": following, "failure": failure or _FAILURES.get(failed or ""), "provider": provider}
    return page("sign_in.html", "Sign in", status=status, **shown)


def code_page(following: str, *, failed: str | None = None) -> HTMLResponse:
    """The form for the one-time code of an account with a second factor; arguments as of `sign_in_page`."""
    return page("code.html", "Sign in", following=following, failure=_CODE_FAILURES.get(failed or ""))


def forgotten_page(*, is_sent: bool = False) -> HTMLResponse:
    """The form that asks for a link to set a new password; `is_sent` says that it was sent."""
    return page("forgotten.html", "Forgotten password", is_sent=is_sent)


def reset_page(token: str, *, failure: str | None = None, status: int = 200) -> HTMLResponse:
    """The form for a new password, to which a one-time link leads."""
    return page("reset.html", "New password", status=status, token=token, failure=failure, shortest=SHORTEST_PASSWORD)


def account_page(*, status: int = 200, **shown: Any) -> HTMLResponse:
    """The account of who is signed in: sessions, keys, password, second factor. `shown` are values of the template."""
    nothing: dict[str, Any] = {
        "is_signed_in": False, "failure": None, "note": None, "sessions": [], "keys": [], "codes": None, "pending": None,
        "has_second_factor": False, "has_password": True, "provider": None, "is_linked": False,
    }  # fmt: skip
    values = {**nothing, **shown, "shortest": SHORTEST_PASSWORD}
    return page("account.html", "Account", status=status, is_wide=True, **values)


def sign_out_page() -> HTMLResponse:
    """A page with one button that ends the session of this browser."""
    return page("sign_out.html", "Sign out")


def continue_page(target: str) -> HTMLResponse:
    """A page that leads to `target`: to a path, so that the browser sends its cookie, or to the identity provider.

    `form-action` would stop a redirect from a form of ours to another host.
    """
    return page("continue.html", "One moment", target=target)


def refused_page(error: PermissionRefused) -> HTMLResponse:
    """The page for a user whose role does not allow the page that was opened."""
    return page("refused.html", "Not allowed", status=HTTPStatus.FORBIDDEN, reason=error.message, hint=error.hint or "")


def page(name: str, title: str, *, status: int = 200, is_wide: bool = False, **values: Any) -> HTMLResponse:
    """The page of a template, without scripts or files of others, never stored by the browser."""
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(TEMPLATES.render(name, title=title, is_wide=is_wide, **values), status, headers)
