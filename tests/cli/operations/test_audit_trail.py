"""`workbench trail`, as somebody types it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from db.engine import Database
from db.operations import audit
from workbench import runtime
from workbench.adapters.object_store import FolderStore
from workbench.cli.main import app
from workbench.domain.errors import IntegrityError, InvalidRequest
from workbench.domain.operations.audit_trail import AuditEvent
from workbench.runtime import Workbench
from workbench.settings import Settings


@pytest.fixture
def runner(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    @contextmanager
    def opened() -> Iterator[Workbench]:
        yield Workbench(Settings(home=tmp_path), database, FolderStore(tmp_path / "objects"))

    monkeypatch.setattr(runtime, "open_workbench", opened)
    days = (400, 200, 1)
    events = [
        AuditEvent(datetime.now(UTC) - timedelta(days=day), "ada", "work.deleted", {"address": "203.0.113.7", "n": str(day)})
        for day in days
    ]
    with database.write() as connection:
        audit.record_events(connection, events)
    return CliRunner()


def run(runner: CliRunner, *arguments: str) -> str:
    result = runner.invoke(app, ["trail", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_trail_is_listed_verified_and_shortened(runner: CliRunner, database: Database) -> None:
    lines = [json.loads(line) for line in run(runner, "list", "--actor", "ada", "--format", "json").splitlines()]
    assert [(each["audit_id"], each["address"], each["detail"]["n"]) for each in lines] == [
        (3, "203.0.113.7", "1"), (2, "203.0.113.7", "200"), (1, "203.0.113.7", "400"),
    ]  # fmt: skip
    assert run(runner, "list", "--action", "sign_in", "--format", "csv").splitlines() == [
        "audit_id,at,actor,action,address,result,detail,hash"
    ]
    verified = run(runner, "verify")
    assert "3 entries, 1 to 3" in verified
    head = verified.split("Head: ")[1].strip()
    assert head == lines[0]["hash"]
    assert "Removed 1 entry" in run(runner, "shorten", "--days", "300")
    assert "3 entries, 2 to 4" in run(runner, "verify", "--head", head)
    with pytest.raises(IntegrityError, match="does not hold this hash"):
        run(runner, "verify", "--head", "00" * 32)
    with pytest.raises(InvalidRequest):
        run(runner, "shorten", "--days", "29")
    with database.write() as connection:
        connection.execute(sa.text("alter table audit_logs disable trigger kept"))
        connection.execute(sa.text("update audit_logs set detail = '{}' where audit_id = 3"))
    with pytest.raises(IntegrityError, match="broken at entry 3"):
        run(runner, "verify")
