"""Passages embedded a second, and what a search costs: words, vectors and both, on the recorded filings' passages."""

from __future__ import annotations

import json
import time

import pytest
import sqlalchemy as sa

from db.tables import passages
from tests.conftest import RecordedFilings
from tests.search import anchors
from workbench.adapters.embedder import WordLlamaEmbedder
from workbench.search.evaluation import Figures, evaluate, read_queries
from workbench.search.hybrid import SearchMode

pytestmark = [pytest.mark.mirror, pytest.mark.benchmark, pytest.mark.xdist_group("recorded_filings")]


def test_passages_embedded_a_second(recorded_filings: RecordedFilings, capsys: pytest.CaptureFixture[str]) -> None:
    with recorded_filings.database.read() as connection:
        texts = list(connection.scalars(sa.select(passages.c.text).order_by(passages.c.passage_id).limit(2000)))
    embedder = WordLlamaEmbedder()
    embedder.embed(texts[:1])
    begun = time.perf_counter()
    vectors = embedder.embed(texts)
    seconds = time.perf_counter() - begun
    words = sum(len(text.split()) for text in texts) / len(texts)
    with capsys.disabled():
        print(f"\n{len(texts) / seconds:,.0f} passages of {words:.0f} words embedded a second", end="")  # noqa: T201
    assert vectors.shape == (len(texts), embedder.dimensions)


def test_a_search(recorded_filings: RecordedFilings, capsys: pytest.CaptureFixture[str]) -> None:
    queries = list(read_queries(map(json.dumps, anchors.read()[:80])))
    with recorded_filings.database.read() as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(passages))
        evaluate(connection, WordLlamaEmbedder(), queries[:5])
        rows: dict[SearchMode, Figures] = {row.mode: row for row in evaluate(connection, WordLlamaEmbedder(), queries)}
    ratio = rows[SearchMode.HYBRID].p50_ms / rows[SearchMode.WORDS].p50_ms
    with capsys.disabled():
        for row in rows.values():
            print(f"\n{row.mode:7} p50 {row.p50_ms:.0f} ms  p95 {row.p95_ms:.0f} ms over {count:,} passages", end="")  # noqa: T201
        print(f"\nhybrid takes {ratio:.1f} times as long as words alone", end="")  # noqa: T201
    # Both halves and their fusion: twice, with room for a noisy machine.
    assert ratio < 6
