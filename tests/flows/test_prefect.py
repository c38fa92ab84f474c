"""The flows on a real Prefect server: deployed, run, tried again by the branch of the error, summed up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from db.engine import Database
from db.operations import runs
from flows.jobs import JOBS
from flows.prefect_flow import FLOW
from flows.run import KIND
from tests import edgar_folder
from tests.edgar_server import UNDECLARED_TOOL, Answer, EdgarServer
from tests.flows.conftest import ROOT, for_processes
from workbench.adapters.object_store import FolderStore
from workbench.ingest.companies import ingest_company
from workbench.sources.folder import FolderSource

PAGE = f"submissions/CIK{edgar_folder.CIK:010d}.json"
# The flow as it is, without the pause before it is tried again.
PROGRAM = """
import dataclasses, flows.jobs
flows.jobs.JOBS = tuple(dataclasses.replace(job, retry_delay_seconds=0) for job in flows.jobs.JOBS)
from flows.prefect_flow import run
print(run("submissions", return_state=True).type.value)
"""


def ask(environment: dict[str, str], path: str, **body: Any) -> list[dict[str, Any]]:
    answer = httpx.post(f"{environment['PREFECT_API_URL']}/{path}/filter", json=body, timeout=30)
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json()
    return found


def run_flow(environment: dict[str, str]) -> str:
    child = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=os.environ | environment, cwd=ROOT, capture_output=True, text=True, check=False,
        timeout=200,
    )  # fmt: skip
    assert child.returncode == 0, child.stderr[-3000:]
    return child.stdout.split()[-1]


@pytest.fixture
def followed(database: Database, objects: FolderStore, tmp_path: Path) -> Database:
    list(ingest_company(database, objects, FolderSource(edgar_folder.build(tmp_path / "edgar")), None, "ACME"))
    return database


def test_what_may_pass_is_tried_again_and_what_is_refused_is_not(
    prefect_environment: dict[str, str], followed: Database, tmp_path: Path
) -> None:
    with EdgarServer(tmp_path / "edgar") as server:
        environment = prefect_environment | for_processes(followed, tmp_path, server.url)
        server.script(PAGE, Answer(503))
        assert run_flow(environment) == "COMPLETED"
        assert [path for _, path, _ in server.requests].count(PAGE) == 2
        server.requests.clear()
        server.script("*", *[Answer(403, UNDECLARED_TOOL)] * 5)
        run_flow(environment)
        assert [path for _, path, _ in server.requests].count(PAGE) == 1
    summaries = ask(prefect_environment, "artifacts", artifacts={"key": {"any_": ["submissions"]}}, sort="UPDATED_DESC")
    texts = [each["data"] for each in sorted(summaries, key=lambda each: each["created"], reverse=True)]
    assert len(texts) == 3
    assert "undeclared" in texts[0].lower() or "contact" in texts[0]
    assert texts[1].startswith("# submissions: unchanged")
    assert texts[2].startswith("# submissions: failed")
    with followed.read() as connection:
        assert [each.outcome for each in runs.recent(connection) if each.kind == KIND][1:] == ["unchanged", "failed"]


def test_deployed_and_served(prefect_environment: dict[str, str], followed: Database, tmp_path: Path) -> None:
    environment = os.environ | prefect_environment | for_processes(followed, tmp_path, str(tmp_path / "edgar"))
    workbench = Path(sys.executable).with_name("workbench")
    api = prefect_environment["PREFECT_API_URL"]
    for flow, name in ((FLOW, "a-job-that-left-the-table"), ("somebody-elses", "stays")):
        flow_id = httpx.post(f"{api}/flows/", json={"name": flow}, timeout=30).json()["id"]
        httpx.post(f"{api}/deployments/", json={"name": name, "flow_id": flow_id}, timeout=30).raise_for_status()
    told = subprocess.run(
        [workbench, "flows", "deploy"], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120
    ).stdout
    assert [f"deployed {FLOW}/{job.name}\n" in told for job in JOBS] == [True] * len(JOBS)
    deployed = ask(prefect_environment, "deployments")
    assert [each["name"] for each in deployed if each["entrypoint"] is None] == ["stays"]
    deployed = [each for each in deployed if each["name"] != "stays"]
    assert {each["name"]: each["parameters"]["name"] for each in deployed} == {job.name: job.name for job in JOBS}
    assert all(each["global_concurrency_limit"]["limit"] == 1 for each in deployed)

    with (tmp_path / "log").open("wb") as log:
        served = subprocess.Popen(
            [workbench, "flows", "serve"], env=environment, cwd=tmp_path, stdout=log, stderr=log, start_new_session=True
        )
    try:
        state = _run_one(prefect_environment, "retention", tmp_path / "log")
    finally:
        os.killpg(served.pid, signal.SIGINT)
        served.wait(timeout=60)
    assert state == "COMPLETED", (tmp_path / "log").read_text()[-3000:]
    with followed.read() as connection:
        assert runs.latest_of(connection, KIND)["retention"].outcome == "unchanged"


def test_what_the_server_remembers_stays_within_bounds(
    prefect_environment: dict[str, str], followed: Database, tmp_path: Path
) -> None:
    api = prefect_environment["PREFECT_API_URL"]

    def post(path: str, **body: Any) -> dict[str, Any]:
        answer = httpx.post(f"{api}/{path}", json=body, timeout=30)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    def run_of(name: str, days_ago: int) -> str:
        due = (datetime.now(UTC) - timedelta(days=days_ago)).isoformat()
        state = {"type": "SCHEDULED", "state_details": {"scheduled_time": due}}
        run: str = post("flow_runs/", flow_id=post("flows/", name=name)["id"], state=state)["id"]
        post("artifacts/", key=name, type="markdown", data="# summary", flow_run_id=run)
        line = {"name": "a", "level": 20, "message": "a line", "timestamp": due, "flow_run_id": run}
        httpx.post(f"{api}/logs/", json=[line], timeout=30).raise_for_status()
        return run

    old, recent, foreign = run_of(FLOW, 91), run_of(FLOW, 80), run_of("somebody-elses", 300)
    environment = os.environ | prefect_environment | for_processes(followed, tmp_path, str(tmp_path / "edgar"))
    program = "from flows.prefect_flow import run; print(run('retention', return_state=True).type.value)"
    child = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=200
    )
    assert child.stdout.split()[-1:] == ["COMPLETED"], child.stderr[-3000:]
    known = {run: httpx.get(f"{api}/flow_runs/{run}", timeout=30).status_code for run in (old, recent, foreign)}
    assert known == {old: 404, recent: 200, foreign: 200}
    left = ask(prefect_environment, "artifacts", artifacts={"flow_run_id": {"any_": [old, recent, foreign]}})
    assert {each["flow_run_id"] for each in left} == {recent, foreign}
    deadline = time.monotonic() + 60
    while ask(prefect_environment, "logs", logs={"flow_run_id": {"any_": [old]}}):  # the server does this soon after
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert len(ask(prefect_environment, "logs", logs={"flow_run_id": {"any_": [recent, foreign]}})) == 2


def _run_one(environment: dict[str, str], name: str, log: Path) -> str:
    """Starts a run of the served deployment, and returns the state that it ends in."""
    api = environment["PREFECT_API_URL"]
    deadline = time.monotonic() + 120

    while "being served" not in log.read_text():
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.2)
    (found,) = [each for each in ask(environment, "deployments") if each["name"] == name]
    started = httpx.post(f"{api}/deployments/{found['id']}/create_flow_run", json={}, timeout=30)
    while (
        started.status_code == 503 and time.monotonic() < deadline
    ):  # the server's own database is busy, so it asks for patience
        time.sleep(1)
        started = httpx.post(f"{api}/deployments/{found['id']}/create_flow_run", json={}, timeout=30)
    assert started.status_code == 201, started.text
    run = started.json()["id"]
    while time.monotonic() < deadline:
        state: str = httpx.get(f"{api}/flow_runs/{run}", timeout=30).json()["state"]["type"]
        if state in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED"):
            return state
        time.sleep(0.3)
    raise AssertionError(log.read_text()[-3000:])
