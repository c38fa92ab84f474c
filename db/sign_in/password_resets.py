"""One-time links with which a user sets a new password, by the hash of their token."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from db.operations.accounts import user_of_row
from db.tables import password_resets, users
from workbench.domain.operations.accounts import User


def add_reset(connection: sa.Connection, user_id: int, token_sha256: str, expires_at: datetime) -> None:
    """Stores a link, in place of the user's earlier ones."""
    forget_resets(connection, user_id)
    connection.execute(sa.insert(password_resets).values(user_id=user_id, token_sha256=token_sha256, expires_at=expires_at))


def find_reset(connection: sa.Connection, token_sha256: str) -> User | None:
    """The user of a link that is still good; None for any other."""
    is_good = sa.and_(password_resets.c.token_sha256 == token_sha256, password_resets.c.expires_at > sa.func.now())
    row = connection.execute(
        sa.select(users).join(password_resets, password_resets.c.user_id == users.c.user_id).where(is_good)
    ).one_or_none()
    return None if row is None else user_of_row(row)


def forget_resets(connection: sa.Connection, user_id: int) -> int:
    """Deletes the user's links, so that none can be used; returns their number."""
    return connection.execute(sa.delete(password_resets).where(password_resets.c.user_id == user_id)).rowcount
