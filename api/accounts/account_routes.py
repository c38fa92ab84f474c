"""The caller's own account: password, second factor, and the page with both, sessions and keys."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

import anyio
import segno
from fastapi import APIRouter, BackgroundTasks, Depends, Form, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.accounts.caller import caller_of, done, hashing, is_form_of_page
from api.deps import AccountHolder, TheGate, ThePrincipal, TheWorkbench
from api.errors import status_of
from api.problems import problems
from api.responses import json_response
from api.security import accounts, password_resets, provider_accounts, second_factors
from api.security.access import Gate, Principal
from api.security.security_notices import SecurityNotices
from api.security.sign_in_page import account_page, forgotten_page, reset_page
from db.engine import Connection
from db.operations.accounts import get_user
from db.operations.api_keys import list_keys
from db.sign_in.provider_identities import is_linked
from db.sign_in.sessions import list_sessions
from workbench.analysis.operations.accounts_json import RecoveryCodesAnswer, SecondFactorAnswer
from workbench.domain.errors import InvalidRequest, NotAuthenticated, WorkbenchError
from workbench.domain.operations.accounts import User
from workbench.runtime import Workbench
from workbench.service_settings import OpenIdSignIn, PasswordSignIn

router = APIRouter(prefix="/auth", tags=["accounts"])
open_router = APIRouter(prefix="/auth", tags=["sign in"])
pages = APIRouter(include_in_schema=False)

_T = TypeVar("_T")

Password = Annotated[str, Form(description="The current password.", examples=["correct horse battery"])]
NewPassword = Annotated[
    str, Form(description="15 characters or more, and not a common password.", examples=["plain words in a long row"])
]


class Account:
    """The account of this request's caller, and how a failure is answered: on the page for its forms, else as a problem."""

    def __init__(self, request: Request, workbench: TheWorkbench, gate: TheGate, principal: AccountHolder) -> None:
        self.request = request
        self.workbench = workbench
        self.database = workbench.database
        self.gate = gate
        self.principal = principal
        self.address = caller_of(request).address

    async def attempt(self, work: Callable[[], _T]) -> _T | Response:
        """The result of `work`, or the account page with what went wrong."""
        try:
            return await hashing(work)
        except (InvalidRequest, NotAuthenticated) as error:
            if not is_form_of_page(self.request):
                raise
            return await self.page(failure=error.with_hint, status=status_of(error))

    async def page(self, *, status: int = HTTPStatus.OK, **shown: Any) -> HTMLResponse:
        """The account page."""
        values = await anyio.to_thread.run_sync(_shown, self.workbench, self.gate, self.principal)
        return account_page(status=status, **values | shown)

    def check(self, password: str) -> None:
        """Asks for the password again; raises as `accounts.check_own_password`."""
        accounts.check_own_password(self.database, self.principal.name, password, address=self.address)


def _account(request: Request, workbench: TheWorkbench, gate: TheGate, principal: AccountHolder) -> Account:
    return Account(request, workbench, gate, principal)


TheAccount = Annotated[Account, Depends(_account)]


@router.post("/password", summary="Change my password", status_code=HTTPStatus.NO_CONTENT, response_class=Response,
             responses=problems(400, 401, 403, 422))  # fmt: skip
async def change_password(account: TheAccount, current: Password, new: NewPassword) -> Response:
    """Sets a new password and ends the caller's other sessions. A wrong current password counts as a failed sign-in."""
    name, session_id = account.principal.name, account.principal.session_id or ""
    result = await account.attempt(
        lambda: accounts.change_own_password(
            account.database, name, current, new, address=account.address, session_id=session_id
        )
    )
    account.gate.callers.on_change(None)
    return result if isinstance(result, Response) else done(account.request, "/account?done=password")


@router.post("/second-factor", summary="Set up one-time codes", response_model=SecondFactorAnswer,
             responses=problems(400, 401, 403, 409, 422))  # fmt: skip
async def begin_second_factor(account: TheAccount, password: Password) -> Response:
    """A secret for an authenticator app. Signing in needs codes only once one was confirmed."""

    def work() -> tuple[str, str]:
        account.check(password)
        return second_factors.begin(account.database, account.gate.sealer, account.principal.name)

    result = await account.attempt(work)
    if isinstance(result, Response):
        return result
    if is_form_of_page(account.request):
        return RedirectResponse("/account", HTTPStatus.SEE_OTHER)
    return json_response(account.request, {"secret": result[0], "uri": result[1]})


@router.post("/second-factor/confirm", summary="Confirm one-time codes", response_model=RecoveryCodesAnswer,
             responses=problems(400, 401, 403, 409, 422))  # fmt: skip
async def confirm_second_factor(
    account: TheAccount, code: Annotated[str, Form(max_length=100, description="The app's code.", examples=["492039"])]
) -> Response:
    """Ten recovery codes, which are shown once. From here on signing in needs a code or one of these."""
    result = await account.attempt(
        lambda: second_factors.confirm(account.database, account.gate.sealer, account.principal.name, code)
    )
    if isinstance(result, Response):
        return result
    if is_form_of_page(account.request):
        return await account.page(codes=result)
    return json_response(account.request, {"recovery_codes": result})


