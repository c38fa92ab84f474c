"""API keys: made, sent in both headers, held to their scope, ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from api.security import accounts, api_keys
from db.companies import save_company
from db.engine import Database
from db.operations.api_keys import find_key, list_keys
from db.operations.audit import list_entries
from db.tables import api_keys as table
from tests.api.conftest import APPLE, PASSWORD, Opener, cache_nothing, settings_at
from workbench.domain.errors import Conflict, InvalidRequest, NotFound
from workbench.domain.operations.accounts import Scope
from workbench.domain.rights.random_secrets import fingerprint
from workbench.domain.rights.roles import Role

pytestmark = pytest.mark.anyio


@pytest.fixture
def filled(database: Database) -> Database:
    """One of each test's own, because they change it."""
    with database.write() as connection:
        save_company(connection, APPLE)
    accounts.add_user(database, "ada", Role.ANALYST, PASSWORD, actor="local")
    return database


READ, BOTH = {Scope.READ}, {Scope.READ, Scope.WRITE}


def key_of(database: Database, user: str, label: str, scopes: set[Scope] = READ, days: int | None = None) -> str:
    return api_keys.add_key(database, user, label, scopes=scopes, days=days, actor="local")[1]


async def test_a_key_opens_the_api_by_either_header_and_is_noted(opened: Opener, filled: Database, tmp_path: Path) -> None:
    secret = key_of(filled, "ada", "loader", BOTH)
    settings = settings_at(tmp_path, environment="production")
    async with opened(settings=settings, client="203.0.113.9", url="https://workbench.example") as client:
        for headers in ({"X-API-Key": secret}, {"Authorization": f"Bearer {secret}"}):
            me = await client.get("/api/v1/auth/me", headers=headers)
            assert me.json() == {"name": "ada", "role": "analyst", "known_by": "key"}
        assert (await client.get("/api/v1/auth/me")).status_code == 401
    with filled.read() as connection:
        (key,) = list_keys(connection, "ada")
        stored = connection.execute(sa.select(table)).one()
    assert key.last_used_at is not None
    assert datetime.now(UTC) - key.last_used_at < timedelta(minutes=5)
    assert secret.startswith(key.prefix)
    assert secret not in str(tuple(stored))


async def test_a_key_does_no_more_than_its_scope_and_its_owner(opened: Opener, filled: Database) -> None:
    accounts.add_user(filled, "rae", Role.VIEWER, PASSWORD, actor="local")
    accounts.add_user(filled, "max", Role.ADMINISTRATOR, PASSWORD, actor="local")
    async with opened() as client:
        for user, scopes, role, status in (
            ("ada", READ, "viewer", 403),
            ("ada", BOTH, "analyst", 200),
            ("rae", BOTH, "viewer", 403),
            ("max", BOTH, "analyst", 200),
        ):
            headers = {"X-API-Key": key_of(filled, user, "".join(sorted(scopes)), scopes)}
            assert (await client.get("/api/v1/auth/me", headers=headers)).json()["role"] == role
            put = await client.put("/api/v1/watchlists/mine/companies/AAPL", headers=headers)
            assert put.status_code == status, (user, scopes)


async def test_wrong_revoked_expired_and_orphaned_keys_are_refused(opened: Opener, filled: Database) -> None:
    accounts.add_user(filled, "eve", Role.VIEWER, PASSWORD, actor="local")
    revoked, expired, orphan = key_of(filled, "ada", "a"), key_of(filled, "ada", "b", days=1), key_of(filled, "eve", "c")
    async with opened() as client:
        cache_nothing(client)

        async def status(secret: str) -> int:
            return (await client.get("/api/v1/companies", headers={"X-API-Key": secret})).status_code

        assert [await status(each) for each in (revoked, expired, orphan)] == [200, 200, 200]
        api_keys.revoke_key(filled, "ada", "a", actor="local")
        accounts.set_active(filled, "eve", is_active=False, actor="local")
        with filled.write() as connection:
            long_ago = datetime.now(UTC) - timedelta(seconds=1)
            connection.execute(sa.update(table).where(table.c.label == "b").values(expires_at=long_ago))
        for secret in (revoked, expired, orphan, revoked[:-1], "wbk_", ""):
            assert await status(secret) == 401, secret
        answer = await client.get("/api/v1/companies", headers={"Authorization": f"Bearer {revoked}"})
        assert answer.status_code == 401
        assert revoked not in answer.text


