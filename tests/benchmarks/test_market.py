"""How load, statement, screen, search and storage grow with the market: docs/capacity.md.

`WORKBENCH_TEST_MARKET=100,300` makes markets of so many companies, each with the facts, index rows and passages that
6,000 companies share 20 million, 10 million and 2 million of. Rows are copied inside the server, since what one costs by the
real path is measured elsewhere; the statements of a few companies are computed by the real path. Three hundred take five
minutes and 1 GB of disk.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from functools import partial
from statistics import median

import pytest
import sqlalchemy as sa

from db.companies import get_company
from db.engine import Database
from db.filings.filing_index import save_filings
from db.screens.screening import run_screen
from db.search.embeddings import find_model
from db.search.vector_index import build_index
from db.statements.as_known import refresh_statements, statement
from tests.benchmarks import made_market
from tests.conftest import MIRROR
from tests.database_server import clone
from tests.mirror_facts import load
from tests.search import anchors, corpus
from workbench.adapters.embedder import WordLlamaEmbedder
from workbench.domain.identity import Cik
from workbench.domain.measures.screens import Screen, parse_filters, parse_sort
from workbench.domain.statements.statement import PeriodKind, StatementKind
from workbench.parse.edgar.submissions import parse_submissions
from workbench.search.evaluation import evaluate, read_queries
from workbench.search.hybrid import SearchMode

_SIZES = [int(size) for size in os.environ.get("WORKBENCH_TEST_MARKET", "").split(",") if size]
pytestmark = [
    pytest.mark.mirror,
    pytest.mark.benchmark,
    pytest.mark.timeout(4 * 3600),
    pytest.mark.skipif(not _SIZES, reason="WORKBENCH_TEST_MARKET names no number of companies"),
]
FACTS, FILINGS, PASSAGES = 20_000_000 // 6000, 10_000_000 // 6000, 2_000_000 // 6000
# Kimberly-Clark, Amphenol and Costco.
_SOURCES = (Cik(55785), Cik(820313), Cik(909832))
_SAMPLE, _QUESTIONS = 5, 40


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@pytest.fixture(scope="module")
def recorded(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database with the recorded documents, and three companies with their facts and index rows."""
    database = Database(clone(postgres_url, "recorded_market"))
    corpus.build(database, tmp_path_factory.mktemp("market"))
    for cik in _SOURCES:
        load(database, MIRROR, only=cik)
        page = parse_submissions((MIRROR / f"submissions/CIK{cik.padded}.json").read_bytes(), cik)
        with database.write() as connection:
            save_filings(connection, page.recent.filings)
    url = database.url
    database.close()
    return url


def _made(database: Database, size: int) -> str:
    """Fills the market; how long that took, and what it has."""
    numbers = [cik.number for cik in _SOURCES]
    copying = seconds(lambda: made_market.fill(database, size, unpriced=0))
    copying += seconds(
        lambda: made_market.file_reports(database, size, numbers, facts=FACTS, filings=FILINGS, passages=PASSAGES)
    )
    with database.read() as connection:
        model = find_model(connection, WordLlamaEmbedder().model)
        tables = ("financial_metrics", "sec_filings", "passages")
        counts = [connection.scalar(sa.text(f"select count(*) from {table}")) for table in tables]
    assert model is not None
    indexing = seconds(lambda: build_index(database, model))
    facts, filings, passages = counts
    rows = f"{facts:,} facts, {filings:,} index rows, {passages:,} passages"
    return f"{rows}: copied in {copying:.0f} s, vectors indexed in {indexing:.0f} s"


def _statements(database: Database, size: int) -> str:
    """What a few companies spread over the market take, computed by the real path and read."""
    computing, reading = [], []
    for cik in map(Cik, range(1, size + 1, size // _SAMPLE)):
        with database.write() as connection:
            computing.append(seconds(partial(refresh_statements, connection, cik)))
        # In a transaction that can write nothing is kept in the process.
        with database.write() as connection:
            company = get_company(connection, cik)
            ask = partial(statement, connection, company, period=PeriodKind.ANNUAL, as_of=None, limit_periods=10)
            reading.extend(seconds(partial(ask, kind=kind)) for kind in StatementKind)
    return f"statements: computed {median(computing):.2f} s a company, one read {median(reading) * 1e3:.1f} ms"


def _screens(database: Database) -> str:
    found = []
    with database.read() as connection:
        for filters in (["pe < 20"], ["pe < 20", "pb < 3", "revenue > 1M"]):
            screen = Screen(parse_filters(filters), sort=parse_sort("market_cap")[0])
            assert run_screen(connection, screen).matched > 0
            found.append(min(seconds(partial(run_screen, connection, screen)) for _ in range(3)))
    return f"screens of one and three figures: {found[0] * 1e3:.0f} and {found[1] * 1e3:.0f} ms"


def _searches(database: Database) -> str:
    questions = list(read_queries(map(json.dumps, anchors.read()[:_QUESTIONS])))
    with database.read() as connection:
        evaluate(connection, WordLlamaEmbedder(), questions[:5])
        figures = {row.mode: row for row in evaluate(connection, WordLlamaEmbedder(), questions)}
    took = ", ".join(f"{mode} {row.p50_ms:.0f} and {row.p95_ms:.0f} ms" for mode, row in figures.items())
    assert set(figures) == set(SearchMode)
    return f"searches, median and 95th percentile: {took}"


def _storage(database: Database) -> str:
    tables = {
        "facts": ("financial_metrics",),
        "index rows": ("sec_filings",),
        "text": ("passages",),
        "vectors": ("document_embeddings",),
    }
    size = sa.text("select sum(pg_total_relation_size(format('%I', name)::regclass)) from unnest(cast(:names as text[])) name")
    with database.read() as connection:
        parts = [
            f"{part} {float(connection.scalar(size, {'names': list(names)}) or 0) / 1e6:,.0f}"
            for part, names in tables.items()
        ]
        whole = connection.scalar(sa.text("select pg_database_size(current_database())")) or 0
    return f"storage in MB: {whole / 1e6:,.0f}, of that {', '.join(parts)}"


@pytest.mark.parametrize("size", _SIZES)
def test_a_market_of_so_many_companies(recorded: str, size: int, capsys: pytest.CaptureFixture[str]) -> None:
    database = Database(clone(recorded, str(size)))
    try:
        lines = [
            _made(database, size),
            _statements(database, size),
            _screens(database),
            _searches(database),
            _storage(database),
        ]
    finally:
        database.close()
    with capsys.disabled():
        print(f"\n{size:,} companies:", *lines, sep="\n  ")  # noqa: T201
