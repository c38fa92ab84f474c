"""What every Embedder promises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.embedding_server import EmbeddingServer
from workbench.adapters.embedder import WordLlamaEmbedder
from workbench.adapters.minilm import MiniLmEmbedder
from workbench.adapters.openai_embedder import OpenAiEmbedder
from workbench.ports import Embedder


@pytest.fixture(scope="module", params=["wordllama", "minilm", "openai"])
def embedder(request: pytest.FixtureRequest) -> Iterator[Embedder]:
    if request.param == "wordllama":
        yield WordLlamaEmbedder()
    elif request.param == "minilm":
        yield MiniLmEmbedder()
    else:
        with EmbeddingServer() as server, closing(OpenAiEmbedder(server.url, "small", dimensions=1536)) as found:
            yield found


def test_one_unit_vector_a_text(embedder: Embedder) -> None:
    vectors = embedder.embed(["net sales rose", "Gewinn – 利益", "a" * 5000])
    assert vectors.shape == (3, embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_nothing_gives_nothing(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dimensions)
    assert not embedder.embed([""]).any()


def test_meaning_is_near(embedder: Embedder) -> None:
    question, right, wrong = embedder.embed(
        [
            "lawsuits against the company",
            "We are party to legal proceedings and litigation brought by customers.",
            "Depreciation is computed on the straight-line method over useful lives.",
        ]
    )
    assert question @ right > question @ wrong


@given(st.lists(st.text(max_size=80), max_size=6))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_vector_does_not_depend_on_its_company(embedder: Embedder, texts: list[str]) -> None:
    together = embedder.embed(texts)
    for text, vector in zip(texts, together, strict=True):
        assert np.array_equal(embedder.embed([text])[0], vector)
