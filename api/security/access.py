"""Authentication: identifies the caller by local access, access token, API key or browser session."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar

import anyio
from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from api.security.api_keys import is_key
from api.security.keyring import Keyring
from api.security.known_callers import KnownCallers
from db.engine import Connection, Database
from db.operations import api_keys
from db.server import ping
from db.sign_in import sessions
from workbench.adapters.keys.sealing import Sealer, derived_key
from workbench.domain.errors import NotAuthenticated
from workbench.domain.operations.accounts import User, role_by_key
from workbench.domain.operations.sessions import Session
from workbench.domain.rights.ownership import LOCAL_USER, Caller
from workbench.domain.rights.random_secrets import fingerprint
from workbench.domain.rights.roles import Role
from workbench.runtime.components import column_cipher
from workbench.service_settings import EmbeddedDatabase
from workbench.settings import Settings

SESSION_COOKIE = "workbench_session"
API_KEY_HEADER = "x-api-key"

_FORWARDING = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
# The last use of a session or key is recorded to the minute: a row for each request would cost more than the request.
_USE_IS_NOTED_AFTER = timedelta(minutes=1)
_MOST_NOTED = 10_000

_Id = TypeVar("_Id", int, str)


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller: name, role, and how the caller was identified; `key_id` or `session_id` is that of the key or session."""

    name: str
    role: Role
    known_by: Literal["local", "token", "key", "session"]
    key_id: int | None = None
    session_id: str | None = None

    @property
    def caller(self) -> Caller:
        """Whose work the request may read and change."""
        return Caller(self.name, self.role)


def is_loopback(host: str) -> bool:
    """Whether a host name or address, with or without a port, refers to this machine only.

    >>> is_loopback("[::1]:8000"), is_loopback("localhost"), is_loopback("localhost.example.org")
    (True, True, False)
    """
    name = host.strip().lower()
    if name.startswith("["):
        name = name[1:].partition("]")[0]
    elif name.count(":") == 1:
        name = name.partition(":")[0]
    if name.rstrip(".") == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    # A dual-stack socket reports an IPv4 client as a mapped address; Python before 3.13 does not see that as loopback.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


class Gate:
    """Identifies the caller of a request. `lets_local_in` says whether local access needs no password."""

    def __init__(self, settings: Settings, database: Database, root: bytes) -> None:
        """`root` is the signing key of the settings, from which all other keys follow."""
        self._database = database
        self.sealer = Sealer(root, column_cipher(settings))
        self.refresh_key = derived_key(root, "refresh tokens")
        self.keyring = Keyring(database, self.sealer)
        self.callers = KnownCallers(database, self.keyring.forget)
        self._noted: dict[int | str, datetime] = {}
        self.token_lifetime = timedelta(minutes=settings.server.token_minutes)
        self.refresh_lifetime = timedelta(days=settings.server.refresh_days)
        self.session_lifetime = timedelta(hours=settings.server.session_hours)
        self.lets_local_in = (
            settings.environment == "development"
            and isinstance(settings.database, EmbeddedDatabase)
            and is_loopback(settings.server.host)
        )

    @property
    def description(self) -> str:
        """One sentence for users: who can sign in and how."""
        if self.lets_local_in:
            return "Local access only: no sign-in is needed on this machine."
        return "Sign-in is required. Add accounts with `workbench users add`."

    async def identify(self, scope: Mapping[str, Any]) -> Principal | None:
        """The caller of the request or websocket in this ASGI scope; None if the caller is not signed in.

        An API key can be sent as `X-API-Key` or as a bearer token. Raises NotAuthenticated for an invalid token or key,
        even from this machine: a caller who sends credentials wants to be identified by them.
        """
        headers = Headers(scope=dict(scope))
        kind, _, token = headers.get("authorization", "").partition(" ")
        if API_KEY_HEADER in headers:
            return await self._key(headers[API_KEY_HEADER].strip())
        if kind.lower() == "bearer" and is_key(token.strip()):
            return await self._key(token.strip())
        if kind.lower() == "bearer":
            return await self._bearer(token.strip())
        cookie = cookie_parser(headers.get("cookie", "")).get(SESSION_COOKIE)
        if cookie:
            principal = await self._cookie(cookie)
            if principal is not None:  # an old cookie does not claim another identity
                return principal
        if self.lets_local_in and _is_from_this_machine(scope, headers):
            return Principal(LOCAL_USER, Role.ADMINISTRATOR, "local")
        return None

    def watch(self, principal: Principal) -> AbstractContextManager[asyncio.Event]:
        """An event that is set whenever the caller's session, role or account may have changed."""
        return self.callers.watch(principal.session_id)

    async def check_database(self) -> None:
        """Raises DatabaseUnavailable when the database does not answer.

        For pages, which read the database on the event loop and would block all requests while they wait.
        """
        async with self._database.read_async() as connection:
            await connection.run_sync(ping)

    async def _bearer(self, token: str) -> Principal:
        tokens = await self.keyring.for_reading(token)
        if tokens is None:
            raise NotAuthenticated("the access token is not valid", hint="request one at /api/v1/auth/token")
        result = await self.callers.session(tokens.read(token).session_id)
        principal = await self._in_session(result, "token")
        if principal is None:
            raise NotAuthenticated("the access token is not valid", hint="request a new one at /api/v1/auth/token")
        return principal

    async def _cookie(self, cookie: str) -> Principal | None:
        return await self._in_session(await self.callers.session_of_cookie(fingerprint(cookie)), "session")

    async def _in_session(
        self, result: tuple[User, Session] | None, known_by: Literal["token", "session"]
    ) -> Principal | None:
        """The user of the session; None if there is none or it is over."""
        now = datetime.now(UTC)
        if result is None or not result[0].is_active or not result[1].is_open(now):
            return None
        user, session = result
        await self._note_use(session.last_used_at, now, sessions.note_use, session.session_id)
        return Principal(user.name, user.role, known_by, session_id=session.session_id)

    async def _key(self, secret: str) -> Principal:
        now = datetime.now(UTC)
        result = await self.callers.key(fingerprint(secret))
        if result is None or not result[0].is_active or not result[1].is_good(now):
            raise NotAuthenticated(
                "the API key is not valid or has expired",
                hint="an administrator can create one with `workbench users keys add`",
            )
        user, key = result
        await self._note_use(key.last_used_at, now, api_keys.note_use, key.key_id)
        return Principal(user.name, role_by_key(user.role, key.scopes), "key", key.key_id)

    async def _note_use(
        self, last: datetime | None, now: datetime, note: Callable[[Connection, _Id, datetime], None], identity: _Id
    ) -> None:
        """Records the use of a session or key unless that was done within the last minute."""
        noted = max(filter(None, (last, self._noted.get(identity))), default=None)
        if noted is not None and now - noted < _USE_IS_NOTED_AFTER:
            return
        if len(self._noted) >= _MOST_NOTED:
            self._noted.clear()
        self._noted[identity] = now

        def write() -> None:
            with self._database.write() as connection:
                note(connection, identity, now)

        await anyio.to_thread.run_sync(write)


def _is_from_this_machine(scope: Mapping[str, Any], headers: Headers) -> bool:
    # The client address alone would admit requests that a local proxy forwards, and web pages whose host name resolves to
    # 127.0.0.1 (DNS rebinding). So the Host header must name this machine, and there must be no forwarding header.
    client = scope.get("client")
    hosts = headers.getlist("host")
    return (
        client is not None
        and is_loopback(client[0])
        and len(hosts) == 1
        and is_loopback(hosts[0])
        and not any(name in headers for name in _FORWARDING)
    )
