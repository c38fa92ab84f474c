"""`workbench report`: what is given wrongly is one clear error before anything starts, and lists show runs and schedules."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from workbench.cli.main import app
from workbench.cli.reports.report_table import print_run_list, print_schedule_list
from workbench.domain.errors import InvalidRequest, NotFound, WorkbenchError
from workbench.domain.operations.reports import ReportRun, RunStatus


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (("run",), InvalidRequest, "name a notebook"),
        (("save", "3"), InvalidRequest, "name a file to write"),
        (("no_such_notebook",), NotFound, "there is no notebook 'no_such_notebook'"),
        (("company_review", "-p", "tickr=AAPL"), InvalidRequest, "company_review has no parameter 'tickr'"),
        (("company_review", "-p", "as_of=soon"), InvalidRequest, "'soon' is not a date such as 2024-06-30"),
        (("company_review", "--rerun", "7"), InvalidRequest, "--rerun takes the notebook and its parameters from the run"),
        (("company_review", "-o", "nowhere/at/all/out.html"), InvalidRequest, "there is no folder"),
    ],
)
def test_a_wrong_request_is_one_clear_error_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], kind: type[WorkbenchError], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    result = CliRunner().invoke(app, ["report", *arguments])
    assert isinstance(result.exception, kind)
    assert str(result.exception).startswith(message)
    assert result.exception.hint or kind is InvalidRequest
    assert not (tmp_path / "home").exists()


def test_runs_are_listed_with_their_errors(capsys: pytest.CaptureFixture[str]) -> None:
    started = datetime(2024, 11, 1, 6, 30, tzinfo=UTC)
    run = ReportRun(
        12, "company_review", "Company review: KO", {}, date(2024, 11, 1), RunStatus.FAILED, started, error="no data"
    )
    print_run_list([run])
    shown = capsys.readouterr().out
    assert all(text in shown for text in ("12", "failed", "Company review: KO", "no data", "2024-11-01 06:30"))


def test_empty_lists_say_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    print_run_list([])
    print_schedule_list([])
    shown = capsys.readouterr().out
    assert "workbench report company_review" in shown
    assert "Add one with `workbench report schedule`" in shown
