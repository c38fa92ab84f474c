"""Facts a second, from companyfacts bytes to committed rows, against raw COPY of the same rows into the same table."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from psycopg import sql

from db import companies
from db.engine import Database
from db.facts import loading
from tests.conftest import MIRROR
from workbench.domain.identity import Cik, Company
from workbench.parse.xbrl.companyfacts import parse_company_facts

COMPANIES = (320193, 1045810, 80424)
ROUNDS = 3
COLUMNS = "cik, concept_id, unit_id, dimensions_id, period_start, period_end, accession, filed_on, form, value"


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@pytest.mark.benchmark
@pytest.mark.mirror
def test_loading_facts_keeps_above_half_of_raw_copy(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    contents = {cik: (MIRROR / f"api/xbrl/companyfacts/CIK{cik:010d}.json").read_bytes() for cik in COMPANIES}

    def load(cik: int) -> None:
        parsed = parse_company_facts(contents[cik], Cik(cik))
        with database.write() as connection:
            companies.save_company(connection, Company(Cik(cik), parsed.name or ""))
            loading.load_facts(connection, Cik(cik), parsed.facts)
            loading.save_concept_labels(connection, parsed.labels)

    def empty(cik: int) -> bytes:
        """Takes the company's rows away, as COPY text."""
        with database.write() as connection:
            query = sql.SQL("copy (select {} from financial_metrics where cik = {}) to stdout").format(
                sql.SQL(COLUMNS), sql.Literal(cik)
            )
            with connection.connection.cursor() as cursor, cursor.copy(query) as copy:  # type: ignore[attr-defined]
                rows = b"".join(bytes(block) for block in copy)
            connection.execute(sa.text("delete from financial_metrics where cik = :cik"), {"cik": cik})
        return rows

    def raw(rows: bytes) -> None:
        statement = f"copy financial_metrics ({COLUMNS}) from stdin"
        with database.write() as connection, connection.connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[attr-defined]
            copy.write(rows)

    ours, raws, count = 0.0, 0.0, 0
    for cik in COMPANIES:
        pairs = []
        for _ in range(ROUNDS):
            took = seconds(lambda cik=cik: load(cik))
            rows = empty(cik)
            pairs.append((took, seconds(lambda rows=rows: raw(rows))))
            empty(cik)
        # The best of each: what else runs on the machine only ever adds.
        ours += min(took for took, _ in pairs)
        raws += min(took for _, took in pairs)
        count += rows.count(b"\n")
    ratio = raws / ours
    with capsys.disabled():
        print(f"\n{count:,} facts: {count / ours:,.0f} a second parsed and loaded,")  # noqa: T201
        print(f"raw COPY {count / raws:,.0f} a second, ratio {ratio:.2f}")  # noqa: T201
    assert count == 77011
    assert ratio > 0.5
