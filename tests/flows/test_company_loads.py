"""Companies that users ask for are loaded by a task."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.companies import resolve
from db.engine import Database
from db.operations.tasks import task_state
from flows.task_worker import work_one
from tests import edgar_folder
from workbench.adapters.object_store import FolderStore
from workbench.analysis.operations.task_json import task_answer
from workbench.domain.errors import Conflict, InvalidIdentifier, InvalidRequest
from workbench.domain.operations.tasks import TaskKind, TaskState, TaskStatus
from workbench.domain.rights.ownership import LOCAL
from workbench.runtime import Workbench
from workbench.runtime.company_loads import queue_company
from workbench.settings import Edgar, Settings


@pytest.fixture
def workbench(database: Database, objects: FolderStore, tmp_path: Path) -> Workbench:
    folder = edgar_folder.build(tmp_path / "edgar")
    return Workbench(Settings(home=tmp_path, edgar=Edgar(url=str(folder))), database, objects)


def done(workbench: Workbench, state: TaskState) -> TaskState:
    worked = work_one(workbench, [TaskKind.COMPANY])
    assert worked is not None
    assert worked.task_id == state.task_id
    with workbench.database.read() as connection:
        return task_state(connection, state.task_id, LOCAL)


def test_a_company_is_loaded_with_its_documents(workbench: Workbench) -> None:
    queued = queue_company(workbench, " ACME ", "10-K", LOCAL)
    assert (queued.kind, queued.status) == (TaskKind.COMPANY, TaskStatus.QUEUED)
    ended = done(workbench, queued)
    assert (ended.status, ended.error) == (TaskStatus.FINISHED, None)
    assert task_answer(ended)["result"] == f"/api/v1/companies/{edgar_folder.CIK}"
    with workbench.database.read() as connection:
        assert resolve(connection, "ACME").cik.number == edgar_folder.CIK
    # The vectors of its passages are a task of their own.
    embedding = work_one(workbench)
    assert embedding is not None
    assert embedding.kind is TaskKind.EMBED


def test_a_ticker_that_nobody_has_fails_its_task(workbench: Workbench) -> None:
    ended = done(workbench, queue_company(workbench, "ZZZZ", "10-K", LOCAL))
    assert ended.status is TaskStatus.FAILED
    assert "no listed company has the ticker ZZZZ" in str(ended.error)
    assert task_answer(ended)["result"] is None


def test_what_cannot_be_loaded_is_refused_at_once(workbench: Workbench, tmp_path: Path) -> None:
    with pytest.raises(InvalidIdentifier):
        queue_company(workbench, "what is this", "10-K", LOCAL)
    with pytest.raises(InvalidRequest):
        queue_company(workbench, "ACME", "ten-k!", LOCAL)
    without_contact = Workbench(Settings(home=tmp_path), workbench.database, workbench.objects)
    with pytest.raises(Conflict, match="no contact for the SEC"):
        queue_company(without_contact, "ACME", "10-K", LOCAL)
    assert work_one(workbench) is None
