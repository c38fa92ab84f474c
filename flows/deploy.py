"""The jobs as deployments on a Prefect server: one deployment of the one flow for each job of the table."""

from __future__ import annotations

import os
from typing import cast

from workbench.domain.errors import SourceUnavailable

# Nothing of this machine is told to anybody; before Prefect is imported, which reads its settings once.
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
    """One for each job, under its name, with its schedule and parameters: never two runs of a job at a time."""
    return [_deployment(job, pool) for job in JOBS]


def _deployment(job: Job, pool: str | None) -> RunnerDeployment:
    made = run.to_deployment(
        job.name,
        cron=job.cron,
        parameters={"name": job.name, "parameters": dict(job.parameters)},
        description=job.about,
        concurrency_limit=1,
        # As a module path: workers import it, whatever folder they stand in.
        entrypoint_type=EntrypointType.MODULE_PATH,
        work_pool_name=pool,
    )
    return cast(RunnerDeployment, made)


def deploy_all(pool: str) -> list[str]:
    """Makes or updates them for workers of `pool`; returns their names. Raises SourceUnavailable without a server.

    Deployments of the flow whose job is no longer in the table are deleted, since each of their runs would fail.
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
            f"the Prefect server at {os.environ.get('PREFECT_API_URL')} cannot be asked: {error or type(error).__name__}"
        ) from None
    return names


def _delete_others(client: SyncPrefectClient) -> None:
    ours, names = FlowFilter(name=FlowFilterName(any_=[FLOW])), {job.name for job in JOBS}
    for each in client.read_deployments(flow_filter=ours):
        if each.name not in names:
            client.delete_deployment(each.id)


def serve_with_prefect() -> None:
    """Makes the deployments and runs what is due in processes of this machine, until stopped."""
    serve(*deployments(None), limit=2)
