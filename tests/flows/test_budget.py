"""One budget of requests and one cool-down for three processes that run jobs, in one home or in three that share a Redis."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.engine import Database
from tests import edgar_folder
from tests.edgar_server import RATE_EXCEEDED, Answer, EdgarServer
from tests.flows import archives
from tests.flows.conftest import ROOT, for_processes
from tests.services import redis_server
from workbench.adapters.object_store import FolderStore
from workbench.ingest.bulk import ingest_bulk
from workbench.sources.bulk import BulkArchive

JOBS = ("submissions", "facts", "read-filings")
CIKS = range(3000, 3012)
COOLDOWN_SECONDS = 5.0
BEFORE = 9  # requests that are answered before the page comes: fewer than any of the jobs has to ask


@pytest.fixture(params=["one home", "three homes and a Redis"])
def budgets(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[dict[str, str]]]:
    """For each process the settings that say where its budget is kept."""
    if request.param == "one home":
        yield [{"WORKBENCH_HOME": str(tmp_path / "home")}] * len(JOBS)
        return
    with redis_server(tmp_path / "redis") as redis:
        chosen = {"WORKBENCH_CACHE__KIND": "redis", "WORKBENCH_CACHE__URL": f"redis://127.0.0.1:{redis.port}/0"}
        yield [{"WORKBENCH_HOME": str(tmp_path / f"home{number}"), **chosen} for number in range(len(JOBS))]


@pytest.fixture
def market(database: Database, objects: FolderStore, tmp_path: Path) -> Path:
    """An EDGAR of some companies that are in the database, whose reports nobody has read yet."""
    root = archives.build(tmp_path / "edgar", CIKS)
    archives.unpack(root)
    for cik in CIKS:
        path = f"Archives/edgar/data/{cik}/{archives.accession(cik).replace('-', '')}/{edgar_folder.DOCUMENT}"
        edgar_folder.write(root, path, edgar_folder.annual_report())
    with (root / archives.SUBMISSIONS).open("rb") as file:
        archive = BulkArchive(file, "submissions.zip")
        assert len(list(ingest_bulk(database, objects, archive, "submissions", archive.ciks()))) == len(CIKS)
    return root


def test_the_page_stops_three_jobs_within_a_second_for_the_cooldown(
    market: Path, database: Database, budgets: list[dict[str, str]], tmp_path: Path
) -> None:
    with EdgarServer(market) as server:
        server.script("*", *[Answer()] * BEFORE, Answer(403, RATE_EXCEEDED))
        common = os.environ | for_processes(database, tmp_path, server.url) | {
            "WORKBENCH_EDGAR__ATTEMPTS": "3", "WORKBENCH_EDGAR__COOLDOWN_SECONDS": str(COOLDOWN_SECONDS),
        }  # fmt: skip
        program = "from workbench.cli import main; main()"
        running = [
            subprocess.Popen(
                [sys.executable, "-c", program, "flows", "run", job, *(("-p", "days=9999") if job == "read-filings" else ())],
                cwd=ROOT, env=common | budget, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )
            for job, budget in zip(JOBS, budgets, strict=True)
        ]  # fmt: skip
        ended = [(child.communicate(timeout=200)[0], child.returncode) for child in running]
    assert [code for _, code in ended] == [0] * len(JOBS), ended
    times = [moment for moment, _, _ in server.requests]
    page = times[BEFORE]
    in_the_pause = [moment - page for moment in times if page + 1.0 < moment < page + COOLDOWN_SECONDS]
    assert not in_the_pause
    after = {path.split("/")[0] for moment, path, _ in server.requests if moment > page + COOLDOWN_SECONDS}
    assert after == {"submissions", "api", "Archives"}  # all three went on
    asked = Counter(path for _, path, _ in server.requests)
    assert [path for path, count in asked.items() if count > 1] == [server.requests[BEFORE][1]]  # only the refused one
    assert server.most_in_any_second() <= 8
