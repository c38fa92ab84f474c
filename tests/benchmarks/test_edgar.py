"""What the SEC's limits leave: requests a second of three processes, and filings a second fetched, parsed and stored."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from db.engine import Database
from db.filings import filing_index as db_filings
from flows.fan_out import fan_out
from flows.worker_tasks import FilingPart, read_filings_part
from tests import edgar_folder
from tests.conftest import MIRROR, clone
from tests.edgar_server import Answer, EdgarServer
from tests.sources.test_request_budget import ask
from workbench.adapters.object_store import FolderStore
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Cik, Company
from workbench.ingest.filings.submissions import ingest_submissions
from workbench.service_settings import PostgresDatabase
from workbench.settings import Edgar, LocalFanOut, Settings
from workbench.sources.folder import FolderSource

PROCESSES, REQUESTS, ANSWER_SECONDS = 3, 40, 0.1
COMPANIES = (320193, 1045810, 104169, 80424)
FILINGS = 10


@pytest.mark.benchmark
def test_the_rate_that_three_processes_keep_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with EdgarServer(edgar_folder.build(tmp_path / "edgar")) as server:
        server.script("*", *[Answer(delay=ANSWER_SECONDS)] * (PROCESSES * REQUESTS))
        children = [ask(server, tmp_path / "ledger", REQUESTS) for _ in range(PROCESSES)]
        assert [child.communicate(timeout=300)[0] for child in children] == ["done\n"] * PROCESSES
    times = sorted(moment for moment, _, _ in server.requests)
    rate = (len(times) - 1) / (times[-1] - times[0])
    most = server.most_in_any_second()
    with capsys.disabled():
        print(f"\n{len(times)} requests of {PROCESSES} processes: {rate:.1f} a second, at most {most} in any one second")  # noqa: T201
    assert len(times) == PROCESSES * REQUESTS
    assert most <= 8


@pytest.mark.benchmark
@pytest.mark.mirror
def test_filings_a_second_by_one_worker_and_by_two(
    postgres_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds, stored = {}, {}
    for workers in (1, 2):
        url = clone(postgres_url, f"filings_by_{workers}")
        database = Database(url)
        home = tmp_path / f"home{workers}"
        filings = recorded_filings(database, home)
        with EdgarServer(MIRROR) as server:
            settings = Settings(
                home=home,
                contact="Test test@example.org",
                database=PostgresDatabase(kind="postgresql", url=SecretStr(url)),
                edgar=Edgar(url=server.url),
                fan_out=LocalFanOut(workers=workers),
            )
            started = time.perf_counter()
            done = list(fan_out(read_filings_part, (FilingPart((filing,)) for filing in filings), settings))
            seconds[workers] = time.perf_counter() - started
            assert server.most_in_any_second() <= 8
        assert [report.outcome for each in done for report in each.result or ()] == ["saved"] * FILINGS
        with database.read() as connection:
            stored[workers] = connection.scalar(sa.text("select count(*) from passages"))
        database.close()
    with capsys.disabled():
        rates = [FILINGS / seconds[workers] for workers in (1, 2)]
        print(f"\n{FILINGS} filings fetched, parsed and stored: {rates[0]:.2f} a second by one worker,")  # noqa: T201
        print(f"{rates[1]:.2f} by two, ratio {rates[1] / rates[0]:.2f}")  # noqa: T201
    assert stored[1] == stored[2] > 100 * FILINGS


def recorded_filings(database: Database, home: Path) -> list[Filing]:
    """Annual and quarterly reports of which there are recordings, in the database's index and unread."""
    source = FolderSource(MIRROR)
    for number in COMPANIES:
        ingest_submissions(database, FolderStore(home / "objects"), source, Company(Cik(number), f"CIK {number}"))
    with database.read() as connection:
        unread = db_filings.unread_filings(connection, ["10-K", "10-Q"], date(2000, 1, 1))
    found = [each for each in unread if recording(each).exists()]
    assert len(found) >= FILINGS
    return found[:FILINGS]


def recording(filing: Filing) -> Path:
    """Where the recorded document of the filing lies."""
    folder = filing.accession.text.replace("-", "")
    return MIRROR / f"Archives/edgar/data/{filing.cik.number}/{folder}/{filing.primary_document}"
