"""Sessions: begun, listed, refreshed and ended, by their owner and by administrators; and the keys that sign their tokens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
import sqlalchemy as sa

from api.security import accounts, keyring, sessions
from api.security.sessions import Caller
from db.engine import Database
from db.operations import audit
from db.operations.accounts import get_user
from db.sign_in import sessions as stored
from db.sign_in import signing_keys
from db.tables import refresh_tokens
from db.tables import sessions as table
from db.tables import signing_keys as keys_table
from tests.api.conftest import PASSWORD, Opener, settings_at
from tests.conftest import clone
from workbench.adapters.keys.sealing import Sealer
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import InvalidRequest, NotAuthenticated, NotFound
from workbench.domain.operations.sessions import EndReason, Session, SignInMethod
from workbench.domain.rights.roles import Role
from workbench.runtime import Workbench

pytestmark = pytest.mark.anyio

KEY, ROOT = b"r" * 32, b"k" * 32
HOME, CAFE = Caller("192.0.2.1", "curl/8.5.0"), Caller("192.0.2.9", "curl/8.5.0")
MONTH, HALF_AN_HOUR = timedelta(days=30), timedelta(minutes=30)


@pytest.fixture(scope="module")
def people(postgres_url: str, quick_hashes: object) -> Any:
    """A database with an analyst and an administrator, for tests that tell their own sessions from others'."""
    database = Database(clone(postgres_url, "sessions"))
    accounts.add_user(database, "ada", Role.ANALYST, PASSWORD, actor="local")
    accounts.add_user(database, "max", Role.ADMINISTRATOR, PASSWORD, actor="local")
    yield database
    database.close()


def begun(database: Database, name: str = "ada", caller: Caller = HOME) -> tuple[Session, str]:
    with database.read() as connection:
        user = get_user(connection, name)
    return sessions.begin_program_session(database, user, SignInMethod.PASSWORD, caller, MONTH)


def found(database: Database, session: Session) -> Session:
    with database.read() as connection:
        result = stored.find_session(connection, session.session_id)
    assert result is not None
    return result[1]


def test_a_refresh_token_is_good_once_and_each_leads_to_the_next(people: Database) -> None:
    session, first = begun(people)
    seen = [first]
    for _ in range(3):
        user, refreshed, following = sessions.refresh(people, seen[-1], CAFE, key=KEY)
        assert (user.name, refreshed.session_id, following.startswith("wbr_")) == ("ada", session.session_id, True)
        seen.append(following)
    assert len(set(seen)) == 4
    assert found(people, session).is_open(datetime.now(UTC))
    with people.read() as connection:
        rows = connection.execute(sa.select(refresh_tokens).where(refresh_tokens.c.session_id == session.session_id)).all()
        # Neither a token nor a part of one is stored.
        assert [row.used_from for row in rows].count("192.0.2.9") == 3
        assert not any(token in str(rows) or token[4:] in str(rows) for token in seen)


def test_a_token_used_again_ends_its_family_and_no_other(people: Database) -> None:
    session, first = begun(people)
    other, other_token = begun(people)
    _, _, second = sessions.refresh(people, first, HOME, key=KEY)
    # A thief of the first token comes from elsewhere, at once.
    with pytest.raises(NotAuthenticated, match="the refresh token is not valid"):
        sessions.refresh(people, first, CAFE, key=KEY)
    ended = found(people, session)
    assert (ended.end_reason, ended.is_open(datetime.now(UTC))) == (EndReason.REFRESH_TOKEN_REUSED, False)
    with pytest.raises(NotAuthenticated, match="the refresh token is not valid"):
        sessions.refresh(people, second, HOME, key=KEY)
    assert sessions.refresh(people, other_token, HOME, key=KEY)[1].session_id == other.session_id
    with people.read() as connection:
        entry = next(each for each in audit.list_entries(connection) if each.detail.get("session") == session.session_id)
    assert (entry.actor, entry.action) == ("ada", "session.ended")
    assert (entry.detail["reason"], entry.detail["address"]) == ("refresh_token_reused", "192.0.2.9")


def test_the_race_of_one_client_gets_one_successor(people: Database) -> None:
    session, first = begun(people)
    # Ten requests at once, as of a program with several threads.
    answers = [sessions.refresh(people, first, HOME, key=KEY)[2] for _ in range(10)]
    assert len(set(answers)) == 1
    assert found(people, session).is_open(datetime.now(UTC))
    # Once the successor was used, its predecessor is a copy even within the grace.
    sessions.refresh(people, answers[0], HOME, key=KEY)
    with pytest.raises(NotAuthenticated):
        sessions.refresh(people, first, HOME, key=KEY)
    assert found(people, session).end_reason is EndReason.REFRESH_TOKEN_REUSED


