"""The Prefect flow: runs a job, retries transient errors, and stores the summary as an artifact."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from flows.jobs import find_job, parse_parameters
from flows.prefect_history import forget_flow_runs
from flows.run import run_job
from workbench.domain.errors import SourceUnavailable, WorkbenchError
from workbench.settings import Settings

FLOW = "run-job"
# The retention job also deletes old runs on the Prefect server.
RETENTION = "retention"


def _is_transient(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether the attempt ended with a transient error; other errors would occur again."""
    error = state.data  # the exception itself, because it is not stored yet
    return isinstance(error, WorkbenchError) and error.is_transient


@task(retry_condition_fn=_is_transient, cache_policy=NO_CACHE, persist_result=False)
def attempt(name: str, parameters: dict[str, Any]) -> str:
    """Runs the job once and returns its outcome; raises SourceUnavailable if some units failed because of their source."""
    job = find_job(name)
    summary = run_job(job, Settings.load(), parameters)
    create_markdown_artifact(summary.markdown(), key=name, description=job.about)
    if summary.is_transient:
        first = next(each for each in summary.troubles if each.is_transient)
        raise SourceUnavailable(f"{len(summary.troubles)} units failed; the first is {first.subject}: {first.error}")
    return summary.outcome


@flow(name=FLOW, flow_run_name="{name}")
def run(name: str, parameters: dict[str, str | int | bool] | None = None) -> str:
    """Runs the job `name` and returns its outcome; `parameters` replace the job's defaults.

    Time-out, retries and retry delay come from the job. Raises NotFound for an unknown job, InvalidRequest for an unknown
    parameter, and the error of the last attempt.
    """
    job = find_job(name)
    values = parse_parameters(job, [f"{key}={value}" for key, value in (parameters or {}).items()])
    if name == RETENTION:
        forget_flow_runs(FLOW, before=datetime.now(UTC) - timedelta(days=Settings.load().flows.keep_runs_days))
    once = attempt.with_options(
        name=name, retries=job.retries, retry_delay_seconds=job.retry_delay_seconds, timeout_seconds=job.timeout_seconds
    )
    return once(name, values)
