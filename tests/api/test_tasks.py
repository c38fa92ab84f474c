"""Tasks over HTTP: their state, their events, and the cancelling of those that wait; `test_cancelled_tasks` has the others."""

from __future__ import annotations

import json
from collections.abc import Iterator

import anyio
import httpx
import pytest

from api.security import accounts
from api.tasks import routes
from db.engine import Database
from db.operations import reports as db_reports
from db.operations import tasks
from db.operations.tasks import next_task
from tests.api.conftest import PASSWORD, Opener
from tests.api.test_errors import the_problem
from tests.conftest import clone
from workbench.adapters.object_store import FolderStore
from workbench.domain.operations.tasks import TaskKind
from workbench.domain.rights.roles import Role
from workbench.runtime import Workbench
from workbench.settings import Settings

pytestmark = pytest.mark.anyio

V1 = "/api/v1"
ORDER = {"notebook": "company_review", "parameters": {"ticker": "AAPL", "as_of": "2024-12-31"}}


@pytest.fixture(scope="module")
def own(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    home = tmp_path_factory.mktemp("tasks")
    database = Database(clone(postgres_url, "api_tasks"))
    for name, role in (("ada", Role.ANALYST), ("eve", Role.ANALYST), ("rae", Role.VIEWER)):
        accounts.add_user(database, name, role, PASSWORD, actor="local")
    yield Workbench(Settings(home=home), database, FolderStore(home / "objects"))
    database.close()


@pytest.fixture
def workbench(own: Workbench) -> Workbench:
    with own.database.write() as connection:
        connection.exec_driver_sql("delete from tasks")
    return own


async def _signed_in(client: httpx.AsyncClient, name: str) -> dict[str, str]:
    token = (await client.post(f"{V1}/auth/token", data={"username": name, "password": PASSWORD})).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


async def _ordered(client: httpx.AsyncClient, headers: dict[str, str] | None = None) -> str:
    started = await client.post(f"{V1}/reports", json=ORDER, headers=headers)
    assert started.status_code == 202, started.text
    return str(started.headers["location"])


async def test_a_report_is_a_task_with_progress_and_an_end(client: httpx.AsyncClient, workbench: Workbench) -> None:
    address = await _ordered(client)
    waiting = (await client.get(address)).json()
    assert (waiting["kind"], waiting["status"], waiting["steps_done"]) == ("report", "queued", 0)
    assert waiting["steps"] > 1
    number = int(waiting["result"].rpartition("/")[2])
    with next_task(workbench.database, [TaskKind.REPORT]) as task:
        assert task is not None
        with workbench.database.write() as connection:
            db_reports.note_progress(connection, number, 2)
        running = (await client.get(address)).json()
        assert (running["status"], running["steps_done"]) == ("running", 2)
        with workbench.database.write() as connection:
            tasks.fail(connection, task, "no such company")
    ended = (await client.get(address)).json()
    assert (ended["status"], ended["error"]) == ("failed", "no such company")
    assert [each["task"] for each in (await client.get(f"{V1}/tasks")).json()["tasks"]] == [ended["task"]]


async def test_a_task_that_waits_is_cancelled(client: httpx.AsyncClient, workbench: Workbench) -> None:
    address = await _ordered(client)
    cancelled = (await client.post(f"{address}/cancel")).json()
    assert cancelled["status"] == "cancelled"
    report = (await client.get(cancelled["result"])).json()
    assert (report["status"], report["error"]) == ("failed", "cancelled before it began")
    the_problem(await client.post(f"{address}/cancel"), 409)
    with next_task(workbench.database, [TaskKind.REPORT]) as task:
        assert task is None


async def test_a_report_is_cancelled_by_its_owner_whether_it_waits_or_runs(
    client: httpx.AsyncClient, workbench: Workbench
) -> None:
    ada, eve = await _signed_in(client, "ada"), await _signed_in(client, "eve")
    address = await _ordered(client, ada)
    report = (await client.get(address, headers=ada)).json()["result"]
    the_problem(await client.post(f"{report}/cancel", headers=eve), 404)
    assert (await client.post(f"{report}/cancel", headers=ada)).json()["error"] == "cancelled before it began"
    assert (await client.get(address, headers=ada)).json()["status"] == "cancelled"
    the_problem(await client.post(f"{report}/cancel", headers=ada), 409)

    running = (await client.get(await _ordered(client, ada), headers=ada)).json()["result"]
    number = int(running.rpartition("/")[2])
    with next_task(workbench.database, [TaskKind.REPORT]) as task:
        assert task is not None
        assert (await client.post(f"{running}/cancel", headers=ada)).json()["status"] == "running"
        with workbench.database.read() as connection:  # its process asks once a second
            assert db_reports.is_cancel_requested(connection, number)
        with workbench.database.write() as connection:
            tasks.fail(connection, task, "cancelled")


async def test_events_tell_each_state_once_and_end_with_the_task(
    client: httpx.AsyncClient, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "_LOOK_SECONDS", 0.02)
    address = await _ordered(client)

    async def end() -> None:
        await anyio.sleep(0.2)
        await client.post(f"{address}/cancel")

    async with anyio.create_task_group() as group:
        group.start_soon(end)
        answer = await client.get(f"{address}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    frames = [frame for frame in answer.text.split("\n\n") if frame.startswith("event: task\n")]
    assert [json.loads(frame.partition("data: ")[2])["status"] for frame in frames] == ["queued", "cancelled"]


async def test_too_many_streams_are_refused(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = await _ordered(client)
    monkeypatch.setattr(routes, "_STREAMS", anyio.CapacityLimiter(1))
    async with routes._STREAMS:
        refused = await client.get(f"{address}/events")
    the_problem(refused, 503)
    assert refused.headers["retry-after"] == "30"


async def test_a_task_is_its_owner_s(opened: Opener, workbench: Workbench) -> None:
    async with opened(client="203.0.113.9", url="https://workbench.example") as client:
        ada, eve, rae = [await _signed_in(client, name) for name in ("ada", "eve", "rae")]
        address = await _ordered(client, ada)
        assert (await client.get(address, headers=ada)).json()["owner"] == "ada"
        for request in ("GET", ""), ("GET", "/events"), ("POST", "/cancel"):
            the_problem(await client.request(request[0], address + request[1], headers=eve), 404)
        assert (await client.get(f"{V1}/tasks", headers=eve)).json()["tasks"] == []
        the_problem(await client.post(f"{address}/cancel", headers=rae), 403)
        assert (await client.post(f"{address}/cancel", headers=ada)).status_code == 200
