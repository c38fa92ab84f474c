"""Requests to a service with an API key, which never appears in an error, log or stored URL."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime

import httpx

from workbench.deadlines.connections import bound_client
from workbench.deadlines.deadline import deadline, pause
from workbench.deadlines.retry_after import retry_after_seconds
from workbench.domain.errors import (
    MalformedDocument,
    RateLimited,
    SourceError,
    SourceRefused,
    SourceUnavailable,
    WorkbenchError,
)
from workbench.ports import Fetched
from workbench.secret_values import Secret, current
from workbench.sources.request_budget import RateLimiter

# Larger than a day of every listed share in one body.
LARGEST_BODY = 64 * 1024 * 1024
_LONGEST_BACK_OFF_SECONDS = 30.0

# The error that a status and body mean; None for data. Its `retry_after_seconds` starts a pause.
Judge = Callable[[int, bytes], WorkbenchError | None]


class KeyedApi:
    """GET below `base_url` within a request budget that all processes of a home share.

    The key travels as the query parameter `key_parameter` or as the header `key_header`. `judge` says what a status and
    body mean where the service has a language of its own for refusals. A request is tried `attempts` times while there is
    no answer or one of 5xx, or one that asks for a pause of at most `patience_seconds`; other refusals are not asked again.

    Each request ends within `timeout_seconds`, and the whole call, pauses and waiting for the request budget included, within
    `longest_seconds` (by default all tries and the longest pause); a body adds one second for each 64 KiB. A pause longer
    than what is left is not waited for: the error says how long it is.
    """

    def __init__(
        self,
        base_url: str,
        key: Secret,
        *,
        limiter: RateLimiter,
        judge: Judge,
        key_parameter: str | None = None,
        key_header: str | None = None,
        timeout_seconds: float = 30.0,
        attempts: int = 3,
        patience_seconds: float = 90.0,
        longest_seconds: float | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        headers = {"User-Agent": "corporate-intel-workbench/0.1"}
        # httpx logs every URL it asks, and a key may be part of it.
        logging.getLogger("httpx").addFilter(_without_query)
        self._client = bound_client(httpx.Client(headers=headers, timeout=timeout_seconds, follow_redirects=False))
        self._timeout_seconds = timeout_seconds
        self._longest_seconds = longest_seconds or attempts * timeout_seconds + patience_seconds
        self._base_url = base_url.rstrip("/")
        self._key, self._key_parameter, self._key_header = key, key_parameter, key_header
        self._limiter = limiter
        self._judge = judge
        self._attempts = attempts
        self._patience_seconds = patience_seconds
        self._sleep = sleep

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()
        self._limiter.close()

    def get(self, path: str, parameters: Mapping[str, str]) -> Fetched:
        """The body, with a URL that contains the parameters and not the key.

        Raises RateLimited, SourceRefused, SourceUnavailable or what `judge` says, and MalformedDocument beyond 64 MB.
        """
        url = httpx.URL(f"{self._base_url}{path}", params=dict(parameters))
        with deadline(self._longest_seconds) as whole:
            for attempt in range(1, self._attempts + 1):
                try:
                    return self._ask(url)
                except RateLimited as error:
                    longest = min(self._patience_seconds, whole.left())
                    if attempt == self._attempts or not 0 < (error.retry_after_seconds or 0.0) <= longest:
                        raise
                    # The budget holds the next request back, here and in every other process.
                except SourceUnavailable as error:
                    back_off = min(2.0 ** (attempt - 1), _LONGEST_BACK_OFF_SECONDS) * random.uniform(0.5, 1.0)  # noqa: S311  # nosec B311
                    wanted = error.retry_after_seconds or 0.0
                    is_last = attempt == self._attempts or wanted > self._patience_seconds
                    if is_last or not pause(max(back_off, wanted), self._sleep):
                        raise
        raise AssertionError("attempts is at least 1")

    def _ask(self, url: httpx.URL) -> Fetched:
        shown = str(url)
        key = current(self._key)
        asked = url.copy_merge_params({self._key_parameter: key}) if self._key_parameter else url
        headers = {self._key_header: key} if self._key_header else None
        request = self._client.build_request("GET", asked, headers=headers)
        try:
            with ExitStack() as opened:
                with self._limiter.slot():
                    opened.enter_context(deadline(self._timeout_seconds))  # does not include the wait for the slot
                    response = self._client.send(request, stream=True)
                opened.callback(response.close)
                content = _body(response, shown)
        # An httpx error may carry the request, and so the key: only its kind goes on.
        except httpx.TimeoutException:
            raise SourceUnavailable(f"{url.host} did not answer in time", url=shown) from None
        except httpx.HTTPError as error:
            raise SourceUnavailable(f"{url.host} could not be reached ({type(error).__name__})", url=shown) from None
        refusal = self._judge(response.status_code, content) or _refusal(response, shown)
        if refusal is None:
            media_type = response.headers.get("content-type", "application/octet-stream").split(";")[0].strip()
            return Fetched(shown, content, media_type, datetime.now(UTC))
        if isinstance(refusal, SourceError):
            refusal.url = shown
            refusal.retry_after_seconds = refusal.retry_after_seconds or retry_after_seconds(
                response.headers.get("retry-after")
            )
            if isinstance(refusal, RateLimited) and refusal.retry_after_seconds:
                self._limiter.pause(refusal.retry_after_seconds)
        raise refusal


def _refusal(response: httpx.Response, shown: str) -> WorkbenchError | None:
    """The error that a status means by itself."""
    host, status = httpx.URL(shown).host, response.status_code
    if status == 200:
        return None
    if status == 429:
        return RateLimited(f"{host} reports too many requests")
    if status >= 500:
        return SourceUnavailable(f"{host} answered with status {status}")
    return SourceRefused(f"{host} answered with status {status}")


def _body(response: httpx.Response, shown: str) -> bytes:
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > LARGEST_BODY:
            raise MalformedDocument(f"{shown}: it is larger than {LARGEST_BODY >> 20} MB", document=shown)
    return bytes(content)


def _without_query(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(arg.copy_with(query=None) if isinstance(arg, httpx.URL) else arg for arg in record.args)
    return True