async def test_mistakes_change_nothing_and_deeds_are_logged(filled: Database) -> None:
    key_of(filled, "ada", "loader")
    for error, user, label, scopes, days in (
        (Conflict, "ada", " loader ", READ, None),
        (NotFound, "nobody", "x", READ, None),
        (InvalidRequest, "ada", "", READ, None),
        (InvalidRequest, "ada", "x" * 81, READ, None),
        (InvalidRequest, "ada", "x", set(), None),
        (InvalidRequest, "ada", "x", READ, 0),
        (InvalidRequest, "ada", "x", READ, 4000),
    ):
        with pytest.raises(error):
            key_of(filled, user, label, scopes, days)
    with pytest.raises(NotFound):
        api_keys.revoke_key(filled, "ada", "other", actor="local")
    api_keys.revoke_key(filled, "ada", "loader", actor="max")
    key_of(filled, "ada", "loader")  # a label is free again once its key is revoked
    with filled.read() as connection:
        assert len(list_keys(connection)) == 2
        done = [(entry.actor, entry.action) for entry in list_entries(connection) if entry.action.startswith("api_key")]
        assert find_key(connection, "0" * 64) is None
    assert done == [("local", "api_key.added"), ("max", "api_key.revoked"), ("local", "api_key.added")]


async def test_a_new_key_is_shown_once_and_ends_when_it_was_told_to(filled: Database) -> None:
    before = datetime.now(UTC)
    for days in (1, 3650, None):
        key, secret = api_keys.add_key(filled, " ADA ", f" {days} ", scopes=BOTH, days=days, actor="max")
        assert (key.user_name, key.label, key.scopes) == ("ada", str(days), frozenset(BOTH))
        assert secret.startswith("wbk_")
        assert len(secret) == 4 + 43  # 32 random bytes in base64
        assert key.prefix == secret[:10]
        if days is None:
            assert key.expires_at is None
        else:
            assert key.expires_at is not None
            assert timedelta(0) <= key.expires_at - before - timedelta(days=days) < timedelta(minutes=5)
    with filled.read() as connection:
        entries = [entry for entry in list_entries(connection) if entry.action == "api_key.added"]
        assert find_key(connection, fingerprint(secret)) is not None
    assert dict(entries[0].detail) == {"name": "ada", "label": "None", "prefix": secret[:10], "scopes": "read write"}


async def test_what_a_key_must_have_is_said(filled: Database) -> None:
    for scopes, days, message in (
        (set(), None, "the key has no scope"),
        (READ, 0, "a key is valid for 1 to 3,650 days"),
        (READ, 3651, "a key is valid for 1 to 3,650 days"),
    ):
        with pytest.raises(InvalidRequest, match=message) as refused:
            key_of(filled, "ada", "x", scopes, days)
        assert refused.value.hint == ("choose read, or read and write" if days is None else None)


async def test_a_revoked_key_says_when_and_whose_it_was(filled: Database) -> None:
    key_of(filled, "ada", "loader")
    before = datetime.now(UTC)
    revoked = api_keys.revoke_key(filled, " ADA ", " loader ", actor="max")
    assert revoked.revoked_at is not None
    assert timedelta(0) <= revoked.revoked_at - before < timedelta(minutes=5)
    with filled.read() as connection:
        entry = next(each for each in list_entries(connection) if each.action == "api_key.revoked")
    assert (entry.actor, dict(entry.detail)) == ("max", {"name": "ada", "label": "loader", "prefix": revoked.prefix})


def test_a_key_is_stored_under_its_sha_256() -> None:
    # FIPS 180-4's example: the digest of "abc".
    assert fingerprint("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert len(fingerprint("wbk_\ud800")) == 64
    assert [api_keys.is_key(text) for text in ("wbk_x", "WBK_x", "x.wbk_", "")] == [True, False, False, False]
