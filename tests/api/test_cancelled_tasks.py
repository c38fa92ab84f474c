"""Tasks that run are cancelled over HTTP: they end within seconds, leave nothing half written, and say so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from api.app import create_app
from api.tasks import routes
from db.companies import save_company
from db.engine import Database
from db.operations import tasks
from db.operations.tasks import add_task, next_task
from flows import task_worker
from flows.task_worker import work_one
from tests.api.conftest import APPLE
from tests.api.test_errors import the_problem
from tests.conftest import clone
from workbench.adapters.object_store import FolderStore
from workbench.domain.operations.cancellation import check_cancelled
from workbench.domain.operations.tasks import TaskKind
from workbench.ingest.filings import upload_queue, uploads
from workbench.ingest.operations.task_files import export_key, upload_key
from workbench.reports import run as report_run
from workbench.reports.run import ReportFailed
from workbench.runtime import Workbench, exports
from workbench.settings import Settings

V1 = "/api/v1"
LATER = {"Prefer": "respond-async"}
MEMO = b"The ferry to the island sails twice a day until October."


@pytest.fixture(scope="module")
def client(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    home = tmp_path_factory.mktemp("cancelled")
    database = Database(clone(postgres_url, "api_cancelled"))
    with database.write() as connection:
        save_company(connection, APPLE)
    workbench = Workbench(Settings(home=home), database, FolderStore(home / "objects"))
    with TestClient(create_app(workbench, role="api"), base_url="http://127.0.0.1", client=("127.0.0.1", 50000)) as opened:
        yield opened
    database.close()


@pytest.fixture
def workbench(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    monkeypatch.setattr(task_worker, "_CANCEL_SECONDS", 0.05)
    monkeypatch.setattr(routes, "_LOOK_SECONDS", 0.05)
    workbench: Workbench = client.app.state.workbench  # type: ignore[attr-defined]
    with workbench.database.write() as connection:
        connection.exec_driver_sql("delete from tasks")
        connection.exec_driver_sql("delete from documents")
    return workbench


@contextmanager
def _at_work(workbench: Workbench, kind: TaskKind, is_begun: threading.Event) -> Iterator[None]:
    """Within the block a task of this kind is being done by another thread; at its end it has ended."""
    worker = threading.Thread(target=work_one, args=(workbench, [kind]), daemon=True)
    worker.start()
    assert is_begun.wait(120)
    yield
    worker.join(120)
    assert not worker.is_alive()


def _endless(is_begun: threading.Event) -> Callable[..., Any]:
    """Work that ends when it is cancelled, and not before."""

    def work(*_: Any, **__: Any) -> None:
        is_begun.set()
        for _step in range(12_000):
            check_cancelled()
            threading.Event().wait(0.01)

    return work


def _stored(workbench: Workbench) -> set[str]:
    return {each.key for each in workbench.objects.list("")}


def _states(events: str) -> list[tuple[str, bool]]:
    """Each state of the stream, and whether the end of the task was asked for by then."""
    frames = [frame for frame in events.split("\n\n") if frame.startswith("event: task")]
    return [
        (frame.partition('"status":"')[2].partition('"')[0], '"cancel_requested_at":null' not in frame) for frame in frames
    ]


def test_an_export_that_waits_for_the_database_ends_and_leaves_no_file(
    client: TestClient, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_begun = threading.Event()

    def ask(*_: Any) -> None:
        with workbench.database.read() as connection:
            is_begun.set()
            connection.execute(sa.text("select pg_sleep(600)"))

    address = client.post(f"{V1}/exports", json={"table": "companies"}).headers["location"]
    monkeypatch.setattr(exports, "question_called", lambda _: SimpleNamespace(ask=ask))
    events: list[str] = []
    reader = threading.Thread(target=lambda: events.append(client.get(f"{address}/events").text))
    reader.start()
    with _at_work(workbench, TaskKind.EXPORT, is_begun):
        asked = client.post(f"{address}/cancel")
        assert (asked.status_code, asked.json()["status"], asked.json()["finished_at"]) == (200, "running", None)
        assert asked.json()["cancel_requested_at"]
    reader.join(20)
    ended = client.get(address).json()
    assert (ended["status"], ended["error"], ended["result"]) == ("cancelled", None, None)
    assert _states(events[0])[-1] == ("cancelled", True)
    assert not workbench.objects.exists(export_key(ended["task"]))
    the_problem(client.get(f"{address}/file"), 409)
    the_problem(client.post(f"{address}/cancel"), 409)
    with workbench.database.read() as connection:
        assert connection.scalar(sa.text("select count(*) from pg_stat_activity where query like '%pg_sleep(600)%'")) == 1


def test_an_export_that_is_cancelled_when_its_file_is_there_loses_it(
    client: TestClient, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_begun, put = threading.Event(), FolderStore.put

    def slow(store: FolderStore, key: str, content: bytes, **options: Any) -> None:
        put(store, key, content, **options)
        with pytest.raises(Exception, match="cancelled"):
            _endless(is_begun)()

    address = client.post(f"{V1}/exports", json={"table": "companies", "format": "csv"}).headers["location"]
    monkeypatch.setattr(FolderStore, "put", slow)
    with _at_work(workbench, TaskKind.EXPORT, is_begun):
        client.post(f"{address}/cancel")
    ended = client.get(address).json()
    assert ended["status"] == "cancelled"
    assert not workbench.objects.exists(export_key(ended["task"]))


def test_an_upload_that_is_being_read_ends_without_a_document(
    client: TestClient, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_begun = threading.Event()
    address = client.post(f"{V1}/documents", files={"file": ("ferry.txt", MEMO)}, headers=LATER).headers["location"]
    monkeypatch.setattr(uploads, "read_own", _endless(is_begun))
    before = _stored(workbench)
    with _at_work(workbench, TaskKind.DOCUMENT, is_begun):
        client.post(f"{address}/cancel")
    ended = client.get(address).json()
    assert (ended["status"], ended["result"]) == ("cancelled", None)
    assert client.get(f"{V1}/documents").json()["documents"] == []
    assert before - _stored(workbench) == {upload_key(ended["task"])}
    assert _stored(workbench) <= before


def test_an_upload_that_is_being_saved_is_taken_back(
    client: TestClient, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_begun = threading.Event()
    address = client.post(f"{V1}/documents", files={"file": ("ferry.txt", MEMO)}, headers=LATER).headers["location"]
    monkeypatch.setattr(uploads.document_subjects, "save_subject", _endless(is_begun))  # the bytes and rows are there
    before = _stored(workbench)
    with _at_work(workbench, TaskKind.DOCUMENT, is_begun):
        client.post(f"{address}/cancel")
    assert client.get(address).json()["status"] == "cancelled"
    assert client.get(f"{V1}/documents").json()["documents"] == []
    assert _stored(workbench) <= before


def test_an_upload_that_is_complete_when_it_is_cancelled_has_finished(
    client: TestClient, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_begun, go_on, note = threading.Event(), threading.Event(), upload_queue.note_result

    def late(*arguments: Any) -> None:
        is_begun.set()
        assert go_on.wait(20)
        note(*arguments)

    address = client.post(f"{V1}/documents", files={"file": ("ferry.txt", MEMO)}, headers=LATER).headers["location"]
    monkeypatch.setattr(upload_queue, "note_result", late)
    with _at_work(workbench, TaskKind.DOCUMENT, is_begun):
        client.post(f"{address}/cancel")
        go_on.set()
    ended = client.get(address).json()
    assert (ended["status"], ended["error"]) == ("finished", None)
    assert ended["cancel_requested_at"]
    assert client.get(ended["result"]).json()["document"]["document"] == "ferry.txt"


def test_vectors_that_are_saved_stay_and_the_rest_waits(
    client: TestClient, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "\n\n".join(f"Pier {number} is painted. " + "It is closed in winter. " * 60 for number in range(40))
    assert client.post(f"{V1}/documents", files={"file": ("piers.txt", text.encode())}).status_code == 201
    is_begun, is_cancelled, sizes = threading.Event(), threading.Event(), list[int]()

    def embed(texts: list[str]) -> Any:
        sizes.append(len(texts))
        if len(sizes) == 2:
            is_begun.set()
            assert is_cancelled.wait(20)
            threading.Event().wait(0.3)
        return np.ones((len(texts), 3), np.float32)

    slow = SimpleNamespace(model="slow", dimensions=3, embed=embed)
    monkeypatch.setitem(workbench.__dict__, "embedder", slow)
    with workbench.database.write() as connection:
        connection.exec_driver_sql("delete from tasks")
        number = add_task(connection, TaskKind.EMBED, {}, most_waiting=8)
    with _at_work(workbench, TaskKind.EMBED, is_begun):
        client.post(f"{V1}/tasks/{number}/cancel")
        is_cancelled.set()
    assert client.get(f"{V1}/tasks/{number}").json()["status"] == "cancelled"
    with workbench.database.read() as connection:
        saved = connection.scalar(
            sa.text("select count(*) from document_embeddings join embedding_models using (model_id) where model = 'slow'")
        )
    assert (saved, len(sizes)) == (sizes[0], 2)


def test_a_report_that_runs_has_failed_and_its_task_is_cancelled(
    client: TestClient, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_begun = threading.Event()

    def make(*_: Any, is_cancelled: Callable[[], bool], **__: Any) -> None:
        is_begun.set()
        for _step in range(12_000):
            if is_cancelled():
                raise ReportFailed("company_review was ended: it was cancelled")
            threading.Event().wait(0.01)

    monkeypatch.setattr(report_run, "make_report", make)
    order: Mapping[str, Any] = {"notebook": "company_review", "parameters": {"ticker": "AAPL", "as_of": "2024-12-31"}}
    for path in ("", "of the run"):
        is_begun.clear()
        address = client.post(f"{V1}/reports", json=order).headers["location"]
        report = client.get(address).json()["result"]
        with _at_work(workbench, TaskKind.REPORT, is_begun):
            asked = client.post(f"{report if path else address}/cancel")
            assert (asked.status_code, asked.json()["status"]) == (200, "running")
        assert client.get(address).json()["status"] == "cancelled"
        ended = client.get(report).json()
        assert (ended["status"], ended["error"]) == ("failed", "company_review was ended: it was cancelled")


def test_a_task_whose_process_is_gone_ends_at_once(client: TestClient, workbench: Workbench) -> None:
    address = client.post(f"{V1}/exports", json={"table": "companies"}).headers["location"]
    with next_task(workbench.database, [TaskKind.EXPORT]) as task:
        assert task is not None
    assert client.get(address).json()["status"] == "running"  # nothing was recorded, and nobody holds it
    assert client.post(f"{address}/cancel").json()["status"] == "cancelled"
    assert work_one(workbench, [TaskKind.EXPORT]) is None
    with workbench.database.write() as connection:
        tasks.finish(connection, task)  # by a process that had only lost its connection
    assert client.get(address).json()["status"] == "cancelled"
