"""Signing in by password and one-time code, and the sessions that begin with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

import anyio
from fastapi import BackgroundTasks, Depends, Request
from starlette.responses import Response

from api.accounts.caller import caller_of, hashing
from api.deps import TheGate, TheWorkbench
from api.security import accounts, provider_accounts, sessions
from api.security.access import SESSION_COOKIE
from api.security.accounts import UnusualSignIn
from api.security.security_notices import SecurityNotices
from api.security.sign_in_page import continue_page
from workbench.domain.errors import NotAuthenticated, SecondFactorRequired
from workbench.domain.operations.accounts import User, parse_user_name
from workbench.domain.operations.provider_users import ProviderUser
from workbench.domain.operations.sessions import Session, SignInMethod

# Between the password and the code of a browser; encrypted, so that only this server can say that the password was right.
_PENDING_COOKIE, _PENDING = "workbench_sign_in", "pending sign-in"
_PENDING_PATH = "/api/v1/auth/session"
_PENDING_LIFETIME = timedelta(minutes=5)


class SignIn:
    """Signs the caller of this request in."""

    def __init__(self, request: Request, workbench: TheWorkbench, gate: TheGate, background: BackgroundTasks) -> None:
        self._request = request
        self._database = workbench.database
        self._gate = gate
        self._background = background
        self._caller = caller_of(request)
        self._notices = SecurityNotices(workbench.notifier, workbench.settings.alerts.operator_channel)

    async def by_password(self, name: str, password: str, code: str = "") -> tuple[User, SignInMethod]:
        """The user and how they signed in; raises as `accounts.sign_in` and, with a code, `sign_in_with_code`."""
        try:
            user, _ = await hashing(
                lambda: accounts.sign_in(self._database, name, password, address=self._caller.address, on_unusual=self._report)
            )
        except SecondFactorRequired:
            if not code:
                raise
            return await self._by_code(name, code), SignInMethod.SECOND_FACTOR
        return user, SignInMethod.PASSWORD

    async def by_pending_code(self, code: str) -> User:
        """The user whose password this browser sent within the last minutes; raises as `accounts.sign_in_with_code`."""
        pending = self._gate.sealer.unseal_text(self._request.cookies.get(_PENDING_COOKIE, ""), _PENDING)
        if pending is None:
            raise NotAuthenticated("the password is asked for again", hint="sign in from the beginning")
        return await self._by_code(pending["name"], code)

    async def by_provider(self, identity: ProviderUser, following: str) -> Response:
        """Signs a user of the identity provider in, or leads to the one-time code; raises as `provider_accounts.sign_in`.

        The answer is a page that leads on, because a redirect from another site bears no cookie of ours.
        """
        user, needs_code = await anyio.to_thread.run_sync(
            lambda: provider_accounts.sign_in(self._database, identity, address=self._caller.address, on_unusual=self._report)
        )
        if needs_code:
            response = continue_page(f"/sign-in/code?{urlencode({'next': following})}")
            self.remember_password_of(user.name, response)
            return response
        response = continue_page(following)
        await self.begin_browser_session(user, SignInMethod.PROVIDER, response)
        return response

    async def _by_code(self, name: str, code: str) -> User:
        return await hashing(
            lambda: accounts.sign_in_with_code(
                self._database, self._gate.sealer, name, code, address=self._caller.address, on_unusual=self._report
            )
        )

    def remember_password_of(self, name: str, response: Response) -> None:
        """Lets the browser send the code next, without the password."""
        values = {"name": parse_user_name(name)}
        self._set_cookie(
            response, _PENDING_COOKIE, self._gate.sealer.seal_text(values, _PENDING, _PENDING_LIFETIME), _PENDING_LIFETIME,
            path=_PENDING_PATH,
        )  # fmt: skip

    async def begin_browser_session(self, user: User, method: SignInMethod, response: Response) -> None:
        """Begins a session of the browser and sets its cookie."""
        lifetime = self._gate.session_lifetime
        _, cookie = await anyio.to_thread.run_sync(
            lambda: sessions.begin_browser_session(self._database, user, method, self._caller, lifetime)
        )
        self._set_cookie(response, SESSION_COOKIE, cookie, lifetime)
        response.delete_cookie(_PENDING_COOKIE, path=_PENDING_PATH, httponly=True, samesite="strict")

    async def begin_program_session(self, user: User, method: SignInMethod) -> tuple[Session, str]:
        """Begins a session of a program; returns it and its refresh token."""
        return await anyio.to_thread.run_sync(
            lambda: sessions.begin_program_session(self._database, user, method, self._caller, self._gate.refresh_lifetime)
        )

    async def refresh(self, token: str) -> tuple[User, Session, str]:
        """The user and session of a refresh token, and the next one; raises as `sessions.refresh`."""
        return await anyio.to_thread.run_sync(
            lambda: sessions.refresh(self._database, token, self._caller, key=self._gate.refresh_key)
        )

    def _set_cookie(self, response: Response, name: str, value: str, lifetime: timedelta, *, path: str = "/") -> None:
        response.set_cookie(
            name, value, max_age=int(lifetime.total_seconds()), httponly=True, samesite="strict", path=path,
            secure=self._request.url.scheme == "https",
        )  # fmt: skip

    def _report(self, event: UnusualSignIn) -> None:
        self._background.add_task(self._notices.unusual_sign_in, event)


TheSignIn = Annotated[SignIn, Depends()]
