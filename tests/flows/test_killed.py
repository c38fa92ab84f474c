"""A load of the market that is killed at a random moment, and begun again, ends in exactly the tables of an undisturbed one.

`kill -9` takes a worker, the database, or the whole process tree. WORKBENCH_TEST_KILLS says how many times (6 without it),
WORKBENCH_TEST_SEED makes the moments those of an earlier run.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests import edgar_folder
from tests.flows import archives
from tests.flows.conftest import ROOT
from workbench.adapters.postgres_guardian import processes_on
from workbench.runtime import connect
from workbench.settings import LocalFanOut, Settings

KILLS = int(os.environ.get("WORKBENCH_TEST_KILLS", "6"))
SEED = os.environ.get("WORKBENCH_TEST_SEED") or f"{random.randrange(10**6)}"
CIKS = range(1000, 1014)
TARGETS = ("worker", "database", "tree")

# What the whole load is: both archives, then the documents, then their vectors.
LOAD = """
from flows.jobs import find_job
from flows.run import run_job
from workbench.settings import Settings
if __name__ == "__main__":
    for name, parameters in (("load-bulk", {}), ("read-filings", {"days": 9999}), ("embed", {})):
        summary = run_job(find_job(name), Settings.load(), parameters)
        assert summary.outcome in ("saved", "unchanged"), summary.markdown()