@router.post("/second-factor/off", summary="Turn one-time codes off", status_code=HTTPStatus.NO_CONTENT,
             response_class=Response, responses=problems(400, 401, 403, 404, 422))  # fmt: skip
async def turn_second_factor_off(account: TheAccount, password: Password) -> Response:
    """Removes the second factor with its recovery codes."""

    def work() -> None:
        account.check(password)
        second_factors.turn_off(account.database, account.principal.name, actor=account.principal.name)

    result = await account.attempt(work)
    return result if isinstance(result, Response) else done(account.request, "/account?done=second-factor-off")


@open_router.post("/password-resets", summary="Ask for a new password", status_code=HTTPStatus.ACCEPTED,
                  response_class=Response, responses=problems(401, 403, 422, 429))  # fmt: skip
async def request_reset(
    request: Request, workbench: TheWorkbench, background: BackgroundTasks,
    username: Annotated[str, Form(examples=["ada"])],
) -> Response:  # fmt: skip
    """Sends a one-time link through the notification channel of the account. The answer is the same for every name."""
    base, address = workbench.settings.server.address, caller_of(request).address
    notices = SecurityNotices(workbench.notifier, workbench.settings.alerts.operator_channel)

    def work() -> None:
        made = password_resets.request_link(workbench.database, username, base, address=address)
        if made is not None:
            notices.reset_link(*made)

    background.add_task(work)
    return forgotten_page(is_sent=True) if is_form_of_page(request) else Response(status_code=HTTPStatus.ACCEPTED)


@open_router.post("/password-resets/use", summary="Set a new password with a link", status_code=HTTPStatus.NO_CONTENT,
                  response_class=Response, responses=problems(400, 401, 403, 422, 429))  # fmt: skip
async def use_reset(
    request: Request, workbench: TheWorkbench, gate: TheGate, password: NewPassword,
    token: Annotated[str, Form(max_length=200, description="From the link.", examples=["wbl_..."])],
) -> Response:  # fmt: skip
    """Sets the password, ends all sessions of the account, and uses the link up. A second factor stays."""
    address = caller_of(request).address
    try:
        await hashing(lambda: password_resets.use_link(workbench.database, token, password, address=address))
    except WorkbenchError as error:
        if not is_form_of_page(request):
            raise
        return reset_page(token, failure=error.with_hint, status=status_of(error))
    gate.callers.on_change(None)
    return done(request, "/sign-in")


@pages.get("/sign-in/forgotten")
async def forgotten_form() -> HTMLResponse:
    """The form that asks for a link."""
    return forgotten_page()


@pages.get("/sign-in/reset")
async def reset_form(request: Request) -> HTMLResponse:
    """The form to which a one-time link leads."""
    return reset_page(request.query_params.get("token", "")[:200])


_DONE = {
    "password": "The password was changed, and the other sessions ended.",
    "second-factor-off": "Codes are not needed.",
    "provider": "The provider is linked.",
    "provider-off": "The provider is not linked any longer.",
}


@pages.get("/account")
async def own_account(request: Request, workbench: TheWorkbench, gate: TheGate, principal: ThePrincipal) -> HTMLResponse:
    """The caller's account."""
    values = await anyio.to_thread.run_sync(_shown, workbench, gate, principal)
    return account_page(**values, note=_DONE.get(request.query_params.get("done", "")))


def _shown(workbench: Workbench, gate: Gate, principal: Principal) -> dict[str, Any]:
    """What the account page shows."""
    values: dict[str, Any] = {
        "user_name": principal.name, "role": principal.role.value, "is_signed_in": principal.session_id is not None,
    }  # fmt: skip
    if principal.session_id is None:
        return values
    with workbench.database.read() as connection:
        user = get_user(connection, principal.name)
        pending = second_factors.pending(connection, gate.sealer, user)
        values["has_second_factor"] = second_factors.is_on(connection, user)
        values |= _provider(connection, workbench.settings.sign_in, user)
        values["sessions"] = [
            {
                "id": each.session_id, "address": each.address, "client": each.client,
                "last_used": f"{each.last_used_at:%Y-%m-%d %H:%M}", "is_current": each.session_id == principal.session_id,
            }
            for each in list_sessions(connection, principal.name)
        ]  # fmt: skip
        values["keys"] = [
            {
                "label": each.label, "prefix": each.prefix, "scopes": ", ".join(sorted(each.scopes)),
                "state": f"valid until {each.expires_at:%Y-%m-%d}" if each.expires_at else "valid",
            }
            for each in list_keys(connection, principal.name)
            if each.revoked_at is None
        ]  # fmt: skip
    if pending is not None:
        picture = segno.make(pending[1], micro=False).svg_inline(scale=4)
        values["pending"] = {"secret": pending[0], "picture": Markup(picture)}  # noqa: S704 (drawn here)  # nosec B704
    return values


def _provider(connection: Connection, chosen: PasswordSignIn | OpenIdSignIn, user: User) -> dict[str, Any]:
    """What the account page shows of the identity provider."""
    values: dict[str, Any] = {"has_password": provider_accounts.has_password(connection, user)}
    if isinstance(chosen, OpenIdSignIn):
        values |= {"provider": chosen.name, "is_linked": is_linked(connection, user, chosen.issuer)}
    return values
