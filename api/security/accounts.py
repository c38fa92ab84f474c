"""What happens to accounts: made, changed, signed in to. Each leaves its row in the audit log."""

from __future__ import annotations

from api.security.passwords import hash_password, is_outdated, is_password
from db.engine import Database
from db.operations import accounts, audit
from workbench.domain.errors import InvalidIdentifier, NotAuthenticated, TooManyAttempts
from workbench.domain.operations.accounts import LONGEST_PASSWORD, Role, User, check_password, parse_user_name

_WINDOW_MINUTES = 15
# One person mistypes; one address guesses; many addresses guess at one name. The last bound is high, because whoever reaches
# it for somebody else shuts that person out.
_MOST_FOR_BOTH, _MOST_FOR_ADDRESS, _MOST_FOR_NAME = 5, 20, 100


def add_user(database: Database, name: str, role: Role, password: str, *, actor: str) -> User:
    """The new account; raises InvalidRequest for a bad name or weak password, Conflict for a taken name."""
    name = parse_user_name(name)
    check_password(password, name=name)
    password_hash = hash_password(password)
    with database.write() as connection:
        user = accounts.add_user(connection, name, role, password_hash)
        audit.record(connection, actor, "user.added", name=name, role=role.value)
    return user


def change_password(database: Database, name: str, password: str, *, actor: str) -> User:
    """The account with its new password; tokens given before end. Raises InvalidRequest or NotFound."""
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
    """The account, let in or shut out; its tokens stop within seconds of the latter. Raises NotFound."""
    name = parse_user_name(name)
    with database.write() as connection:
        user = accounts.set_active(connection, name, is_active=is_active)
        audit.record(connection, actor, "user.enabled" if is_active else "user.disabled", name=name)
    return user


def sign_in(database: Database, name: str, password: str, *, address: str) -> tuple[User, str]:
    """The account and its password hash when the password is right.

    Raises NotAuthenticated alike for an unknown name, a wrong password and an account that is shut out, and
    TooManyAttempts after five failures in a quarter of an hour. Takes as long as one hash, known name or not.
    """
    try:
        name = parse_user_name(name)
    except InvalidIdentifier:
        # What has not even the form of a name may be a password typed into the wrong field: it is not written down.
        name = "?"
    with database.read() as connection:
        attempts = audit.failed_attempts(connection, name, address, minutes=_WINDOW_MINUTES)
        found = accounts.find_credentials(connection, name)
    if attempts.for_both >= _MOST_FOR_BOTH or attempts.for_address >= _MOST_FOR_ADDRESS or attempts.for_name >= _MOST_FOR_NAME:
        raise TooManyAttempts(
            "signing in failed too often; wait a quarter of an hour", retry_after_seconds=_WINDOW_MINUTES * 60
        )
    user, password_hash = found or (None, None)
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
    raise NotAuthenticated("the name or the password is wrong")
