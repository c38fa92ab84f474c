"""`workbench users`, as somebody types it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.security.sessions import Caller, begin_program_session
from db.engine import Database
from db.operations.accounts import get_user
from tests.api.conftest import PASSWORD
from workbench import runtime
from workbench.adapters.object_store import FolderStore
from workbench.cli.main import app
from workbench.domain.errors import Conflict, InvalidRequest, NotFound
from workbench.domain.operations.sessions import SignInMethod
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


def test_an_administrator_at_the_machine_lists_and_ends_sessions(runner: CliRunner, database: Database) -> None:
    assert "Nobody is signed in." in run(runner, "sessions", "list")
    run(runner, "add", "ada", typed=PASSWORD + "\n")
    with database.read() as connection:
        ada = get_user(connection, "ada")
    caller, lifetime = Caller("192.0.2.1", "[bold]curl/8.5.0"), timedelta(days=1)
    first, second = (
        begin_program_session(database, ada, SignInMethod.PASSWORD, caller, lifetime)[0].session_id for _ in range(2)
    )
    listed = json.loads(run(runner, "sessions", "list", "ADA", "--json"))["sessions"]
    assert {each["session"] for each in listed} == {first, second}
    assert {(each["user"], each["address"], each["kind"]) for each in listed} == {("ada", "192.0.2.1", "program")}
    assert "ada" in run(runner, "sessions", "list")
    assert "Ended 1 session of ada" in run(runner, "sessions", "end", "ada", first)
    assert second in run(runner, "sessions", "list", "--json")
    assert first not in run(runner, "sessions", "list", "--json")
    assert "Ended 1 session of ada" in run(runner, "sessions", "end", "ada")
    with pytest.raises(NotFound):
        run(runner, "sessions", "end", "ada", first)
    log = [json.loads(line) for line in run(runner, "log", "--json").splitlines()]
    assert [each["reason"] for each in log if each["action"] == "session.ended"] == ["ended_by_administrator"] * 2


def test_the_signing_key_is_rotated_at_the_machine(runner: CliRunner) -> None:
    assert "There is no signing key yet." in run(runner, "signing-keys", "list")
    for _ in range(2):
        assert "Access tokens are signed with the key" in run(runner, "signing-keys", "rotate")
    keys = json.loads(run(runner, "signing-keys", "list", "--json"))["signing_keys"]
    assert [key["verifies_until"] is None for key in keys] == [True, False]
    run(runner, "signing-keys", "rotate", "--at-once")
    assert len(json.loads(run(runner, "signing-keys", "list", "--json"))["signing_keys"]) == 1
    assert "the next rotation" in run(runner, "signing-keys", "list")
