"""The first start: all of the starter data and what is computed from it, side by side, whole also after an interruption."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

import flows.first_start
from db.engine import Database
from db.facts.loading import count_facts
from db.operations.starter import unprepared
from flows.first_start import StarterPart, first_start, load_starter_part
from tests.ingest.starter.test_load import company
from workbench.adapters.object_store import FolderStore
from workbench.domain.identity import Cik
from workbench.domain.operations.first_start import FirstStart, Stage
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.archive import store
from workbench.ingest.starter import is_empty
from workbench.ingest.starter.load import packaged_file
from workbench.parse.starter import ciks, decode, encode, largest_first
from workbench.ports import Notifier
from workbench.runtime import Workbench
from workbench.service_settings import PostgresDatabase
from workbench.settings import LocalFanOut, Settings

SNOW = Cik(1640147)
SNOWFLAKE_FACTS = 8163
CIKS = (Cik(11), Cik(33), SNOW)


@lru_cache
def three() -> bytes:
    """Snowflake of the packaged file, and two companies that have one fact each."""
    return encode([company(11, "AAA"), company(33, "CCC"), *decode(packaged_file(), only={SNOW})])


@pytest.fixture
def workbench(database: Database, objects: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    """Empty, with a starter file of three companies; other processes find its database and its objects."""
    monkeypatch.setattr(flows.first_start, "packaged_file", three)
    monkeypatch.setattr(flows.first_start, "load_sample", lambda *_: iter(()))
    url = SecretStr(database.url.replace("postgresql+psycopg://", "postgresql://", 1))
    settings = Settings(
        home=tmp_path, database=PostgresDatabase(kind="postgresql", url=url), fan_out=LocalFanOut(workers=2)
    )  # fmt: skip
    return Workbench(settings, database, objects)


def counts(database: Database) -> list[int]:
    with database.read() as connection:
        return [count_facts(connection, cik) for cik in CIKS]


def count(database: Database, what: str) -> int:
    with database.read() as connection:
        return connection.scalar(sa.text(f"select count(*) from {what}")) or 0


def test_everything_is_there_and_told_stage_by_stage(workbench: Workbench) -> None:
    steps: list[FirstStart] = []
    assert first_start(workbench, steps.append) == []
    assert [(step.done, step.total) for step in steps if step.stage is Stage.COMPANIES][:1] == [(0, 3)]
    assert {(step.done, step.total) for step in steps if step.stage is Stage.COMPANIES} == {(n, 3) for n in range(4)}
    assert [(step.done, step.total) for step in steps if step.stage is Stage.SEARCH] == [(n, 3) for n in range(4)]
    assert [(step.done, step.total) for step in steps if step.stage is Stage.HISTORY] == [(n, 3) for n in range(4)]
    assert list(dict.fromkeys(step.stage for step in steps)) == list(Stage)
    assert counts(workbench.database) == [1, 1, SNOWFLAKE_FACTS]
    assert count(workbench.database, "stock_prices") == 14302
    passages = count(workbench.database, "passages")
    assert passages == count(workbench.database, "documents where origin = 'composed'") >= 20
    assert passages == count(workbench.database, "document_embeddings")
    assert count(workbench.database, "company_metric_states") == 3
    assert count(workbench.database, "company_metrics where basis = 'annual' and known_until is null") == 1
    assert not is_empty(workbench.database, content=three())


def test_the_sample_company_comes_after_the_figures_and_before_search(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[list[int], int, Notifier]] = []

    def sample(database: Database, _: FolderStore, notifier: Notifier, __: datetime) -> Iterator[IngestReport]:
        seen.append((counts(database), count(database, "passages"), notifier))
        return iter(())

    monkeypatch.setattr(flows.first_start, "load_sample", sample)
    first_start(workbench, lambda _: None)
    assert seen == [([1, 1, SNOWFLAKE_FACTS], 0, workbench.notifier)]


def test_one_that_is_stopped_goes_on_with_the_companies_left_out(workbench: Workbench) -> None:
    steps: list[FirstStart] = []
    first_start(workbench, steps.append, is_stopped=lambda: bool(steps) and steps[-1].done == 1)
    assert [step.done for step in steps] == [0, 1]
    assert count(workbench.database, "company_metric_states where days <> '{}'") == 0  # of the newest day at most
    assert is_empty(workbench.database, content=three())
    assert first_start(workbench, steps.append) == []
    assert counts(workbench.database) == [1, 1, SNOWFLAKE_FACTS]
    assert not is_empty(workbench.database, content=three())
    assert count(workbench.database, "company_metric_states where days <> '{}'") == 3


def test_one_that_is_stopped_after_the_facts_goes_on_with_statements_and_passages(workbench: Workbench) -> None:
    steps: list[FirstStart] = []
    first_start(workbench, steps.append, is_stopped=lambda: bool(steps) and steps[-1].stage is Stage.SEARCH)
    assert counts(workbench.database) == [1, 1, SNOWFLAKE_FACTS]
    assert count(workbench.database, "company_metrics where basis = 'annual' and known_until is null") == 1
    assert count(workbench.database, "stored_statements") == count(workbench.database, "passages") == 0
    assert is_empty(workbench.database, content=three())
    with workbench.database.read() as connection:
        assert unprepared(connection) == list(CIKS)
    assert first_start(workbench, steps.append) == []
    assert count(workbench.database, "passages") == count(workbench.database, "document_embeddings") >= 20
    assert not is_empty(workbench.database, content=three())


def test_a_damaged_company_is_told_and_the_others_come_in(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(three())
    group = pq.ParquetFile(io.BytesIO(three())).metadata.row_group(CIKS.index(SNOW))
    facts = group.column(group.num_columns - 1)
    content[facts.data_page_offset + facts.total_compressed_size // 2] ^= 1
    monkeypatch.setattr(flows.first_start, "packaged_file", lambda: bytes(content))
    troubles = first_start(workbench, lambda _: None)
    assert [(trouble.subject, trouble.outcome) for trouble in troubles] == [(f"starter data of CIK {SNOW}", "quarantined")]
    assert "damaged" in (troubles[0].error or "")
    assert counts(workbench.database) == [1, 1, 0]


def test_a_part_is_one_company_from_the_archive_or_the_prices(workbench: Workbench) -> None:
    sha256 = store(workbench.objects, three())
    reports = load_starter_part(workbench.settings, StarterPart(sha256, Cik(33)))
    assert [(report.subject, report.saved["facts"]) for report in reports] == [("CCC", 1)]
    assert counts(workbench.database) == [0, 1, 0]
    assert [report.subject for report in load_starter_part(workbench.settings, StarterPart(sha256))] == ["bokeh-sampledata"]


def test_the_largest_come_first() -> None:
    assert tuple(ciks(three())) == CIKS
    assert largest_first(three())[0] == SNOW


def test_it_says_how_far_it_is() -> None:
    assert str(FirstStart(Stage.COMPANIES, 5, 14)) == "starter data: loading companies, 5 of 14"
    assert str(FirstStart(Stage.SEARCH)) == "starter data: preparing search"
