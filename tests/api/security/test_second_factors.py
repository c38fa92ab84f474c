"""The second factor: set up, asked for, used up, replaced by recovery codes, and turned off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa

from api.security import accounts, second_factors
from api.security.accounts import UnusualSignIn
from db.engine import Database
from db.operations import audit
from db.operations.accounts import get_user
from db.tables import recovery_codes
from db.tables import second_factors as table
from tests.api.conftest import PASSWORD
from tests.conftest import clone
from workbench.adapters.keys.sealing import Sealer
from workbench.domain.errors import (
    Conflict,
    InvalidRequest,
    NotAuthenticated,
    NotFound,
    SecondFactorRequired,
    SetupError,
    TooManyAttempts,
)
from workbench.domain.operations.audit_trail import AuditEvent
from workbench.domain.rights.roles import Role

SEALER = Sealer(b"k" * 32)
HOME = "192.0.2.1"


class Clock:
    """The clock of codes, which stands still until a test turns it on."""

    def __init__(self) -> None:
        self.now = 1_700_000_010.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(second_factors, "time", clock)
    return clock


@pytest.fixture(scope="module")
def people(postgres_url: str, quick_hashes: object) -> Iterator[Database]:
    database = Database(clone(postgres_url, "second_factors"))
    yield database
    database.close()


@pytest.fixture
def name(people: Database, request: pytest.FixtureRequest) -> str:
    """A user of this test's own."""
    name = f"u{abs(hash(request.node.nodeid)) % 10**9}"
    accounts.add_user(people, name, Role.ANALYST, PASSWORD, actor="local")
    return name


def code(secret: str, clock: Clock, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(clock.now) + 30 * steps)


def turned_on(database: Database, name: str, clock: Clock) -> tuple[str, list[str]]:
    secret, address = second_factors.begin(database, SEALER, name)
    assert address.startswith(f"otpauth://totp/Corporate%20Intelligence%20Workbench:{name}?secret={secret}")
    return secret, second_factors.confirm(database, SEALER, name, code(secret, clock))


def sign_in(database: Database, name: str, typed: str, *, address: str = HOME, **more: Any) -> str:
    with pytest.raises(SecondFactorRequired):
        accounts.sign_in(database, name, PASSWORD, address=address)
    return accounts.sign_in_with_code(database, SEALER, name, typed, address=address, **more).name


def test_a_code_is_asked_for_once_one_was_confirmed(people: Database, name: str, clock: Clock) -> None:
    secret, _ = second_factors.begin(people, SEALER, name)
    # Until then the password is enough: a secret that never reached a telephone locks nobody out.
    assert accounts.sign_in(people, name, PASSWORD, address=HOME)[0].name == name
    with pytest.raises(InvalidRequest, match="the code is wrong or too old"):
        second_factors.confirm(people, SEALER, name, "000000" if code(secret, clock) != "000000" else "000001")
    codes = second_factors.confirm(people, SEALER, name, code(secret, clock))
    assert len(set(codes)) == 10
    assert all(len(each.replace("-", "")) == 20 for each in codes)
    clock.now += 30
    assert sign_in(people, name, code(secret, clock)) == name
    with pytest.raises(Conflict):
        second_factors.begin(people, SEALER, name)
    with pytest.raises(Conflict):
        second_factors.confirm(people, SEALER, name, code(secret, clock))


def test_a_code_is_good_once_and_half_a_minute_early_or_late(people: Database, name: str, clock: Clock) -> None:
    secret, _ = turned_on(people, name, clock)
    # The code that confirmed is used up, and so is an earlier one.
    for used in (code(secret, clock), code(secret, clock, -1)):
        with pytest.raises(NotAuthenticated, match="the code is wrong, or was used before"):
            sign_in(people, name, used)
    clock.now += 300
    assert sign_in(people, name, f" {code(secret, clock, -1)[:3]} {code(secret, clock, -1)[3:]} ") == name
    assert sign_in(people, name, code(secret, clock, 1)) == name
    for refused in (code(secret, clock, 1), code(secret, clock), code(secret, clock, 2)):
        with pytest.raises(NotAuthenticated):
            sign_in(people, name, refused)


def test_a_recovery_code_replaces_a_code_once(people: Database, name: str, clock: Clock) -> None:
    _, codes = turned_on(people, name, clock)
    assert sign_in(people, name, codes[0].upper().replace("-", " ")) == name
    with pytest.raises(NotAuthenticated):
        sign_in(people, name, codes[0])
    assert sign_in(people, name, codes[9]) == name
    with people.read() as connection:
        user = get_user(connection, name)
        stored = connection.execute(sa.select(recovery_codes).where(recovery_codes.c.user_id == user.user_id)).all()
        used = [each.action for each in audit.list_entries(connection) if each.actor == name]
    assert len([row for row in stored if row.used_at is not None]) == 2
    assert not any(each in str(stored) or each.replace("-", "") in str(stored) for each in codes)
    assert used.count("second_factor.recovery_code_used") == 2


