"""The gate by itself: which credentials of a request count, for how long they are remembered, and when their use is noted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from api.security import accounts, api_keys, known_callers, sessions
from api.security.access import Gate, Principal
from api.security.sessions import Caller
from db.engine import Database
from db.operations.accounts import get_user
from db.operations.api_keys import list_keys
from db.tables import api_keys as table
from tests.api.conftest import PASSWORD, settings_at
from workbench.domain.errors import DatabaseUnavailable, NotAuthenticated
from workbench.domain.operations.accounts import Scope, User
from workbench.domain.operations.sessions import EndReason, Session, SignInMethod
from workbench.domain.rights.roles import Role

pytestmark = pytest.mark.anyio

ROOT = b"k" * 32
OPENED: list[Gate] = []
HERE = Caller("192.0.2.1", "test")
LOCAL = Principal("local", Role.ADMINISTRATOR, "local")


@pytest.fixture(autouse=True)
def _listeners_end_with_their_test() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().callers.close()


@pytest.fixture
async def users(database: Database) -> AsyncIterator[Database]:
    accounts.add_user(database, "ada", Role.ANALYST, PASSWORD, actor="local")
    accounts.add_user(database, "rae", Role.VIEWER, PASSWORD, actor="local")
    yield database
    await database.close_async()


def gate_of(database: Database, *, is_local: bool = False, home: Path = Path("unused"), **settings: Any) -> Gate:
    environment = "development" if is_local else "production"
    gate = Gate(settings_at(home, environment=environment, **settings), database, ROOT)
    OPENED.append(gate)
    return gate


def user(database: Database, name: str) -> User:
    with database.read() as connection:
        return get_user(connection, name)


def session_of(database: Database, name: str = "ada") -> Session:
    lifetime = timedelta(minutes=5)
    return sessions.begin_program_session(database, user(database, name), SignInMethod.PASSWORD, HERE, lifetime)[0]


def token(gate: Gate, database: Database, name: str = "ada", lifetime: timedelta = timedelta(minutes=5)) -> str:
    return gate.keyring.for_signing().sign(name, session_of(database, name).session_id, lifetime)


def cookie_of(database: Database, name: str) -> str:
    lifetime = timedelta(minutes=5)
    return sessions.begin_browser_session(database, user(database, name), SignInMethod.PASSWORD, HERE, lifetime)[1]


def key(database: Database, name: str = "ada", label: str = "loader", scopes: frozenset[Scope] = frozenset(Scope)) -> str:
    return api_keys.add_key(database, name, label, scopes=scopes, days=None, actor="local")[1]


def scope(
    *headers: tuple[str, str], client: tuple[str, int] | None = ("127.0.0.1", 50000), host: str | None = "localhost"
) -> Any:
    given = [*([("host", host)] if host else []), *headers]
    return {"type": "http", "client": client, "headers": [(name.encode(), value.encode("latin-1")) for name, value in given]}


async def caller_of(gate: Gate, given: Any) -> Principal | None:
    """The caller, whichever of their keys or sessions it is."""
    found = await gate.identify(given)
    return None if found is None else replace(found, key_id=None, session_id=None)


def cookie(value: str) -> tuple[str, str]:
    return "cookie", f"theme=dark; workbench_session={value}"


async def test_each_kind_of_credentials_names_its_caller(users: Database) -> None:
    gate = gate_of(users)
    secret, bearer, session = key(users), token(gate, users), cookie_of(users, "rae")
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
    session = cookie_of(users, "ada")
    over = session_of(users)
    sessions.end_session(users, over.session_id, EndReason.SIGNED_OUT, actor="ada")
    tokens = gate.keyring.for_signing()
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
        (("authorization", f"Bearer {tokens.sign('ada', over.session_id, lifetime)}"), no_more),
        (("authorization", f"Bearer {tokens.sign('eve', str(uuid4()), lifetime)}"), no_more),
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
    gate = Gate(settings_at(tmp_path, environment=environment, **more), filled, ROOT)
    assert gate.lets_local_in is is_let_in
    assert gate.description == (
        "Local access only: no sign-in is needed on this machine."
        if is_let_in
        else "Sign-in is required. Add accounts with `workbench users add`."
    )


def test_tokens_last_as_long_as_is_set(filled: Database, tmp_path: Path) -> None:
    assert gate_of(filled, home=tmp_path).token_lifetime == timedelta(minutes=30)
    assert gate_of(filled, home=tmp_path, server={"token_minutes": 5}).token_lifetime == timedelta(minutes=5)


async def heard(condition: Any) -> None:
    """Waits until a condition holds, for the moment that a notification of the database takes."""
    for _ in range(500):
        if await condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("not within five seconds")


@pytest.fixture
async def gates(users: Database) -> tuple[Gate, Gate]:
    """Two processes' gates, both listening."""
    both = gate_of(users), gate_of(users)
    for each in both:
        assert await each.identify(scope(cookie(cookie_of(users, "rae")))) is not None
        listener = each.callers._listener
        assert listener is not None
        assert await asyncio.to_thread(listener.wait, 10)
    return both


