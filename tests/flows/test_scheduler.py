from __future__ import annotations

import sys
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from db.companies import save_company
from db.engine import Database
from db.facts.loading import load_facts
from db.operations import runs
from db.operations.leader import Leader
from flows.jobs import JOBS, METRICS, Job, find_job, parse_parameters
from flows.run import KIND
from flows.scheduler import JobProcess, LedSchedule, Schedule, Scheduler, last_started
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.identity import Accession, Cik, Company
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.operations.metrics import refresh_metrics
from workbench.settings import Settings

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def job(name: str, cron: str, *, retries: int = 1) -> Job:
    return Job(name, name, lambda _: iter(()), cron, 60, retries=retries, retry_delay_seconds=300)


class Clock:
    """A clock that is moved by hand, and a record of what ran when."""

    def __init__(self, jobs: list[Job], last: dict[str, datetime] | None = None, failing: int = 0) -> None:
        self.now = NOON
        self.ran: list[tuple[str, str]] = []
        self.failing = failing
        schedule = Schedule(jobs, last or {}, NOON)
        self.scheduler = Scheduler(lambda: schedule, self._run, now=lambda: self.now)

    def _run(self, each: Job) -> bool:
        self.ran.append((each.name, f"{self.now:%H:%M}"))
        self.failing -= 1
        return self.failing >= 0

    def move(self, hours: float, step_minutes: int = 1) -> list[tuple[str, str]]:
        end = self.now + timedelta(hours=hours)
        while self.now < end:
            self.now += timedelta(minutes=step_minutes)
            self.scheduler.look()
        ran, self.ran = self.ran, []
        return ran


def test_alerts_are_checked_without_a_channel_for_the_inbox_needs_none(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert settings.alerts.channels == {}
    assert find_job("notices").missing(settings) is None


def test_a_day_of_the_real_table_runs_each_job_as_often_as_its_cron_says() -> None:
    ran = [name for name, _ in Clock(list(JOBS)).move(24)]
    assert {name: ran.count(name) for name in set(ran)} == {
        "check-filings": 24, "read-filings": 1, "submissions": 1, "prices": 1, "overviews": 1, "news": 4, "embed": 24,
        "metrics": 24, "notices": 96, "lake-export": 1, "marts": 1, "reports": 24, "retention": 1,
    }  # fmt: skip  # a Monday: facts are on Saturdays, load-bulk only by hand


def test_nothing_runs_at_the_start_and_each_tick_once() -> None:
    clock = Clock([job("hourly", "7 * * * *")])
    assert clock.scheduler.look() == []
    assert clock.move(2.5) == [("hourly", "12:07"), ("hourly", "13:07"), ("hourly", "14:07")]


def test_what_was_missed_while_nobody_served_runs_once() -> None:
    clock = Clock([job("hourly", "7 * * * *")], {"hourly": NOON - timedelta(days=3)})
    assert clock.move(0.1) == [("hourly", "12:01")]
    assert clock.move(1) == [("hourly", "12:07")]


def test_what_may_pass_is_tried_again_after_its_delay_and_not_for_ever() -> None:
    clock = Clock([job("daily", "0 13 * * *", retries=2)], failing=99)
    assert clock.move(3) == [("daily", "13:00"), ("daily", "13:05"), ("daily", "13:10")]
    clock = Clock([job("daily", "0 13 * * *", retries=2)], failing=1)
    assert clock.move(3) == [("daily", "13:00"), ("daily", "13:05")]


def test_a_process_that_takes_too_long_is_ended_and_so_is_one_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeper = tmp_path / "sleeper"
    sleeper.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    sleeper.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(sleeper))
    process = JobProcess(lambda: Settings(home=tmp_path))
    started = time.monotonic()
    assert process.run(Job("slow", "", lambda _: iter(()), None, 1)) is False
    assert time.monotonic() - started < 30
    process.close()
    assert process.run(Job("late", "", lambda _: iter(()), None, 60)) is False


def test_jobs_that_lack_a_setting_start_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/does/not/exist")
    assert JobProcess(lambda: Settings(home=tmp_path)).run(find_job("prices")) is False


def test_a_job_that_cannot_be_run_leaves_the_others_alone_and_is_due_again() -> None:
    ran: list[str] = []

    def run(job: Job) -> bool:
        if job.name == "first":
            raise MemoryError
        ran.append(job.name)
        return False

    jobs = [Job(name, "", lambda _: iter(()), "0 * * * *", 60, retry_delay_seconds=300) for name in ("first", "second")]
    schedule = Schedule(jobs, {}, NOON)
    later = NOON + timedelta(hours=1)
    assert [job.name for job in Scheduler(lambda: schedule, run, now=lambda: later).look()] == ["first", "second"]
    assert ran == ["second"]
    assert schedule.due(later) == []
    assert [job.name for job in schedule.due(later + timedelta(seconds=300))] == ["first"]


def test_parameters_have_the_type_of_their_default() -> None:
    assert parse_parameters(find_job("check-filings"), ["days=3"]) == {"forms": "10-K,10-Q,8-K", "days": 3}
    assert parse_parameters(find_job("load-bulk"), ["everyone=true"])["everyone"] is True
    for wrong in ("days", "days=x", "years=1"):
        with pytest.raises(InvalidRequest):
            parse_parameters(find_job("check-filings"), [wrong])
    with pytest.raises(InvalidRequest):
        parse_parameters(find_job("load-bulk"), ["everyone=perhaps"])
    with pytest.raises(NotFound):
        find_job("nothing")


def test_figures_behind_their_facts_are_due_at_once(database: Database) -> None:
    company = Company(Cik(7), "Some Company")
    revenue = Fact(
        cik=company.cik, concept=Concept("us-gaap", "Revenues"), unit="USD", period_start=date(2023, 1, 1),
        period_end=date(2023, 12, 31), value=Decimal(100), accession=Accession("0000000007-24-000001"), form="10-K",
        filed_on=date(2024, 2, 1),
    )  # fmt: skip
    with database.write() as connection:
        save_company(connection, company)
        assert last_started(connection) == {}
        load_facts(connection, company.cik, [revenue])
    with database.read() as connection:
        last = last_started(connection)
    assert [each.name for each in Schedule(JOBS, last, NOON).due(NOON)] == [METRICS]
    refresh_metrics(database)
    with database.read() as connection:
        assert last_started(connection) == {}


def test_one_process_runs_the_jobs_and_another_continues_from_its_records(database: Database) -> None:
    jobs = [job("hourly", "0 * * * *")]
    first, second = (LedSchedule(database, jobs, Leader(database)) for _ in range(2))
    try:
        leading = first()
        assert leading is not None
        assert first() is leading
        assert second() is None
        began = datetime.now(UTC)
        with database.write() as connection:
            runs.save(connection, IngestReport(KIND, "hourly", "saved", began, began))
        first.close()
        taken_over = second()
        assert taken_over is not None
        next_hour = began.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        assert taken_over.due(next_hour - timedelta(microseconds=1)) == []
        assert [each.name for each in taken_over.due(next_hour)] == ["hourly"]
    finally:
        first.close()
        second.close()
