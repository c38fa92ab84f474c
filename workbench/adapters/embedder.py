"""Embedding models that run in this process, with weights that come inside an installed package: no hub, no network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from workbench.domain.errors import SetupError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from workbench.ports import Vectors

# Texts tokenised at once: enough to use every core, little enough that memory stays flat.
_BATCH = 512


class WordLlamaEmbedder:
    """The 256-dimensional static model of the `wordllama` package: a sum of token vectors, made a unit vector.

    A token that occurs n times weighs 1 + ln n (the damped frequency of Salton and Buckley 1988), not n as in the package's
    own mean: filings repeat their nouns, and on labelled questions the damped sum finds more. The package serves as a folder
    of weights and is never imported, since importing it configures the root logger. A text's vector does not depend on what
    it is embedded with.
    """

    model = "wordllama-l2_supercat-256-damped"
    dimensions = 256

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text, shape (len(texts), 256), float32, each of length 1 (zeros for a text without a token)."""
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        weights = self._weights
        for first in range(0, len(texts), _BATCH):
            encoded = self._tokenizer.encode_batch_fast(list(texts[first : first + _BATCH]), add_special_tokens=False)
            for offset, encoding in enumerate(encoded):
                if encoding.ids:
                    tokens, counts = np.unique(encoding.ids, return_counts=True)
                    rows[first + offset] = (1 + np.log(counts)).astype(np.float32) @ weights[tokens]
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        rows /= np.where(lengths > 0, lengths, 1)
        return rows

    @cached_property
    def _folder(self) -> Path:
        found = find_spec("wordllama")
        if found is None or not found.submodule_search_locations:
            raise SetupError("the package `wordllama` with the embedding weights is missing", hint="install requirements.lock")
        return Path(found.submodule_search_locations[0])

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._file("tokenizers/l2_supercat_tokenizer_config.json")))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _weights(self) -> npt.NDArray[np.float32]:
        from safetensors.numpy import load_file

        return load_file(self._file("weights/l2_supercat_256.safetensors"))["embedding.weight"].astype(np.float32)

    def _file(self, name: str) -> Path:
        path = self._folder / name
        if not path.is_file():
            raise SetupError(f"the package `wordllama` holds no {name}", hint="install requirements.lock afresh")
        return path
