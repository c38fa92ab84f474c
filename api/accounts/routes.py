"""Signing in: a token for programs, a cookie for browsers."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import urlencode

import anyio
from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, Field, model_validator
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.accounts.caller import end_current_session, is_form_of_page
from api.accounts.sign_in import TheSignIn
from api.deps import TheGate, ThePrincipal, TheWorkbench, api_key, oauth2
from api.errors import from_error
from api.problems import problems
from api.security.access import SESSION_COOKIE, Principal
from api.security.addresses import own_path
from api.security.sign_in_page import code_page, continue_page, sign_in_page, sign_out_page
from workbench.domain.errors import NotAuthenticated, SecondFactorRequired, TooManyAttempts, WorkbenchError
from workbench.domain.operations.sessions import Session, SignInMethod
from workbench.runtime import Workbench
from workbench.service_settings import OpenIdSignIn

router = APIRouter(prefix="/auth", tags=["sign in"])
pages = APIRouter(include_in_schema=False)

logger = logging.getLogger(__name__)

_BEARER = "bearer"


class TokenForm(BaseModel):
    """The form of the token route (RFC 6749, sections 4.3.2 and 6). Other fields are ignored, as the standard asks."""

    grant_type: Literal["password", "refresh_token"] = "password"
    username: str = Field(default="", description="For `password`.", examples=["ada"])
    password: str = Field(default="", description="For `password`.", examples=["correct horse battery"])
    code: str = Field(default="", max_length=100, description="For `password`, with a second factor: the one-time code.")
    refresh_token: str = Field(default="", description="For `refresh_token`: the newest one of the session.")

    @model_validator(mode="after")
    def _complete(self) -> TokenForm:
        is_complete = self.username and self.password if self.grant_type == "password" else self.refresh_token
        if not is_complete:
            raise ValueError("send username and password, or grant_type=refresh_token with a refresh_token")
        return self


class Token(BaseModel):
    """An access token (RFC 6750), to be sent as `Authorization: Bearer ...`, and the refresh token for the next one.

    Each refresh token is good for one use until the session ends, `refresh_expires_in` seconds from now at the latest.
    """

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str
    refresh_expires_in: int
    session: str


class Me(BaseModel):
    """The caller: name, role, and how the caller signed in (`local`, `token`, `key` or `session`)."""

    name: str
    role: str
    known_by: str


@router.post("/token", summary="Get an access token", responses=problems(400, 401, 422, 429))
async def token(form: Annotated[TokenForm, Form()], sign_in: TheSignIn, gate: TheGate) -> Token:
    """Signs in with the OAuth2 password form, or exchanges a refresh token. Returns 429 after five failures within 15 minutes.

    An account with a second factor also needs `code`; without it the problem is `second-factor-required`. A refresh token that
    is used a second time ends its session, because somebody else may have copied it.
    """
    if form.grant_type == "refresh_token":
        user, session, following = await sign_in.refresh(form.refresh_token)
    else:
        user, method = await sign_in.by_password(form.username, form.password, form.code)
        session, following = await sign_in.begin_program_session(user, method)
    left = session.expires_at - datetime.now(UTC)
    lifetime = min(gate.token_lifetime, left)
    tokens = await anyio.to_thread.run_sync(gate.keyring.for_signing)
    return Token(
        access_token=tokens.sign(user.name, session.session_id, lifetime),
        token_type=_BEARER,
        expires_in=int(lifetime.total_seconds()),
        refresh_token=following,
        refresh_expires_in=int(left.total_seconds()),
        session=session.session_id,
    )


@router.get("/me", summary="Who am I?", dependencies=[Depends(oauth2), Depends(api_key)], responses=problems(401, 429))
async def me(principal: ThePrincipal) -> Me:
    """The user who sends this request."""
    return Me(name=principal.name, role=principal.role.value, known_by=principal.known_by)


@router.post(
    "/session",
    summary="Sign in with a browser session",
    status_code=HTTPStatus.SEE_OTHER,
    response_class=Response,
    responses={
        303: {"description": "Signed in: the cookie is set and the browser is redirected to `next`"},
        **problems(400, 401, 403, 422, 429),
    },
)
async def session(
    *,
    request: Request,
    sign_in: TheSignIn,
    username: Annotated[str, Form(examples=["ada"])],
    password: Annotated[str, Form(examples=["correct horse battery"])],
    following: Annotated[str, Form(alias="next", description="The path to redirect to.", examples=["/company"])] = "/",
) -> Response:
    """Signs a browser in and sets an HttpOnly, SameSite=Strict cookie. The form at `/sign-in` posts here.

    With a second factor, a form of the page is led to the page that asks for the code; other callers get the problem
    `second-factor-required` and send the code to `/auth/session/code` within five minutes.
    """
    following = own_path(following)
    try:
        user, method = await sign_in.by_password(username, password)
    except SecondFactorRequired as error:
        if is_form_of_page(request):
            response: Response = _redirect("/sign-in/code", following)
        else:
            response = from_error(error)
        sign_in.remember_password_of(username, response)
        return response
    except (NotAuthenticated, TooManyAttempts) as error:
        return _failed(request, "/sign-in", following, error)
    response = RedirectResponse(following, HTTPStatus.SEE_OTHER)
    await sign_in.begin_browser_session(user, method, response)
    return response


@router.post(
    "/session/code",
    summary="Sign in: the one-time code",
    status_code=HTTPStatus.SEE_OTHER,
    response_class=Response,
    responses={
        303: {"description": "Signed in: the cookie is set and the browser is redirected to `next`"},
        **problems(401, 403, 422, 429),
    },
)
async def session_code(
    *,
    request: Request,
    sign_in: TheSignIn,
    code: Annotated[str, Form(max_length=100, description="A one-time code or a recovery code.", examples=["492039"])],
    following: Annotated[str, Form(alias="next", description="The path to redirect to.", examples=["/company"])] = "/",
) -> Response:
    """The second step of `/auth/session` for an account with a second factor. The form at `/sign-in/code` posts here."""
    following = own_path(following)
    try:
        user = await sign_in.by_pending_code(code)
    except (NotAuthenticated, TooManyAttempts) as error:
        return _failed(request, "/sign-in/code", following, error)
    response = RedirectResponse(following, HTTPStatus.SEE_OTHER)
    await sign_in.begin_browser_session(user, SignInMethod.SECOND_FACTOR, response)
    return response


def _failed(request: Request, page: str, following: str, error: WorkbenchError) -> Response:
    """The page again for a form of a page, otherwise the problem."""
    if not is_form_of_page(request):
        return from_error(error)
    return _redirect(page, following, failed="often" if isinstance(error, TooManyAttempts) else "wrong")


def _redirect(page: str, following: str, **more: str) -> RedirectResponse:
    return RedirectResponse(f"{page}?{urlencode({'next': following, **more})}", HTTPStatus.SEE_OTHER)


@pages.get("/sign-in")
async def sign_in_form(request: Request, workbench: TheWorkbench) -> HTMLResponse:
    """The sign-in form."""
    parameters, chosen = request.query_params, workbench.settings.sign_in
    return sign_in_page(
        own_path(parameters.get("next", "/")), failed=parameters.get("failed"),
        provider=chosen.name if isinstance(chosen, OpenIdSignIn) else None,
    )  # fmt: skip


@pages.get("/sign-in/code")
async def code_form(request: Request) -> HTMLResponse:
    """The form for the one-time code, after the password."""
    parameters = request.query_params
    return code_page(own_path(parameters.get("next", "/")), failed=parameters.get("failed"))


@pages.get("/sign-out")
async def sign_out_form() -> HTMLResponse:
    """The page with the sign-out button."""
    return sign_out_page()


@pages.post("/sign-out")
async def sign_out_of_page(request: Request, workbench: TheWorkbench, gate: TheGate) -> Response:
    """Ends the session of the browser, deletes its cookie and redirects to the sign-in page.

    A session that began with the provider leads there first, to be ended there as well: otherwise the next person at this
    browser would be let in without being asked.
    """
    principal: Principal | None = request.state.principal
    ended: Session | None = None
    if principal is not None and principal.session_id is not None:
        ended = await end_current_session(workbench.database, gate, principal)
    address = await _provider_sign_out(workbench, ended)
    response = continue_page(address) if address is not None else RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


async def _provider_sign_out(workbench: Workbench, ended: Session | None) -> str | None:
    """Where the provider ends its own session; None for a session of another kind, or if the provider does not say."""
    provider = workbench.identity_provider
    if provider is None or ended is None or ended.method is not SignInMethod.PROVIDER:
        return None
    try:
        return await anyio.to_thread.run_sync(provider.end_session_address, f"{workbench.settings.server.address}/sign-in")
    except WorkbenchError as error:  # signed out here all the same
        logger.warning("the session at the provider was not ended: %s", error)
        return None
