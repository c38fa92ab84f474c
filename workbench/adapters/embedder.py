"""Embedding models that run in this process, with weights that come inside an installed package: no hub, no network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from workbench.adapters.packaged_weights import read_weights

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from workbench.ports import Vectors

_PACKAGE = "wordllama"
_WEIGHTS_SHA256 = "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5"
_TOKENIZER_SHA256 = "93248f2a9ec36c7b35f700a033d5f36228aae48db61aee31007fa49062cdeb68"

# Texts tokenised at once: enough to use every core, little enough that memory stays flat.
_BATCH = 512


class WordLlamaEmbedder:
    """The 256-dimensional static model of the `wordllama` package: a sum of token vectors, made a unit vector.

    A token that occurs n times weighs 1 + ln n (the damped frequency of Salton and Buckley 1988), not n as in the package's
    own mean: filings repeat their nouns, and on labelled questions the damped sum finds more. The package serves as a folder
    of weights and is never imported: it may be built for another Python, and its import configures the root logger. A text's
    vector does not depend on what it is embedded with.
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
                    rows[first + offset] = (1 + np.log(counts)).astype(np.float32) @ weights[tokens].astype(np.float32)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        rows /= np.where(lengths > 0, lengths, 1)
        return rows

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        content = read_weights(_PACKAGE, "tokenizers/l2_supercat_tokenizer_config.json", _TOKENIZER_SHA256)
        tokenizer: Tokenizer = Tokenizer.from_buffer(content)
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _weights(self) -> npt.NDArray[np.float16]:
        from safetensors.numpy import load

        content = read_weights(_PACKAGE, "weights/l2_supercat_256.safetensors", _WEIGHTS_SHA256)
        weights: npt.NDArray[np.float16] = load(content)["embedding.weight"]
        return weights
