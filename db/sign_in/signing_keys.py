"""Keys that sign access tokens, encrypted; `api/security/keyring.py` decrypts them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from db.tables import signing_keys
from workbench.domain.operations.sessions import SigningKey


def add_signing_key(connection: sa.Connection, kid: str, sealed_key: bytes) -> None:
    """Adds a key, which signs from now on."""
    connection.execute(sa.insert(signing_keys).values(kid=kid, sealed_key=sealed_key, created_at=sa.func.clock_timestamp()))


def list_signing_keys(connection: sa.Connection) -> list[tuple[SigningKey, bytes]]:
    """The keys that verify tokens now, newest first, each with its encrypted secret."""
    is_good = sa.or_(signing_keys.c.verifies_until.is_(None), signing_keys.c.verifies_until > sa.func.now())
    query = sa.select(signing_keys).where(is_good).order_by(signing_keys.c.created_at.desc(), signing_keys.c.kid)
    return [_key(row) for row in connection.execute(query)]


def retire_signing_keys(connection: sa.Connection, until: datetime) -> int:
    """Keys that may sign now only verify, until this time; deletes those whose time is over. Returns how many were retired."""
    connection.execute(sa.delete(signing_keys).where(signing_keys.c.verifies_until <= sa.func.now()))
    may_sign = signing_keys.c.verifies_until.is_(None)
    return connection.execute(sa.update(signing_keys).where(may_sign).values(verifies_until=until)).rowcount


def replace_sealed_key(connection: sa.Connection, kid: str, sealed_key: bytes) -> None:
    """Stores the same key, encrypted otherwise."""
    connection.execute(sa.update(signing_keys).where(signing_keys.c.kid == kid).values(sealed_key=sealed_key))


def end_signing_keys(connection: sa.Connection) -> int:
    """Deletes all keys, so that no token of theirs is accepted any longer; returns their number."""
    return connection.execute(sa.delete(signing_keys)).rowcount


def _key(row: Any) -> tuple[SigningKey, bytes]:
    return SigningKey(row.kid, row.created_at, row.verifies_until), bytes(row.sealed_key)
