"""Running one unit of ingest, and reporting what became of it whatever happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from db.engine import Database
from db.operations import runs
from workbench.domain.errors import MalformedDocument, NotFound, SourceError, WorkbenchError
from workbench.domain.operations.runs import IngestReport, Outcome

__all__ = ["IngestReport", "Tally", "quarantine", "run"]


class Tally:
    """What a unit counts while it works: `saved` rows by what they are, `dropped` ones by reason."""

    def __init__(self) -> None:
        self.saved: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()
        self.outcome: Outcome | None = None
        self.note: str | None = None

    def skip(self, reason: str) -> None:
        """Says that there was nothing to do here, and why."""
        self.outcome, self.note = "skipped", reason

    def drop(self, reason: str) -> None:
        """Counts one thing that was left out, by its reason."""
        self.dropped[reason] += 1

    def unchanged(self) -> None:
        """Says that all of it was here already."""
        self.outcome = "unchanged"


def run(
    database: Database, kind: str, subject: str, work: Callable[[Tally], None], *, is_idle_recorded: bool = True
) -> IngestReport:
    """Does `work` and saves its report; the error's branch decides the outcome.

    MalformedDocument is quarantined; SourceError and NotFound failed. Any other error is not the data's and is raised.
    Without `is_idle_recorded`, a unit that was skipped or unchanged leaves no row behind.
    """
    tally, started_at = Tally(), datetime.now(UTC)
    outcome: Outcome
    may_pass = False
    try:
        work(tally)
        outcome = tally.outcome or ("saved" if any(tally.saved.values()) else "unchanged")
        error = tally.note
    except MalformedDocument as malformed:
        outcome, error = "quarantined", malformed.message
    except (SourceError, NotFound) as failure:
        outcome, may_pass = "failed", failure.is_transient
        error = failure.message + (f" ({failure.hint})" if failure.hint else "")
    done = outcome in ("saved", "unchanged")
    report = IngestReport(
        kind, subject, outcome, started_at, datetime.now(UTC),
        dict(+tally.saved) if done else {}, dict(+tally.dropped), error, may_pass,
    )  # fmt: skip
    if is_idle_recorded or outcome not in ("skipped", "unchanged"):
        with database.write() as connection:
            runs.save(connection, report)
    return report


def quarantine(database: Database, kind: str, subject: str, error: WorkbenchError | None) -> IngestReport:
    """Saves and returns the report of a unit that was given up before it could report by itself."""

    def work(_: Tally) -> None:
        raise error or MalformedDocument("given up")

    return run(database, kind, subject, work)
