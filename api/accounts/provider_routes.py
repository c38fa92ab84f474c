"""Signing in with an identity provider: to it and back, and the link of an account to it.

The way back comes from another site, so it bears no SameSite=Strict cookie: what belongs to the attempt is in a cookie of its
own, encrypted, which ties the way back to the browser that began (RFC 6749, section 10.12).
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

import anyio
from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.accounts.account_routes import Password, TheAccount
from api.accounts.caller import caller_of
from api.accounts.sign_in import SignIn, TheSignIn
from api.deps import TheGate, TheWorkbench
from api.errors import status_of
from api.security import provider_accounts
from api.security.access import Gate
from api.security.addresses import own_path
from api.security.sign_in_page import continue_page, sign_in_page
from workbench.domain.errors import NotAuthenticated, NotFound, WorkbenchError
from workbench.domain.operations.provider_users import ClaimRules
from workbench.ports import IdentityProvider, SignInAttempt
from workbench.runtime import Workbench
from workbench.service_settings import OpenIdSignIn

pages = APIRouter(include_in_schema=False)

_BEGIN, _BACK = "/sign-in/provider", "/sign-in/provider/back"
_COOKIE, _CONTEXT, _LIFETIME = "workbench_provider", "provider sign-in", timedelta(minutes=10)


class Provider:
    """The provider of the settings, for this request; raises NotFound without one."""

    def __init__(self, request: Request, workbench: TheWorkbench, gate: TheGate) -> None:
        settings, provider = workbench.settings.sign_in, workbench.identity_provider
        if provider is None or not isinstance(settings, OpenIdSignIn):
            raise NotFound("no identity provider is configured", hint="see WORKBENCH_SIGN_IN__ISSUER in docs/settings.md")
        self.issuer, self._name = settings.issuer, settings.name
        self._rules = ClaimRules(settings.name_claim, settings.role_claim, settings.roles, settings.default_role)
        self._provider: IdentityProvider = provider
        self._request = request
        self._workbench: Workbench = workbench
        self._gate: Gate = gate

    async def begin(self, following: str, *, link_session: str = "") -> Response:
        """A page that leads the browser to the provider, with the cookie of this attempt."""
        attempt = SignInAttempt(
            f"{self._workbench.settings.server.address}{_BACK}", secrets.token_urlsafe(32), secrets.token_urlsafe(32),
            secrets.token_urlsafe(48),
        )  # fmt: skip
        address = await anyio.to_thread.run_sync(self._provider.authorization_address, attempt)
        values = {
            "state": attempt.state,
            "nonce": attempt.nonce,
            "verifier": attempt.verifier,
            "next": following,
            "link": link_session,
        }
        response = continue_page(address)
        response.set_cookie(
            _COOKIE, self._gate.sealer.seal_text(values, _CONTEXT, _LIFETIME), max_age=int(_LIFETIME.total_seconds()),
            httponly=True, samesite="lax", path=_BEGIN, secure=self._request.url.scheme == "https",
        )  # fmt: skip
        return response

    async def finish(self, sign_in: SignIn) -> Response:
        """Where the browser goes after the provider let its user in; raises NotAuthenticated and others if it did not."""
        parameters = self._request.query_params
        values = self._gate.sealer.unseal_text(self._request.cookies.get(_COOKIE, ""), _CONTEXT)
        if values is None or not hmac.compare_digest(values["state"].encode(), parameters.get("state", "").encode()):
            raise NotAuthenticated("this sign-in did not begin in this browser, or took too long", hint="begin again")
        if parameters.get("iss", self.issuer) != self.issuer:  # RFC 9207
            raise NotAuthenticated("another provider answered", hint="begin again")
        if "code" not in parameters:
            raise NotAuthenticated(f"{self._name} did not let you in")
        attempt = SignInAttempt(
            f"{self._workbench.settings.server.address}{_BACK}", values["state"], values["nonce"], values["verifier"]
        )
        claims = await anyio.to_thread.run_sync(self._provider.claims, parameters["code"], attempt)
        user = self._rules.user_of(claims)
        if values["link"]:
            address = caller_of(self._request).address
            await anyio.to_thread.run_sync(
                lambda: provider_accounts.link(self._workbench.database, user, session_id=values["link"], address=address)
            )
            return continue_page("/account?done=provider")
        return await sign_in.by_provider(user, values["next"])

    def failed(self, error: WorkbenchError) -> HTMLResponse:
        """The sign-in page with what went wrong."""
        return sign_in_page("/", provider=self._name, failure=error.with_hint, status=status_of(error))


TheProvider = Annotated[Provider, Depends()]


@pages.get(_BEGIN)
async def begin(request: Request, provider: TheProvider) -> Response:
    """Leads the browser to the provider."""
    try:
        return await provider.begin(own_path(request.query_params.get("next", "/")))
    except WorkbenchError as error:
        return provider.failed(error)


@pages.get(_BACK)
async def finish(provider: TheProvider, sign_in: TheSignIn) -> Response:
    """Where the provider leads the browser back to."""
    try:
        response = await provider.finish(sign_in)
    except WorkbenchError as error:
        response = provider.failed(error)
    response.delete_cookie(_COOKIE, path=_BEGIN, httponly=True, samesite="lax")
    return response


@pages.post("/account/provider")
async def link(provider: TheProvider, account: TheAccount, password: Password) -> Response:
    """Asks for the password, then leads the browser to the provider to link the account there."""
    result = await account.attempt(lambda: account.check(password))
    if isinstance(result, Response):
        return result
    try:
        return await provider.begin("/account", link_session=account.principal.session_id or "")
    except WorkbenchError as error:
        return await account.page(failure=error.with_hint, status=status_of(error))


@pages.post("/account/provider/unlink")
async def unlink(provider: TheProvider, account: TheAccount, password: Password) -> Response:
    """Removes the link, after asking for the password."""

    def work() -> None:
        account.check(password)
        provider_accounts.unlink(account.database, account.principal.name, provider.issuer, actor=account.principal.name)

    result = await account.attempt(work)
    if isinstance(result, Response):
        return result
    return RedirectResponse("/account?done=provider-off", HTTPStatus.SEE_OTHER)
