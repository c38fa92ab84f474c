"""Runs one job: opens the workbench, runs the units and saves a summary for operators."""

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
from workbench.tracing import span

KIND = "flow"
_TROUBLES_SHOWN = 20


@dataclass
class RunSummary:
    """The summary of one run: outcomes of its units, saved and dropped counts, and failures."""

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
        if report.kind != "filing":  # a company's report of kind `filings` already contains them
            self.saved.update(report.saved)
            self.dropped.update(report.dropped)
        if report.outcome in ("failed", "quarantined"):
            self.troubles.append(report)
        self.is_transient = self.is_transient or report.is_transient

    @property
    def outcome(self) -> Outcome:
        """The outcome of the whole run: failed if a source was not available or the run ended with an error."""
        if self.note is not None:
            return "skipped" if not self.outcomes and not self.is_transient and not self.troubles else "failed"
        if self.is_transient:
            return "failed"
        return "saved" if +self.saved else "unchanged"

    def markdown(self) -> str:
        """The summary as Markdown: a heading, a table of counts, a list of failures."""
        rows = [*_rows("saved", self.saved), *_rows("left out", self.dropped), *_rows("units", self.outcomes)]
        seconds = (self.finished_at - self.started_at).total_seconds()
        lines = [
            f"# {self.job}: {self.outcome}",
            f"{self.started_at:%Y-%m-%d %H:%M} UTC, {seconds:,.1f} s" + (f": {self.note}" if self.note else ""),
        ]
        if rows:
            lines += ["", "| | what | count |", "|---|---|---:|", *rows]
        if self.troubles:
            lines += ["", f"## Failures: {len(self.troubles):,} units failed, the others are done", ""]
            lines += [f"- {each.kind} {each.subject} {each.outcome}: {each.error}" for each in self.troubles[:_TROUBLES_SHOWN]]
        if (more := len(self.troubles) - _TROUBLES_SHOWN) > 0:
            lines.append(f"- and {more:,} more")
        return "\n".join(lines)

    def report(self) -> IngestReport:
        """The summary as a report for the table of runs."""
        error = self.note
        if error is None and self.troubles:
            first, more = self.troubles[0], len(self.troubles) - 1
            error = f"{first.kind} {first.subject}: {first.error}" + (f" (and {more:,} more units)" if more else "")
        return IngestReport(
            KIND, self.job, self.outcome, self.started_at, self.finished_at, dict(+self.saved), dict(+self.dropped), error,
            self.is_transient,
        )  # fmt: skip


def run_job(job: Job, settings: Settings, parameters: Mapping[str, str | int | bool] | None = None) -> RunSummary:
    """Runs a job and saves its summary; `parameters` replace the job's defaults.

    Does nothing (`skipped`) while another process runs the same job or jobs are switched off. An error that ends the job
    is saved and raised.
    """
    with open_workbench(settings) as workbench:
        return run_on(workbench, job, parameters)


def run_on(workbench: Workbench, job: Job, parameters: Mapping[str, str | int | bool] | None = None) -> RunSummary:
    """As `run_job`, with an open workbench."""
    with span(f"job {job.name}") as recorded:
        summary = _run_alone(workbench, job, parameters)
        if recorded is not None:
            recorded.set_attributes({"job.outcome": summary.outcome, "job.units": summary.outcomes.total()})
    return summary


def _run_alone(workbench: Workbench, job: Job, parameters: Mapping[str, str | int | bool] | None) -> RunSummary:
    started_at = datetime.now(UTC)
    summary = RunSummary(job.name, started_at, started_at)
    with runs.only_one(workbench.database, job.name) as is_alone:
        if not is_alone:
            summary.note = "another process is already running this job"
            return summary
        with workbench.database.read() as connection:
            if not is_enabled(connection, "jobs"):
                summary.note = "jobs are switched off; switch them on with `workbench flags on jobs`"
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
