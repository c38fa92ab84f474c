"""Every job of the table on a clock moved forward, against servers that replay; the same days over again change nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from db.engine import Database
from db.operations import runs
from flows.jobs import JOBS, Job
from flows.run import KIND, RunSummary, run_on
from flows.scheduler import Schedule, Scheduler
from tests import edgar_folder
from tests.edgar_server import EdgarServer
from tests.replay_server import Asked, ReplayServer, Reply
from workbench.adapters.object_store import FolderStore
from workbench.domain.identity import Accession, Cik
from workbench.ingest.companies import ingest_company
from workbench.runtime import Workbench
from workbench.service_settings import PostgresDatabase
from workbench.settings import Alerts, AlphaVantage, Edgar, LocalFanOut, Marts, NewsApi, Settings
from workbench.sources import paths
from workbench.sources.folder import FolderSource

FRIDAY = datetime(2026, 11, 20, tzinfo=UTC)  # with the Saturday after it every job is due at least once
NEW = Accession("0001234567-26-000004")
# What ran, what was asked and answered, and which migration the database is at.
LOGS = ("ingest_runs", "api_responses", "alembic_version")


def vendors(asked: Asked) -> Reply:
    """Alpha Vantage: prices of three days, and an overview. NewsAPI: one article."""
    if asked.parameters.get("function") == "OVERVIEW":
        overview = {"Symbol": asked.parameters["symbol"], "Sector": "INDUSTRIALS", "SharesOutstanding": "1000000"}
        return Reply(json.dumps(overview).encode())
    if asked.path == "/query":
        lines = [f"2026-11-{day},10,11,9,{day - 8},500" for day in (19, 18, 17)]
        return Reply("\n".join(["timestamp,open,high,low,close,volume", *lines]).encode(), media_type="text/csv")
    article = {
        "source": {"name": "The Example"}, "title": "Acme Anvils opens a foundry", "url": "https://news.example/1",
        "publishedAt": "2026-11-19T20:00:00Z", "description": "Acme Anvils",
    }  # fmt: skip
    return Reply(json.dumps({"status": "ok", "totalResults": 1, "articles": [article]}).encode())


def file_a_report(root: Path, day: date) -> None:
    """Acme files another annual report: it is in the index of the day, the submissions and the facts."""
    rows = [{"accessionNumber": NEW.text, "filingDate": day.isoformat(), "primaryDocument": "acme-20241231.htm"}]
    recent = edgar_folder.columns({"accessionNumber": edgar_folder.ACCESSION, "primaryDocument": edgar_folder.DOCUMENT}, *rows)
    submissions = edgar_folder.submissions(filings={"recent": recent, "files": []})
    edgar_folder.write(root, paths.submissions(Cik(edgar_folder.CIK)), submissions)
    name = paths.document(Cik(edgar_folder.CIK), NEW, "acme-20241231.htm")
    edgar_folder.write(root, name, edgar_folder.annual_report("hammers"))
    facts = edgar_folder.company_facts()
    for tag, value, start in (("Assets", 1200000, {}), ("Revenues", 6000000, {"start": "2024-01-01"})):
        row = edgar_folder.fact("2024-12-31", value, accn=NEW.text, filed=day.isoformat(), **start)
        facts["facts"]["us-gaap"][tag]["units"]["USD"].append(row)
    edgar_folder.write(root, paths.company_facts(Cik(edgar_folder.CIK)), facts)
    head = f"Form Type   Company Name      CIK    Date Filed  File Name\n{'-' * 80}\n"
    line = f"10-K        Acme Anvils, Inc.  {edgar_folder.CIK}  {day:%Y%m%d}  edgar/data/{edgar_folder.CIK}/{NEW.text}.txt\n"
    edgar_folder.write(root, paths.daily_index(day), (head + line).encode())


@pytest.fixture
def edgar(tmp_path: Path) -> Iterator[EdgarServer]:
    with EdgarServer(edgar_folder.build(tmp_path / "edgar")) as server:
        yield server


@pytest.fixture
def clock() -> list[datetime]:
    return [FRIDAY]


@pytest.fixture
def workbench(
    database: Database, objects: FolderStore, edgar: EdgarServer, clock: list[datetime], tmp_path: Path
) -> Iterator[Workbench]:
    with ReplayServer(vendors) as server:
        key = SecretStr("test-key")
        settings = Settings(
            home=tmp_path,
            contact="Test test@example.org",
            database=PostgresDatabase(
                kind="postgresql", url=SecretStr(database.url.replace("postgresql+psycopg://", "postgresql://"))
            ),
            edgar=Edgar(url=edgar.url, attempts=1),
            alpha_vantage=AlphaVantage(url=server.url, api_key=key, requests_per_minute=1200),
            news_api=NewsApi(url=server.url, api_key=key, requests_per_minute=1200),
            alerts=Alerts(channels={"desk": SecretStr("json://127.0.0.1:9/")}),
            marts=Marts(dbt=os.environ.get("WORKBENCH_TEST_DBT", "dbt")),
            fan_out=LocalFanOut(workers=2),
        )
        yield Workbench(settings, database, objects, now=lambda: clock[0])


def contents(workbench: Workbench) -> dict[str, tuple[int, int]]:
    """How many rows each table has, with a checksum over all of their columns; and how many bytes each object."""
    found: dict[str, tuple[int, int]] = {}
    with workbench.database.read() as connection:
        names = connection.execute(
            sa.text("select schemaname, tablename from pg_tables where schemaname in ('public', 'marts') order by 1, 2")
        ).all()
        for schema, name in names:
            if name not in LOGS:
                query = f'select count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text from {schema}."{name}" t'
                rows, checksum = connection.execute(sa.text(query)).one()
                found[name] = (rows, int(checksum))
    # What tells of the latest build of the marts holds its time.
    stored = (each for each in workbench.objects.list("") if not each.key.startswith("marts/"))
    return found | {each.key: (each.size_bytes, 0) for each in stored}


def serve(clock: list[datetime], run: Callable[[Job], bool], *, hours: int) -> None:
    """Moves the clock forward while the scheduler looks."""
    schedule, end = Schedule(JOBS, {}, clock[0]), clock[0] + timedelta(hours=hours)
    scheduler = Scheduler(lambda: schedule, run, now=lambda: clock[0])
    while clock[0] < end:
        clock[0] += timedelta(minutes=30)
        scheduler.look()


def test_two_days_of_the_schedule_and_the_same_over_again(
    workbench: Workbench, edgar: EdgarServer, clock: list[datetime]
) -> None:
    list(ingest_company(workbench.database, workbench.objects, FolderSource(edgar.root), None, "ACME"))
    file_a_report(edgar.root, FRIDAY.date())
    here = {job.name for job in JOBS if job.cron and not job.missing(workbench.settings)}
    assert here >= {job.name for job in JOBS if job.cron} - {"marts"}  # dbt is not everywhere
    ran: dict[str, RunSummary] = {}

    def run_once(job: Job) -> bool:
        if job.name in here and job.name not in ran:
            ran[job.name] = run_on(workbench, job)
        return False

    serve(clock, run_once, hours=48)
    assert set(ran) == here
    assert {summary.outcome for summary in ran.values()} <= {"saved", "unchanged"}, [each.markdown() for each in ran.values()]
    assert [each.troubles for each in ran.values() if each.troubles] == []
    found = contents(workbench)
    rows = {name: count for name, (count, _) in found.items()}
    assert (rows["sec_filings"], rows["documents"], rows["financial_metrics"]) == (4, 2, 6)
    assert rows["document_embeddings"] == rows["passages"] > 0
    assert (rows["stock_prices"], rows["news_articles"], rows["news_mentions"], rows["company_overviews"]) == (3, 1, 1, 1)
    assert rows["annual_figures"] >= 2  # an income statement and a balance sheet
    assert "lake/snapshots/day-2026-11-20.json" in found

    clock[0] = FRIDAY + timedelta(hours=47)
    again = {job.name: run_on(workbench, job).outcome for job in JOBS if job.name in here}
    # The snapshot of Saturday was not due yet, nor marts with the facts of Saturday; the first closes came after `metrics`.
    later = {"lake-export", "marts", "metrics"} & here
    assert again == dict.fromkeys(here, "unchanged") | dict.fromkeys(later, "saved")
    found = contents(workbench)
    assert {job.name: run_on(workbench, job).outcome for job in JOBS if job.name in here} == dict.fromkeys(here, "unchanged")
    assert contents(workbench) == found
    assert edgar.most_in_any_second() <= 8
    with workbench.database.read() as connection:
        assert set(runs.latest_of(connection, KIND)) == here
