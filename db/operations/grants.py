"""What the account of the application may do in the database: read and write rows, and add to the audit trail."""

from __future__ import annotations

import sqlalchemy as sa

from db.engine import Database
from db.tables import metadata

# The application adds entries to the first, and only reads the others: the account that owns the tables changes them.
_APPENDED = ("audit_logs",)
_READ = ("audit_anchors", "alembic_version")
# Catalogue rows of a table are changed by one transaction at a time.
_LOCK = 7_301_220_115

_LACKS = sa.text(
    """
    select exists (
      select from unnest(cast(:tables as text[])) t
      where not has_table_privilege(:role, t, 'select') or not has_table_privilege(:role, t, 'insert')
    ) or exists (
      select from unnest(cast(:closed as text[])) t
      where has_table_privilege(:role, t, 'update') or has_table_privilege(:role, t, 'delete')
        or not has_table_privilege(:role, t, 'select')
    )
    """
)


def grant_application(database: Database) -> bool:
    """Gives the account of the application what it needs and takes what it must not have; True when something changed.

    Nothing changes where that account owns the tables itself. Tables and views that the owner makes later in other schemas,
    such as marts, can be read. Call it after each migration.
    """
    if database.owner is database:
        return False
    with database.read() as connection:
        role = str(connection.scalar(sa.text("select current_user")))
    with database.owner.write() as connection:
        connection.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if role == connection.scalar(sa.text("select current_user")) or not _lacks(connection, role):
            return False
        for statement in _statements(connection.dialect.identifier_preparer.quote(role)):
            connection.execute(sa.text(statement))
    return True


def owns_tables(connection: sa.Connection) -> bool:
    """Whether this account may change the tables."""
    query = "select pg_has_role(c.relowner, 'usage') from pg_class c where c.oid = 'public.companies'::regclass"
    return bool(connection.scalar(sa.text(query)))


def _lacks(connection: sa.Connection, role: str) -> bool:
    closed = [*_APPENDED, *_READ]
    tables = [name for name in metadata.tables if name not in _READ]
    return bool(connection.scalar(_LACKS, {"role": role, "tables": tables, "closed": closed}))


def _statements(role: str) -> list[str]:
    """The statements in their order; `role` is quoted."""
    everything_but_reading = "update, delete, truncate, references, trigger"
    return [
        f"grant usage on schema public to {role}",
        f"grant select, insert, update, delete on all tables in schema public to {role}",
        f"grant usage, select on all sequences in schema public to {role}",
        f"revoke {everything_but_reading} on {', '.join(_APPENDED)} from {role}",
        f"revoke insert, {everything_but_reading} on {', '.join(_READ)} from {role}",
        f"alter default privileges grant usage on schemas to {role}",
        f"alter default privileges grant select on tables to {role}",
    ]
