"""The fence around one of many units that share a transaction: a savepoint, so that what fails harms no other.

Units with a transaction of their own are fenced by `unit_of_work.run`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from db.engine import Connection
from db.operations import failed_units
from workbench.domain.errors import MalformedDocument

R = TypeVar("R")


class Attempt(NamedTuple, Generic[R]):
    """What a unit gave, or the error that it ended with."""

    result: R | None
    error: Exception | None = None


def attempt(connection: Connection, work: Callable[[], R]) -> Attempt[R]:
    """Does the work within a savepoint of the transaction; an error that is the unit's own is given back.

    Whoever calls records it, in this transaction or, where this one only reads, in another.
    """
    try:
        with connection.begin_nested():
            return Attempt(work())
    except Exception as error:
        if not failed_units.is_units_own(error):
            raise
        return Attempt(None, error)


def attempt_recorded(connection: Connection, kind: str, unit: str, work: Callable[[], R], *, data_version: str) -> Attempt[R]:
    """The same in a transaction that writes: what fails is recorded in it, passed over after its tries, forgotten once done.

    MalformedDocument is the caller's to count, who knows what is rubbish of that kind, and is not recorded.
    """
    before = failed_units.failed_unit(connection, kind, unit)
    if before is not None and failed_units.is_passed_over(before, data_version):
        return Attempt(None, MalformedDocument(f"passed over: {before}"))
    done = attempt(connection, work)
    if done.error is not None and not isinstance(done.error, MalformedDocument):
        failed_units.record_failure(connection, kind, unit, done.error, data_version=data_version)
    elif before is not None:
        failed_units.forget_failure(connection, kind, unit)
    return done
