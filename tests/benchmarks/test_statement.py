"""A statement in process, with every recorded company loaded, against a bare read of the same rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from statistics import quantiles

import pytest
import sqlalchemy as sa

from db.companies import resolve
from db.engine import Database
from db.statements import known_facts, statement
from workbench.domain.concepts import ConceptMap
from workbench.domain.statements import PeriodKind, StatementKind

TICKERS = ("AAPL", "WMT", "PG", "MCD")
ROUNDS = 6

_RAW = sa.text(
    """
    select concept_id, period_end, period_start, unit_id, value, accession, form, filed_on
    from financial_metrics where cik = :cik and concept_id = any(cast(:concepts as integer[]))
    """
)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@pytest.mark.benchmark
@pytest.mark.mirror
def test_a_statement_against_a_bare_read_of_its_rows(recorded: Database, capsys: pytest.CaptureFixture[str]) -> None:
    concept_map = ConceptMap.load()
    lines = []
    with recorded.read() as connection:
        loaded = connection.scalar(sa.text("select count(*) from financial_metrics"))
        companies = [resolve(connection, ticker) for ticker in TICKERS]
        for period, newest in ((PeriodKind.ANNUAL, 10), (PeriodKind.QUARTERLY, 8), (PeriodKind.QUARTERLY, None)):
            ours, raws = [], []
            for kind in StatementKind:
                tags = concept_map.all_tags(kind)
                concepts = list(
                    connection.scalars(
                        sa.text("select concept_id from concepts where taxonomy || ':' || tag = any(:tags)"),
                        {"tags": list(tags)},
                    )
                )
                for company in companies:
                    assert known_facts(connection, company.cik, tags, None)
                    asked = {"cik": company.cik.number, "concepts": concepts}
                    for _ in range(ROUNDS):
                        ask = partial(statement, connection, company, kind, period, None, limit_periods=newest)
                        ours.append(seconds(ask))
                        raws.append(seconds(lambda asked=asked: connection.execute(_RAW, asked).all()))
            cuts, bare = quantiles(ours, n=20), quantiles(raws, n=20)
            lines.append(
                f"{period}, {newest or 'all'} periods: p50 {cuts[9] * 1e3:.1f} ms, p95 {cuts[18] * 1e3:.1f} ms, "
                f"{cuts[9] / bare[9]:.1f} times the bare read ({bare[9] * 1e3:.1f} ms)"
            )
    with capsys.disabled():
        print(f"\nstatement with {loaded:,} facts loaded:", *lines, sep="\n  ")  # noqa: T201
