"""`workbench migrate`: a database of an earlier version has this version's schema afterwards."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from db import migrate
from db.engine import Database
from workbench.cli.main import app


def test_an_earlier_schema_becomes_this_one(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    migrate.downgrade(database.engine, "0031")
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("WORKBENCH_DATABASE__KIND", "postgresql")
    monkeypatch.setenv("WORKBENCH_DATABASE__URL", database.url.replace("postgresql+psycopg://", "postgresql://"))
    shown = CliRunner().invoke(app, ["migrate"])
    assert shown.exit_code == 0, shown.output
    head = migrate.head()
    assert re.search(rf"at revision {head}\.", shown.output)
    with database.read() as connection:
        assert migrate.current(connection) == head
    assert CliRunner().invoke(app, ["migrate"]).output == shown.output
