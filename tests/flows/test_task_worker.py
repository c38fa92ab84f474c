"""Tasks are done in the background: an error costs the task alone, and a new task is noticed at once."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from db.engine import Database
from db.operations.tasks import add_task
from flows import task_worker
from flows.task_worker import TaskWorker, work_one
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import SetupError
from workbench.domain.operations.tasks import Task, TaskKind
from workbench.runtime import Workbench
from workbench.settings import Settings


@pytest.fixture
def workbench(database: Database, objects: FolderStore, tmp_path: Path) -> Workbench:
    return Workbench(Settings(home=tmp_path), database, objects)


def _queue(workbench: Workbench, kind: TaskKind, **parameters: int) -> int:
    with workbench.database.write() as connection:
        return add_task(connection, kind, parameters, most_waiting=8)


def _errors(workbench: Workbench) -> list[tuple[str, str | None]]:
    with workbench.database.read() as connection:
        rows = connection.execute(sa.text("select status, error from tasks order by task_id"))
        return [(row.status, row.error) for row in rows]


def test_each_task_ends_as_it_went_and_the_next_is_done(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Workbench, task: Task) -> None:
        if task.parameters["report_id"] == 1:
            raise SetupError("there is no kernel")
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(task_worker, "HANDLERS", {**task_worker.HANDLERS, TaskKind.REPORT: fail})
    for number in (1, 2):
        _queue(workbench, TaskKind.REPORT, report_id=number)
    _queue(workbench, TaskKind.EMBED)
    assert [task.kind if task else None for task in (work_one(workbench) for _ in range(4))] == [
        TaskKind.REPORT, TaskKind.REPORT, TaskKind.EMBED, None,
    ]  # fmt: skip
    assert _errors(workbench) == [
        ("failed", "there is no kernel"), ("failed", "ZeroDivisionError: division by zero"), ("finished", None),
    ]  # fmt: skip


def test_a_new_task_is_noticed_and_vectors_do_not_wait_for_a_report(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, is_embedded = threading.Event(), threading.Event()
    handlers = {TaskKind.REPORT: lambda *_: go_on.wait(60), TaskKind.EMBED: lambda *_: is_embedded.set()}
    monkeypatch.setattr(task_worker, "HANDLERS", handlers)
    monkeypatch.setattr(task_worker, "_LOOK_SECONDS", 60.0)
    worker = TaskWorker(workbench)
    worker.start()
    try:
        assert workbench.data_changes.start().wait(20)
        _queue(workbench, TaskKind.REPORT, report_id=1)
        _queue(workbench, TaskKind.EMBED)
        assert is_embedded.wait(20)
        go_on.set()
        until = time.monotonic() + 20
        while _errors(workbench) != [("finished", None)] * 2:
            assert time.monotonic() < until
            time.sleep(0.02)
    finally:
        worker.stop()
        workbench.close()
