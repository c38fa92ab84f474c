"""One run of a job, from opening the workbench to the summary that an operator reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from db.operations import runs
from db.operations.feature_flags import is_enabled
from flows.jobs import Job
from workbench.domain.errors import WorkbenchError
from workbench.domain.operations.failed_units import describe
from workbench.domain.operations.runs import IngestReport, Outcome
from workbench.runtime import Workbench, open_workbench
from workbench.settings import Settings

KIND = "flow"
_TROUBLES_SHOWN = 20


@dataclass
class RunSummary:
    """What one run did: how its units ended, what was saved and dropped, and the first troubles."""

    job: str
    started_at: datetime
    finished_at: datetime
    outcomes: Counter[str] = field(default_factory=Counter)
    saved: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    troubles: list[IngestReport] = field(default_factory=list)
    is_transient: bool = False
    note: str | None = None

    def add(self, report: IngestReport) -> None:
        """Counts one unit."""
        self.outcomes[report.outcome] += 1
        if report.kind != "filing":  # the sum of a company's filings follows its single ones
            self.saved.update(report.saved)
            self.dropped.update(report.dropped)
        if report.outcome in ("failed", "quarantined"):
            self.troubles.append(report)
        self.is_transient = self.is_transient or report.is_transient

    @property
    def outcome(self) -> Outcome:
        """Of the run as a whole: failed when a source could not be asked or the run broke off."""
        if self.note is not None:
            return "skipped" if not self.outcomes and not self.is_transient and not self.troubles else "failed"
        if self.is_transient:
            return "failed"
        return "saved" if +self.saved else "unchanged"

    def markdown(self) -> str:
        """For people: a heading, a table of counts, a list of troubles."""
        rows = [*_rows("saved", self.saved), *_rows("left out", self.dropped), *_rows("units", self.outcomes)]
        seconds = (self.finished_at - self.started_at).total_seconds()
        lines = [
            f"# {self.job}: {self.outcome}",
            f"{self.started_at:%Y-%m-%d %H:%M} UTC, {seconds:,.1f} s" + (f": {self.note}" if self.note else ""),
        ]
        if rows:
            lines += ["", "| | what | count |", "|---|---|---:|", *rows]
        if self.troubles:
            lines += ["", f"## Troubles: {len(self.troubles):,} units failed, the others are done", ""]
            lines += [f"- {each.kind} {each.subject} {each.outcome}: {each.error}" for each in self.troubles[:_TROUBLES_SHOWN]]
        if (more := len(self.troubles) - _TROUBLES_SHOWN) > 0:
            lines.append(f"- and {more:,} more")
        return "\n".join(lines)

    def report(self) -> IngestReport:
        """As a row of the record of runs."""
        error = self.note
        if error is None and self.troubles:
            first, more = self.troubles[0], len(self.troubles) - 1
            error = f"{first.kind} {first.subject}: {first.error}" + (f" (and {more:,} more units)" if more else "")
        return IngestReport(
            KIND, self.job, self.outcome, self.started_at, self.finished_at, dict(+self.saved), dict(+self.dropped), error,
            self.is_transient,
        )  # fmt: skip


def run_job(job: Job, settings: Settings, parameters: Mapping[str, str | int | bool] | None = None) -> RunSummary:
    """Runs a job with its parameters, those given in place of its own, and saves its summary.

    While another process runs the same job, or jobs are switched off, nothing is done (`skipped`).
    An error that ends the job is saved and raised.
    """
    with open_workbench(settings) as workbench:
        return run_on(workbench, job, parameters)


def run_on(workbench: Workbench, job: Job, parameters: Mapping[str, str | int | bool] | None = None) -> RunSummary:
    """As `run_job`, with a workbench that is open."""
    started_at = datetime.now(UTC)
    summary = RunSummary(job.name, started_at, started_at)
    with runs.only_one(workbench.database, job.name) as is_alone:
        if not is_alone:
            summary.note = "another process is running it"
            return summary
        with workbench.database.read() as connection:
            if not is_enabled(connection, "jobs"):
                summary.note = "jobs are switched off; `workbench flags on jobs` lets them run"
                return summary
        try:
            for report in job.work(workbench, **{**job.parameters, **(parameters or {})}):
                summary.add(report)
        except Exception as error:
            summary.note = error.with_hint if isinstance(error, WorkbenchError) else str(describe(error))
            summary.is_transient = isinstance(error, WorkbenchError) and error.is_transient
            summary.outcomes["failed"] += 1
            raise
        finally:
            summary.finished_at = datetime.now(UTC)
            with workbench.database.write() as connection:
                runs.save(connection, summary.report())
    return summary


def _rows(heading: str, counts: Counter[str]) -> list[str]:
    return [f"| {heading} | {what} | {count:,} |" for what, count in sorted((+counts).items())]
