"""`workbench flows`, as somebody types it: what is due, a summary for people and logs, and errors with their hints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from db.engine import Database
from db.operations import runs
from flows.jobs import JOBS
from flows.run import KIND, RunSummary, run_on
from workbench import runtime
from workbench.adapters.object_store import FolderStore
from workbench.cli.console import console
from workbench.cli.main import app
from workbench.cli.operations import flows as commands
from workbench.domain.errors import (
    InvalidRequest,
    MalformedDocument,
    NotFound,
    SourceRefused,
    SourceUnavailable,
    WorkbenchError,
)
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.unit_of_work import quarantine
from workbench.runtime import Workbench
from workbench.settings import Settings

NOW = datetime(2026, 5, 4, 6, 30, tzinfo=UTC)
_runner = CliRunner()


@pytest.fixture
def workbench(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    found = Workbench(Settings(home=tmp_path, contact=None), database, FolderStore(tmp_path / "objects"))

    @contextmanager
    def opened() -> Iterator[Workbench]:
        yield found

    monkeypatch.setattr(runtime, "open_workbench", opened)
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    return found


def test_the_list_has_every_job_with_what_it_lacks_and_its_last_result(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "width", 200)  # as in a pipe
    with workbench.database.write() as connection:
        runs.save(connection, IngestReport(KIND, "metrics", "failed", NOW, NOW, error="facts: [odd]"))
    jobs = json.loads(_runner.invoke(app, ["flows", "list", "--json"], catch_exceptions=False).output)["jobs"]
    assert [job["name"] for job in jobs] == [job.name for job in JOBS]
    found = {job["name"]: job for job in jobs}
    assert (found["facts"]["missing_setting"], found["facts"]["next_at"]) == ("WORKBENCH_CONTACT", None)
    assert (found["metrics"]["last_outcome"], found["metrics"]["last_error"]) == ("failed", "facts: [odd]")
    assert found["metrics"]["last_started_at"] == NOW.isoformat()
    assert datetime.fromisoformat(found["metrics"]["next_at"]) > datetime.now(UTC)
    table = _runner.invoke(app, ["flows", "list"], catch_exceptions=False).output
    assert "failed: facts: [odd]" in table
    csv = _runner.invoke(app, ["flows", "list", "--format", "csv"], catch_exceptions=False).output.splitlines()
    assert len(csv) == 1 + len(JOBS)


def test_a_summary_is_plain_markdown_where_nobody_looks_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    summary = RunSummary("embed", NOW, NOW)
    summary.add(IngestReport("vectors", "m", "saved", NOW, NOW, {"vectors": 1200}))
    monkeypatch.setattr(commands, "run_job", lambda *_: summary)
    ended = _runner.invoke(app, ["flows", "run", "embed"], catch_exceptions=False)
    assert (ended.exit_code, ended.output.splitlines()[0]) == (0, "# embed: saved")
    assert "| saved | vectors | 1,200 |" in ended.output


def test_a_source_that_may_answer_later_is_a_line_with_its_hint_and_its_own_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> RunSummary:
        raise SourceUnavailable("EDGAR does not answer", hint="try again in [an hour]")

    monkeypatch.setattr(commands, "run_job", fail)
    ended = _runner.invoke(app, ["flows", "run", "facts"], catch_exceptions=False)
    assert (ended.exit_code, ended.stdout) == (75, "")
    assert ended.stderr == "workbench: EDGAR does not answer (try again in [an hour])\n"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [(["run", "nosuch"], NotFound), (["run", "embed", "-p", "x=1"], InvalidRequest), (["deploy"], WorkbenchError)],
)
def test_mistakes_say_what_to_do(arguments: list[str], error: type[WorkbenchError], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with pytest.raises(error) as raised:
        _runner.invoke(app, ["flows", *arguments], catch_exceptions=False)
    assert raised.value.hint


def test_the_record_of_a_run_and_of_a_unit_has_the_hint(workbench: Workbench) -> None:
    from dataclasses import replace

    def refuse(_: Workbench) -> Iterator[IngestReport]:
        raise SourceRefused("the SEC refuses the contact", hint="set another")
        yield

    job = replace(JOBS[0], name="refused", work=refuse, parameters={})
    with pytest.raises(SourceRefused):
        run_on(workbench, job)
    with workbench.database.read() as connection:
        assert runs.latest_of(connection, KIND)["refused"].error == "the SEC refuses the contact (set another)"
    unit = quarantine(workbench.database, "facts", "ACME", MalformedDocument("no JSON", hint="fetch it again"))
    assert (unit.outcome, unit.error) == ("quarantined", "no JSON (fetch it again)")
