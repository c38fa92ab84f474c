"""Feature flags: read on each use, so that a change takes effect immediately."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.operations import audit
from db.tables import feature_flags
from workbench.domain.operations.flags import FLAGS, Flag, parse_flag


def is_enabled(connection: sa.Connection, name: str) -> bool:
    """Whether the flag is on, which is the default. Raises InvalidRequest for an unknown flag."""
    name = parse_flag(name)
    stored: bool | None = connection.scalar(sa.select(feature_flags.c.is_enabled).where(feature_flags.c.flag == name))
    return stored is not False


def list_flags(connection: sa.Connection) -> list[Flag]:
    """Every flag, in the order of `workbench.domain.operations.flags.FLAGS`."""
    stored = {row.flag: row for row in connection.execute(sa.select(feature_flags))}
    return [
        Flag(name, stored[name].is_enabled, stored[name].changed_by, stored[name].changed_at)
        if name in stored
        else Flag(name, True)
        for name in FLAGS
    ]


def set_flag(connection: sa.Connection, name: str, *, is_enabled: bool, actor: str) -> None:
    """Sets the flag and writes a row to the audit log; raises InvalidRequest for an unknown flag."""
    name = parse_flag(name)
    insert = pg.insert(feature_flags).values(flag=name, is_enabled=is_enabled, changed_by=actor)
    values = {"is_enabled": is_enabled, "changed_by": actor, "changed_at": sa.func.now()}
    connection.execute(insert.on_conflict_do_update(index_elements=["flag"], set_=values))
    audit.record(connection, actor, "flag.on" if is_enabled else "flag.off", name=name)
