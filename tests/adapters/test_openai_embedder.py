"""An OpenAI-compatible endpoint: batches, retries, refusals, and the key that is never told."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.embedding_server import EmbeddingServer
from workbench.adapters.openai_embedder import OpenAiEmbedder
from workbench.domain.errors import MalformedDocument, RateLimited, SourceRefused, SourceUnavailable, WorkbenchError

_KEY = "sk-not-for-anybody"


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    with EmbeddingServer() as server:
        yield server


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def embedder(server: EmbeddingServer, pauses: list[float]) -> Iterator[OpenAiEmbedder]:
    found = OpenAiEmbedder(server.url, "small", dimensions=1536, key=_KEY, attempts=3, sleep=pauses.append)
    yield found
    found.close()


def _error(code: str, message: str = "no") -> bytes:
    return json.dumps({"error": {"code": code, "message": message}}).encode()


def test_asks_in_batches_without_blank_texts(server: EmbeddingServer, embedder: OpenAiEmbedder) -> None:
    vectors = embedder.embed([f"passage {number}" for number in range(150)] + ["", " \n"])
    assert vectors.shape == (152, 1536)
    assert not vectors[150:].any()
    assert [len(request["input"]) for request in server.requests] == [64, 64, 22]
    assert server.requests[0]["model"] == "small"
    assert "dimensions" not in server.requests[0]
    assert server.keys == [f"Bearer {_KEY}"] * 3


def test_a_pause_is_kept_and_a_failure_tried_again(
    server: EmbeddingServer, embedder: OpenAiEmbedder, pauses: list[float]
) -> None:
    server.failures = [(429, {"Retry-After": "7"}, _error("rate_limit_exceeded")), (503, {}, b"<html>")]
    assert embedder.embed(["net sales"]).any()
    assert pauses[0] == 7
    assert len(pauses) == 2


@pytest.mark.parametrize(
    ("failure", "kind", "asked"),
    [
        ((401, {}, _error("invalid_api_key", f"wrong key {_KEY}")), SourceRefused, 1),
        ((404, {}, _error("model_not_found")), SourceRefused, 1),
        ((429, {}, _error("insufficient_quota")), SourceRefused, 1),
        ((429, {"Retry-After": "3600"}, b""), RateLimited, 1),
        ((500, {}, b""), SourceUnavailable, 3),
        ((200, {}, b"{}"), MalformedDocument, 1),
        ((200, {}, b'{"data": [{"index": 0, "embedding": [1, 2]}]}'), MalformedDocument, 1),
        ((200, {}, b'{"data": [{"index": 0, "embedding": ["a"]}]}'), MalformedDocument, 1),
    ],
)
def test_each_refusal_has_its_error(
    server: EmbeddingServer,
    embedder: OpenAiEmbedder,
    failure: tuple[int, dict[str, str], bytes],
    kind: type[WorkbenchError],
    asked: int,
) -> None:
    server.failures = [failure] * 5
    with pytest.raises(kind) as caught:
        embedder.embed(["net sales"])
    assert _KEY not in str(caught.value)
    assert len(server.requests) == asked


def test_nobody_there() -> None:
    embedder = OpenAiEmbedder("http://127.0.0.1:9/v1", "small", dimensions=3, attempts=1)
    with pytest.raises(SourceUnavailable):
        embedder.embed(["net sales"])
    embedder.close()
