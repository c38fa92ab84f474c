"""Accounts: made, changed, signed in to, guessed at; and what the audit log says of it."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from api.security import accounts
from api.security.passwords import hash_password, is_outdated, is_password
from db.engine import Database
from db.operations import audit
from db.operations.accounts import find_credentials, list_users, set_password_hash
from db.tables import audit_logs
from workbench.domain.errors import (
    Conflict,
    InvalidIdentifier,
    InvalidRequest,
    NotAuthenticated,
    NotFound,
    TooManyAttempts,
)
from workbench.domain.rights.roles import Role

PASSWORD = "a long enough one"


@pytest.fixture
def users(database: Database) -> Database:
    accounts.add_user(database, "ada", Role.ADMINISTRATOR, PASSWORD, actor="local")
    accounts.add_user(database, "bob@example.org", Role.VIEWER, PASSWORD, actor="ada")
    return database


def actions(database: Database) -> list[tuple[str, str]]:
    with database.read() as connection:
        return [(entry.actor, entry.action) for entry in reversed(audit.list_entries(connection))]


def test_made_accounts_are_listed_by_name_and_written_down(users: Database) -> None:
    with users.read() as connection:
        assert [(user.name, user.role, user.is_active) for user in list_users(connection)] == [
            ("ada", Role.ADMINISTRATOR, True),
            ("bob@example.org", Role.VIEWER, True),
        ]
    assert actions(users) == [("local", "user.added"), ("ada", "user.added")]


def test_bad_names_and_weak_passwords_change_nothing(users: Database) -> None:
    before = actions(users)
    for name in ("", "   ", "local", "a b", "-x", "x" * 65, "a\nda", "ада", "x'; drop table users"):
        with pytest.raises(InvalidIdentifier):
            accounts.add_user(users, name, Role.VIEWER, PASSWORD, actor="local")
    for password in (
        "short", "fourteen chars", "aaaaaaaaaaaaaaaa", "ababababababababab", "x" * 1025, "carolcarol-1234",
        # Long enough and in every list, or made of what stands in one, backwards too.
        "passwordpassword", "123456789012345", "qwertyuiopasdfgh", "iloveyouiloveyou", "p@ssw0rdp@ssw0rd", "drowssapdrowssap",
        # Made of words of this product, with the year behind them.
        "Workbench 2026!!", "corporate intelligence", "IntelligenceWorkbench1",
    ):  # fmt: skip
        with pytest.raises(InvalidRequest):
            accounts.add_user(users, "carol", Role.VIEWER, password, actor="local")
    with pytest.raises(Conflict):
        accounts.add_user(users, "ADA", Role.VIEWER, PASSWORD, actor="local")
    with pytest.raises(NotFound):
        accounts.change_password(users, "carol", PASSWORD, actor="local")
    with pytest.raises(NotFound):
        accounts.set_active(users, "carol", is_active=False, actor="local")
    assert actions(users) == before


def test_signing_in_says_the_same_to_every_failure(users: Database) -> None:
    user, _ = accounts.sign_in(users, "Ada", PASSWORD, address="192.0.2.1")
    assert (user.name, user.role) == ("ada", Role.ADMINISTRATOR)
    accounts.set_active(users, "bob@example.org", is_active=False, actor="ada")
    said = set()
    for name, password in (("ada", "wrong"), ("nobody", PASSWORD), ("bob@example.org", PASSWORD), ("not a name", "x")):
        with pytest.raises(NotAuthenticated) as refused:
            accounts.sign_in(users, name, password, address="192.0.2.1")
        said.add(str(refused.value))
    assert said == {"wrong name or password"}
    assert actions(users)[2:] == [
        ("ada", "sign_in"),
        ("ada", "user.disabled"),
        ("ada", "sign_in.failed"),
        ("nobody", "sign_in.failed"),
        ("bob@example.org", "sign_in.failed"),
        ("?", "sign_in.failed"),
    ]
    with users.read() as connection:
        assert all("not a name" not in str(entry) for entry in audit.list_entries(connection))


def test_guessing_is_slowed_down_for_who_guesses(users: Database) -> None:
    def fail(name: str, address: str, times: int) -> None:
        for _ in range(times):
            with pytest.raises(NotAuthenticated):
                accounts.sign_in(users, name, "wrong", address=address)

    fail("ada", "192.0.2.1", 5)
    with pytest.raises(TooManyAttempts) as refused:
        accounts.sign_in(users, "ada", PASSWORD, address="192.0.2.1")
    assert refused.value.retry_after_seconds == 900
    # Ada herself, elsewhere, is not shut out by it.
    assert accounts.sign_in(users, "ada", PASSWORD, address="192.0.2.2")[0].name == "ada"
    # One address that tries many names meets its own bound.
    for number in range(15):
        fail(f"name{number}", "192.0.2.1", 1)
    with pytest.raises(TooManyAttempts):
        accounts.sign_in(users, "bob@example.org", PASSWORD, address="192.0.2.1")
    # What is refused unheard is not written down: the log cannot be flooded.
    assert actions(users).count(("bob@example.org", "sign_in.failed")) == 0


@pytest.mark.parametrize(
    ("for_both", "for_address", "for_name", "is_heard"),
    [(4, 19, 99, True), (5, 5, 5, False), (0, 20, 0, False), (0, 0, 100, False)],
)
def test_five_for_both_twenty_for_an_address_a_hundred_for_a_name(
    users: Database, for_both: int, for_address: int, for_name: int, is_heard: bool
) -> None:
    failures = [("ada", "192.0.2.1")] * for_both
    failures += [("bob@example.org", "192.0.2.1")] * (for_address - for_both)
    failures += [("ada", "192.0.2.9")] * (for_name - for_both)
    with users.write() as connection:
        for name, address in failures:
            audit.record(connection, name, "sign_in.failed", address=address)
    if is_heard:
        assert accounts.sign_in(users, "ada", PASSWORD, address="192.0.2.1")[0].name == "ada"
        return
    with pytest.raises(TooManyAttempts, match="too many failed sign-ins; wait 15 minutes"):
        accounts.sign_in(users, "ada", PASSWORD, address="192.0.2.1")


def test_failures_of_more_than_fifteen_minutes_ago_are_forgotten(users: Database) -> None:
    with users.write() as connection:
        for _ in range(5):
            audit.record(connection, "ada", "sign_in.failed", address="192.0.2.1")
        _move_to(connection, timedelta(minutes=14))
    with pytest.raises(TooManyAttempts):
        accounts.sign_in(users, "ada", PASSWORD, address="192.0.2.1")
    with users.write() as connection:
        _move_to(connection, timedelta(minutes=15, seconds=1))
    assert accounts.sign_in(users, "ada", PASSWORD, address="192.0.2.1")[0].name == "ada"


def test_the_audit_log_names_who_did_what_to_whom_from_where(users: Database) -> None:
    accounts.change_password(users, " ADA ", "quite another one", actor="bob@example.org")
    accounts.set_active(users, "Ada", is_active=False, actor="bob@example.org")
    accounts.set_active(users, "ada", is_active=True, actor="bob@example.org")
    user, password_hash = accounts.sign_in(users, "ada", "quite another one", address="192.0.2.1")
    with pytest.raises(NotAuthenticated):
        accounts.sign_in(users, "ada", PASSWORD, address="192.0.2.2")
    with users.read() as connection:
        entries = [(each.actor, each.action, dict(each.detail)) for each in reversed(audit.list_entries(connection))]
        assert find_credentials(connection, "ada") == (user, password_hash)
    assert entries == [
        ("local", "user.added", {"name": "ada", "role": "administrator"}),
        ("ada", "user.added", {"name": "bob@example.org", "role": "viewer"}),
        ("bob@example.org", "user.password_changed", {"name": "ada"}),
        ("bob@example.org", "user.disabled", {"name": "ada"}),
        ("bob@example.org", "user.enabled", {"name": "ada"}),
        ("ada", "sign_in", {"address": "192.0.2.1"}),
        ("ada", "sign_in.failed", {"address": "192.0.2.2"}),
    ]


def test_a_password_is_weak_by_the_name_in_its_one_spelling(users: Database) -> None:
    for change in (
        lambda: accounts.add_user(users, " CAROL ", Role.VIEWER, "carolcarol-1234", actor="local"),
        lambda: accounts.change_password(users, " ADA ", "this is ada herself", actor="local"),
        lambda: accounts.change_password(users, "ada", "short", actor="local"),
    ):
        with pytest.raises(InvalidRequest):
            change()


def test_a_password_longer_than_any_is_never_hashed(users: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    longest = "".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(16))
    assert len(longest) == 1024
    accounts.add_user(users, "zoe", Role.VIEWER, longest, actor="local")
    assert accounts.sign_in(users, "zoe", longest, address="192.0.2.1")[0].name == "zoe"
    monkeypatch.setattr(accounts, "is_password", lambda *_: True)
    with pytest.raises(NotAuthenticated, match="wrong name or password"):
        accounts.sign_in(users, "zoe", longest + "x", address="192.0.2.1")


def test_success_forgives_the_failures_before(users: Database) -> None:
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(NotAuthenticated):
                accounts.sign_in(users, "ada", "wrong", address="192.0.2.1")
        accounts.sign_in(users, "ada", PASSWORD, address="192.0.2.1")


def test_hashes_of_weaker_parameters_are_renewed_at_sign_in(users: Database) -> None:
    with users.write() as connection:
        set_password_hash(connection, "ada", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD))
    accounts.sign_in(users, "ada", PASSWORD, address="192.0.2.1")
    with users.read() as connection:
        found = find_credentials(connection, "ada")
    assert found is not None
    assert not is_outdated(found[1])


def test_no_hash_is_no_match() -> None:
    assert not is_password("anything", None)
    assert not is_password("anything", "not a hash")
    made = hash_password(PASSWORD)
    assert is_password(PASSWORD, made)
    assert hash_password(PASSWORD) != made


def test_one_letter_is_one_letter_however_it_is_spelt() -> None:
    made = hash_password("caf\u00e9 au lait, please")
    assert is_password("cafe\u0301 au lait, please", made)
    assert not is_password("cafe au lait, please", made)
    assert not is_password("\ud800", made)


def test_the_hashes_of_users_cost_what_rfc_9106_asks(quick_hashes: PasswordHasher) -> None:
    # Its second recommended option: 64 MiB, three passes, four lanes.
    assert quick_hashes.hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@given(st.text(max_size=80))
def test_a_user_name_is_refused_or_in_its_one_spelling(text: str) -> None:
    from workbench.domain.operations.accounts import parse_user_name

    try:
        name = parse_user_name(text)
    except InvalidIdentifier:
        return
    assert parse_user_name(name) == name == name.lower().strip()
    assert name.isascii()


def _move_to(connection: sa.Connection, ago: timedelta) -> None:
    """Moves the log into the past, which its triggers forbid."""
    connection.execute(sa.text("alter table audit_logs disable trigger kept"))
    connection.execute(sa.update(audit_logs).values(at=sa.func.now() - ago))
    connection.execute(sa.text("alter table audit_logs enable trigger kept"))
