"""The gate by itself: which credentials of a request count, for how long they are remembered, and when their use is noted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from api.security import access, accounts, api_keys
from api.security.access import Gate, Principal
from api.security.tokens import Audience, Tokens
from db.engine import Database
from db.operations.accounts import find_credentials
from db.operations.api_keys import list_keys
from db.tables import api_keys as table
from tests.api.conftest import PASSWORD, settings_at
from workbench.domain.errors import DatabaseUnavailable, NotAuthenticated
from workbench.domain.operations.accounts import Scope
from workbench.domain.rights.roles import Role

pytestmark = pytest.mark.anyio

TOKENS = Tokens(b"k" * 32)
LOCAL = Principal("local", Role.ADMINISTRATOR, "local")


@pytest.fixture
async def users(database: Database) -> AsyncIterator[Database]:
    accounts.add_user(database, "ada", Role.ANALYST, PASSWORD, actor="local")
    accounts.add_user(database, "rae", Role.VIEWER, PASSWORD, actor="local")
    yield database
    await database.close_async()


def gate_of(database: Database, *, is_local: bool = False, home: Path = Path("unused"), **settings: Any) -> Gate:
    environment = "development" if is_local else "production"
    return Gate(settings_at(home, environment=environment, **settings), database, TOKENS)


def token(database: Database, name: str = "ada", audience: Audience = Audience.API) -> str:
    with database.read() as connection:
        found = find_credentials(connection, name)
    assert found is not None
    return TOKENS.sign(name, found[1], audience, timedelta(minutes=5))


def key(database: Database, name: str = "ada", label: str = "loader", scopes: frozenset[Scope] = frozenset(Scope)) -> str:
    return api_keys.add_key(database, name, label, scopes=scopes, days=None, actor="local")[1]


def scope(
    *headers: tuple[str, str], client: tuple[str, int] | None = ("127.0.0.1", 50000), host: str | None = "localhost"
) -> Any:
    given = [*([("host", host)] if host else []), *headers]
    return {"type": "http", "client": client, "headers": [(name.encode(), value.encode("latin-1")) for name, value in given]}


async def caller_of(gate: Gate, given: Any) -> Principal | None:
    """The caller, whichever of their keys it is."""
    found = await gate.identify(given)
    return None if found is None else replace(found, key_id=None)


def cookie(value: str) -> tuple[str, str]:
    return "cookie", f"theme=dark; workbench_session={value}"


async def test_each_kind_of_credentials_names_its_caller(users: Database) -> None:
    gate = gate_of(users)
    secret, bearer, session = key(users), token(users), token(users, "rae", Audience.SESSION)
    by_key, by_token, by_session = (Principal("ada", Role.ANALYST, "key"), Principal("ada", Role.ANALYST, "token"),
                                    Principal("rae", Role.VIEWER, "session"))  # fmt: skip
    for headers, caller in (
        ([("x-api-key", secret)], by_key),
        ([("x-api-key", f" {secret} ")], by_key),
        ([("authorization", f"Bearer {secret}")], by_key),
        ([("authorization", f"bearer  {secret} ")], by_key),
        ([("authorization", f"Bearer {bearer}")], by_token),
        ([("authorization", f"BEARER  {bearer} ")], by_token),
        ([cookie(session)], by_session),
        # What a program sends on purpose goes before what a browser adds.
        ([("authorization", f"Bearer {bearer}"), cookie(session)], by_token),
        ([("x-api-key", secret), ("authorization", "Bearer nonsense")], by_key),
        ([("authorization", "Basic YWRhOmFkYQ=="), cookie(session)], by_session),
        ([("authorization", f"Basic {bearer}")], None),
        ([("authorization", bearer)], None),
        ([cookie("nonsense")], None),
        ([cookie(bearer)], None),
        ([cookie("")], None),
        ([], None),
    ):
        assert await caller_of(gate, scope(*headers)) == caller, headers


async def test_wrong_credentials_are_refused_even_at_this_machine(users: Database) -> None:
    gate = gate_of(users, is_local=True)
    session = token(users, audience=Audience.SESSION)
    no_key = ("the API key is not valid or has expired", "an administrator can create one with `workbench users keys add`")
    not_ours = ("the access token is not valid", "request one at /api/v1/auth/token")
    no_more = ("the access token is not valid", "request a new one at /api/v1/auth/token")
    lifetime = timedelta(minutes=5)
    for header, said in (
        (("x-api-key", "wbk_unknown"), no_key),
        (("x-api-key", ""), no_key),
        (("authorization", "Bearer wbk_unknown"), no_key),
        (("authorization", "Bearer nonsense"), not_ours),
        (("authorization", f"Bearer {session}"), not_ours),
        (("authorization", f"Bearer {TOKENS.sign('ada', 'an earlier hash', Audience.API, lifetime)}"), no_more),
        (("authorization", f"Bearer {TOKENS.sign('eve', 'any hash', Audience.API, lifetime)}"), no_more),
    ):
        with pytest.raises(NotAuthenticated) as refused:
            await gate.identify(scope(header))
        assert (refused.value.message, refused.value.hint) == said
    # An old cookie is no claim to be somebody else.
    assert await gate.identify(scope(cookie("nonsense"))) == LOCAL


@pytest.mark.parametrize(
    ("given", "caller"),
    [
        (scope(), LOCAL),
        (scope(host="127.0.0.1:8000", client=("::1", 1)), LOCAL),
        (scope(client=None), None),
        (scope(client=("192.168.1.7", 50000)), None),
        (scope(host=None), None),
        (scope(host="rebound.example"), None),
        (scope(("host", "localhost")), None),
        *((scope((name, "127.0.0.1")), None)
          for name in ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")),
    ],
)  # fmt: skip
async def test_only_a_direct_request_of_this_machine_is_local(filled: Database, given: Any, caller: Principal | None) -> None:
    assert await gate_of(filled, is_local=True).identify(given) == caller
    assert await gate_of(filled).identify(given) is None


@pytest.mark.parametrize(
    ("environment", "more", "is_let_in"),
    [
        ("development", {}, True),
        ("development", {"server": {"host": "localhost"}}, True),
        ("development", {"server": {"host": "0.0.0.0"}}, False),
        ("development", {"database": {"kind": "postgresql", "url": "postgresql://elsewhere/x"}}, False),
        ("production", {}, False),
    ],
)
def test_local_access_is_for_development_on_this_machine_with_its_own_database(
    filled: Database, tmp_path: Path, environment: str, more: dict[str, Any], is_let_in: bool
) -> None:
    gate = Gate(settings_at(tmp_path, environment=environment, **more), filled, TOKENS)
    assert gate.lets_local_in is is_let_in
    assert gate.description == (
        "Local access only: no sign-in is needed on this machine."
        if is_let_in
        else "Sign-in is required. Add accounts with `workbench users add`."
    )


def test_tokens_last_as_long_as_is_set(filled: Database, tmp_path: Path) -> None:
    assert gate_of(filled, home=tmp_path).token_lifetime == timedelta(minutes=30)
    assert gate_of(filled, home=tmp_path, server={"token_minutes": 5}).token_lifetime == timedelta(minutes=5)


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(access, "time", self)

    def monotonic(self) -> float:
        return self.now


async def test_a_disabled_account_is_noticed_within_five_seconds(users: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, gate = Clock(monkeypatch), gate_of(users)
    for credentials in (("authorization", f"Bearer {token(users)}"), ("x-api-key", key(users, label="one"))):
        accounts.set_active(users, "ada", is_active=True, actor="local")
        clock.now += 10.0
        assert await gate.identify(scope(credentials)) is not None
        accounts.set_active(users, "ada", is_active=False, actor="local")
        clock.now += 4.9
        assert await gate.identify(scope(credentials)) is not None
        clock.now += 0.1
        with pytest.raises(NotAuthenticated):
            await gate.identify(scope(credentials))


async def test_a_stranger_is_remembered_too(users: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, gate = Clock(monkeypatch), gate_of(users)
    early = ("authorization", f"Bearer {TOKENS.sign('eve', 'x', Audience.API, timedelta(minutes=5))}")
    with pytest.raises(NotAuthenticated):
        await gate.identify(scope(early))
    accounts.add_user(users, "eve", Role.VIEWER, PASSWORD, actor="local")
    bearer = ("authorization", f"Bearer {token(users, 'eve')}")
    with pytest.raises(NotAuthenticated):
        await gate.identify(scope(bearer))
    clock.now += 5.0
    assert await gate.identify(scope(bearer)) == Principal("eve", Role.VIEWER, "token")


async def test_callers_are_remembered_apart_and_not_without_end(users: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_MOST_CACHED", 2)
    Clock(monkeypatch)
    gate = gate_of(users)
    accounts.add_user(users, "eve", Role.ADMINISTRATOR, PASSWORD, actor="local")
    for name, role in (("ada", Role.ANALYST), ("rae", Role.VIEWER), ("eve", Role.ADMINISTRATOR)):
        assert await gate.identify(scope(("authorization", f"Bearer {token(users, name)}"))) == Principal(name, role, "token")
        limited = Role.ANALYST if role is Role.ADMINISTRATOR else role
        assert await caller_of(gate, scope(("x-api-key", key(users, name)))) == Principal(name, limited, "key")
    # The third emptied both and stands alone.
    assert list(gate._cached) == ["eve"]
    assert len(gate._cached_keys) == 1


def last_use(database: Database) -> datetime | None:
    with database.read() as connection:
        (found,) = list_keys(connection)
    return found.last_used_at


async def test_the_use_of_a_key_is_noted_once_a_minute(users: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, gate = Clock(monkeypatch), gate_of(users)
    request = scope(("x-api-key", key(users)))

    async def use_after(seconds: float) -> datetime | None:
        """When a use is noted, if the last one was that long ago."""
        ago = datetime.now(UTC) - timedelta(seconds=seconds)
        with users.write() as connection:
            connection.execute(sa.update(table).values(last_used_at=ago))
        clock.now += 5.0
        await gate.identify(request)
        found = last_use(users)
        return None if found == ago else found

    assert last_use(users) is None
    await gate.identify(request)
    first = last_use(users)
    assert first is not None
    assert timedelta(0) <= datetime.now(UTC) - first < timedelta(minutes=1)
    assert await use_after(50) is None
    assert await use_after(61) is not None
    # A key that is refused was not used.
    accounts.set_active(users, "ada", is_active=False, actor="local")
    with pytest.raises(NotAuthenticated):
        await use_after(3600)
    found = last_use(users)
    assert found is not None
    assert datetime.now(UTC) - found >= timedelta(hours=1)
    accounts.set_active(users, "ada", is_active=True, actor="local")
    api_keys.revoke_key(users, "ada", "loader", actor="local")
    with pytest.raises(NotAuthenticated):
        await use_after(3600)
    found = last_use(users)
    assert found is not None
    assert datetime.now(UTC) - found >= timedelta(hours=1)


async def test_an_expired_key_is_refused(users: Database) -> None:
    gate, secret = gate_of(users), key(users)
    with users.write() as connection:
        connection.execute(sa.update(table).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    with pytest.raises(NotAuthenticated, match="expired"):
        await gate.identify(scope(("x-api-key", secret)))


async def test_a_reading_key_of_an_analyst_reads(users: Database) -> None:
    secret = key(users, scopes=frozenset({Scope.READ}))
    assert await caller_of(gate_of(users), scope(("x-api-key", secret))) == Principal("ada", Role.VIEWER, "key")


async def test_the_database_is_asked_whether_it_answers(users: Database) -> None:
    await gate_of(users).check_database()
    away = Database("postgresql://nobody@127.0.0.1:9/none")
    try:
        with pytest.raises(DatabaseUnavailable):
            await gate_of(away).check_database()
    finally:
        away.close()
        await away.close_async()
