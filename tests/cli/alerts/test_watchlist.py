"""`workbench watchlist` and `workbench users keys`, as somebody types them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.security import accounts
from db.companies import save_company
from db.engine import Database
from tests.api.conftest import APPLE, BERKSHIRE, PASSWORD
from workbench import runtime
from workbench.adapters.object_store import FolderStore
from workbench.cli.main import app
from workbench.domain.errors import NotFound
from workbench.domain.rights.roles import Role
from workbench.runtime import Workbench
from workbench.settings import Settings


@pytest.fixture
def runner(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    @contextmanager
    def opened() -> Iterator[Workbench]:
        yield Workbench(Settings(home=tmp_path), database, FolderStore(tmp_path / "objects"))

    monkeypatch.setattr(runtime, "open_workbench", opened)
    with database.write() as connection:
        save_company(connection, APPLE)
        save_company(connection, BERKSHIRE)
    accounts.add_user(database, "ada", Role.ANALYST, PASSWORD, actor="local")
    return CliRunner()


def run(runner: CliRunner, *arguments: str) -> str:
    result = runner.invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_life_of_a_watchlist(runner: CliRunner) -> None:
    assert "There are no watchlists." in run(runner, "watchlist", "list")
    assert "mine: 2 added, 2 companies on the list" in run(runner, "watchlist", "add", "mine", "aapl", "BRK.B", "320193")
    shown = json.loads(run(runner, "watchlist", "show", "mine", "--format", "json"))
    assert [company["ticker"] for company in shown["companies"]] == ["AAPL", "BRK-B"]
    assert "mine: 1 removed, 1 company on the list" in run(runner, "watchlist", "remove", "mine", "AAPL")
    listed = json.loads(run(runner, "watchlist", "list", "--format", "json"))
    assert [(each["name"], each["companies"]) for each in listed["watchlists"]] == [("mine", 1)]
    run(runner, "watchlist", "delete", "mine")
    with pytest.raises(NotFound):
        run(runner, "watchlist", "show", "mine")


def test_a_list_is_not_made_for_a_company_that_is_not_here(runner: CliRunner) -> None:
    with pytest.raises(NotFound):
        run(runner, "watchlist", "add", "mine", "AAPL", "ZZZZ")
    assert "There are no watchlists." in run(runner, "watchlist", "list")


def test_the_life_of_a_key(runner: CliRunner) -> None:
    assert "There are no API keys." in run(runner, "users", "keys", "list")
    secret = run(runner, "users", "keys", "add", "ada", "loader", "--scope", "write").strip()
    assert secret.startswith("wbk_")
    assert len(secret) == 47
    listed = run(runner, "users", "keys", "list", "ada", "--format", "json")
    (key,) = json.loads(listed)["keys"]
    assert (key["label"], key["scopes"], key["is_good"], key["last_used_at"]) == ("loader", ["read", "write"], True, None)
    assert secret not in listed + run(runner, "users", "log", "--json")
    assert "Revoked the key" in run(runner, "users", "keys", "revoke", "ada", "loader")
    assert "revoked" in run(runner, "users", "keys", "list")
