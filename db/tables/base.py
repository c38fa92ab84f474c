"""What every table shares: the metadata that collects them and how constraints are named."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

NOW = sa.text("now()")


def owner() -> sa.Column[str]:
    """The column of who owns a row; what was there before owners belongs to the person at this machine."""
    comment = "a user's name, or local for the person at this machine"
    return sa.Column("owner", sa.Text, nullable=False, server_default=sa.text("'local'"), comment=comment)


def shared_with() -> sa.Column[list[str]]:
    """The column of the roles whose users may read a row of somebody else."""
    empty = sa.text("'{}'::text[]")
    return sa.Column(
        "shared_with", pg.ARRAY(sa.Text), nullable=False, server_default=empty, comment="the roles that may read it"
    )
