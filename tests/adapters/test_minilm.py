"""The better model takes memory only while it is asked."""

from __future__ import annotations

import time

import numpy as np

from workbench.adapters.minilm import MiniLmEmbedder


def test_a_model_that_nobody_asks_leaves_the_memory_and_comes_back_the_same() -> None:
    embedder = MiniLmEmbedder(idle_seconds=0.2)
    first = embedder.embed(["net sales rose"])
    deadline = time.monotonic() + 30
    while embedder._loaded is not None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert np.array_equal(embedder.embed(["net sales rose"]), first)


def test_a_model_in_use_stays() -> None:
    embedder = MiniLmEmbedder(idle_seconds=5)
    embedder.embed(["net sales rose"])
    loaded = embedder._loaded
    until = time.monotonic() + 6
    while time.monotonic() < until:
        embedder.embed(["net sales rose"])
        time.sleep(0.2)
    assert embedder._loaded is loaded is not None
