"""Signing in: a token for programs, a cookie for browsers."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import urlencode

import anyio
from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.accounts.caller import caller_of, end_current_session, hashing, is_form_of_page
from api.deps import TheGate, ThePrincipal, TheWorkbench, api_key, oauth2
from api.problems import problems
from api.security import accounts, sessions
from api.security.access import SESSION_COOKIE, Gate, Principal
from api.security.addresses import own_path
from api.security.sign_in_page import sign_in_page, sign_out_page
from workbench.domain.errors import NotAuthenticated, TooManyAttempts
from workbench.domain.operations.accounts import User
from workbench.domain.operations.sessions import SignInMethod
from workbench.runtime import Workbench

router = APIRouter(prefix="/auth", tags=["sign in"])
pages = APIRouter(include_in_schema=False)

_BEARER = "bearer"


class TokenForm(BaseModel):
    """The form of the token route (RFC 6749, sections 4.3.2 and 6). Other fields are ignored, as the standard asks."""

    grant_type: Literal["password", "refresh_token"] = "password"
    username: str = Field(default="", description="For `password`.", examples=["ada"])
    password: str = Field(default="", description="For `password`.", examples=["correct horse battery"])
    refresh_token: str = Field(default="", description="For `refresh_token`: the newest one of the session.")


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


async def _sign_in(workbench: Workbench, request: Request, name: str, password: str) -> User:
    """The user; raises as `accounts.sign_in`."""
    address = caller_of(request).address
    user, _ = await hashing(lambda: accounts.sign_in(workbench.database, name, password, address=address))
    return user


@router.post("/token", summary="Get an access token", responses=problems(400, 401, 422, 429))
async def token(form: Annotated[TokenForm, Form()], request: Request, workbench: TheWorkbench, gate: TheGate) -> Token:
    """Signs in with the OAuth2 password form, or exchanges a refresh token. Returns 429 after five failures within 15 minutes.

    A refresh token that is used a second time ends its session, because somebody else may have copied it.
    """
    caller = caller_of(request)
    if form.grant_type == "refresh_token":
        user, session, following = await anyio.to_thread.run_sync(
            lambda: sessions.refresh(workbench.database, form.refresh_token, caller, key=gate.refresh_key)
        )
    else:
        user = await _sign_in(workbench, request, form.username, form.password)
        session, following = await anyio.to_thread.run_sync(
            lambda: sessions.begin_program_session(
                workbench.database, user, SignInMethod.PASSWORD, caller, gate.refresh_lifetime
            )
        )
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
        **problems(401, 403, 422, 429),
    },
)
async def session(
    *,
    request: Request,
    workbench: TheWorkbench,
    gate: TheGate,
    username: Annotated[str, Form(examples=["ada"])],
    password: Annotated[str, Form(examples=["correct horse battery"])],
    following: Annotated[str, Form(alias="next", description="The path to redirect to.", examples=["/company"])] = "/",
) -> Response:
    """Signs a browser in and sets an HttpOnly, SameSite=Strict cookie. The form at `/sign-in` posts here."""
    following = own_path(following)
    try:
        user = await _sign_in(workbench, request, username, password)
    except (NotAuthenticated, TooManyAttempts) as error:
        if is_form_of_page(request):
            failed = "often" if isinstance(error, TooManyAttempts) else "wrong"
            return RedirectResponse(f"/sign-in?{urlencode({'next': following, 'failed': failed})}", HTTPStatus.SEE_OTHER)
        raise
    response = RedirectResponse(following, HTTPStatus.SEE_OTHER)
    await _begin_session(request, response, workbench, gate, user)
    return response


async def _begin_session(request: Request, response: Response, workbench: Workbench, gate: Gate, user: User) -> None:
    """Begins a session of the browser and sets its cookie."""
    session, cookie = await anyio.to_thread.run_sync(
        lambda: sessions.begin_browser_session(
            workbench.database, user, SignInMethod.PASSWORD, caller_of(request), gate.session_lifetime
        )
    )
    response.set_cookie(
        SESSION_COOKIE, cookie, expires=session.expires_at, httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip


@pages.get("/sign-in")
async def sign_in_form(request: Request) -> HTMLResponse:
    """The sign-in form."""
    parameters = request.query_params
    return sign_in_page(own_path(parameters.get("next", "/")), failed=parameters.get("failed"))


@pages.get("/sign-out")
async def sign_out_form() -> HTMLResponse:
    """The page with the sign-out button."""
    return sign_out_page()


@pages.post("/sign-out")
async def sign_out_of_page(request: Request, workbench: TheWorkbench, gate: TheGate) -> Response:
    """Ends the session of the browser, deletes its cookie and redirects to the sign-in page."""
    principal: Principal | None = request.state.principal
    if principal is not None and principal.session_id is not None:
        await end_current_session(workbench.database, gate, principal)
    response = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict")
    return response
