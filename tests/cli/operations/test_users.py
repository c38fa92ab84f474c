"""`workbench users`, as somebody types it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from db.engine import Database
from tests.api.conftest import PASSWORD
from workbench import runtime
from workbench.adapters.object_store import FolderStore
from workbench.cli.main import app
from workbench.domain.errors import Conflict, InvalidRequest, NotFound
from workbench.runtime import Workbench
from workbench.settings import Settings


@pytest.fixture
def runner(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    @contextmanager
    def opened() -> Iterator[Workbench]:
        yield Workbench(Settings(home=tmp_path), database, FolderStore(tmp_path / "objects"))

    monkeypatch.setattr(runtime, "open_workbench", opened)
    return CliRunner()


def run(runner: CliRunner, *arguments: str, typed: str = "") -> str:
    result = runner.invoke(app, ["users", *arguments], input=typed, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_life_of_an_account(runner: CliRunner) -> None:
    assert "There are no accounts." in run(runner, "list")
    assert "Added ada with the role analyst" in run(runner, "add", "Ada", "--role", "analyst", typed=PASSWORD + "\n")
    assert "Disabled ADA" in run(runner, "disable", "ADA")
    listed = run(runner, "list")
    assert all(word in listed for word in ("ada", "analyst", "no"))
    run(runner, "enable", "ada")
    assert '"is_active": true' in run(runner, "list", "--json")
    assert "Set a new password for ada" in run(runner, "password", "ada", typed="quite another one\n")
    assert PASSWORD not in run(runner, "list", "--json") + run(runner, "log", "--json")
    log = run(runner, "log")
    happened = [log.index(f"user.{what}") for what in ("password_changed", "enabled", "disabled", "added")]
    assert happened == sorted(happened)
    assert run(runner, "log", "-n", "1", "--json").count("\n") == 1


def test_mistakes_are_one_error_and_change_nothing(runner: CliRunner) -> None:
    run(runner, "add", "ada", typed=PASSWORD + "\n")
    for error, arguments, typed in (
        (InvalidRequest, ["add", "bob"], "short\n"),
        (InvalidRequest, ["add", "bob"], ""),
        (InvalidRequest, ["add", "not a name"], PASSWORD),
        (Conflict, ["add", "ada"], PASSWORD),
        (NotFound, ["password", "bob"], PASSWORD),
        (NotFound, ["disable", "bob"], ""),
    ):
        with pytest.raises(error):
            run(runner, *arguments, typed=typed)
    assert run(runner, "list", "--json").count("\n") == 1
