"""Account operations: add, change, sign in. Each one writes a row to the audit log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from api.security import second_factors
from api.security.passwords import check_new_password, hash_password, is_outdated, is_password
from api.security.sessions import end_sessions_of
from db.alerts import ownership
from db.alerts.ownership import Owned
from db.engine import Connection, Database
from db.operations import accounts, audit
from db.sign_in import password_resets, sessions
from workbench.adapters.keys.sealing import Sealer
from workbench.domain.errors import (
    Conflict,
    InvalidIdentifier,
    InvalidRequest,
    NotAuthenticated,
    SecondFactorRequired,
    TooManyAttempts,
)
from workbench.domain.operations.accounts import LONGEST_PASSWORD, User, parse_user_name
from workbench.domain.operations.sessions import EndReason
from workbench.domain.rights.roles import Role
from workbench.ingest.filings.uploads import drop_unused
from workbench.ports import ObjectStore

_WINDOW_MINUTES = 15
# Limits for a user who mistypes, for one address that guesses, and for many addresses that guess one name. The last one is
# high because an attacker who reaches it locks the real user out.
_MOST_FOR_BOTH, _MOST_FOR_ADDRESS, _MOST_FOR_NAME = 5, 20, 100
# A code has a million values and three are good at a time: ten guesses an hour find one in four years with even odds.
_CODE_WINDOW_MINUTES, _MOST_WRONG_CODES = 60, 10
# A sign-in from a new address is unusual after this many failures within a day.
_UNUSUAL_WINDOW_MINUTES, _UNUSUAL_FAILURES = 24 * 60, 5


def add_user(database: Database, name: str, role: Role, password: str, *, actor: str) -> User:
    """The new account; raises InvalidRequest for an invalid name or weak password, Conflict for a name in use."""
    name = parse_user_name(name)
    check_new_password(password, name=name)
    password_hash = hash_password(password)
    with database.write() as connection:
        user = accounts.add_user(connection, name, role, password_hash)
        audit.record(connection, actor, "user.added", name=name, role=role.value)
    return user


def change_password(database: Database, name: str, password: str, *, actor: str) -> User:
    """The account with its new password; its sessions end. Raises InvalidRequest or NotFound."""
    name = parse_user_name(name)
    with database.read() as connection:
        accounts.get_user(connection, name)
    check_new_password(password, name=name)
    password_hash = hash_password(password)
    with database.write() as connection:
        user = accounts.set_password_hash(connection, name, password_hash)
        password_resets.forget_resets(connection, user.user_id)
        end_sessions_of(connection, user, EndReason.PASSWORD_CHANGED, actor=actor)
        audit.record(connection, actor, "user.password_changed", name=name)
    return user


def set_active(database: Database, name: str, *, is_active: bool, actor: str) -> User:
    """The enabled or disabled account; sessions of a disabled one end, and its keys are refused. Raises NotFound."""
    name = parse_user_name(name)
    with database.write() as connection:
        user = accounts.set_active(connection, name, is_active=is_active)
        if not is_active:
            end_sessions_of(connection, user, EndReason.ACCOUNT_DISABLED, actor=actor)
        audit.record(connection, actor, "user.enabled" if is_active else "user.disabled", name=name)
    return user


def set_role(database: Database, name: str, role: Role, *, actor: str) -> User:
    """The account with its new role, which counts from the next request on; open pages are loaded again. Raises NotFound."""
    name = parse_user_name(name)
    with database.write() as connection:
        before = accounts.get_user(connection, name).role
        user = accounts.set_role(connection, name, role)
        audit.record(connection, actor, "user.role_changed", name=name, before=before.value, role=role.value)
    return user


def set_channel(database: Database, name: str, channel: str | None, *, actor: str) -> User:
    """The account with the notification channel that reaches its user, or without one. Raises NotFound."""
    name = parse_user_name(name)
    with database.write() as connection:
        user = accounts.set_channel(connection, name, channel)
        audit.record(connection, actor, "user.channel_changed", name=name, channel=channel or "none")
    return user


def delete_user(
    database: Database,
    objects: ObjectStore,
    name: str,
    *,
    give_to: str | None = None,
    with_data: bool = False,
    actor: str,
) -> Owned:
    """Deletes an account with its sessions, API keys and second factor; returns what the user owned.

    Documents, reports, schedules, watchlists, alerts, views and notes go to the user `give_to`, or are deleted `with_data`;
    what the audit log says of the user stays. Raises Conflict if the user owns something and neither is given, NotFound.
    """
    name = parse_user_name(name)
    with database.write() as connection:
        accounts.get_user(connection, name)
        owned = ownership.owned_by(connection, name)
        if give_to is not None:
            heir = accounts.get_user(connection, parse_user_name(give_to)).name
            if heir == name:
                raise InvalidRequest("a user's data cannot be given to the same user")
            ownership.give(connection, name, heir)
        elif owned and not with_data:
            raise Conflict(f"{name} owns {owned}", hint="give them to another user, or delete them too")
        freed = ownership.delete_owned(connection, name)
        accounts.delete_user(connection, name)
        audit.record(connection, actor, "user.deleted", name=name, given_to=give_to or "nobody")
    for files in freed:
        drop_unused(database, objects, files.sha256, files.text_sha256)
    return owned


def change_own_password(database: Database, name: str, current: str, new: str, *, address: str, session_id: str) -> User:
    """The account with its new password; its other sessions end, the session `session_id` stays.

    Raises NotAuthenticated for a wrong current password, which counts as a failed sign-in, and TooManyAttempts after five.
    """
    check_own_password(database, name, current, address=address)
    check_new_password(new, name=name)
    password_hash = hash_password(new)
    with database.write() as connection:
        user = accounts.set_password_hash(connection, name, password_hash)
        password_resets.forget_resets(connection, user.user_id)
        end_sessions_of(connection, user, EndReason.PASSWORD_CHANGED, actor=name, but=session_id)
        audit.record(connection, name, "user.password_changed", name=name, address=address)
    return user


def check_own_password(database: Database, name: str, password: str, *, address: str) -> None:
    """Asks a user who is signed in for the password again; raises as `change_own_password`."""
    user, _ = _checked(database, name, password, address=address)
    if user is None:
        raise NotAuthenticated("the current password is wrong")


@dataclass(frozen=True, slots=True)
class UnusualSignIn:
    """A sign-in from an address that the user never signed in from, after many failures; `channel` reaches the user."""

    name: str
    address: str
    failures: int
    at: datetime
    channel: str | None


def sign_in(
    database: Database,
    name: str,
    password: str,
    *,
    address: str,
    on_unusual: Callable[[UnusualSignIn], object] = lambda _: None,
) -> tuple[User, str]:
    """The account and its password hash if the password is right.

    Raises the same NotAuthenticated for an unknown name, a wrong password and a disabled account, TooManyAttempts after five
    failures within 15 minutes, and SecondFactorRequired if `sign_in_with_code` must follow. Takes as long as one hash whether
    or not the name exists.
    """
    user, password_hash = _checked(database, name, password, address=address)
    if user is None or password_hash is None:
        raise NotAuthenticated("wrong name or password")
    unusual: UnusualSignIn | None = None
    with database.write() as connection:
        if is_outdated(password_hash):
            password_hash = hash_password(password)
            accounts.set_password_hash(connection, user.name, password_hash)
        needs_code = second_factors.is_on(connection, user)
        if not needs_code:
            unusual = note_sign_in(connection, user, address)
    if needs_code:
        raise SecondFactorRequired("a one-time code is needed", hint="send it as `code`, or one of your recovery codes")
    if unusual is not None:
        on_unusual(unusual)
    return user, password_hash


def sign_in_with_code(
    database: Database,
    sealer: Sealer,
    name: str,
    code: str,
    *,
    address: str,
    on_unusual: Callable[[UnusualSignIn], object] = lambda _: None,
) -> User:
    """The account, whose password was right a moment ago, if the one-time code or recovery code is right too.

    Raises NotAuthenticated for a wrong code or one that was used before, and TooManyAttempts after five from one address
    within 15 minutes or ten within an hour: only somebody who knows the password can have caused these.
    """
    name = parse_user_name(name)
    with database.write() as connection:
        _refuse_many_failures(connection, name, address)
        wrong_codes = audit.failures_of_name(connection, name, minutes=_CODE_WINDOW_MINUTES, factor="code")
        if wrong_codes >= _MOST_WRONG_CODES:
            raise TooManyAttempts("too many wrong codes; wait an hour", retry_after_seconds=_CODE_WINDOW_MINUTES * 60)
        result = accounts.find_credentials(connection, name)
        user = result[0] if result is not None and result[0].is_active else None
        is_right = user is not None and second_factors.accept(connection, sealer, user, code)
        unusual = note_sign_in(connection, user, address) if user is not None and is_right else None
        if not is_right:
            audit.record(connection, name, "sign_in.failed", address=address, factor="code")
    if user is None or not is_right:
        raise NotAuthenticated("the code is wrong, or was used before")
    if unusual is not None:
        on_unusual(unusual)
    return user


def _checked(database: Database, name: str, password: str, *, address: str) -> tuple[User | None, str | None]:
    """The active account with this name and password, and its hash; (None, None), after recording it, if there is none."""
    try:
        name = parse_user_name(name)
    except InvalidIdentifier:
        # Text that is not a valid name may be a password typed into the wrong field: it is not recorded.
        name = "?"
    with database.read() as connection:
        _refuse_many_failures(connection, name, address)
        result = accounts.find_credentials(connection, name)
    user, password_hash = result or (None, None)
    is_right = len(password) <= LONGEST_PASSWORD and is_password(password, password_hash)
    if user is not None and is_right and user.is_active:
        return user, password_hash
    with database.write() as connection:
        audit.record(connection, name, "sign_in.failed", address=address)
    return None, None


def _refuse_many_failures(connection: Connection, name: str, address: str) -> None:
    attempts = audit.failed_attempts(connection, name, address, minutes=_WINDOW_MINUTES)
    if attempts.for_both >= _MOST_FOR_BOTH or attempts.for_address >= _MOST_FOR_ADDRESS or attempts.for_name >= _MOST_FOR_NAME:
        raise TooManyAttempts("too many failed sign-ins; wait 15 minutes", retry_after_seconds=_WINDOW_MINUTES * 60)


def note_sign_in(connection: Connection, user: User, address: str, **detail: str) -> UnusualSignIn | None:
    """Records the sign-in; returns it if it is unusual."""
    failures = audit.failures_of_name(connection, user.name, minutes=_UNUSUAL_WINDOW_MINUTES)
    is_unusual = failures >= _UNUSUAL_FAILURES and not sessions.has_session_from(connection, user.user_id, address)
    audit.record(connection, user.name, "sign_in", address=address, **detail)
    if not is_unusual:
        return None
    audit.record(connection, user.name, "sign_in.unusual", address=address, failures=str(failures))
    channel = accounts.channel_of(connection, user.name)
    return UnusualSignIn(user.name, address, failures, datetime.now(UTC), channel)