@pytest.mark.parametrize(("seconds", "is_race"), [(9, True), (11, False)])
def test_the_grace_lasts_ten_seconds(people: Database, seconds: int, is_race: bool) -> None:
    session, first = begun(people)
    _, _, second = sessions.refresh(people, first, HOME, key=KEY)
    of_session = refresh_tokens.c.session_id == session.session_id
    earlier = datetime.now(UTC) - timedelta(seconds=seconds)
    with people.write() as connection:
        connection.execute(
            sa.update(refresh_tokens).where(of_session, refresh_tokens.c.used_at.is_not(None)).values(used_at=earlier)
        )
    if is_race:
        assert sessions.refresh(people, first, HOME, key=KEY)[2] == second
    else:
        with pytest.raises(NotAuthenticated):
            sessions.refresh(people, first, HOME, key=KEY)
    assert found(people, session).is_open(datetime.now(UTC)) is is_race


async def test_two_exchanges_at_the_same_moment_wait_for_each_other(people: Database) -> None:
    _, first = begun(people)
    work = [asyncio.to_thread(sessions.refresh, people, first, HOME, key=KEY) for _ in range(4)]
    assert len({answer[2] for answer in await asyncio.gather(*work)}) == 1


def test_no_refresh_token_outlives_its_session_or_account(people: Database) -> None:
    accounts.add_user(people, "eve", Role.VIEWER, PASSWORD, actor="local")
    session, token = begun(people, "eve")
    with people.write() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(sa.update(table).where(table.c.session_id == session.session_id).values(expires_at=past))
    _, ended = begun(people, "eve")
    accounts.change_password(people, "eve", "quite another one", actor="local")
    _, disabled = begun(people, "eve")
    accounts.set_active(people, "eve", is_active=False, actor="local")
    for each in (token, ended, disabled, "wbr_unknown", "", "wbr_\ud800"):
        with pytest.raises(NotAuthenticated, match="the refresh token is not valid"):
            sessions.refresh(people, each, HOME, key=KEY)


def test_sessions_are_listed_while_they_are_open_and_ended_by_their_owner_alone(people: Database) -> None:
    mine, theirs = begun(people)[0], begun(people, "max")[0]
    with pytest.raises(NotFound):
        sessions.end_session(people, theirs.session_id, EndReason.ENDED_BY_OWNER, actor="ada", user_name="ada")
    with pytest.raises(InvalidRequest, match="'x' is not the id of a session"):
        sessions.end_session(people, "x", EndReason.ENDED_BY_OWNER, actor="ada")
    for name, session in (("ada", mine), ("max", theirs)):
        with people.read() as connection:
            assert session.session_id in {each.session_id for each in stored.list_sessions(connection, name)}
            assert session.session_id in {each.session_id for each in stored.list_sessions(connection)}
    sessions.end_session(people, mine.session_id, EndReason.ENDED_BY_OWNER, actor="ada", user_name="ada")
    with people.read() as connection:
        assert mine.session_id not in {each.session_id for each in stored.list_sessions(connection)}
    with pytest.raises(NotFound):
        sessions.end_session(people, mine.session_id, EndReason.ENDED_BY_OWNER, actor="ada", user_name="ada")


def test_sessions_that_are_long_over_are_forgotten(people: Database) -> None:
    old, young = begun(people)[0], begun(people)[0]
    for session in (old, young):
        sessions.end_session(people, session.session_id, EndReason.SIGNED_OUT, actor="ada")
    with people.write() as connection:
        before = datetime.now(UTC) - timedelta(days=30)
        is_old = table.c.session_id == old.session_id
        connection.execute(sa.update(table).where(is_old).values(ended_at=before - timedelta(hours=1)))
        assert stored.forget_sessions(connection, before) == 1
        assert stored.find_session(connection, old.session_id) is None
        assert stored.find_session(connection, young.session_id) is not None


def tokens_of(database: Database, root: bytes = ROOT) -> Any:
    return keyring.Keyring(database, Sealer(root)).for_signing()


