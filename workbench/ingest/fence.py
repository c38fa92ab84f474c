"""Runs one of many units that share a transaction in a savepoint, so that a failing unit does not affect the others.

`unit_of_work.run` does this for units with their own transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from db.engine import Connection
from db.operations import failed_units
from workbench.domain.errors import MalformedDocument

R = TypeVar("R")


class Attempt(NamedTuple, Generic[R]):
    """The result of a unit, or its error."""

    result: R | None
    error: Exception | None = None


def attempt(connection: Connection, work: Callable[[], R]) -> Attempt[R]:
    """Runs the work in a savepoint of the transaction; returns an error that belongs to the unit.

    The caller records the error in this transaction or, if this one is read-only, in another.
    """
    try:
        with connection.begin_nested():
            return Attempt(work())
    except Exception as error:
        if not failed_units.is_units_own(error):
            raise
        return Attempt(None, error)


def attempt_recorded(connection: Connection, kind: str, unit: str, work: Callable[[], R], *, data_version: str) -> Attempt[R]:
    """As `attempt`, in a writing transaction: records a failure, skips the unit after its tries, and clears it on success.

    MalformedDocument is not recorded; the caller counts it.
    """
    before = failed_units.failed_unit(connection, kind, unit)
    if before is not None and failed_units.is_passed_over(before, data_version):
        return Attempt(None, MalformedDocument(f"skipped after earlier failures: {before}"))
    done = attempt(connection, work)
    if done.error is not None and not isinstance(done.error, MalformedDocument):
        failed_units.record_failure(connection, kind, unit, done.error, data_version=data_version)
    elif before is not None:
        failed_units.forget_failure(connection, kind, unit)
    return done
