"""What one more fact, company, filing and passage costs in bytes, with indexes, and in processor time: docs/capacity.md."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from db.engine import Database
from db.filings.filing_index import save_filings
from tests.conftest import MIRROR, RecordedFilings
from tests.mirror_facts import load
from workbench.domain.identity import Cik
from workbench.ingest.operations.metrics import refresh_metrics
from workbench.parse.edgar.submissions import parse_submissions

pytestmark = [pytest.mark.mirror, pytest.mark.benchmark, pytest.mark.timeout(0), pytest.mark.xdist_group("recorded_filings")]

# Kimberly-Clark, Amphenol and Costco.
_COMPANIES = (Cik(55785), Cik(820313), Cik(909832))
# What is stored for each company beside its facts.
_FIGURES = (
    "company_metrics", "company_metric_states", "company_values", "company_value_terms", "statement_checks", "annual_figures",
    "stored_statements", "stored_statement_columns", "stored_restatements", "stored_restatement_lists",
)  # fmt: skip
_TEXT = ("passages", "filing_sections", "document_embeddings", "filing_vectors")


def kilobytes(database: Database, *tables: str) -> float:
    """Of these tables with their indexes and long values, after what was deleted is given back."""
    total = "sum(pg_total_relation_size(format('%I', name)::regclass))"
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in tables:
            connection.exec_driver_sql(f"vacuum full {table}")
        size = connection.scalar(
            sa.text(f"select {total} from unnest(cast(:tables as text[])) name"), {"tables": list(tables)}
        )
    return float(size or 0) / 1000


def rows(database: Database, table: str) -> int:
    """How many the table has."""
    with database.read() as connection:
        return int(connection.scalar(sa.text(f"select count(*) from {table}")) or 0)


def test_what_one_more_costs(
    database: Database, recorded_filings: RecordedFilings, capsys: pytest.CaptureFixture[str]
) -> None:
    before = time.process_time()
    for cik in _COMPANIES:
        load(database, MIRROR, only=cik)
    loading = time.process_time() - before
    facts = rows(database, "financial_metrics")
    before = time.process_time()
    assert refresh_metrics(database, _COMPANIES) == len(_COMPANIES)
    computing = (time.process_time() - before) / len(_COMPANIES)
    for cik in _COMPANIES:
        page = parse_submissions((MIRROR / f"submissions/CIK{cik.padded}.json").read_bytes(), cik)
        with database.write() as connection:
            save_filings(connection, page.recent.filings)
    filings, texts = rows(database, "sec_filings"), recorded_filings.database
    passages, documents = rows(texts, "passages"), rows(texts, "documents")
    lines = [
        f"fact: {kilobytes(database, 'financial_metrics') * 1000 / facts:,.0f} bytes, {1e6 * loading / facts:,.0f} µs",
        f"company of {facts / len(_COMPANIES):,.0f} facts: {kilobytes(database, *_FIGURES) / len(_COMPANIES):,.0f} kB",
        f"      {computing:,.1f} s to compute its figures",
        f"filing in the index: {kilobytes(database, 'sec_filings') * 1000 / filings:,.0f} bytes",
        f"document: {passages / documents:,.0f} passages",
        *(f"passage: {kilobytes(texts, table) / passages:,.2f} kB in {table}" for table in _TEXT),
    ]
    with capsys.disabled():
        print("", *lines, sep="\n")  # noqa: T201