async def test_rotation_signs_nobody_out(people: Database) -> None:
    before = tokens_of(people)
    token = before.sign("ada", "6f1c0e9e-1d3b-4c58-9a57-0d4b6f5f3c11", HALF_AN_HOUR)
    slow = keyring.Keyring(people, Sealer(ROOT))
    assert slow.for_signing().kid == before.kid
    kid = keyring.rotate(people, Sealer(ROOT), lifetime=HALF_AN_HOUR, at_once=False, actor="max")
    after = tokens_of(people)
    assert (after.kid, after.kid == before.kid) == (kid, False)
    assert after.read(token).name == "ada"
    new = after.sign("ada", "6f1c0e9e-1d3b-4c58-9a57-0d4b6f5f3c11", HALF_AN_HOUR)
    # A process that has not noticed the rotation reads the keys again for a key that it does not know.
    slow._read_at -= 2
    found = await slow.for_reading(new)
    assert found is not None
    assert found.read(new).name == "ada"
    with people.read() as connection:
        listed = [key for key, _ in signing_keys.list_signing_keys(connection)]
        secrets = str(connection.execute(sa.select(keys_table)).all())
    assert [key.kid for key in listed] == [kid, before.kid]
    assert listed[0].verifies_until is None
    assert listed[1].verifies_until is not None
    # Until the last of its tokens has ended: half an hour, and the five minutes in which a process may still sign.
    assert timedelta(minutes=34) < listed[1].verifies_until - datetime.now(UTC) <= timedelta(minutes=35)
    assert repr(after.keys[kid])[2:-1] not in secrets


async def test_a_key_that_somebody_may_know_is_replaced_at_once(people: Database) -> None:
    before = tokens_of(people)
    token = before.sign("ada", "6f1c0e9e-1d3b-4c58-9a57-0d4b6f5f3c11", HALF_AN_HOUR)
    keyring.rotate(people, Sealer(ROOT), lifetime=HALF_AN_HOUR, at_once=True, actor="max")
    with pytest.raises(NotAuthenticated, match="not valid"):
        tokens_of(people).read(token)
    # Another secret key of the settings cannot read what was stored: it makes a key of its own.
    other = tokens_of(people, b"o" * 32)
    assert other.kid not in tokens_of(people).keys


def test_a_retired_key_verifies_no_longer_once_its_tokens_have_ended(people: Database) -> None:
    old = tokens_of(people)
    keyring.rotate(people, Sealer(ROOT), lifetime=HALF_AN_HOUR, at_once=False, actor="max")
    with people.write() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(sa.update(keys_table).where(keys_table.c.kid == old.kid).values(verifies_until=past))
    assert old.kid not in tokens_of(people).keys


@pytest.fixture
def workbench(people: Database, objects: FolderStore, tmp_path: Path) -> Workbench:
    return Workbench(settings_at(tmp_path, environment="production"), people, objects)


