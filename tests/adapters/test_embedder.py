"""The static model from the package: quiet, and damped."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from workbench.adapters.embedder import WordLlamaEmbedder


def test_never_imports_the_package_whose_import_configures_logging() -> None:
    program = (
        "import logging, sys; from workbench.adapters.embedder import WordLlamaEmbedder;"
        "WordLlamaEmbedder().embed(['x']); assert 'wordllama' not in sys.modules; assert not logging.getLogger().handlers"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)


def test_a_repeated_word_weighs_less_than_its_count() -> None:
    once, often, other = WordLlamaEmbedder().embed(["tax credit", "tax tax tax tax credit", "tax"])
    plain_mean = 4 * other + (once - other / 2)  # a mean would move nearly all the way to "tax"
    assert float(once @ other) < float(often @ other) < float(plain_mean @ other / np.linalg.norm(plain_mean)) + 0.1