"""

QUERIES = {
    "companies": "select cik, name, sic, fiscal_year_end, former_names::text from companies",
    "tickers": "select ticker, cik, exchange, position from company_tickers",
    "filings": "select cik, accession, form, filed_on, report_on, primary_document, items::text from sec_filings",
    "facts": (
        "select cik, taxonomy, tag, unit, members::text, period_start, period_end, filed_on, value, accession, form"
        " from financial_metrics join concepts using (concept_id) join units using (unit_id)"
        " join dimension_sets using (dimensions_id)"
    ),
    "labels": "select taxonomy, tag, label from concepts",
    "documents": "select cik, accession, name, sha256, text_sha256, extractor, chars from documents",
    "sections": (
        "select accession, s.ordinal, s.part, s.item, s.title, start_char, end_char, status"
        " from filing_sections s join documents using (document_id)"
    ),
    "passages": (
        "select accession, p.ordinal, start_char, end_char, item, text, model, md5(embedding::text)"
        " from passages p join documents using (document_id) left join document_embeddings using (passage_id)"
        " left join embedding_models using (model_id)"
    ),
    "loaded": "select cik, part, sha256, reader from loaded_parts",
    "archived": "select source_url, sha256, size_bytes from archive_entries",
}


@dataclass
class Market:
    """A home that is set up and empty, the EDGAR that it loads from, and what it looks like when all is loaded."""

    folder: Path
    edgar: Path
    expected: dict[str, Any]
    seconds: float

    def new_home(self) -> Path:
        home = self.folder / f"home-{random.randrange(10**9)}"
        subprocess.run(["cp", "-a", self.folder / "empty", home], check=True)  # with its owners
        return home


def build_edgar(root: Path) -> Path:
    archives.build(root, CIKS, facts=120)
    for cik in CIKS:
        path = f"Archives/edgar/data/{cik}/{archives.accession(cik).replace('-', '')}/{edgar_folder.DOCUMENT}"
        edgar_folder.write(root, path, edgar_folder.annual_report(f"anvils of company {cik}"))
    return root


def start(home: Path, edgar: Path, program: str = LOAD) -> subprocess.Popen[str]:
    environment = {
        **os.environ, "WORKBENCH_HOME": str(home), "WORKBENCH_EDGAR__URL": str(edgar), "PYTHONPATH": str(ROOT),
        "WORKBENCH_FAN_OUT__KIND": "local", "WORKBENCH_FAN_OUT__WORKERS": "2",
    }  # fmt: skip
    file = home / "load.py"  # as a file: workers that are spawned import the main module
    file.write_text(program)
    return subprocess.Popen(
        [sys.executable, file], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> None:
    _, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors[-3000:]


def tables(home: Path) -> dict[str, Any]:
    """Every row of every table without numbers that the database gives, and the objects in the archive."""
    found: dict[str, Any] = {}
    with connect(Settings(home=home, fan_out=LocalFanOut())) as database, database.read() as connection:
        for name, query in QUERIES.items():
            found[name] = sorted(map(repr, connection.execute(sa.text(query))))
    objects = home / "objects"
    found["objects"] = sorted(path.name for path in objects.rglob("*") if path.is_file() and not path.name.startswith("."))
    return found


@dataclass(frozen=True)
class Process:
    """One row of the list of processes."""

    pid: int
    parent: int
    session: int
    command: bytes


def processes() -> list[Process]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if fields[0] != "Z":
            found.append(Process(int(entry.name), int(fields[1]), int(fields[3]), command))
    return found


def victims(load: subprocess.Popen[str], home: Path, target: str) -> list[int]:
    """Whom `kill -9` takes now; empty while there is none of the kind. Only what this test started is ever in it."""
    if load.poll() is not None:  # its id may be another's by now
        return []
    running = processes()
    leader = load.pid
    own = [each for each in running if each.session == leader]
    server = processes_on(home / "postgres" / "data")
    if target == "worker":  # forked by the process that its pool forks from, which is a child of the load
        return [each.pid for each in own if b"multiprocessing.forkserver" in each.command and each.parent != leader][:1]
    if target == "database":
        return server
    guardian = [each.pid for each in running if b"postgres_guardian" in each.command and os.fsencode(home) in each.command]
    return [*guardian, *server, *(each.pid for each in own)]


def kill(load: subprocess.Popen[str], home: Path, target: str) -> int:
    """How many processes were there to be killed."""
    chosen = victims(load, home, target)
    for pid in chosen:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(chosen)


def disturb(home: Path, market: Market, target: str, after_seconds: float) -> bool:
    """Starts the load and kills so many seconds later; False when by then there was nothing left to disturb."""
    process = start(home, market.edgar)
    try:
        time.sleep(after_seconds)
        while process.poll() is None:
            if kill(process, home, target):
                return True
        return False
    finally:
        process.communicate(timeout=240)


@pytest.fixture(scope="module")
def market() -> Iterator[Market]:
    folder = Path(tempfile.mkdtemp(prefix="wbkill-"))
    folder.chmod(0o755)
    edgar = build_edgar(folder / "edgar")
    (folder / "empty").mkdir()
    finish(start(folder / "empty", edgar, "from workbench.runtime import open_workbench\nwith open_workbench(): pass\n"))
    market = Market(folder, edgar, {}, 0.0)
    home = market.new_home()
    began = time.monotonic()
    finish(start(home, edgar))
    market.seconds = time.monotonic() - began
    market.expected = tables(home)
    yield market
    shutil.rmtree(folder, ignore_errors=True)


def test_the_undisturbed_load_is_whole(market: Market) -> None:
    counts = {name: len(rows) for name, rows in market.expected.items()}
    assert counts["companies"] == counts["filings"] == counts["documents"] == len(CIKS)
    assert counts["facts"] == 120 * len(CIKS)
    assert counts["loaded"] == 2 * len(CIKS)
    assert counts["passages"] >= len(CIKS)
    assert not [row for row in market.expected["passages"] if row.endswith("None, None)")]


@pytest.mark.timeout(0)
@pytest.mark.parametrize("number", range(KILLS))
def test_killed_and_begun_again_it_ends_the_same(market: Market, number: int) -> None:
    chance = random.Random(f"{SEED}/{number}")
    target = TARGETS[number % len(TARGETS)]
    moment = chance.uniform(0.05, 0.95) * market.seconds
    home = market.new_home()
    while not disturb(home, market, target, moment):  # it was quicker this time
        moment = chance.uniform(0.05, 0.9) * moment
        home = market.new_home()
    print(f"seed {SEED}/{number}: the {target} was killed after {moment:.2f} s of {market.seconds:.1f}")  # noqa: T201
    finish(start(home, market.edgar))
    found = tables(home)
    differing = [name for name, rows in market.expected.items() if found[name] != rows]
    assert not differing, f"seed {SEED}/{number}: {target} killed after {moment:.2f} s: {differing}"
    shutil.rmtree(home, ignore_errors=True)
