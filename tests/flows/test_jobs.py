"""Single jobs, against servers that count."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from db.companies import save_company
from db.engine import Database
from db.operations import runs
from db.operations.failed_units import list_failed
from flows.jobs import _side_by_side, find_job
from flows.run import KIND, run_on
from flows.worker_tasks import CompaniesPart, refresh_metrics_part
from tests import edgar_folder
from tests.edgar_server import Answer, EdgarServer
from tests.flows import archives
from tests.flows.doubles import die_at_two
from tests.replay_server import Asked, ReplayServer, Reply
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import SourceError
from workbench.domain.identity import Cik, Company
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.operations.metrics import give_up_metrics, report_metrics
from workbench.runtime import Workbench
from workbench.service_settings import PostgresDatabase
from workbench.settings import AlphaVantage, Edgar, LocalFanOut, NewsApi, Settings

TABLES = (
    "companies", "company_tickers", "sec_filings", "financial_metrics", "documents", "passages", "document_embeddings",
    "stock_prices", "news_articles", "news_mentions", "loaded_parts",
)  # fmt: skip


def answer(asked: Asked) -> Reply:
    """Both vendors: three days of prices, one article."""
    if asked.path == "/query":
        lines = [f"2026-11-{day},10,11,9,{day - 8},500" for day in (20, 19, 18)]
        return Reply("\n".join(["timestamp,open,high,low,close,volume", *lines]).encode(), media_type="text/csv")
    article = {
        "source": {"name": "The Example"}, "title": "Acme Anvils opens a foundry", "url": "https://news.example/1",
        "publishedAt": "2026-11-22T20:00:00Z", "description": "Acme Anvils",
    }  # fmt: skip
    return Reply(json.dumps({"status": "ok", "totalResults": 1, "articles": [article]}).encode())


@pytest.fixture
def edgar(tmp_path: Path) -> Iterator[EdgarServer]:
    with EdgarServer(edgar_folder.build(tmp_path / "edgar")) as server:
        yield server


@pytest.fixture
def workbench(database: Database, objects: FolderStore, edgar: EdgarServer, tmp_path: Path) -> Iterator[Workbench]:
    with ReplayServer(answer) as vendors:
        key = SecretStr("test-key")
        url = database.url.replace("postgresql+psycopg://", "postgresql://")
        settings = Settings(
            home=tmp_path,
            contact="Test test@example.org",
            database=PostgresDatabase(kind="postgresql", url=SecretStr(url)),
            edgar=Edgar(url=edgar.url, attempts=1),
            alpha_vantage=AlphaVantage(url=vendors.url, api_key=key, requests_per_minute=1200),
            news_api=NewsApi(url=vendors.url, api_key=key, requests_per_minute=1200),
            fan_out=LocalFanOut(workers=2),
        )
        yield Workbench(settings, database, objects)


def counts(database: Database) -> dict[str, int]:
    with database.read() as connection:
        return {table: connection.scalar(sa.text(f"select count(*) from {table}")) or 0 for table in TABLES}


def test_the_market_from_the_archives_side_by_side_and_once(workbench: Workbench, edgar: EdgarServer) -> None:
    archives.build(edgar.root, range(2000, 2025), facts=30)
    summary = run_on(workbench, find_job("load-bulk"))
    assert (summary.outcome, summary.troubles) == ("saved", [])
    assert summary.saved == {"companies": 25, "filings": 25, "facts": 750}
    assert "| saved | facts | 750 |" in summary.markdown()
    found = counts(workbench.database)
    assert (found["companies"], found["financial_metrics"], found["sec_filings"]) == (25, 750, 25)
    again = run_on(workbench, find_job("load-bulk"), {"archive": "companyfacts"})
    assert again.outcome == "unchanged"
    assert counts(workbench.database) == found


def test_one_bad_member_is_quarantined_and_the_others_come_in(workbench: Workbench, edgar: EdgarServer) -> None:
    archives.build(edgar.root, range(2000, 2004), facts=5)
    content = bytearray((edgar.root / archives.FACTS).read_bytes())
    content[content.index(b"CIK0000002001.json") + 40] ^= 0xFF
    (edgar.root / archives.FACTS).write_bytes(content)
    summary = run_on(workbench, find_job("load-bulk"), {"archive": "companyfacts"})
    assert summary.outcomes == {"saved": 3, "quarantined": 1}
    assert summary.saved["facts"] == 15
    assert "## Failures" in summary.markdown()


def test_the_same_job_never_runs_twice_at_a_time(workbench: Workbench) -> None:
    job = find_job("retention")
    with runs.only_one(workbench.database, job.name) as is_first:
        assert is_first
        summary = run_on(workbench, job)
    assert (summary.outcome, summary.note) == ("skipped", "another process is already running this job")
    assert run_on(workbench, job).outcome == "unchanged"


def test_a_source_that_is_away_ends_a_refresh_early_and_may_pass(workbench: Workbench, edgar: EdgarServer) -> None:
    archives.build(edgar.root, range(2000, 2006))
    run_on(workbench, find_job("load-bulk"), {"archive": "submissions"})
    edgar.requests.clear()
    edgar.script("*", *[Answer(503)] * 20)
    summary = run_on(workbench, find_job("submissions"))
    assert (summary.outcome, summary.is_transient, len(summary.troubles)) == ("failed", True, 3)
    assert len(edgar.requests) == 3  # three in a row, and the others are left in peace


def test_an_error_that_ends_a_job_is_recorded_and_raised(workbench: Workbench, edgar: EdgarServer) -> None:
    edgar.script("*", *[Answer(503)] * 5)
    with pytest.raises(SourceError):
        run_on(workbench, find_job("load-bulk"))
    with workbench.database.read() as connection:
        last = runs.latest_of(connection, KIND)["load-bulk"]
    assert last.outcome == "failed"
    assert "503" in (last.error or "")


def test_retention_keeps_the_latest_of_each(workbench: Workbench) -> None:
    for _ in range(3):
        run_on(workbench, find_job("retention"))
    with workbench.database.write() as connection:
        connection.execute(sa.text("update ingest_runs set finished_at = finished_at - interval '100 days'"))
    run_on(workbench, find_job("retention"))
    with workbench.database.read() as connection:
        left = [(each.kind, each.subject) for each in runs.recent(connection)]
    assert sorted(left) == [
        *[("flow", "retention")] * 2, *[("retention", "api_responses")] * 2,
        *[("retention", "ingest_runs")] * 2, *[("retention", "lake")] * 2,
        *[("retention", "sessions")] * 2,
    ]  # fmt: skip


def test_a_company_whose_workers_die_costs_its_neighbours_nothing(workbench: Workbench) -> None:
    with workbench.database.write() as connection:
        for number in (1, 2, 3):
            save_company(connection, Company(Cik(number), f"Company {number}"))

    def give_up(part: CompaniesPart, error: Exception) -> IngestReport:
        return give_up_metrics(workbench.database, part.ciks[0], error)

    parts = [CompaniesPart((Cik(1), Cik(2), Cik(3)))]
    reports = {each.subject: each.outcome for each in _side_by_side(workbench, die_at_two, parts, give_up)}
    assert reports == {"1": "saved", "2": "quarantined", "3": "saved"}
    with workbench.database.read() as connection:
        (failed,) = list_failed(connection)
    assert (failed.unit, failed.is_quarantined) == ("2", True)
    assert report_metrics(workbench.database, Cik(2)).outcome == "quarantined"  # passed over, before it kills again


def test_latest_figures_are_made_without_asking_the_sec(database: Database, tmp_path: Path) -> None:
    """The embedded default has no contact for the SEC, and its figures need none."""
    url = database.url.replace("postgresql+psycopg://", "postgresql://", 1)
    settings = Settings(home=tmp_path, database=PostgresDatabase(kind="postgresql", url=SecretStr(url)))
    assert settings.contact is None
    assert refresh_metrics_part(settings, CompaniesPart(())) == []
