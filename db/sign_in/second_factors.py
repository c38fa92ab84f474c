"""Second factors and recovery codes; who encrypts secrets and checks codes is `api/security`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables import recovery_codes, second_factors


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """The encrypted secret of a user's one-time codes; codes are asked for once it is confirmed."""

    sealed_secret: bytes
    confirmed_at: datetime | None


def find_second_factor(connection: sa.Connection, user_id: int) -> SecondFactor | None:
    """The user's second factor, confirmed or not; None if there is none."""
    row = connection.execute(sa.select(second_factors).where(second_factors.c.user_id == user_id)).one_or_none()
    return None if row is None else SecondFactor(bytes(row.sealed_secret), row.confirmed_at)


def begin_second_factor(connection: sa.Connection, user_id: int, sealed_secret: bytes) -> bool:
    """Stores a secret to be confirmed, in place of an earlier one; returns False if the user's is confirmed already."""
    table = second_factors
    statement = (
        pg.insert(table)
        .values(user_id=user_id, sealed_secret=sealed_secret)
        .on_conflict_do_update(
            index_elements=[table.c.user_id],
            set_={"sealed_secret": sealed_secret, "created_at": sa.func.now(), "last_step": 0},
            where=table.c.confirmed_at.is_(None),
        )
        .returning(table.c.user_id)
    )
    return connection.scalar(statement) is not None


def list_sealed_secrets(connection: sa.Connection) -> list[tuple[int, bytes]]:
    """Every user with a second factor and its encrypted secret, locked until the transaction ends."""
    query = sa.select(second_factors.c.user_id, second_factors.c.sealed_secret).order_by(second_factors.c.user_id)
    return [(row.user_id, bytes(row.sealed_secret)) for row in connection.execute(query.with_for_update())]


def replace_sealed_secret(connection: sa.Connection, user_id: int, sealed_secret: bytes) -> None:
    """Stores the same secret, encrypted otherwise."""
    is_theirs = second_factors.c.user_id == user_id
    connection.execute(sa.update(second_factors).where(is_theirs).values(sealed_secret=sealed_secret))


def confirm_second_factor(connection: sa.Connection, user_id: int, at: datetime, code_hashes: Sequence[str]) -> None:
    """From here on codes are asked for; `code_hashes` are those of the recovery codes, in place of earlier ones."""
    connection.execute(sa.update(second_factors).where(second_factors.c.user_id == user_id).values(confirmed_at=at))
    connection.execute(sa.delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
    connection.execute(sa.insert(recovery_codes), [{"user_id": user_id, "code_sha256": each} for each in code_hashes])


def use_step(connection: sa.Connection, user_id: int, step: int) -> bool:
    """Notes that the code of this time step was used; returns False if it, or a later one, was used before."""
    is_new = sa.and_(second_factors.c.user_id == user_id, second_factors.c.last_step < step)
    statement = sa.update(second_factors).where(is_new).values(last_step=step).returning(second_factors.c.user_id)
    return connection.scalar(statement) is not None


def use_recovery_code(connection: sa.Connection, user_id: int, code_sha256: str, at: datetime) -> bool:
    """Notes that the recovery code was used; returns False if there is none with this hash that was not."""
    table = recovery_codes
    is_it = sa.and_(table.c.user_id == user_id, table.c.code_sha256 == code_sha256, table.c.used_at.is_(None))
    return connection.execute(sa.update(table).where(is_it).values(used_at=at)).rowcount == 1


def remove_second_factor(connection: sa.Connection, user_id: int) -> bool:
    """Removes the second factor with its recovery codes; returns whether there was one."""
    return connection.execute(sa.delete(second_factors).where(second_factors.c.user_id == user_id)).rowcount == 1
