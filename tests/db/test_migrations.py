"""The migrations make exactly the tables that the code describes, and can be taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from db import migrate
from db.engine import Database
from db.tables import metadata


def test_migrated_schema_is_the_one_in_tables(connection: sa.Connection) -> None:
    assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_down_to_nothing_and_up_again(database: Database) -> None:
    migrate.downgrade(database.engine, "base")
    with database.read() as connection:
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
    migrate.upgrade(database.engine)
    with database.read() as connection:
        assert migrate.current(connection) == migrate.head()
        assert "financial_metrics" in sa.inspect(connection).get_table_names()