async def test_a_change_of_an_account_ends_with_it_in_every_process(users: Database, gates: tuple[Gate, Gate]) -> None:
    first, second = gates
    bearer = ("authorization", f"Bearer {token(first, users)}")
    secret = ("x-api-key", key(users, label="one"))
    browser = cookie(cookie_of(users, "ada"))

    async def is_refused(gate: Gate, header: tuple[str, str]) -> bool:
        try:
            return await gate.identify(scope(header)) is None
        except NotAuthenticated:
            return True

    for gate in gates:
        for header in (bearer, secret, browser):
            assert not await is_refused(gate, header)
    # What was read once is not read again...
    reads = Reads(second)
    for header in (bearer, secret, browser):
        assert not await is_refused(second, header)
    assert reads.count == 0
    # ...until the account changes.
    accounts.set_active(users, "ada", is_active=False, actor="local")
    for gate in gates:
        for header in (bearer, secret, browser):
            await heard(lambda gate=gate, header=header: is_refused(gate, header))
    # Enabled again: the key is good as before, and its sessions stay ended.
    accounts.set_active(users, "ada", is_active=True, actor="local")
    await heard(lambda: _not(is_refused(second, secret)))
    assert await is_refused(second, bearer)
    assert await is_refused(second, browser)
    # Revoked there, refused here.
    api_keys.revoke_key(users, "ada", "one", actor="local")
    await heard(lambda: is_refused(first, secret))


async def _not(condition: Any) -> bool:
    return not await condition


class Reads:
    """Counts what a gate reads of the database."""

    def __init__(self, gate: Gate) -> None:
        self.count = 0
        database, read = gate.callers._database, gate.callers._database.read_async

        class Counting:
            def __getattr__(self, name: str) -> Any:
                return getattr(database, name)

            def read_async(this) -> Any:  # noqa: N805
                self.count += 1
                return read()

        gate.callers._database = Counting()  # type: ignore[assignment]


async def test_without_notifications_every_request_is_read_from_the_database(users: Database) -> None:
    gate = gate_of(users)
    gate.callers.close()
    bearer = scope(("authorization", f"Bearer {token(gate, users)}"))
    reads = Reads(gate)
    assert await caller_of(gate, bearer) == Principal("ada", Role.ANALYST, "token")
    assert await caller_of(gate, bearer) == Principal("ada", Role.ANALYST, "token")
    assert reads.count == 2
    accounts.change_password(users, "ada", "quite another one", actor="local")
    with pytest.raises(NotAuthenticated):
        await gate.identify(bearer)


async def test_callers_are_cached_apart_and_not_without_end(
    users: Database, gates: tuple[Gate, Gate], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_callers, "_MOST_CACHED", 2)
    gate = gates[0]
    accounts.add_user(users, "eve", Role.ADMINISTRATOR, PASSWORD, actor="local")
    for name, role in (("ada", Role.ANALYST), ("rae", Role.VIEWER), ("eve", Role.ADMINISTRATOR)):
        bearer = scope(("authorization", f"Bearer {token(gate, users, name)}"))
        assert await caller_of(gate, bearer) == Principal(name, role, "token")
        limited = Role.ANALYST if role is Role.ADMINISTRATOR else role
        assert await caller_of(gate, scope(("x-api-key", key(users, name)))) == Principal(name, limited, "key")
    assert len(gate.callers._cached) <= 2


def last_use(database: Database) -> datetime | None:
    with database.read() as connection:
        (found,) = list_keys(connection)
    return found.last_used_at


async def test_the_use_of_a_key_is_noted_once_a_minute(users: Database) -> None:
    request = scope(("x-api-key", key(users)))

    async def use_after(seconds: float) -> datetime | None:
        """When a use is noted, if the last one was that long ago."""
        ago = datetime.now(UTC) - timedelta(seconds=seconds)
        with users.write() as connection:
            connection.execute(sa.update(table).values(last_used_at=ago))
        await gate_of(users).identify(request)
        found = last_use(users)
        return None if found == ago else found

    assert last_use(users) is None
    await gate_of(users).identify(request)
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
