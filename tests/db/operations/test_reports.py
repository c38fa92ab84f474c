"""Runs of reports and their schedules: which are listed, in which order, and as of which day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from db.alerts.ownership import give
from db.operations import reports as db_reports
from db.operations.report_deliveries import list_deliveries
from db.operations.sharing import share
from db.tables import report_schedules, reports
from workbench.domain.errors import Conflict, NotFound
from workbench.domain.operations.reports import ReportRun, RunStatus
from workbench.domain.rights.ownership import LOCAL, Caller, Shareable
from workbench.domain.rights.roles import Role

START = datetime(2024, 11, 1, 6, tzinfo=UTC)


def begun(connection: sa.Connection, name: str, as_of: date, *, after: int, schedule: str | None = None) -> int:
    """A run of the notebook `name` that started so many hours after START."""
    number = db_reports.begin_run(
        connection, notebook=name, title=name.title(), parameters={"ticker": "MSFT"}, as_of=as_of, cells=4, schedule=schedule
    )
    started = sa.update(reports).where(reports.c.report_id == number)
    connection.execute(started.values(started_at=START + timedelta(hours=after)))
    return number


def numbers(runs: Sequence[ReportRun]) -> list[int]:
    return [run.report_id for run in runs]


@pytest.fixture
def runs(connection: sa.Connection) -> dict[str, int]:
    """Runs whose order by start, by number and by the day they ask for are all different."""
    return {
        "spring": begun(connection, "review", date(2024, 3, 31), after=4, schedule="weekly"),
        "autumn": begun(connection, "review", date(2024, 9, 30), after=1),
        "summer": begun(connection, "review", date(2024, 6, 30), after=3, schedule="daily"),
        "peers": begun(connection, "peers", date(2024, 3, 31), after=2, schedule="weekly"),
        "peers again": begun(connection, "peers", date(2024, 3, 31), after=2),
    }


def test_runs_are_listed_by_their_start_the_newest_first(connection: sa.Connection, runs: dict[str, int]) -> None:
    expected = [runs[name] for name in ("spring", "summer", "peers again", "peers", "autumn")]
    assert numbers(db_reports.list_runs(connection)) == expected
    assert numbers(db_reports.list_runs(connection, limit=2, offset=1)) == expected[1:3]


@pytest.mark.parametrize(
    ("as_of", "listed"),
    [
        (date(2024, 9, 30), ["spring", "summer", "autumn"]),
        (date(2024, 9, 29), ["spring", "summer"]),
        (date(2024, 6, 30), ["spring", "summer"]),
        (date(2024, 6, 29), ["spring"]),
        (date(2024, 3, 30), []),
    ],
)
def test_the_newest_report_is_one_that_asks_for_what_was_known_by_the_day(
    connection: sa.Connection, runs: dict[str, int], as_of: date, listed: list[str]
) -> None:
    found = db_reports.list_runs(connection, notebook="review", as_of=as_of)
    assert numbers(found) == [runs[name] for name in listed]
    newest = db_reports.list_runs(connection, notebook="review", as_of=as_of, limit=1)
    assert numbers(newest) == [runs[name] for name in listed[:1]]


def test_runs_of_one_notebook_and_of_one_schedule(connection: sa.Connection, runs: dict[str, int]) -> None:
    assert numbers(db_reports.list_runs(connection, notebook="peers")) == [runs["peers again"], runs["peers"]]
    assert numbers(db_reports.list_runs(connection, schedule="weekly")) == [runs["spring"], runs["peers"]]
    assert numbers(db_reports.list_runs(connection, notebook="review", schedule="weekly")) == [runs["spring"]]
    assert db_reports.list_runs(connection, schedule="monthly") == []


def test_progress_and_end_are_of_the_run_alone(connection: sa.Connection, runs: dict[str, int]) -> None:
    db_reports.note_progress(connection, runs["summer"], 3)
    assert db_reports.get_run(connection, runs["summer"]).cells_done == 3
    db_reports.finish_run(
        connection, runs["summer"], manifest={"run_at": "x"}, html_sha256="h", figures_file_sha256="f", figures=9
    )
    db_reports.fail_run(connection, runs["spring"], "no such company")
    done, failed = (db_reports.get_run(connection, runs[name]) for name in ("summer", "spring"))
    assert (done.status, done.cells_done, done.figures, done.html_sha256) == (RunStatus.FINISHED, 4, 9, "h")
    assert (failed.status, failed.error, failed.cells_done) == (RunStatus.FAILED, "no such company", 0)
    # Nobody is at work on the others, which started long ago.
    assert db_reports.get_run(connection, runs["autumn"]).status is RunStatus.INTERRUPTED
    with pytest.raises(NotFound):
        db_reports.get_run(connection, max(runs.values()) + 1)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"run_at": "2024-11-01T06:00", "figures_sha256": "b"}, "summer"),
        ({"run_at": "2024-11-02T06:00", "figures_sha256": "b"}, "autumn"),
        ({"run_at": "2024-11-01T06:00", "figures_sha256": "c"}, None),
        ({"run_at": "2024-11-03T06:00", "figures_sha256": "b"}, None),
    ],
)
def test_a_run_is_found_by_its_time_and_its_figures(
    connection: sa.Connection, runs: dict[str, int], asked: dict[str, Any], found: str | None
) -> None:
    for name, run_at, sha256 in (("spring", "2024-11-01T06:00", "a"), ("summer", "2024-11-01T06:00", "b"),
                                 ("autumn", "2024-11-02T06:00", "b")):  # fmt: skip
        manifest = {"run_at": run_at, "figures_sha256": sha256}
        db_reports.finish_run(connection, runs[name], manifest=manifest, html_sha256="h", figures_file_sha256="f", figures=1)
    run = db_reports.find_run(connection, asked)
    assert (run.report_id if run else None) == (runs[found] if found else None)


def test_schedules_by_name_each_with_its_own_latest_start(connection: sa.Connection, runs: dict[str, int]) -> None:
    for name in ("weekly", "daily", "never"):
        db_reports.save_schedule(connection, name, notebook="review", parameters={}, cron="0 6 * * *")
    found = db_reports.list_schedules(connection)
    assert [each.name for each in found] == ["daily", "never", "weekly"]
    hours = {"daily": 3, "never": None, "weekly": 4}
    assert {each.name: each.last_started_at for each in found} == {
        name: None if after is None else START + timedelta(hours=after) for name, after in hours.items()
    }
    db_reports.delete_schedule(connection, "weekly")
    assert [each.name for each in db_reports.list_schedules(connection)] == ["daily", "never"]
    assert len(db_reports.list_runs(connection, schedule="weekly")) == 2


def test_owners_have_schedules_of_the_same_name(connection: sa.Connection) -> None:
    ada, bob, eve = (Caller(name, Role.RESEARCHER) for name in ("ada", "bob", "eve"))
    for caller, cron, channel in ((ada, "0 6 * * *", "ada-desk"), (bob, "0 7 * * *", "bob-desk")):
        made = db_reports.save_schedule(
            connection, "weekly", notebook="review", parameters={}, cron=cron, recipients=[channel], caller=caller
        )
        assert (made.owner, made.cron) == (caller.name, cron)
    share(connection, Shareable.SCHEDULES, "weekly", [Role.VIEWER], bob)
    for owner in ("ada", "bob"):
        number = db_reports.begin_run(
            connection,
            notebook="review",
            title="A review",
            parameters={},
            as_of=START.date(),
            cells=1,
            schedule="weekly",
            owner=owner,
        )
        db_reports.finish_run(connection, number, manifest={}, html_sha256="h", figures_file_sha256="f", figures=1)
        (sent,) = list_deliveries(connection, report_id=number)
        assert sent.recipient == f"{owner}-desk"
        assert db_reports.get_run(connection, number).shared_with == ((Role.VIEWER,) if owner == "bob" else ())
    assert [each.owner for each in db_reports.list_schedules(connection, ada)] == ["ada"]
    with pytest.raises(NotFound):
        db_reports.delete_schedule(connection, "weekly", eve)
    with pytest.raises(NotFound):
        db_reports.delete_schedule(connection, "weekly", ada, owner="bob")
    with pytest.raises(NotFound):  # which of the two?
        share(connection, Shareable.SCHEDULES, "weekly", [Role.ANALYST], LOCAL)
    with pytest.raises(Conflict) as several:
        db_reports.delete_schedule(connection, "weekly")
    assert several.value.hint == "name the owner: ada, bob"
    give(connection, "bob", "ada")
    assert [each.name for each in db_reports.list_schedules(connection, ada)] == ["weekly", "weekly-bob"]
    assert [run.owner for run in db_reports.list_runs(connection, schedule="weekly-bob")] == ["ada"]
    db_reports.delete_schedule(connection, "weekly", ada)
    assert [(each.name, each.cron) for each in db_reports.list_schedules(connection)] == [("weekly-bob", "0 7 * * *")]


def test_a_changed_schedule_stays_as_old_as_it_is(connection: sa.Connection) -> None:
    made = db_reports.save_schedule(connection, "daily", notebook="review", parameters={"ticker": "KO"}, cron="0 6 * * *")
    connection.execute(sa.update(report_schedules).values(created_at=START))
    changed = db_reports.save_schedule(connection, "daily", notebook="peers", parameters={"periods": 3}, cron="5 7 * * *")
    assert (changed.notebook, changed.parameters, changed.cron) == ("peers", {"periods": 3}, "5 7 * * *")
    assert changed.created_at == START != made.created_at
