"""Long work is answered with 202 and a task: documents that are read later, and tables that are written to files."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.security import accounts
from db.companies import save_company
from db.engine import Database
from flows.task_worker import work_one
from tests.api.conftest import APPLE, BERKSHIRE, PASSWORD
from tests.api.test_errors import the_problem
from tests.conftest import clone
from workbench.adapters.object_store import FolderStore
from workbench.domain.operations.tasks import TaskKind
from workbench.domain.rights.roles import Role
from workbench.ingest.operations.task_files import export_key, upload_key
from workbench.runtime import Workbench
from workbench.settings import Settings

V1 = "/api/v1"
LATER = {"Prefer": "respond-async, wait=1"}
MEMO = {"file": ("memo.txt", b"Devices sell worse than a year ago.")}


@pytest.fixture(scope="module")
def client(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The API for the person at this machine, over two companies."""
    home = tmp_path_factory.mktemp("queued")
    database = Database(clone(postgres_url, "api_queued"))
    with database.write() as connection:
        save_company(connection, APPLE)
        save_company(connection, BERKSHIRE)
    for name in ("ada", "eve"):
        accounts.add_user(database, name, Role.ANALYST, PASSWORD, actor="local")
    workbench = Workbench(Settings(home=home), database, FolderStore(home / "objects"))
    with TestClient(create_app(workbench, role="api"), base_url="http://127.0.0.1", client=("127.0.0.1", 50000)) as opened:
        yield opened
    database.close()


@pytest.fixture
def workbench(client: TestClient) -> Workbench:
    workbench: Workbench = client.app.state.workbench  # type: ignore[attr-defined]
    with workbench.database.write() as connection:
        connection.exec_driver_sql("delete from tasks")
        connection.exec_driver_sql("delete from documents")
    return workbench


def _done(workbench: Workbench, kind: TaskKind) -> None:
    task = work_one(workbench, [kind])
    assert task is not None
    assert task.kind is kind


def test_a_document_is_read_by_a_task(client: TestClient, workbench: Workbench) -> None:
    answer = client.post(f"{V1}/documents", files=MEMO, data={"ticker": "AAPL", "date": "2024-05-02"}, headers=LATER)
    assert answer.status_code == 202
    assert answer.headers["preference-applied"] == "respond-async"
    address = answer.headers["location"]
    assert (answer.json()["kind"], answer.json()["status"], answer.json()["result"]) == ("document", "queued", None)
    assert client.get(f"{V1}/documents").json()["documents"] == []
    _done(workbench, TaskKind.DOCUMENT)
    ended = client.get(address).json()
    assert ended["status"] == "finished", ended
    document = client.get(ended["result"]).json()["document"]
    assert (document["document"], document["company"], document["filed_on"]) == ("memo.txt", "AAPL", "2024-05-02")
    assert not workbench.objects.exists(upload_key(ended["task"]))
    assert [each["kind"] for each in client.get(f"{V1}/tasks").json()["tasks"]] == ["embed", "document"]


def test_a_large_document_is_read_by_a_task_and_a_small_one_at_once(client: TestClient, workbench: Workbench) -> None:
    large = b"Services grow twice as fast as devices.\n" * 30_000
    assert client.post(f"{V1}/documents", files={"file": ("large.txt", large)}).status_code == 202
    assert client.post(f"{V1}/documents", files=MEMO).status_code == 201
    pears = {"file": ("pears.txt", large.replace(b"Services", b"Pears"))}
    assert client.post(f"{V1}/documents", files=pears, headers={"Prefer": "wait=60"}).status_code == 201  # as pages do
    again = client.post(f"{V1}/documents", files={"file": ("large.txt", large)})
    assert again.status_code == 202
    waiting = client.get(f"{V1}/tasks").json()["tasks"]
    assert [each["status"] for each in waiting if each["kind"] == "document"] == ["queued"]  # not queued twice
    assert workbench.objects.get(upload_key(again.json()["task"])) == large


