"""The flows as deployments of a Prefect server."""

from __future__ import annotations

import os
from typing import cast

from workbench.domain.errors import SourceUnavailable

# Nothing of this machine is told to anybody; before Prefect is imported, which reads its settings once.
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")

import httpx
from prefect import serve
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.types.entrypoint import EntrypointType

from flows.jobs import find_job
from flows.market import FLOWS

DEPLOYMENT = "market"


def deployments(pool: str | None) -> list[RunnerDeployment]:
    """One of each flow, with the schedule, parameters and limit of its job: never two runs of one at a time."""
    made = []
    for each in FLOWS:
        job = find_job(each.name)
        deployment = each.to_deployment(
            DEPLOYMENT,
            cron=job.cron,
            parameters=dict(job.parameters),
            description=job.about,
            concurrency_limit=1,
            # As a module path: workers import it, whatever folder they stand in.
            entrypoint_type=EntrypointType.MODULE_PATH,
            work_pool_name=pool,
        )
        made.append(cast(RunnerDeployment, deployment))
    return made


def deploy_all(pool: str) -> list[str]:
    """Makes or updates them for workers of `pool`; returns their names. Raises SourceUnavailable without a server."""
    try:
        with get_client(sync_client=True) as client:
            try:
                client.read_work_pool(pool)
            except ObjectNotFound:
                client.create_work_pool(WorkPoolCreate(name=pool, type="process"))
        names = []
        for deployment in deployments(pool):
            deployment.apply()
            names.append(f"{deployment.flow_name}/{deployment.name}")
    except httpx.HTTPError as error:
        raise SourceUnavailable(
            f"the Prefect server at {os.environ.get('PREFECT_API_URL')} cannot be asked: {error or type(error).__name__}"
        ) from None
    return names


def serve_with_prefect() -> None:
    """Makes the deployments and runs what is due in processes of this machine, until stopped."""
    serve(*deployments(None), limit=2)
