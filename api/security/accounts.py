"""Account operations: add, change, sign in. Each one writes a row to the audit log."""

from __future__ import annotations

from api.security.passwords import hash_password, is_outdated, is_password
from db.engine import Database
from db.operations import accounts, audit
from workbench.domain.errors import InvalidIdentifier, NotAuthenticated, TooManyAttempts
from workbench.domain.operations.accounts import LONGEST_PASSWORD, User, check_password, parse_user_name
from workbench.domain.rights.roles import Role

_WINDOW_MINUTES = 15
# Limits for a user who mistypes, for one address that guesses, and for many addresses that guess one name. The last one is
# high because an attacker who reaches it locks the real user out.
_MOST_FOR_BOTH, _MOST_FOR_ADDRESS, _MOST_FOR_NAME = 5, 20, 100


def add_user(database: Database, name: str, role: Role, password: str, *, actor: str) -> User:
    """The new account; raises InvalidRequest for an invalid name or weak password, Conflict for a name in use."""
    name = parse_user_name(name)
    check_password(password, name=name)
    password_hash = hash_password(password)
    with database.write() as connection:
        user = accounts.add_user(connection, name, role, password_hash)
        audit.record(connection, actor, "user.added", name=name, role=role.value)
    return user


def change_password(database: Database, name: str, password: str, *, actor: str) -> User:
    """The account with its new password; earlier tokens become invalid. Raises InvalidRequest or NotFound."""
    name = parse_user_name(name)
    with database.read() as connection:
        accounts.get_user(connection, name)
    check_password(password, name=name)
    password_hash = hash_password(password)
    with database.write() as connection:
        user = accounts.set_password_hash(connection, name, password_hash)
        audit.record(connection, actor, "user.password_changed", name=name)
    return user


def set_active(database: Database, name: str, *, is_active: bool, actor: str) -> User:
    """The enabled or disabled account; tokens of a disabled one stop working within seconds. Raises NotFound."""
    name = parse_user_name(name)
    with database.write() as connection:
        user = accounts.set_active(connection, name, is_active=is_active)
        audit.record(connection, actor, "user.enabled" if is_active else "user.disabled", name=name)
    return user


def sign_in(database: Database, name: str, password: str, *, address: str) -> tuple[User, str]:
    """The account and its password hash if the password is right.

    Raises the same NotAuthenticated for an unknown name, a wrong password and a disabled account, and TooManyAttempts
    after five failures within 15 minutes. Takes as long as one hash whether or not the name exists.
    """
    try:
        name = parse_user_name(name)
    except InvalidIdentifier:
        # Text that is not a valid name may be a password typed into the wrong field: it is not recorded.
        name = "?"
    with database.read() as connection:
        attempts = audit.failed_attempts(connection, name, address, minutes=_WINDOW_MINUTES)
        result = accounts.find_credentials(connection, name)
    if attempts.for_both >= _MOST_FOR_BOTH or attempts.for_address >= _MOST_FOR_ADDRESS or attempts.for_name >= _MOST_FOR_NAME:
        raise TooManyAttempts("too many failed sign-ins; wait 15 minutes", retry_after_seconds=_WINDOW_MINUTES * 60)
    user, password_hash = result or (None, None)
    is_right = len(password) <= LONGEST_PASSWORD and is_password(password, password_hash)
    with database.write() as connection:
        if user is None or password_hash is None or not is_right or not user.is_active:
            audit.record(connection, name, "sign_in.failed", address=address)
        else:
            audit.record(connection, name, "sign_in", address=address)
            if is_outdated(password_hash):
                password_hash = hash_password(password)
                accounts.set_password_hash(connection, name, password_hash)
            return user, password_hash
    raise NotAuthenticated("wrong name or password")
