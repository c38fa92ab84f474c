"""What `workbench up` does beside answering: told while it lasts, ended with the block, its errors raised there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import flows.first_start
from db.engine import Database
from workbench.adapters.object_store import FolderStore
from workbench.cli.operations.background import background
from workbench.domain.errors import SetupError
from workbench.domain.operations.first_start import FirstStart, Stage
from workbench.domain.operations.runs import IngestReport
from workbench.runtime import Workbench
from workbench.settings import Settings

Told = Callable[[FirstStart], None]


@pytest.fixture
def workbench(database: Database, objects: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    monkeypatch.setenv("WORKBENCH_FLOWS__ENABLED", "false")
    monkeypatch.setenv("WORKBENCH_EMBEDDINGS__KIND", "wordllama")
    return Workbench(Settings(home=tmp_path), database, objects)


def test_how_far_it_is_is_told_until_all_is_there(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    go_on, is_at_history = threading.Event(), threading.Event()

    def fill(_: Workbench, told: Told, **_more: object) -> list[IngestReport]:
        told(FirstStart(Stage.COMPANIES, 1, 2))
        told(FirstStart(Stage.SEARCH))
        told(FirstStart(Stage.HISTORY, 0, 2))
        is_at_history.set()
        assert go_on.wait(30)
        return []

    monkeypatch.setattr(flows.first_start, "first_start", fill)
    over = threading.Event()
    with background(workbench, starter=True, when_filled=over.set):
        assert is_at_history.wait(30)
        assert workbench.filling == FirstStart(Stage.HISTORY, 0, 2)
        go_on.set()
        assert over.wait(30)
        assert workbench.filling is None
    out, err = capsys.readouterr()
    assert [line.split("s: ")[1] for line in err.splitlines() if "s: " in line] == [
        "companies loaded: figures, statements, filings, prices and screens are ready",
        "search is ready",
        "trends, checks and earlier days are ready",
    ]
    assert "0 companies" in out


def test_without_the_starter_nothing_is_filled(workbench: Workbench) -> None:
    with background(workbench, starter=False):
        assert workbench.filling is None


def test_an_error_of_the_work_ends_the_block(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Workbench, _told: Told, **_more: object) -> list[IngestReport]:
        raise SetupError("the database's disk is full")

    monkeypatch.setattr(flows.first_start, "first_start", fail)
    begun = time.monotonic()
    with pytest.raises(SetupError, match="disk is full"), background(workbench, starter=True):
        time.sleep(60)
    assert time.monotonic() - begun < 50
