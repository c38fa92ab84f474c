"""The table of jobs, the deployments made of it and `prefect.yaml` say the same."""

from __future__ import annotations

from typing import Any

import yaml

from flows.deploy import deployments
from flows.jobs import JOBS
from tests.flows.conftest import ROOT
from workbench.domain.operations.cron import Cron

ENTRYPOINT = "flows.prefect_flow.run"


def expected() -> list[dict[str, Any]]:
    """A deployment for each job of the table, as `prefect.yaml` writes it."""
    made = []
    for job in JOBS:
        row: dict[str, Any] = {
            "name": job.name,
            "entrypoint": ENTRYPOINT,
            "description": job.about,
            "parameters": {"name": job.name, "parameters": dict(job.parameters)},
            "concurrency_limit": 1,
            "work_pool": {"name": "workbench"},
        }
        made.append(row | {"schedules": [{"cron": job.cron}]} if job.cron else row)
    return made


def test_the_file_lists_every_job_as_the_table_has_it() -> None:
    assert yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"] == expected()


def test_each_job_becomes_one_deployment_of_the_one_flow() -> None:
    made = deployments("workbench")
    described = []
    for each in made:
        schedules = [{"cron": part.schedule.cron} for part in each.schedules or []]
        row = {
            "name": each.name,
            "entrypoint": each.entrypoint,
            "description": each.description,
            "parameters": each.parameters,
            "concurrency_limit": each.concurrency_limit,
            "work_pool": {"name": each.work_pool_name},
        }
        described.append(row | {"schedules": schedules} if schedules else row)
    assert described == expected()
    assert {each.flow_name for each in made} == {"run-job"}


def test_every_schedule_can_be_read() -> None:
    for job in JOBS:
        if job.cron:
            Cron.parse(job.cron)
