"""`workbench lake` and `workbench sql`, as typed."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from tests.loaded import for_other_processes
from workbench.cli.main import app
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.runtime import Workbench

_runner = CliRunner()


@pytest.fixture
def home(loaded: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    database = for_other_processes(loaded).settings.database
    assert database.kind == "postgresql"
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_DATABASE__KIND", "postgresql")
    monkeypatch.setenv("WORKBENCH_DATABASE__URL", database.url.get_secret_value())
    return tmp_path


def _run(*arguments: str) -> str:
    return _runner.invoke(app, list(arguments), catch_exceptions=False).output


def test_from_export_to_answers(home: Path) -> None:
    with pytest.raises(NotFound, match="empty"):
        _run("sql", "select 1 from facts")
    assert "There are no snapshots." in _run("lake", "list")
    assert "evening: 1 companies" in _run("lake", "export", "--name", "evening")
    assert "evening" in _run("lake", "list")
    query = "select ticker, name, null as nothing from companies"
    assert "Apple Inc." in _run("sql", query)
    assert _run("sql", query, "--format", "csv") == "ticker,name,nothing\nAAPL,Apple Inc.,\n"
    assert json.loads(_run("sql", query, "--format", "json")) == [{"ticker": "AAPL", "name": "Apple Inc.", "nothing": None}]
    assert _run("sql", "select 1 from companies where false", "--format", "json") == "[]\n"
    assert "First 200 rows" in _run("sql", "select * from range(500)", "--snapshot", "evening")
    folder = home.with_name(f"{home.name} for others")
    assert "0 there already, 0 removed" in _run("lake", "copy", str(folder))
    assert "0 files written" in _run("lake", "copy", str(folder), "--snapshot", "evening").replace("\n", " ")
    assert list((folder / "companies").glob("*.parquet"))
    assert "Removed the snapshot evening" in _run("lake", "remove", "evening")


def test_a_notebook_gets_a_frame(loaded: Workbench, home: Path) -> None:
    _run("lake", "export")
    workbench = Workbench(loaded.settings.model_copy(update={"home": home}), loaded.database, loaded.objects)
    workbench.objects = type(loaded.objects)(home / "objects")
    frame = workbench.sql(
        "select ticker, count(*) as facts from facts join companies using (cik) where form = ? group by 1", ["10-K"]
    )
    assert list(frame.columns) == ["ticker", "facts"]
    assert frame.loc[0, "ticker"] == "AAPL"
    assert workbench.snapshots().tables.tolist() == [8]
    (path,) = workbench.lake_files("companies").path
    assert pd.read_parquet(path).name.tolist() == ["Apple Inc."]
    with pytest.raises(InvalidRequest, match="no table 'company'"):
        workbench.lake_files("company")