async def token_of(client: httpx.AsyncClient, name: str = "ada") -> dict[str, Any]:
    answer = await client.post("/api/v1/auth/token", data={"username": name, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


def bearer(token: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {token['access_token']}"}


@pytest.fixture
async def outside(opened: Opener) -> AsyncIterator[httpx.AsyncClient]:
    async with opened(client="203.0.113.9", url="https://workbench.example", user_agent="analysis/1.0") as client:
        yield client


async def test_a_program_stays_signed_in_by_its_refresh_tokens(outside: httpx.AsyncClient) -> None:
    first = await token_of(outside)
    assert (first["expires_in"], first["refresh_expires_in"]) == (1800, pytest.approx(30 * 86400, abs=5))
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = (await outside.post("/api/v1/auth/token", data=form)).json()
    assert second["session"] == first["session"]
    assert jwt.get_unverified_header(second["access_token"])["kid"]
    for token in (first, second):
        assert (await outside.get("/api/v1/auth/me", headers=bearer(token))).json()["known_by"] == "token"
    wrong = {"grant_type": "refresh_token", "refresh_token": first["access_token"]}
    refused = await outside.post("/api/v1/auth/token", data=wrong)
    assert (refused.status_code, refused.json()["detail"]) == (401, "the refresh token is not valid")
    for form in ({"grant_type": "refresh_token"}, {"grant_type": "magic"}, {"username": "ada"}, {}):
        assert (await outside.post("/api/v1/auth/token", data=form)).status_code == 422, form


async def test_signing_out_ends_the_session_there_and_then(outside: httpx.AsyncClient) -> None:
    first, other = await token_of(outside), await token_of(outside)
    assert (await outside.post("/api/v1/auth/sign-out", headers=bearer(first))).status_code == 204
    assert (await outside.get("/api/v1/auth/me", headers=bearer(first))).status_code == 401
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    assert (await outside.post("/api/v1/auth/token", data=form)).status_code == 401
    assert (await outside.get("/api/v1/auth/me", headers=bearer(other))).status_code == 200


async def test_an_owner_lists_and_ends_sessions(outside: httpx.AsyncClient) -> None:
    here, there, theirs = await token_of(outside), await token_of(outside), await token_of(outside, "max")
    listed = (await outside.get("/api/v1/auth/sessions", headers=bearer(here))).json()["sessions"]
    by_id = {each["session"]: each for each in listed}
    assert {each["user"] for each in listed} == {"ada"}
    assert by_id[here["session"]]["is_current"]
    assert not by_id[there["session"]]["is_current"]
    assert by_id[there["session"]] | {"created_at": 0, "last_used_at": 0, "expires_at": 0} == {
        "session": there["session"], "user": "ada", "kind": "program", "method": "password", "address": "203.0.113.9",
        "client": "analysis/1.0", "created_at": 0, "last_used_at": 0, "expires_at": 0, "is_current": False,
    }  # fmt: skip
    # Another's session is as if it were not there.
    refused = await outside.post(f"/api/v1/auth/sessions/{theirs['session']}/end", headers=bearer(here))
    assert refused.status_code == 404
    assert (await outside.post(f"/api/v1/auth/sessions/{there['session']}/end", headers=bearer(here))).status_code == 204
    assert (await outside.get("/api/v1/auth/me", headers=bearer(there))).status_code == 401
    third = await token_of(outside)
    ended = (await outside.post("/api/v1/auth/sessions/end", headers=bearer(here))).json()["ended"]
    assert ended >= 1
    assert (await outside.get("/api/v1/auth/me", headers=bearer(third))).status_code == 401
    for still in (here, theirs):
        assert (await outside.get("/api/v1/auth/me", headers=bearer(still))).status_code == 200


async def test_administrators_list_and_end_sessions_of_others_and_nobody_else_does(outside: httpx.AsyncClient) -> None:
    ada, max_ = await token_of(outside), await token_of(outside, "max")
    path = f"/api/v1/users/max/sessions/{max_['session']}"
    for method, address in (
        ("GET", "/api/v1/users/max/sessions"), ("DELETE", "/api/v1/users/max/sessions"), ("DELETE", path),
        ("GET", "/api/v1/signing-keys"), ("POST", "/api/v1/signing-keys"),
    ):  # fmt: skip
        body = {"json": {}} if method == "POST" else {}
        assert (await outside.request(method, address, headers=bearer(ada), **body)).status_code == 403, address
    listed = (await outside.get("/api/v1/users/ada/sessions", headers=bearer(max_))).json()["sessions"]
    assert ada["session"] in {each["session"] for each in listed}
    wrong = await outside.delete(f"/api/v1/users/max/sessions/{ada['session']}", headers=bearer(max_))
    assert wrong.status_code == 404
    right = await outside.delete(f"/api/v1/users/ada/sessions/{ada['session']}", headers=bearer(max_))
    assert right.status_code == 204
    assert (await outside.get("/api/v1/auth/me", headers=bearer(ada))).status_code == 401
    again = await token_of(outside)
    assert (await outside.delete("/api/v1/users/ada/sessions", headers=bearer(max_))).json()["ended"] >= 1
    assert (await outside.get("/api/v1/auth/me", headers=bearer(again))).status_code == 401
    assert (await outside.get("/api/v1/users/nobody/sessions", headers=bearer(max_))).status_code == 404


async def test_an_administrator_rotates_the_key_and_tokens_stay_good(outside: httpx.AsyncClient) -> None:
    token = await token_of(outside, "max")
    before = (await outside.get("/api/v1/signing-keys", headers=bearer(token))).json()["signing_keys"]
    after = (await outside.post("/api/v1/signing-keys", json={}, headers=bearer(token))).json()["signing_keys"]
    assert (len(after), after[1]["kid"]) == (len(before) + 1, before[0]["kid"])
    assert (await outside.get("/api/v1/auth/me", headers=bearer(token))).status_code == 200
    assert jwt.get_unverified_header((await token_of(outside))["access_token"])["kid"] == after[0]["kid"]
    # With a key that somebody may know, access tokens are refused; the refresh token gives a new one.
    assert (await outside.post("/api/v1/signing-keys", json={"at_once": True}, headers=bearer(token))).status_code == 200
    assert (await outside.get("/api/v1/auth/me", headers=bearer(token))).status_code == 401
    form = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
    renewed = (await outside.post("/api/v1/auth/token", data=form)).json()
    assert (await outside.get("/api/v1/auth/me", headers=bearer(renewed))).status_code == 200


async def test_only_who_signed_in_has_sessions(opened: Opener, people: Database, objects: FolderStore, tmp_path: Path) -> None:
    from api.security import api_keys
    from workbench.domain.operations.accounts import Scope

    _, secret = api_keys.add_key(people, "ada", "nightly", scopes=[Scope.READ], days=None, actor="local")
    async with opened(settings=settings_at(tmp_path)) as client:
        for headers in ({}, {"X-API-Key": secret}):
            assert (await client.get("/api/v1/auth/sessions", headers=headers)).status_code == 403
            assert (await client.post("/api/v1/auth/sign-out", headers=headers)).status_code == 403