def test_what_is_wrong_without_reading_is_said_at_once_and_the_rest_by_the_task(
    client: TestClient, workbench: Workbench
) -> None:
    the_problem(client.post(f"{V1}/documents", files=MEMO, data={"ticker": "ZZZZ"}, headers=LATER), 404)
    the_problem(client.post(f"{V1}/documents", files=MEMO, data={"date": "2999-01-01"}, headers=LATER), 400)
    accepted = client.post(f"{V1}/documents", files={"file": ("broken.pdf", b"%PDF-1.7 and no more")}, headers=LATER)
    _done(workbench, TaskKind.DOCUMENT)
    ended = client.get(accepted.headers["location"]).json()
    assert ended["status"] == "failed"
    assert ended["error"].startswith("broken.pdf")
    assert not workbench.objects.exists(upload_key(ended["task"]))


def test_a_cancelled_upload_leaves_nothing(client: TestClient, workbench: Workbench) -> None:
    accepted = client.post(f"{V1}/documents", files=MEMO, headers=LATER)
    task = accepted.json()["task"]
    assert client.post(f"{accepted.headers['location']}/cancel").json()["status"] == "cancelled"
    assert not workbench.objects.exists(upload_key(task))
    assert work_one(workbench, [TaskKind.DOCUMENT]) is None


def test_a_full_queue_is_refused_with_the_time_to_wait(client: TestClient, workbench: Workbench) -> None:
    for number in range(workbench.settings.tasks.most_waiting):
        order = {"table": "companies", "arguments": {"query": f"company {number}"}}
        assert client.post(f"{V1}/exports", json=order).status_code == 202
    refused = client.post(f"{V1}/exports", json={"table": "companies"})
    the_problem(refused, 503)
    assert refused.headers["retry-after"] == "30"


def test_an_export_is_a_file_of_its_owner_s(client: TestClient, workbench: Workbench) -> None:
    ada, eve = [_signed_in(client, name) for name in ("ada", "eve")]
    order = {"table": "companies", "arguments": {"query": "apple"}, "format": "parquet"}
    accepted = client.post(f"{V1}/exports", json=order, headers=ada)
    address = accepted.headers["location"]
    the_problem(client.get(f"{address}/file", headers=ada), 409)
    same_of_another = client.post(f"{V1}/exports", json=order, headers=eve)
    assert same_of_another.json()["owner"] == "eve"
    _done(workbench, TaskKind.EXPORT)
    ended = client.get(address, headers=ada).json()
    assert (ended["status"], ended["result"]) == ("finished", f"{address}/file")
    file = client.get(ended["result"], headers=ada)
    assert file.headers["content-type"] == "application/vnd.apache.parquet"
    assert file.headers["content-disposition"] == f'attachment; filename="companies-{ended["task"]}.parquet"'
    assert pq.read_table(io.BytesIO(file.content)).to_pydict()["name"] == ["Apple Inc."]
    the_problem(client.get(ended["result"], headers=eve), 404)
    assert workbench.objects.exists(export_key(ended["task"]))


def test_wrong_tables_and_arguments_are_refused_at_once(client: TestClient, workbench: Workbench) -> None:
    assert "screen" in (the_problem(client.post(f"{V1}/exports", json={"table": "users"}), 404).hint or "")
    for arguments, field in (
        ({"query": 7}, "body.arguments.query"),
        ({"company": "AAPL"}, "body.arguments.company"),
    ):
        problem = the_problem(client.post(f"{V1}/exports", json={"table": "companies", "arguments": arguments}), 422)
        assert [each.field for each in problem.errors or []] == [field]
    assert work_one(workbench, [TaskKind.EXPORT]) is None


def test_a_report_writes_no_file(client: TestClient, workbench: Workbench) -> None:
    order = {"notebook": "company_review", "parameters": {"ticker": "AAPL"}}
    started = client.post(f"{V1}/reports", json=order)
    the_problem(client.get(f"{started.headers['location']}/file"), 404)
    with workbench.database.write() as connection:
        connection.exec_driver_sql("delete from tasks")


def _signed_in(client: TestClient, name: str) -> dict[str, str]:
    token = client.post(f"{V1}/auth/token", data={"username": name, "password": PASSWORD}).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}
