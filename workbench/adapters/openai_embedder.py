"""Embeddings from an endpoint that speaks as OpenAI's `/v1/embeddings` does: OpenAI, Azure, vLLM, Ollama and others."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np

from workbench.deadlines.connections import bound_client
from workbench.deadlines.deadline import deadline, pause
from workbench.deadlines.retry_after import retry_after_seconds
from workbench.domain.errors import MalformedDocument, RateLimited, SourceError, SourceRefused, SourceUnavailable
from workbench.secret_values import Secret, current

if TYPE_CHECKING:
    from workbench.ports import Vectors

# Passages of some 250 words: about 20,000 tokens a request, far below what endpoints take.
_BATCH = 64
_LONGEST_BACK_OFF_SECONDS = 30.0
# Codes with which a 429 means that the account is empty: no pause helps.
_EMPTY = frozenset(("insufficient_quota", "billing_hard_limit_reached"))


class OpenAiEmbedder:
    """Vectors by `POST <url>/embeddings`, in batches of 64, each made a unit vector.

    A request is tried `attempts` times while there is no answer, one of 5xx, or one that asks for a pause (429) no longer
    than `patience_seconds`; any other refusal is final. The key goes out in a header and is in no error and no log.

    Each request ends within `timeout_seconds`, and a batch, its pauses included, within `longest_seconds` (by default all
    tries and the longest pause); a body adds one second for each 64 KiB.
    """

    def __init__(
        self,
        url: str,
        model: str,
        *,
        dimensions: int,
        key: Secret | None = None,
        sends_dimensions: bool = False,
        timeout_seconds: float = 30.0,
        attempts: int = 4,
        patience_seconds: float = 60.0,
        longest_seconds: float | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        headers = {"User-Agent": "corporate-intel-workbench/0.1"}
        self._client = bound_client(httpx.Client(headers=headers, timeout=timeout_seconds, follow_redirects=False))
        self._key = key
        self._timeout_seconds = timeout_seconds
        self._longest_seconds = longest_seconds or attempts * timeout_seconds + patience_seconds
        self._url = f"{url.rstrip('/')}/embeddings"
        self._request: dict[str, Any] = {"model": model, "encoding_format": "float"}
        if sends_dimensions:
            self._request["dimensions"] = dimensions
        self._dimensions = dimensions
        self._model = f"{model}-{dimensions}"
        self._attempts = attempts
        self._patience_seconds = patience_seconds
        self._sleep = sleep

    @property
    def model(self) -> str:
        """The endpoint's name of the model and the dimensions: `text-embedding-3-small-1536`."""
        return self._model

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        return self._dimensions

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text, shape (len(texts), dimensions), float32, each of length 1 (zeros for a blank text, never sent).

        Raises RateLimited, SourceRefused or SourceUnavailable, and MalformedDocument for an answer that does not fit.
        """
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        sent = [number for number, text in enumerate(texts) if text.strip()]
        for first in range(0, len(sent), _BATCH):
            batch = sent[first : first + _BATCH]
            rows[batch] = self._tried([texts[number] for number in batch])
        return rows

    def _tried(self, texts: list[str]) -> Vectors:
        with deadline(self._longest_seconds):
            for attempt in range(1, self._attempts + 1):
                try:
                    return self._asked(texts)
                except SourceError as error:
                    # Full jitter: clients that failed together do not come back together.
                    back_off = random.uniform(0, min(_LONGEST_BACK_OFF_SECONDS, 2.0**attempt))  # noqa: S311  # nosec B311
                    wanted = error.retry_after_seconds
                    is_last = attempt == self._attempts or (wanted or 0.0) > self._patience_seconds
                    if not error.is_transient or is_last or not pause(back_off if wanted is None else wanted, self._sleep):
                        raise
                    logging.getLogger(__name__).info("embeddings: %s; trying again", error)
        raise AssertionError("attempts is 1 or more")

    def _asked(self, texts: list[str]) -> Vectors:
        try:
            with deadline(self._timeout_seconds):
                headers = {"Authorization": f"Bearer {current(self._key)}"} if self._key else {}
                response = self._client.post(self._url, json=self._request | {"input": texts}, headers=headers)
        except httpx.HTTPError as error:
            raise SourceUnavailable(f"{self._url} gave no answer: {type(error).__name__}") from None
        if response.status_code != httpx.codes.OK:
            raise self._refusal(response)
        try:
            results = [entry["embedding"] for entry in sorted(response.json()["data"], key=lambda entry: int(entry["index"]))]
            vectors = np.asarray(results, dtype=np.float32)
        except (ValueError, KeyError, TypeError):
            raise MalformedDocument("the answer is no list of embeddings", document=self._url) from None
        if vectors.shape != (len(texts), self.dimensions):
            raise MalformedDocument(
                f"the answer has the shape {vectors.shape}, not ({len(texts)}, {self.dimensions})", document=self._url
            )
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.all(np.isfinite(lengths)) or not np.all(lengths > 0):
            raise MalformedDocument("the answer holds a vector without a length", document=self._url)
        return np.asarray(vectors / lengths, dtype=np.float32)

    def _refusal(self, response: httpx.Response) -> SourceError:
        reason, code = _error_of(response)
        message = f"{self._url} answered {response.status_code}{f' ({code})' if code else ''}"
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS and code not in _EMPTY:
            return RateLimited(message, retry_after_seconds=retry_after_seconds(response.headers.get("Retry-After")))
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or response.status_code == httpx.codes.REQUEST_TIMEOUT:
            return SourceUnavailable(message, retry_after_seconds=retry_after_seconds(response.headers.get("Retry-After")))
        hint = "see WORKBENCH_EMBEDDINGS__URL, __MODEL, __DIMENSIONS and __API_KEY in docs/settings.md"
        # A body of 401 may repeat the key.
        described = f"{message}: {reason}" if reason and response.status_code not in {401, 403} else message
        return SourceRefused(described, hint=hint)


def _error_of(response: httpx.Response) -> tuple[str, str]:
    try:
        error = response.json()["error"]
        return " ".join(str(error.get("message") or "").split())[:200], str(error.get("code") or error.get("type") or "")[:60]
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", ""
