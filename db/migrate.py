"""Migrates a database to the newest schema and reports its revision.

Alembic is imported with the first migration: in most processes the database is up to date and it is not needed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import sqlalchemy as sa

from db.timeouts import SCHEMA_STATEMENT_SECONDS, long_statements
from workbench.domain.errors import SetupError

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"

# Any fixed number works: each migration takes this lock first, so two processes never migrate at once.
_MIGRATION_LOCK = 7_301_220_114
# A table change that waits for a long query blocks all later queries, so it gives up with an error instead.
_LONGEST_WAIT = "15s"
_ASK_AGAIN_SECONDS = 0.1


def _config(connection: sa.Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def _revisions() -> list[str]:
    """The revisions this code has, oldest first: each file is named for its own, and the next number follows the last."""
    return sorted(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def head() -> str:
    """The newest revision this code knows."""
    if not (revisions := _revisions()):
        raise SetupError("db/migrations contains no revision: the checkout is incomplete")
    return revisions[-1]


def is_known(revision: str) -> bool:
    """Whether this code has the revision; a database migrated by a newer workbench is at an unknown one."""
    return revision in _revisions()


def current(connection: sa.Connection) -> str | None:
    """The database's revision, or None for an empty database."""
    if connection.scalar(sa.text("select to_regclass('alembic_version')")) is None:
        return None
    revision: str | None = connection.scalar(sa.text("select version_num from alembic_version"))
    return revision


def upgrade(engine: sa.Engine, revision: str = "head", *, statement_seconds: float = SCHEMA_STATEMENT_SECONDS) -> None:
    """Migrates up to `revision`, each statement within its time-out; does nothing if the database is already there."""
    with engine.connect() as connection:
        stands_at = current(connection)
        if stands_at == (head() if revision == "head" else revision):
            return
        if stands_at is not None and not is_known(stands_at):
            raise SetupError(f"the database was migrated by a newer workbench (to {stands_at})", hint="update this workbench")
        _take_turn(connection)
        try:
            with long_statements(connection, statement_seconds), _impatient(connection):
                from alembic import command

                command.upgrade(_config(connection), revision)
                connection.commit()
        except sa.exc.ProgrammingError as error:
            if not isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
                raise
            raise SetupError(
                f"the database is at revision {stands_at}, and its account may not migrate it to {head()}",
                hint="run `workbench migrate` with WORKBENCH_DATABASE__OWNER_URL",
            ) from error
        finally:
            connection.rollback()
            connection.execute(sa.text("select pg_advisory_unlock(:key)"), {"key": _MIGRATION_LOCK})
            connection.commit()


def downgrade(engine: sa.Engine, revision: str) -> None:
    """Migrates down to `revision` (`base` empties the schema)."""
    from alembic import command

    with (
        engine.connect() as connection,
        long_statements(connection, SCHEMA_STATEMENT_SECONDS),
        _impatient(connection),
    ):
        command.downgrade(_config(connection), revision)
        connection.commit()


def _take_turn(connection: sa.Connection) -> None:
    """Waits until nobody else migrates.

    By asking again, in a transaction each: a question that waits in the server holds a snapshot, for whose end an index that
    is created concurrently waits in turn, and the server ends one of the two as a deadlock.
    """
    while True:
        connection.rollback()
        if connection.scalar(sa.text("select pg_try_advisory_lock(:key)"), {"key": _MIGRATION_LOCK}):
            connection.commit()
            return
        connection.rollback()
        time.sleep(_ASK_AGAIN_SECONDS)


@contextmanager
def _impatient(connection: sa.Connection) -> Iterator[None]:
    """Within it no statement waits long for a lock; raises SetupError when one had to."""
    before = connection.scalar(sa.text("select current_setting('lock_timeout')"))
    _set_lock_timeout(connection, _LONGEST_WAIT)
    try:
        yield
    except sa.exc.OperationalError as error:
        if not isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise
        raise SetupError(
            "the migration stopped because other connections locked the tables",
            hint="completed migrations stay; try again when long queries have ended",
        ) from error
    finally:
        if not connection.invalidated:
            connection.rollback()
            _set_lock_timeout(connection, before)


def _set_lock_timeout(connection: sa.Connection, bound: str) -> None:
    connection.execute(sa.text("select set_config('lock_timeout', :bound, false)"), {"bound": bound})
    connection.commit()
