"""API keys, found by the hash of their secret; who makes secrets and hashes is `api/security`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.operations.accounts import get_user, user_of_row
from db.tables import api_keys, users
from workbench.domain.errors import Conflict, NotFound
from workbench.domain.operations.accounts import ApiKey, Scope, User


def add_key(
    connection: sa.Connection,
    user_name: str,
    label: str,
    *,
    prefix: str,
    key_sha256: str,
    scopes: Collection[Scope],
    expires_at: datetime | None,
) -> ApiKey:
    """The new key; raises NotFound for an unknown user, Conflict if the user has a valid key with this label."""
    user = get_user(connection, user_name)
    values = {
        "user_id": user.user_id,
        "label": label,
        "prefix": prefix,
        "key_sha256": key_sha256,
        "scopes": sorted(scope.value for scope in scopes),
        "expires_at": expires_at,
    }
    statement = pg.insert(api_keys).values(values).on_conflict_do_nothing().returning(api_keys.c.key_id)
    key_id = connection.scalar(statement)
    if key_id is None:
        raise Conflict(f"{user.name} already has a key {label!r}", hint="revoke it first, or choose another label")
    return _key(connection.execute(_keys().where(api_keys.c.key_id == key_id)).one())


def list_keys(connection: sa.Connection, user_name: str | None = None) -> list[ApiKey]:
    """The keys of one user, or of all, newest first, including expired ones. Raises NotFound for an unknown user."""
    query = _keys().order_by(api_keys.c.created_at.desc(), api_keys.c.key_id.desc())
    if user_name is not None:
        query = query.where(api_keys.c.user_id == get_user(connection, user_name).user_id)
    return [_key(row) for row in connection.execute(query)]


def find_key(connection: sa.Connection, key_sha256: str) -> tuple[User, ApiKey] | None:
    """The key with this hash and its owner, valid or not; None if there is none."""
    owner = (users.c.role, users.c.is_active, users.c.created_at.label("user_created_at"))
    row = connection.execute(_keys(*owner).where(api_keys.c.key_sha256 == key_sha256)).one_or_none()
    if row is None:
        return None
    return user_of_row(row, created_at=row.user_created_at), _key(row)


def note_use(connection: sa.Connection, key_id: int, at: datetime) -> None:
    """Records that the key was used."""
    connection.execute(sa.update(api_keys).where(api_keys.c.key_id == key_id).values(last_used_at=at))


def revoke_key(connection: sa.Connection, user_name: str, label: str, at: datetime) -> ApiKey:
    """The revoked key; raises NotFound if the user has no valid key with that label."""
    is_it = sa.and_(
        api_keys.c.user_id == get_user(connection, user_name).user_id,
        api_keys.c.label == label,
        api_keys.c.revoked_at.is_(None),
    )
    key_id = connection.scalar(sa.update(api_keys).where(is_it).values(revoked_at=at).returning(api_keys.c.key_id))
    if key_id is None:
        raise NotFound(f"{user_name} has no key {label!r}", hint="list them with `workbench users keys list`")
    return _key(connection.execute(_keys().where(api_keys.c.key_id == key_id)).one())


def _keys(*more: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(api_keys, users.c.name, *more).join(users, users.c.user_id == api_keys.c.user_id)


def _key(row: Any) -> ApiKey:
    return ApiKey(
        row.key_id, row.name, row.label, row.prefix, frozenset(Scope(scope) for scope in row.scopes),
        row.created_at, row.expires_at, row.last_used_at, row.revoked_at,
    )  # fmt: skip
