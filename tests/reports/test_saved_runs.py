"""Runs are saved, repeat to equal figures, and say how they differ."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest

from db.engine import Database
from db.operations import reports as db_reports
from tests.reports.test_notebooks import written
from workbench.analysis.operations.report_figures import from_lines, to_lines
from workbench.domain.errors import InvalidRequest, MalformedDocument, NotFound
from workbench.domain.operations.reports import RunStatus, Why
from workbench.reports import saved_runs, schedules
from workbench.reports.notebooks import find_notebook, load_notebook, parse_parameters
from workbench.reports.run import ReportFailed
from workbench.runtime import Workbench

ASKS = "import workbench\nwb = workbench.open()\nwb.statement(ticker, as_of=as_of, periods=1).loc['revenue']"


def test_a_run_is_saved_and_two_days_of_it_are_compared(loaded: Workbench, tmp_path: Path) -> None:
    notebook = load_notebook(written(tmp_path, 'ticker = "AAPL"\nas_of = ""', name="revenue_only", then=ASKS))
    cells: list[int] = []
    first, made = saved_runs.run_and_save(
        loaded, notebook, parse_parameters(notebook, ["as_of=2024-10-31"]), on_progress=cells.append
    )
    assert cells == [1, 2, 3]
    assert (first.status, first.cells, first.cells_done) == (RunStatus.FINISHED, 3, 3)
    assert first.title == "Revenue only: AAPL, as of 2024-10-31"
    revenue = next(each for each in made.figures if each.measure == "revenue")
    assert revenue.figure.value == Decimal(383285000000)
    assert saved_runs.figures_of_run(loaded, first) == made.figures
    assert saved_runs.html_of_run(loaded, first) == made.html
    with zipfile.ZipFile(BytesIO(saved_runs.workbook_of_run(loaded, first))) as book:
        assert b"0000320193-23-000106" in book.read("xl/sharedStrings.xml")

    second, _ = saved_runs.run_and_save(loaded, notebook, parse_parameters(notebook, ["as_of=2024-11-01"]))
    found = saved_runs.compare_saved_runs(loaded, first, second)
    assert not found.is_equal
    change = next(each for each in found.changes if each.shown.measure == "revenue" and each.after)
    assert change.why is Why.FILED_BETWEEN
    assert "0000320193-24-000123, filed on 2024-11-01" in change.detail
    assert first.manifest is not None
    assert saved_runs.compare_manifests(loaded, first.manifest, first.manifest).is_equal
    with loaded.database.read() as connection:
        assert [run.report_id for run in db_reports.list_runs(connection, notebook="revenue_only")] == [
            second.report_id, first.report_id,
        ]  # fmt: skip
        assert db_reports.list_runs(connection, notebook="revenue_only", as_of=first.as_of)[0].report_id == first.report_id


def test_a_manifest_of_the_project_runs_again_to_equal_figures(loaded: Workbench) -> None:
    notebook = load_notebook(find_notebook("company_review"))
    first, made = saved_runs.run_and_save(loaded, notebook, parse_parameters(notebook, ["as_of=2024-12-31", "periods=2"]))
    assert first.manifest == made.manifest.as_document()
    again, comparison = saved_runs.rerun(loaded, made.manifest.as_document())
    assert comparison.is_equal
    assert comparison.changes == ()
    assert comparison.equal_figures == len(made.figures) > 100
    assert again.figures_sha256 == first.figures_sha256
    other = made.manifest.as_document() | {"figures_sha256": "0" * 64, "run_at": "2020-01-01T00:00:00+00:00"}
    assert not saved_runs.compare_manifests(loaded, other, made.manifest.as_document()).is_equal


def test_a_run_that_fails_is_saved_with_its_reason(loaded: Workbench, tmp_path: Path) -> None:
    notebook = load_notebook(written(tmp_path, "a = 1", name="failing_kept", then="1 / 0"))
    with pytest.raises(ReportFailed):
        saved_runs.run_and_save(loaded, notebook, {"a": 1})
    with loaded.database.read() as connection:
        run = db_reports.list_runs(connection, notebook="failing_kept")[0]
    assert (run.status, run.error) == (RunStatus.FAILED, "failing_kept, code cell 2: ZeroDivisionError: division by zero")
    with pytest.raises(NotFound, match="is failed and has no page"):
        saved_runs.html_of_run(loaded, run)
    with pytest.raises(InvalidRequest, match="no figures to compare"):
        saved_runs.compare_saved_runs(loaded, run, run)


def test_a_run_whose_process_is_gone_counts_as_interrupted(database: Database) -> None:
    with database.write() as connection:
        number = db_reports.begin_run(
            connection, notebook="n", title="N", parameters={}, as_of=datetime.now(UTC).date(), cells=1
        )
        connection.exec_driver_sql("update reports set started_at = now() - interval '1 minute'")
    with database.read() as connection:
        assert db_reports.get_run(connection, number).status is RunStatus.INTERRUPTED
    with db_reports.while_running(database, number), database.read() as connection:
        assert db_reports.get_run(connection, number).status is RunStatus.RUNNING
    with database.write() as connection:
        db_reports.delete_run(connection, number)
        with pytest.raises(NotFound, match="there is no report"):
            db_reports.delete_run(connection, number)


@pytest.mark.parametrize("text", ["{", "[]", '{"notebook": "company_review"}'])
def test_an_invalid_manifest(loaded: Workbench, tmp_path: Path, text: str) -> None:
    file = tmp_path / "some.json"
    file.write_text(text)
    with pytest.raises(InvalidRequest, match="not the manifest"):
        saved_runs.manifest_of(loaded, str(file))
    with pytest.raises(NotFound, match="there is no file"):
        saved_runs.manifest_of(loaded, str(tmp_path / "other.json"))
    with pytest.raises(NotFound, match="there is no report 999999"):
        saved_runs.manifest_of(loaded, "999999")


def test_figures_that_are_none() -> None:
    assert from_lines(to_lines([])) == []
    with pytest.raises(MalformedDocument, match="is not the figure log of a report"):
        from_lines('{"cik": 1}\n')


def test_a_schedule_is_due_once_and_wrong_ones_are_refused(loaded: Workbench) -> None:
    made = schedules.add(loaded, "apple-daily", "company_review", ["ticker=AAPL"], "0 6 * * *")
    assert made.parameters == {"ticker": "AAPL"}
    six = (made.created_at + timedelta(days=1)).replace(hour=6, minute=0, second=1, microsecond=0)
    assert schedules.due([made], six - timedelta(seconds=2)) == ([made] if made.created_at.hour < 6 else [])
    assert schedules.due([made], six) == [made]
    ran = type(made)(made.name, made.notebook, made.parameters, made.cron, made.created_at, six)
    assert schedules.due([ran], six + timedelta(hours=23)) == []
    assert schedules.schedule_document(ran, six)["next_at"] == (six + timedelta(days=1)).replace(second=0).isoformat()
    for name, notebook, assignments, cron in (
        ("a b", "company_review", [], "0 6 * * *"),
        ("a", "company_review", ["tickr=AAPL"], "0 6 * * *"),
        ("a", "company_review", ["as_of=soon"], "0 6 * * *"),
        ("a", "company_review", [], "at six"),
    ):
        with pytest.raises(InvalidRequest):
            schedules.add(loaded, name, notebook, assignments, cron)
    with loaded.database.write() as connection:
        assert [each.name for each in db_reports.list_schedules(connection)] == ["apple-daily"]
        db_reports.delete_schedule(connection, "apple-daily")
        with pytest.raises(NotFound, match="no schedule"):
            db_reports.delete_schedule(connection, "apple-daily")
