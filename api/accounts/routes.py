"""Signing in: a token for programs, a cookie for browsers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

import anyio
from fastapi import APIRouter, Depends, Form, Request
from fastapi.security import OAuth2PasswordRequestForm
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.deps import TheGate, ThePrincipal, TheWorkbench, api_key, oauth2
from api.problems import problems
from api.security import accounts
from api.security.access import SESSION_COOKIE, SESSION_LIFETIME
from api.security.addresses import own_path
from api.security.sign_in_page import sign_in_page, sign_out_page
from api.security.tokens import Audience
from workbench.domain.errors import NotAuthenticated, TooManyAttempts
from workbench.runtime import Workbench

router = APIRouter(prefix="/auth", tags=["sign in"])
pages = APIRouter(include_in_schema=False)

_BEARER = "bearer"

# argon2 uses 64 MiB and one core for about 50 ms: more at once slow each other and every other request.
_hashing = anyio.CapacityLimiter(2)


class Token(BaseModel):
    """An access token (RFC 6750); send it as `Authorization: Bearer ...`."""

    access_token: str
    token_type: str
    expires_in: int


class Me(BaseModel):
    """The caller: name, role, and how the caller signed in (`local`, `token`, `key` or `session`)."""

    name: str
    role: str
    known_by: str


async def _sign_in(workbench: Workbench, request: Request, name: str, password: str) -> tuple[str, str]:
    """The user's name and password hash; raises as `accounts.sign_in`."""
    address = request.client.host if request.client else "?"
    user, password_hash = await anyio.to_thread.run_sync(
        lambda: accounts.sign_in(workbench.database, name, password, address=address), limiter=_hashing
    )
    return user.name, password_hash


@router.post("/token", summary="Get an access token", responses=problems(400, 401, 422, 429))
async def token(
    form: Annotated[OAuth2PasswordRequestForm, Depends()], request: Request, workbench: TheWorkbench, gate: TheGate
) -> Token:
    """Signs in with the OAuth2 password form. Returns 429 after five failures within 15 minutes."""
    name, password_hash = await _sign_in(workbench, request, form.username, form.password)
    signed = gate.tokens.sign(name, password_hash, Audience.API, gate.token_lifetime)
    return Token(access_token=signed, token_type=_BEARER, expires_in=int(gate.token_lifetime.total_seconds()))


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
        name, password_hash = await _sign_in(workbench, request, username, password)
    except (NotAuthenticated, TooManyAttempts) as error:
        if "text/html" in request.headers.get("accept", ""):
            failed = "often" if isinstance(error, TooManyAttempts) else "wrong"
            return RedirectResponse(f"/sign-in?{urlencode({'next': following, 'failed': failed})}", HTTPStatus.SEE_OTHER)
        raise
    signed = gate.tokens.sign(name, password_hash, Audience.SESSION, SESSION_LIFETIME)
    response = RedirectResponse(following, HTTPStatus.SEE_OTHER)
    response.set_cookie(
        SESSION_COOKIE, signed, max_age=int(SESSION_LIFETIME.total_seconds()), httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return response


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
async def sign_out() -> Response:
    """Deletes the session cookie and redirects to the sign-in page."""
    response = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict")
    return response
