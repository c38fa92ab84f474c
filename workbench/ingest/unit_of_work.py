"""Runs one of many units of work and always returns a report, so that a failing unit does not stop a loop.

A failure is recorded with its error (`failed_units`) and retried the next time; after its tries the unit is skipped until its
data or the code change. `workbench.domain.operations.failed_units` has the rules.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from db.engine import Database
from db.operations import failed_units, runs
from workbench.domain.errors import MalformedDocument, NotFound, SourceError
from workbench.domain.operations.failed_units import FailedUnit
from workbench.domain.operations.runs import IngestReport, Outcome

__all__ = ["IngestReport", "Tally", "quarantine", "run", "step_by_step", "until_source_is_gone"]

logger = logging.getLogger(__name__)

# This many transient failures in a row mean that the source is unavailable, not that single requests fail.
_FAILURES_IN_A_ROW = 3


class _PassedOver(Exception):
    def __init__(self, failed: FailedUnit) -> None:
        super().__init__(str(failed))
        self.failed = failed


class Tally:
    """The counts of a unit: `saved` rows by kind, `dropped` ones by reason."""

    def __init__(self, before: FailedUnit | None = None) -> None:
        self.saved: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()
        self.outcome: Outcome | None = None
        self.note: str | None = None
        self.data_version = ""
        self._before = before

    def works_on(self, data_version: str) -> None:
        """Sets the version of the unit's data, as soon as it is known: a hash of its bytes, a version of its facts.

        Ends the unit here if it is quarantined for the same data and code.
        """
        self.data_version = data_version
        if self._before is not None and failed_units.is_passed_over(self._before, data_version):
            raise _PassedOver(self._before)

    def skip(self, reason: str) -> None:
        """Marks the unit as skipped, with the reason."""
        self.outcome, self.note = "skipped", reason

    def drop(self, reason: str) -> None:
        """Counts one dropped item by reason."""
        self.dropped[reason] += 1

    def unchanged(self) -> None:
        """Marks the unit as unchanged: everything was already there."""
        self.outcome = "unchanged"


def run(
    database: Database,
    kind: str,
    subject: str,
    work: Callable[[Tally], None],
    *,
    unit: str | None = None,
    data_version: str = "",
    is_idle_recorded: bool = True,
) -> IngestReport:
    """Runs `work` and saves its report; the class of an error decides the outcome.

    MalformedDocument gives `quarantined`, SourceError and NotFound give `failed`. Any other error of the unit gives `failed`,
    and `quarantined` after its tries over the same data (`data_version`, or the version set with `Tally.works_on`). Raises
    interrupts and errors of the machine or the database, which affect every unit. A failure is recorded under the subject,
    or under `unit` if several units share a subject. Without `is_idle_recorded`, a skipped or unchanged unit saves no row.
    """
    unit = unit or subject
    with database.read() as connection:
        before = failed_units.failed_unit(connection, kind, unit)
    tally, started_at = Tally(before), datetime.now(UTC)
    outcome: Outcome
    is_transient = False
    try:
        if data_version:
            tally.works_on(data_version)
        work(tally)
        outcome = tally.outcome or ("saved" if any(tally.saved.values()) else "unchanged")
        error = tally.note
    except _PassedOver as passed:
        reason = f"skipped since {passed.failed.last_failed_at:%Y-%m-%d %H:%M} UTC: {passed.failed}"
        return IngestReport(kind, subject, "quarantined", started_at, datetime.now(UTC), error=reason)
    except (SourceError, NotFound) as failure:
        outcome, is_transient = "failed", failure.is_transient
        error = failure.with_hint
    except Exception as failure:
        if not failed_units.is_units_own(failure):
            raise
        outcome, error = _record(database, kind, unit, failure, tally.data_version)
    done = outcome in ("saved", "unchanged")
    report = IngestReport(
        kind, subject, outcome, started_at, datetime.now(UTC),
        dict(+tally.saved) if done else {}, dict(+tally.dropped), error, is_transient,
    )  # fmt: skip
    is_recovered = before is not None and outcome not in ("failed", "quarantined")
    is_recorded = is_idle_recorded or outcome not in ("skipped", "unchanged")
    if is_recorded or is_recovered:
        with database.write() as connection:
            if is_recovered:
                failed_units.forget_failure(connection, kind, unit)
            if is_recorded:
                runs.save(connection, report)
    return report


def step_by_step(
    database: Database, kind: str, subject: str, work: Callable[[], Iterable[IngestReport]]
) -> Iterator[IngestReport]:
    """The reports of a unit whose steps report separately; an error between steps gives a report of the unit."""
    failure: Exception | None = None
    try:
        yield from work()
    except Exception as error:
        if not (isinstance(error, SourceError) or failed_units.is_units_own(error)):
            raise
        failure = error
    if failure is not None:
        yield quarantine(database, kind, subject, failure)
        return
    with database.read() as connection:
        is_failed = failed_units.failed_unit(connection, kind, subject) is not None
    if is_failed:
        with database.write() as connection:
            failed_units.forget_failure(connection, kind, subject)


def quarantine(
    database: Database, kind: str, subject: str, error: Exception | None, *, data_version: str = ""
) -> IngestReport:
    """Saves and returns the report of a unit that ended before it could report itself."""

    def work(_: Tally) -> None:
        raise error or MalformedDocument("given up")

    return run(database, kind, subject, work, data_version=data_version)


def _record(database: Database, kind: str, subject: str, failure: Exception, data_version: str) -> tuple[Outcome, str]:
    """Records the failure; if the database cannot record it, the run ends, because every unit would fail."""
    with database.write() as connection:
        failed = failed_units.record_failure(connection, kind, subject, failure, data_version=data_version)
    if isinstance(failure, MalformedDocument):
        return "quarantined", failure.with_hint
    logger.info("%s %s failed: %s", kind, subject, failed, exc_info=failure)
    return "quarantined" if failed.is_quarantined else "failed", str(failed)


def until_source_is_gone(reports: Iterable[IngestReport]) -> Iterator[IngestReport]:
    """The reports up to the third transient failure in a row."""
    failures = 0
    for done in reports:
        yield done
        failures = failures + 1 if done.is_transient else 0
        if failures == _FAILURES_IN_A_ROW:
            return
