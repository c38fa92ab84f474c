"""The jobs as deployments on a Prefect server: one deployment of the flow `run-job` per job."""

from __future__ import annotations

import os
from typing import cast

from workbench.domain.errors import SourceUnavailable

# Disables telemetry before Prefect is imported, which reads its settings once.
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")

import httpx
from prefect import serve
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.types.entrypoint import EntrypointType

from flows.jobs import JOBS, Job
from flows.prefect_flow import FLOW, run


def deployments(pool: str | None) -> list[RunnerDeployment]:
    """One deployment per job, with its name, schedule and parameters; at most one run of a job at a time."""
    return [_deployment(job, pool) for job in JOBS]


def _deployment(job: Job, pool: str | None) -> RunnerDeployment:
    deployment = run.to_deployment(
        job.name,
        cron=job.cron,
        parameters={"name": job.name, "parameters": dict(job.parameters)},
        description=job.about,
        concurrency_limit=1,
        # As a module path, workers can import it from any working directory.
        entrypoint_type=EntrypointType.MODULE_PATH,
        work_pool_name=pool,
    )
    return cast(RunnerDeployment, deployment)


def deploy_all(pool: str) -> list[str]:
    """Creates or updates the deployments for workers of `pool`; returns their names. Raises SourceUnavailable.

    Deployments of the flow without a job in the table are deleted, because each of their runs would fail.
    """
    names = []
    try:
        with get_client(sync_client=True) as client:
            try:
                client.read_work_pool(pool)
            except ObjectNotFound:
                client.create_work_pool(WorkPoolCreate(name=pool, type="process"))
            for deployment in deployments(pool):
                deployment.apply()
                names.append(f"{deployment.flow_name}/{deployment.name}")
            _delete_others(client)
    except httpx.HTTPError as error:
        raise SourceUnavailable(
            f"the Prefect server at {os.environ.get('PREFECT_API_URL')} does not answer: {error or type(error).__name__}"
        ) from None
    return names


def _delete_others(client: SyncPrefectClient) -> None:
    ours, names = FlowFilter(name=FlowFilterName(any_=[FLOW])), {job.name for job in JOBS}
    for each in client.read_deployments(flow_filter=ours):
        if each.name not in names:
            client.delete_deployment(each.id)


def serve_with_prefect() -> None:
    """Creates the deployments and runs due jobs in processes on this machine until stopped."""
    serve(*deployments(None), limit=2)