def test_the_secret_is_stored_encrypted_for_its_user(people: Database, name: str, clock: Clock) -> None:
    secret, _ = turned_on(people, name, clock)
    with people.read() as connection:
        user = get_user(connection, name)
        stored = connection.scalar(sa.select(table.c.sealed_secret).where(table.c.user_id == user.user_id))
    assert stored is not None
    assert secret.encode() not in bytes(stored)
    assert SEALER.unseal(bytes(stored), f"second factor of user {user.user_id}") == secret.encode()
    # Copied to another user's row, or under another key, it opens nothing.
    assert SEALER.unseal(bytes(stored), f"second factor of user {user.user_id + 1}") is None
    with pytest.raises(SetupError, match="another secret key"):
        accounts.sign_in_with_code(people, Sealer(b"o" * 32), name, code(secret, clock), address=HOME)


def test_guessing_codes_ends_after_five_from_there_and_ten_from_anywhere(people: Database, name: str, clock: Clock) -> None:
    secret, _ = turned_on(people, name, clock)
    clock.now += 300
    for number in range(10):
        with pytest.raises(NotAuthenticated):
            accounts.sign_in_with_code(people, SEALER, name, "no code", address=f"192.0.2.{number // 5}")
        if number == 4:
            with pytest.raises(TooManyAttempts, match="wait 15 minutes"):
                accounts.sign_in_with_code(people, SEALER, name, code(secret, clock), address="192.0.2.0")
    with pytest.raises(TooManyAttempts, match="too many wrong codes; wait an hour") as refused:
        accounts.sign_in_with_code(people, SEALER, name, code(secret, clock), address="192.0.2.7")
    assert refused.value.retry_after_seconds == 3600
    # The password alone forgives nothing.
    with pytest.raises(SecondFactorRequired):
        accounts.sign_in(people, name, PASSWORD, address="192.0.2.7")
    with pytest.raises(TooManyAttempts):
        accounts.sign_in_with_code(people, SEALER, name, code(secret, clock), address="192.0.2.7")


def test_turned_off_the_password_is_enough_again(people: Database, name: str, clock: Clock) -> None:
    secret, codes = turned_on(people, name, clock)
    second_factors.turn_off(people, name, actor="max")
    assert accounts.sign_in(people, name, PASSWORD, address=HOME)[0].name == name
    for typed in (code(secret, clock, 1), codes[0]):
        with pytest.raises(NotAuthenticated):
            accounts.sign_in_with_code(people, SEALER, name, typed, address=HOME)
    with pytest.raises(NotFound):
        second_factors.turn_off(people, name, actor="max")


def test_a_code_opens_no_disabled_account(people: Database, name: str, clock: Clock) -> None:
    secret, _ = turned_on(people, name, clock)
    clock.now += 300
    accounts.set_active(people, name, is_active=False, actor="max")
    for who in (name, "nobody"):
        with pytest.raises(NotAuthenticated, match="the code is wrong, or was used before"):
            accounts.sign_in_with_code(people, SEALER, who, code(secret, clock), address=HOME)


@pytest.mark.parametrize(("failures", "address", "is_unusual"), [
    (5, "198.51.100.7", True), (4, "198.51.100.7", False), (5, HOME, False),
])  # fmt: skip
def test_a_new_address_after_many_failures_is_reported(
    people: Database, name: str, failures: int, address: str, is_unusual: bool
) -> None:
    from datetime import UTC, datetime, timedelta

    from api.security.sessions import Caller, begin_program_session
    from workbench.domain.operations.sessions import SignInMethod

    with people.read() as connection:
        user = get_user(connection, name)
    begin_program_session(people, user, SignInMethod.PASSWORD, Caller(HOME, "curl"), timedelta(days=1))
    with people.write() as connection:
        accounts.accounts.set_channel(connection, name, "mail")
        for number in range(failures):
            audit.record(connection, name, "sign_in.failed", address=f"203.0.113.{number}")
        # One of two days ago does not count.
        before = datetime.now(UTC) - timedelta(hours=25)
        audit.record_events(connection, [AuditEvent(before, name, "sign_in.failed", {"address": "203.0.113.99"})])
    reported: list[UnusualSignIn] = []
    accounts.sign_in(people, name, PASSWORD, address=address, on_unusual=reported.append)
    assert [(each.name, each.address, each.failures, each.channel) for each in reported] == (
        [(name, address, 5, "mail")] if is_unusual else []
    )
