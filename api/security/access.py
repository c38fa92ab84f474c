"""Authentication: identifies the caller by local access, access token, API key or browser session."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import anyio
from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from api.security.api_keys import fingerprint, is_key, note_use
from api.security.tokens import Audience, Tokens, credentials_mark
from db.engine import Database
from db.operations import accounts, api_keys
from db.server import ping
from workbench.domain.errors import NotAuthenticated
from workbench.domain.operations.accounts import ApiKey, User, role_by_key
from workbench.domain.rights.ownership import LOCAL_USER, Caller
from workbench.domain.rights.roles import Role
from workbench.service_settings import EmbeddedDatabase
from workbench.settings import Settings

SESSION_COOKIE = "workbench_session"
API_KEY_HEADER = "x-api-key"

# A working day: pages use a websocket, and an earlier end would only show at the next click.
SESSION_LIFETIME = timedelta(hours=12)

_FORWARDING = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
# How long accounts and keys are cached, and so how long a disabled account can still be admitted.
_CACHE_SECONDS = 5.0
_MOST_CACHED = 10_000
# The last use of a key is recorded to the minute: a row for each request would cost more than the request.
_USE_IS_NOTED_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller: name, role, and how the caller was identified; `key_id` is the API key's, if it was one."""

    name: str
    role: Role
    known_by: Literal["local", "token", "key", "session"]
    key_id: int | None = None

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

    def __init__(self, settings: Settings, database: Database, tokens: Tokens) -> None:
        self._database = database
        self.tokens = tokens
        self.token_lifetime = timedelta(minutes=settings.server.token_minutes)
        self.lets_local_in = (
            settings.environment == "development"
            and isinstance(settings.database, EmbeddedDatabase)
            and is_loopback(settings.server.host)
        )
        self._cached: dict[str, tuple[float, tuple[User, str] | None]] = {}
        self._cached_keys: dict[str, tuple[float, tuple[User, ApiKey] | None]] = {}

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
            return await self._bearer(token.strip(), Audience.API)
        cookie = cookie_parser(headers.get("cookie", "")).get(SESSION_COOKIE)
        if cookie:
            try:
                return await self._bearer(cookie, Audience.SESSION)
            except NotAuthenticated:
                pass  # an old cookie does not claim another identity
        if self.lets_local_in and _is_from_this_machine(scope, headers):
            return Principal(LOCAL_USER, Role.ADMINISTRATOR, "local")
        return None

    async def check_database(self) -> None:
        """Raises DatabaseUnavailable when the database does not answer.

        For pages, which read the database on the event loop and would block all requests while they wait.
        """
        async with self._database.read_async() as connection:
            await connection.run_sync(ping)

    async def _bearer(self, token: str, audience: Audience) -> Principal:
        claim = self.tokens.read(token, audience)
        result = await self._account(claim.name)
        if result is None or not result[0].is_active or credentials_mark(result[1]) != claim.mark:
            raise NotAuthenticated("the access token is not valid", hint="request a new one at /api/v1/auth/token")
        return Principal(claim.name, result[0].role, "token" if audience is Audience.API else "session")

    async def _key(self, secret: str) -> Principal:
        result = await self._owner(fingerprint(secret))
        if result is None or not result[0].is_active or not result[1].is_good(datetime.now(UTC)):
            raise NotAuthenticated(
                "the API key is not valid or has expired",
                hint="an administrator can create one with `workbench users keys add`",
            )
        user, key = result
        return Principal(user.name, role_by_key(user.role, key.scopes), "key", key.key_id)

    async def _owner(self, key_sha256: str) -> tuple[User, ApiKey] | None:
        now = time.monotonic()
        until, result = self._cached_keys.get(key_sha256, (0.0, None))
        if now < until:
            return result
        async with self._database.read_async() as connection:
            result = await connection.run_sync(api_keys.find_key, key_sha256)
        if len(self._cached_keys) >= _MOST_CACHED:
            self._cached_keys.clear()
        self._cached_keys[key_sha256] = (now + _CACHE_SECONDS, result)
        if result is not None:
            await self._note_use(*result)
        return result

    async def _note_use(self, user: User, key: ApiKey) -> None:
        now = datetime.now(UTC)
        is_noted = key.last_used_at is not None and now - key.last_used_at < _USE_IS_NOTED_AFTER
        if user.is_active and key.is_good(now) and not is_noted:
            await anyio.to_thread.run_sync(note_use, self._database, key, now)

    async def _account(self, name: str) -> tuple[User, str] | None:
        now = time.monotonic()
        until, result = self._cached.get(name, (0.0, None))
        if now < until:
            return result
        async with self._database.read_async() as connection:
            result = await connection.run_sync(accounts.find_credentials, name)
        if len(self._cached) >= _MOST_CACHED:
            self._cached.clear()
        self._cached[name] = (now + _CACHE_SECONDS, result)
        return result


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
