"""The jobs as Prefect flows: each runs one job, retries what may pass, and leaves its summary as an artifact."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from flows.jobs import find_job
from flows.prefect_history import forget_flow_runs
from flows.run import run_job
from workbench.domain.errors import SourceUnavailable, WorkbenchError
from workbench.settings import Settings


def _is_transient(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether the task is run again: a source that could not be asked is asked again, any other error would come again."""
    error = state.data  # the error itself: nothing of it has been stored yet
    return isinstance(error, WorkbenchError) and error.is_transient


@task(retry_condition_fn=_is_transient, cache_policy=NO_CACHE, persist_result=False)
def work(name: str, parameters: dict[str, Any]) -> str:
    """Runs the job and returns its outcome; raises SourceUnavailable when units of it failed for a source's sake."""
    summary = run_job(find_job(name), Settings.load(), parameters)
    create_markdown_artifact(summary.markdown(), key=name, description=find_job(name).about)
    if summary.may_pass:
        first = next(each for each in summary.troubles if each.may_pass)
        raise SourceUnavailable(f"{len(summary.troubles)} units failed, the first of them {first.subject}: {first.error}")
    return summary.outcome


def _run(name: str, **parameters: Any) -> str:
    job = find_job(name)
    once = work.with_options(
        name=name, retries=job.retries, retry_delay_seconds=job.retry_delay_seconds, timeout_seconds=job.timeout_seconds
    )
    return once(name, parameters)


@flow(name="check-filings")
def check_filings(forms: str = "10-K,10-Q,8-K", days: int = 7) -> str:
    """New filings, from the feed of latest filings and the daily indexes of the last `days` days."""
    return _run("check-filings", forms=forms, days=days)


@flow(name="read-filings")
def read_filings(forms: str = "10-K,10-Q,8-K", days: int = 14) -> str:
    """Documents of filings of the last `days` days that were not read yet."""
    return _run("read-filings", forms=forms, days=days)


@flow(name="submissions")
def submissions() -> str:
    """Who each company is and what it filed."""
    return _run("submissions")


@flow(name="facts")
def facts() -> str:
    """Every XBRL fact of each company."""
    return _run("facts")


@flow(name="prices")
def prices() -> str:
    """Daily prices of listed companies."""
    return _run("prices")


@flow(name="overviews")
def overviews(days: int = 30, most: int = 300) -> str:
    """Sector, shares and dividends of at most `most` listed companies that were not asked about for `days` days."""
    return _run("overviews", days=days, most=most)


@flow(name="news")
def news(days: int = 2) -> str:
    """News of listed companies, of the last `days` days."""
    return _run("news", days=days)


@flow(name="embed")
def embed() -> str:
    """Vectors of new passages."""
    return _run("embed")


@flow(name="metrics")
def metrics() -> str:
    """Latest figures and checks of companies with new facts."""
    return _run("metrics")


@flow(name="notices")
def notices() -> str:
    """What alert rules found, sent through their channels."""
    return _run("notices")


@flow(name="lake-export")
def lake_export() -> str:
    """The lake's snapshot of the day."""
    return _run("lake-export")


@flow(name="reports")
def reports() -> str:
    """Scheduled reports whose time has come."""
    return _run("reports")


@flow(name="marts")
def marts() -> str:
    """Tables for reports, built and tested by dbt."""
    return _run("marts")


@flow(name="retention")
def retention() -> str:
    """Forgets old reports of runs and old daily snapshots, and what the server remembers of runs as old."""
    before = datetime.now(UTC) - timedelta(days=Settings.load().flows.keep_runs_days)
    forget_flow_runs([each.name for each in FLOWS], before=before)
    return _run("retention")


@flow(name="load-bulk")
def load_bulk(archive: str = "both", everyone: bool = False) -> str:
    """First load of the market from the SEC's nightly archives: listed companies, or every filer."""
    return _run("load-bulk", archive=archive, everyone=everyone)


FLOWS = (
    check_filings,
    read_filings,
    submissions,
    facts,
    prices,
    overviews,
    news,
    embed,
    metrics,
    notices,
    lake_export,
    marts,
    reports,
    retention,
    load_bulk,
)
