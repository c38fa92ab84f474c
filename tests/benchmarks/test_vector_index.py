"""Nearest vectors among many: latency, recall against exact and size of each kind of index.

10,000 vectors in every run; `WORKBENCH_TEST_VECTORS=1000000` takes as many, which needs some 8 GB of disk and half an hour.
The recorded filings' own vectors are what is asked about and what more of them are mixed from: a sum of two passages' vectors
in random shares, with noise, lies where a passage on both subjects would.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from statistics import fmean, quantiles

import numpy as np
import numpy.typing as npt
import pytest
import sqlalchemy as sa

from db.engine import Database
from db.search import embeddings, vector_index, vector_search
from db.search.embeddings import EmbeddingModel
from db.search.vector_index import IndexKind
from tests.conftest import RecordedFilings, clone
from tests.search import anchors
from workbench.adapters.embedder import WordLlamaEmbedder
from workbench.domain.filings.passages import PassageFilter

pytestmark = [pytest.mark.mirror, pytest.mark.benchmark, pytest.mark.xdist_group("recorded_filings")]

_SIZE = int(os.environ.get("WORKBENCH_TEST_VECTORS", "10000"))
_QUESTIONS = 60
_LIMIT = 200
_BATCH = 50_000
_EVERYTHING = PassageFilter()
_Vectors = npt.NDArray[np.float32]


def _real(recorded_filings: RecordedFilings) -> _Vectors:
    with recorded_filings.database.read() as connection:
        texts = connection.scalars(sa.text("select text from passages order by passage_id")).all()
    return WordLlamaEmbedder().embed(texts)


def _mixed(real: _Vectors, count: int) -> Iterator[_Vectors]:
    """The real vectors, then unit vectors between pairs of them, until there are `count`; in batches."""
    yield real[:count]
    random = np.random.default_rng(7)
    for first in range(len(real), count, _BATCH):
        size = min(_BATCH, count - first)
        share = random.uniform(size=(size, 1))
        between = share * real[random.integers(len(real), size=size)]
        between += (1 - share) * real[random.integers(len(real), size=size)]
        between += random.normal(scale=0.02, size=between.shape)
        yield (between / np.linalg.norm(between, axis=1, keepdims=True)).astype(np.float32)


def _fill(database: Database, real: _Vectors) -> EmbeddingModel:
    with database.write() as connection:
        connection.execute(
            sa.text(
                "insert into documents (origin, name, sha256, text_sha256, extractor, chars)"
                " values ('composed', 'one', '', '', 'none/1', 1)"
            )
        )
        connection.execute(
            sa.text(
                "insert into passages (document_id, ordinal, start_char, end_char, text, form)"
                " select document_id, n, n, n + 1, 'passage', case n % 4 when 0 then '10-Q' else '10-K' end"
                " from documents, generate_series(1, :count) n"
            ),
            {"count": _SIZE},
        )
        model = embeddings.save_model(connection, "many", real.shape[1])
    with database.read() as connection:
        ids = connection.scalars(sa.text("select passage_id from passages order by 1")).all()
    at = 0
    for batch in _mixed(real, _SIZE):
        with database.write() as connection:
            embeddings.save_embeddings(connection, model, ids[at : at + len(batch)], batch)
        at += len(batch)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("vacuum analyze passages"))
        connection.execute(sa.text("vacuum analyze document_embeddings"))
    return model


def _ask(
    database: Database, model: EmbeddingModel, questions: _Vectors, where: PassageFilter
) -> tuple[list[list[int]], float, float]:
    """What is found for each question, and the median and 95th percentile in milliseconds."""
    found, times = [], []
    with database.read() as connection:
        for number, question in enumerate([questions[0], *questions]):
            begun = time.perf_counter()
            ids = vector_search.search_vectors(connection, model, question, where, _LIMIT)
            if number:  # the first one warms up
                times.append((time.perf_counter() - begun) * 1000)
                found.append(ids)
    cuts = quantiles(times, n=20, method="inclusive")
    return found, cuts[9], cuts[18]


def _recall(found: list[list[int]], right: list[list[int]], k: int) -> float:
    return fmean(len(set(some[:k]) & set(all_[:k])) / k for some, all_ in zip(found, right, strict=True))


@pytest.mark.timeout(4 * 3600)  # a million of them
def test_each_kind_of_index(
    recorded_filings: RecordedFilings,
    postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    queries = [*anchors.read(), *anchors.read(anchors.HELD_OUT)]
    asked = [query["query"] for query in queries[:: len(queries) // _QUESTIONS]]
    questions = WordLlamaEmbedder().embed(asked)
    database = Database(clone(postgres_url, "many_vectors"))
    try:
        model = _fill(database, _real(recorded_filings))
        monkeypatch.setattr(vector_index, "INDEX_FROM", 10**9)
        narrowed = PassageFilter(forms=("10-Q",))
        right, p50, p95 = _ask(database, model, questions, _EVERYTHING)
        right_narrowed, narrowed_p50, _ = _ask(database, model, questions, narrowed)
        with capsys.disabled():
            print(f"\n{_SIZE:,} vectors of {model.dimensions} dimensions, {_LIMIT} sought")  # noqa: T201
            print(f"exact   p50 {p50:.0f} ms  p95 {p95:.0f} ms; a quarter of them {narrowed_p50:.0f} ms")  # noqa: T201
        monkeypatch.setattr(vector_index, "INDEX_FROM", 1_000)
        for kind in (IndexKind.IVFFLAT, IndexKind.HNSW):
            begun = time.perf_counter()
            assert vector_index.build_index(database, model, kind)
            built = time.perf_counter() - begun
            found, p50, p95 = _ask(database, model, questions, _EVERYTHING)
            found_narrowed, narrowed_p50, _ = _ask(database, model, questions, narrowed)
            with database.read() as connection:
                size = connection.scalar(
                    sa.text("select pg_relation_size(to_regclass(:name))"),
                    {"name": f"ix_document_embeddings_half_{kind}_{model.model_id}"},
                )
            shares = {k: _recall(found, right, k) for k in (10, 20, _LIMIT)}
            narrow = _recall(found_narrowed, right_narrowed, 20)
            with capsys.disabled():
                recalls = "  ".join(f"recall@{k} {share:.3f}" for k, share in shares.items())
                print(f"{kind:7} built in {built:.0f} s, {float(size) / 2**20:.0f} MB; {recalls}; p50 {p50:.0f} ms", end="")  # noqa: T201
                print(f"  p95 {p95:.0f} ms; a quarter of them recall@20 {narrow:.3f}, p50 {narrowed_p50:.0f} ms")  # noqa: T201
            assert shares[20] >= 0.85
            assert narrow >= 0.85
    finally:
        database.close()
