"""Failed units of work: recorded, skipped once quarantined, deleted on success."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

import db
import workbench.domain
from db.statements.rules_digest import digest_of
from db.tables import failed_units
from workbench.domain.operations.failed_units import MOST_TRIES, FailedUnit, belongs_to_unit, describe, is_final

_ROOTS = (Path(workbench.domain.__file__).parents[1], Path(db.__file__).parent, Path(db.__file__).parents[1] / "flows")
_SUFFIXES = frozenset({".py", ".toml", ".json", ".html", ".sql"})


@cache
def code_version() -> str:
    """A digest of the code that works on units; read when a unit fails or has failed, which is seldom."""
    return digest_of(sorted(file for root in _ROOTS for file in root.rglob("*") if file.suffix in _SUFFIXES))


# By which the server says that it ended one statement, and answers others: it took too long, or waited for a lock.
_OF_ONE_STATEMENT = (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable)


def is_units_own(error: BaseException) -> bool:
    """Whether an error is one unit's own (`belongs_to_unit`), or the server ended a statement of it alone.

    Where the server is gone for all, recording the failure ends the run.
    """
    if belongs_to_unit(error):
        return True
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(getattr(cause, "orig", cause), _OF_ONE_STATEMENT):
            return True
        cause = cause.__cause__
    return False


def record_failure(
    connection: sa.Connection, kind: str, unit: str, error: BaseException, *, data_version: str = ""
) -> FailedUnit:
    """Counts a failed try of a unit over this data and quarantines it after the last try; returns the unit's state.

    Tries over other data or by other code do not count. A unit with unknown data (empty) is never quarantined.
    """
    fault = describe(error)
    last = 1 if is_final(error) else MOST_TRIES
    table = failed_units.c
    row = {
        "kind": kind, "unit": unit, "error_type": fault.error_type, "message": fault.message, "place": fault.place,
        "data_version": data_version, "code_version": code_version(), "tries": 1,
        "is_quarantined": bool(data_version) and last == 1,
    }  # fmt: skip
    insert = pg.insert(failed_units).values(row)
    new = insert.excluded
    is_same = sa.and_(table.data_version == new.data_version, table.code_version == new.code_version)
    tries = sa.case((is_same, table.tries + 1), else_=1)
    change: dict[str, Any] = {name: new[name] for name in ("error_type", "message", "place", "data_version", "code_version")}
    change |= {
        "tries": tries,
        "is_quarantined": sa.and_(new.data_version != "", tries >= last),
        "first_failed_at": sa.case((is_same, table.first_failed_at), else_=sa.func.now()),
        "last_failed_at": sa.func.now(),
    }
    upsert = insert.on_conflict_do_update(constraint=failed_units.primary_key, set_=change)
    return FailedUnit(**connection.execute(upsert.returning(failed_units)).one()._mapping)


def failed_unit(connection: sa.Connection, kind: str, unit: str) -> FailedUnit | None:
    """The state of a unit that failed and has not succeeded since; None for any other."""
    row = connection.execute(sa.select(failed_units).where(_is(kind, unit))).one_or_none()
    return FailedUnit(**row._mapping) if row is not None else None


def is_passed_over(failed: FailedUnit | None, data_version: str) -> bool:
    """Whether to skip a unit: it is quarantined, and neither its data nor the code have changed."""
    return (
        failed is not None
        and failed.is_quarantined
        and failed.data_version == data_version
        and failed.code_version == code_version()
    )


def forget_failure(connection: sa.Connection, kind: str, unit: str) -> None:
    """Deletes the record of a unit that succeeded."""
    connection.execute(sa.delete(failed_units).where(_is(kind, unit)))


def delete_before(connection: sa.Connection, moment: datetime) -> int:
    """Deletes records of units whose last try was before `moment`; a unit that still exists gets new tries."""
    return connection.execute(sa.delete(failed_units).where(failed_units.c.last_failed_at < moment)).rowcount


def list_failed(connection: sa.Connection, *, kinds: Collection[str] = (), limit: int | None = 100) -> list[FailedUnit]:
    """Failed units that have not succeeded since, latest failure first."""
    query = sa.select(failed_units).order_by(failed_units.c.last_failed_at.desc(), failed_units.c.kind, failed_units.c.unit)
    if kinds:
        query = query.where(failed_units.c.kind.in_(list(kinds)))
    return [FailedUnit(**row._mapping) for row in connection.execute(query.limit(limit))]


def retry_failed(connection: sa.Connection, kind: str | None = None, unit: str | None = None) -> int:
    """Releases quarantined units (of a kind, or one of it) for new tries; returns their number."""
    table = failed_units.c
    query = sa.update(failed_units).where(table.is_quarantined).values(is_quarantined=False, tries=0)
    if kind is not None:
        query = query.where(table.kind == kind)
    if unit is not None:
        query = query.where(table.unit == unit)
    return connection.execute(query).rowcount


@dataclass(frozen=True, slots=True)
class FailedCount:
    """The number of failed units of a kind that have not succeeded since, and how many are quarantined."""

    kind: str
    failed: int
    quarantined: int


def count_failed(connection: sa.Connection) -> list[FailedCount]:
    """One entry per kind with failed units, by name."""
    table = failed_units.c
    counts = sa.select(table.kind, sa.func.count(), sa.func.count().filter(table.is_quarantined))
    return [FailedCount(*row) for row in connection.execute(counts.group_by(table.kind).order_by(table.kind))]


def _is(kind: str, unit: str) -> sa.ColumnElement[bool]:
    return sa.and_(failed_units.c.kind == kind, failed_units.c.unit == unit)
