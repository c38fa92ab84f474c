"""Who is asking: the person at this machine, the bearer of a token, a browser's session, or nobody."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from api.security.tokens import Audience, Tokens, credentials_mark
from db import accounts
from db.engine import Database
from workbench.domain.accounts import LOCAL_USER, Role, User
from workbench.domain.errors import NotAuthenticated
from workbench.settings import EmbeddedDatabase, Settings

SESSION_COOKIE = "workbench_session"

# A working day: pages talk over a websocket and would not notice a shorter one until the next click.
SESSION_LIFETIME = timedelta(hours=12)

_FORWARDING = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
# How long an account that was shut out may still be let in: one look into the database serves this long.
_REMEMBERED_SECONDS = 5.0
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, what they may do, and how we know."""

    name: str
    role: Role
    known_by: Literal["local", "token", "session"]


def is_loopback(host: str) -> bool:
    """Whether a host name or address, with or without a port, means this machine only.

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
    # How a socket for both families calls a client of the older one; Python before 3.13 does not look through it.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


class Gate:
    """Decides who a request comes from. `lets_local_in` says whether the person at this machine needs no password."""

    def __init__(self, settings: Settings, database: Database, tokens: Tokens) -> None:
        self._database = database
        self.tokens = tokens
        self.token_lifetime = timedelta(minutes=settings.server.token_minutes)
        self.lets_local_in = (
            settings.environment == "development"
            and isinstance(settings.database, EmbeddedDatabase)
            and is_loopback(settings.server.host)
        )
        self._remembered: dict[str, tuple[float, tuple[User, str] | None]] = {}

    @property
    def description(self) -> str:
        """One sentence for people: who is let in."""
        if self.lets_local_in:
            return "Whoever works on this machine is let in without a password; no other machine can reach this server."
        return "Everybody signs in, or brings an access token; accounts are made with `workbench users add`."

    async def identify(self, scope: Mapping[str, Any]) -> Principal | None:
        """Who sent the request or opens the websocket of this ASGI scope; None for nobody.

        Raises NotAuthenticated for a token that is wrong, even from this machine: who brings one means to be known by it.
        """
        headers = Headers(scope=dict(scope))
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return await self._bearer(token.strip(), Audience.API)
        cookie = cookie_parser(headers.get("cookie", "")).get(SESSION_COOKIE)
        if cookie:
            try:
                return await self._bearer(cookie, Audience.SESSION)
            except NotAuthenticated:
                pass  # an old cookie is no claim to be somebody else
        if self.lets_local_in and _is_from_this_machine(scope, headers):
            return Principal(LOCAL_USER, Role.ADMINISTRATOR, "local")
        return None

    async def _bearer(self, token: str, audience: Audience) -> Principal:
        claim = self.tokens.read(token, audience)
        found = await self._account(claim.name)
        if found is None or not found[0].is_active or credentials_mark(found[1]) != claim.mark:
            raise NotAuthenticated("the access token is not valid any more", hint="ask for a new one at /api/v1/auth/token")
        return Principal(claim.name, found[0].role, "token" if audience is Audience.API else "session")

    async def _account(self, name: str) -> tuple[User, str] | None:
        now = time.monotonic()
        until, found = self._remembered.get(name, (0.0, None))
        if now < until:
            return found
        async with self._database.read_async() as connection:
            found = await connection.run_sync(accounts.find_credentials, name)
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[name] = (now + _REMEMBERED_SECONDS, found)
        return found


def _is_from_this_machine(scope: Mapping[str, Any], headers: Headers) -> bool:
    # The address alone would let in what a proxy on this machine passes on, and any web page whose name somebody points at
    # 127.0.0.1 (DNS rebinding): the name that was asked for must be this machine's own, and nobody may have forwarded it.
    client = scope.get("client")
    hosts = headers.getlist("host")
    return (
        client is not None
        and is_loopback(client[0])
        and len(hosts) == 1
        and is_loopback(hosts[0])
        and not any(name in headers for name in _FORWARDING)
    )
