"""Retention on a Prefect server: deletes old flow runs with their artifacts."""

from __future__ import annotations

from datetime import datetime

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
)

_AT_A_TIME = 50


def forget_flow_runs(flow: str, *, before: datetime) -> int:
    """Deletes the runs of this flow that were due before `before`, with their artifacts; returns the number of runs.

    The server deletes their task runs with them, their logs soon after, and events after seven days. Runs of other flows
    stay.
    """
    old = FlowRunFilter(expected_start_time=FlowRunFilterExpectedStartTime.model_validate({"before_": before}))
    ours = FlowFilter(name=FlowFilterName(any_=[flow]))
    deleted = 0
    with get_client(sync_client=True) as client:
        while runs := client.read_flow_runs(flow_filter=ours, flow_run_filter=old, limit=_AT_A_TIME):
            of_them = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run.id for run in runs]))
            while artifacts := client.read_artifacts(artifact_filter=of_them, limit=_AT_A_TIME):
                for artifact in artifacts:
                    client.delete_artifact(artifact.id)
            for run in runs:
                client.delete_flow_run(run.id)
            deleted += len(runs)
    return deleted
