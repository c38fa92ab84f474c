"""`workbench failures`: what failed is listed, and quarantined units are let go on."""

from __future__ import annotations

import importlib
import json

import pytest
from typer.testing import CliRunner

from db.engine import Database
from db.operations.failed_units import failed_unit, record_failure
from workbench.cli.main import app
from workbench.domain.errors import NotFound

_RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def settings(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("WORKBENCH_DATABASE__KIND", "postgresql")
    monkeypatch.setenv("WORKBENCH_DATABASE__URL", database.url.replace("postgresql+psycopg://", "postgresql://"))
    importlib.import_module("workbench.cli.operations.failures")


@pytest.fixture
def failed(database: Database) -> Database:
    with database.write() as connection:
        for unit in ("22701", "320193"):
            for _ in range(3):
                record_failure(connection, "metrics", unit, ZeroDivisionError("no ratio"), data_version="facts 1")
        record_failure(connection, "filing", "0000320193-24-000123", KeyError("heading"), data_version="hash")
    return database


def test_what_failed_is_listed(failed: Database) -> None:
    shown = _RUNNER.invoke(app, ["failures"])
    assert shown.exit_code == 0, shown.output
    assert "22701" in shown.output
    assert "quarantined" in shown.output
    listed = json.loads(_RUNNER.invoke(app, ["failures", "list", "--format", "json", "--kind", "filing"]).output)
    assert [(each["unit"], each["error"], each["tries"], each["is_quarantined"]) for each in listed["failures"]] == [
        ("0000320193-24-000123", "KeyError", 1, False)
    ]


def test_one_is_tried_again_or_a_kind_or_all(failed: Database) -> None:
    one = _RUNNER.invoke(app, ["failures", "retry", "metrics", "22701"])
    assert one.exit_code == 0, one.output
    with failed.read() as connection:
        states = {unit: failed_unit(connection, "metrics", unit) for unit in ("22701", "320193")}
    assert [(each.is_quarantined, each.tries) for each in states.values() if each] == [(False, 0), (True, 3)]
    assert "1 unit is tried again" in _RUNNER.invoke(app, ["failures", "retry"]).output
    assert isinstance(_RUNNER.invoke(app, ["failures", "retry", "metrics"]).exception, NotFound)


def test_nothing_failed_says_so(database: Database) -> None:
    assert _RUNNER.invoke(app, ["failures"]).output == "Nothing has failed.\n"
