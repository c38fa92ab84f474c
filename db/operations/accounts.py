"""Accounts and their password hashes; who hashes and who signs in is decided in `api/security`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.operations.idempotency_keys import forget_keys_of
from db.tables import users
from workbench.domain.errors import Conflict, NotFound
from workbench.domain.operations.accounts import User
from workbench.domain.rights.roles import Role

_FIELDS = (users.c.user_id, users.c.name, users.c.role, users.c.is_active, users.c.created_at)


def add_user(connection: sa.Connection, name: str, role: Role, password_hash: str | None) -> User:
    """The new account, active, without a hash for a user of a provider alone; raises Conflict when the name is taken."""
    statement = (
        pg.insert(users)
        .values(name=name, role=role.value, password_hash=password_hash)
        .on_conflict_do_nothing(index_elements=[users.c.name])
        .returning(*_FIELDS)
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise Conflict(f"the user {name!r} already exists")
    return user_of_row(row)


def get_user(connection: sa.Connection, name: str) -> User:
    """The account of that name; raises NotFound."""
    row = connection.execute(sa.select(*_FIELDS).where(users.c.name == name)).one_or_none()
    if row is None:
        raise NotFound(f"there is no user {name!r}")
    return user_of_row(row)


def find_credentials(connection: sa.Connection, name: str) -> tuple[User, str | None] | None:
    """The account and its password hash, if it has one; None for an unknown name."""
    row = connection.execute(sa.select(*_FIELDS, users.c.password_hash).where(users.c.name == name)).one_or_none()
    return None if row is None else (user_of_row(row), row.password_hash)


def list_users(connection: sa.Connection) -> list[User]:
    """All accounts by name, including disabled ones."""
    return [user_of_row(row) for row in connection.execute(sa.select(*_FIELDS).order_by(users.c.name))]


def set_password_hash(connection: sa.Connection, name: str, password_hash: str) -> User:
    """The account with its new password hash; raises NotFound."""
    return _change(connection, name, password_hash=password_hash)


def set_role(connection: sa.Connection, name: str, role: Role) -> User:
    """The account with its new role; raises NotFound."""
    return _change(connection, name, role=role.value)


def set_channel(connection: sa.Connection, name: str, channel: str | None) -> User:
    """The account with the notification channel that reaches its user, or without one; raises NotFound."""
    return _change(connection, name, channel=channel)


def channel_of(connection: sa.Connection, name: str) -> str | None:
    """The notification channel that reaches the user; None without one, or for an unknown name."""
    return connection.scalar(sa.select(users.c.channel).where(users.c.name == name))


def delete_user(connection: sa.Connection, name: str) -> None:
    """Deletes the account with its sessions, keys and second factor; raises NotFound."""
    forget_keys_of(connection, name)  # somebody of that name may come later
    if connection.execute(sa.delete(users).where(users.c.name == name)).rowcount == 0:
        raise NotFound(f"there is no user {name!r}")


def set_active(connection: sa.Connection, name: str, *, is_active: bool) -> User:
    """The enabled or disabled account; raises NotFound."""
    return _change(connection, name, is_active=is_active)


def _change(connection: sa.Connection, name: str, **values: object) -> User:
    statement = sa.update(users).where(users.c.name == name).values(**values).returning(*_FIELDS)
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise NotFound(f"there is no user {name!r}")
    return user_of_row(row)


def user_of_row(row: Any, *, created_at: datetime | None = None) -> User:
    """The account in a row with its columns; `created_at` where that column has another name."""
    return User(row.user_id, row.name, Role(row.role), row.is_active, created_at or row.created_at)
