"""The settings that administrators set in the browser, each value encrypted."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.operations import audit
from db.tables import stored_settings
from workbench.domain.operations.stored_settings import StoredSetting


def list_stored_settings(connection: sa.Connection) -> list[StoredSetting]:
    """Every stored setting, by name."""
    rows = connection.execute(sa.select(stored_settings).order_by(stored_settings.c.name))
    return [StoredSetting(row.name, bytes(row.sealed), row.set_by, row.set_at) for row in rows]


def store_setting(connection: sa.Connection, name: str, sealed: bytes, *, actor: str) -> None:
    """Stores the encrypted value in place of an earlier one, and writes a row to the audit log, which has no value."""
    values = {"sealed": sealed, "set_by": actor, "set_at": sa.func.now()}
    insert = pg.insert(stored_settings).values(name=name, **values)
    connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_=values))
    audit.record(connection, actor, "setting.stored", name=name)


def remove_setting(connection: sa.Connection, name: str, *, actor: str) -> bool:
    """Removes the stored value, and writes a row to the audit log; returns False where there was none."""
    if not connection.execute(sa.delete(stored_settings).where(stored_settings.c.name == name)).rowcount:
        return False
    audit.record(connection, actor, "setting.removed", name=name)
    return True


def replace_sealed_setting(connection: sa.Connection, name: str, sealed: bytes) -> None:
    """Replaces the encryption of a value, which stays the same."""
    connection.execute(sa.update(stored_settings).where(stored_settings.c.name == name).values(sealed=sealed))
