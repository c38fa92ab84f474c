"""Which account at an identity provider belongs to which user; who may link them is decided in `api/security`."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.operations.accounts import user_of_row
from db.tables import provider_identities, users
from workbench.domain.errors import Conflict
from workbench.domain.operations.accounts import User
from workbench.domain.operations.provider_users import ProviderUser

_USER = (users.c.user_id, users.c.name, users.c.role, users.c.is_active, users.c.created_at)


def find_user(connection: sa.Connection, identity: ProviderUser) -> tuple[User, bool] | None:
    """The user of an issuer and subject, and whether the role follows the provider; None if nobody is linked."""
    mine = provider_identities.c
    query = (
        sa.select(*_USER, mine.sets_role)
        .join_from(provider_identities, users)
        .where(mine.issuer == identity.issuer, mine.subject == identity.subject)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else (user_of_row(row), row.sets_role)


def link(connection: sa.Connection, user: User, identity: ProviderUser, *, sets_role: bool) -> None:
    """Links the account at the provider to the user; raises Conflict if it is linked already."""
    values = {
        "issuer": identity.issuer, "subject": identity.subject, "user_id": user.user_id, "sets_role": sets_role,
    }  # fmt: skip
    statement = pg.insert(provider_identities).values(values).on_conflict_do_nothing().returning(provider_identities.c.user_id)
    if connection.scalar(statement) is None:
        raise Conflict("this account at the provider belongs to a user already")


def unlink(connection: sa.Connection, user: User, issuer: str) -> bool:
    """Removes the user's links to the issuer; returns whether there was one."""
    mine = provider_identities.c
    statement = sa.delete(provider_identities).where(mine.user_id == user.user_id, mine.issuer == issuer)
    return connection.execute(statement).rowcount > 0


def is_linked(connection: sa.Connection, user: User, issuer: str) -> bool:
    """Whether the user can sign in with the issuer."""
    mine = provider_identities.c
    query = sa.select(sa.exists().where(mine.user_id == user.user_id, mine.issuer == issuer))
    return bool(connection.scalar(query))
