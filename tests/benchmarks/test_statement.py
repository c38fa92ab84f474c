"""A statement in process, with every recorded company loaded: asked for, asked again, as of a past day, computed anew."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import product
from statistics import median, quantiles

import pytest
import sqlalchemy as sa

from db.companies import get_companies, known_ciks
from db.engine import Database
from db.statements.as_known import assembled_statement, refresh_statements, statement
from tests import mirror_facts
from tests.conftest import MIRROR
from tests.database_server import clone
from workbench.domain.identity import Company
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind

ASKED = ((PeriodKind.ANNUAL, 10), (PeriodKind.ANNUAL, None), (PeriodKind.QUARTERLY, 8), (PeriodKind.QUARTERLY, 20))
# What a past day takes: the read is a part of the answer, so the ratio holds on a slower machine too.
MOST_TIMES_THE_READ = 10
# Of the processor time that a past day takes when nothing is stored, over all of these questions: 0.5 to 0.6 was measured.
MOST_OF_ANEW = 0.75
PAST_DAYS = (date(2018, 5, 15), date(2022, 2, 28))

_RAW = sa.text(
    """
    select concept_id, period_end, period_start, unit_id, value, accession, form, filed_on
    from financial_metrics where cik = :cik and concept_id = any(cast(:concepts as integer[])) and filed_on <= :day
    """
)


@pytest.fixture(scope="module")
def stored(postgres_url: str) -> Iterator[Database]:
    """All recorded companies as ingest leaves them: their facts, and their statements stored."""
    database = Database(clone(postgres_url, "stored_statements"))
    mirror_facts.load(database, MIRROR)
    with database.write() as connection:
        for cik in known_ciks(connection):
            refresh_statements(connection, cik)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("vacuum analyze"))
    yield database
    database.close()


@pytest.fixture
def serving() -> Iterator[None]:
    """As in the process that serves: what is loaded beforehand is not looked through for garbage."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def ask(
    company: Company,
    kind: StatementKind,
    period: PeriodKind,
    newest: int | None,
    connection: sa.Connection,
    *,
    day: date | None = None,
) -> Statement:
    return statement(connection, company, kind, period, day, limit_periods=newest)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_words(times: list[float]) -> str:
    middle, last = quantiles(times, n=20)[9::9]
    return f"p50 {middle * 1e3:.1f} ms, p95 {last * 1e3:.1f} ms"


@pytest.mark.benchmark
@pytest.mark.mirror
@pytest.mark.usefixtures("serving")
def test_a_statement_against_a_bare_read_of_its_rows(stored: Database, capsys: pytest.CaptureFixture[str]) -> None:
    ids = sa.text("select concept_id from concepts where taxonomy || ':' || tag = any(:tags)")
    lines = []
    # In a transaction that can write nothing is kept in the process: each statement comes from the database.
    with stored.write() as connection, stored.read() as reading:
        loaded = connection.scalar(sa.text("select count(*) from financial_metrics"))
        companies = get_companies(connection, known_ciks(connection))
        tags = {kind: list(ConceptMap.load().all_tags(kind)) for kind in StatementKind}
        concepts = {kind: list(connection.scalars(ids, {"tags": tags[kind]})) for kind in StatementKind}
        for period, newest in ASKED:
            first, again, anew, raws = [], [], [], []
            for kind in StatementKind:
                for company in companies:
                    asked = {"cik": company.cik.number, "concepts": concepts[kind], "day": date.max}
                    question = partial(ask, company, kind, period, newest)
                    raw = partial(lambda asked: connection.execute(_RAW, asked).all(), asked)
                    compute = partial(assembled_statement, connection, company, kind, period, None, limit_periods=newest)
                    question(reading)
                    first.append(seconds(partial(question, connection)))
                    again.append(seconds(partial(question, reading)))
                    anew.append(seconds(compute))
                    raws.append(seconds(raw))
            lines.append(
                f"{period}, {newest or 'all'} periods: first asked for {in_words(first)}; asked again {in_words(again)}; "
                f"computed anew {in_words(anew)}, {median(anew) / median(raws):.1f} times the bare read of its rows "
                f"({median(raws) * 1e3:.1f} ms), of which the first takes {median(first) / median(raws):.2f}"
            )
    with capsys.disabled():
        print(f"\n{len(companies)} companies, {loaded:,} facts loaded:", *lines, sep="\n  ")  # noqa: T201


def processor_seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


@pytest.mark.benchmark
@pytest.mark.mirror
@pytest.mark.usefixtures("serving")
def test_a_statement_as_of_a_past_day(stored: Database, capsys: pytest.CaptureFixture[str]) -> None:
    ids = sa.text("select concept_id from concepts where taxonomy || ':' || tag = any(:tags)")
    lines, ratios, saved = [], [], []
    with stored.write() as connection:
        companies = get_companies(connection, known_ciks(connection))
        concepts = {
            kind: list(connection.scalars(ids, {"tags": list(ConceptMap.load().all_tags(kind))})) for kind in StatementKind
        }
        for period, newest in ASKED:
            past, raws, used, anew = [], [], 0.0, 0.0
            for company, kind, day in product(companies, StatementKind, PAST_DAYS):
                asked = {"cik": company.cik.number, "concepts": concepts[kind], "day": day}
                question = partial(ask, company, kind, period, newest, connection, day=day)
                past.append(seconds(question))
                raws.append(seconds(partial(lambda asked: connection.execute(_RAW, asked).all(), asked)))
                used += processor_seconds(question)
                compute = partial(assembled_statement, connection, company, kind, period, day, limit_periods=newest)
                anew += processor_seconds(compute)
            ratios.append(median(past) / median(raws))
            saved.append(used / anew)
            lines.append(
                f"{period}, {newest or 'all'} periods: {in_words(past)}, {ratios[-1]:.1f} times the bare read of its rows; "
                f"processor time {1e3 * used / len(past):.1f} ms, {saved[-1]:.2f} of that without what is stored"
            )
    with capsys.disabled():
        print(f"\n{len(companies)} companies on {len(PAST_DAYS)} days:", *lines, sep="\n  ")  # noqa: T201
    assert max(ratios) < MOST_TIMES_THE_READ
    assert median(saved) < MOST_OF_ANEW
