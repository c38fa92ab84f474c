"""Requests to the API of another workbench, with its errors as the errors of this library."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

import httpx

from workbench.deadlines.connections import bound_client
from workbench.deadlines.deadline import deadline, pause
from workbench.deadlines.retry_after import retry_after_seconds
from workbench.domain import errors
from workbench.domain.errors import MalformedDocument, SetupError, SourceUnavailable, WorkbenchError

_PREFIX = "/api/v1"
_PROBLEM = "application/problem+json"
_LONGEST_BACK_OFF_SECONDS = 30.0


class WorkbenchApi:
    """GET requests under `/api/v1` of the workbench at `url`, with an API key or without.

    A request is tried `attempts` times while there is no answer, one of 429, or another that may pass, such as 503, unless
    it asks for a pause longer than `patience_seconds`. Each request ends within `timeout_seconds`, and all of them with
    their pauses within the time that all tries and the longest pause take; a body adds one second for each 64 KiB. The key
    goes out in a header and is in no error and no log. Redirects are not followed, so that it goes nowhere else.

    Raises SetupError for an address that is none.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        timeout_seconds: float = 60.0,
        attempts: int = 4,
        patience_seconds: float = 90.0,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._address = _checked(url)
        headers = {"User-Agent": f"corporate-intel-workbench/{version('corporate-intel-workbench')}"}
        if key:
            if not (key.isascii() and key.isprintable()):
                raise SetupError("the API key has characters that no key has", hint="copy it again")
            headers["X-API-Key"] = key
        self._client = bound_client(
            httpx.Client(headers=headers, timeout=timeout_seconds, follow_redirects=False, transport=transport)
        )
        self._timeout_seconds = timeout_seconds
        self._attempts = attempts
        self._patience_seconds = patience_seconds
        self._sleep = sleep

    def __repr__(self) -> str:
        return f"WorkbenchApi({self._address!r})"

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def get(
        self, path: str, parameters: Sequence[tuple[str, str]] = (), *, accept: str = "application/json"
    ) -> httpx.Response:
        """The successful answer of a path below the prefix.

        Raises the error that the problem document names, SourceUnavailable without an answer, and MalformedDocument for one
        that is not of this API.
        """
        with deadline(self._attempts * self._timeout_seconds + self._patience_seconds):
            for attempt in range(1, self._attempts + 1):
                try:
                    return self._asked(path, parameters, accept)
                except _Again as again:
                    # Full jitter: clients that failed together do not come back together.
                    back_off = random.uniform(0, min(_LONGEST_BACK_OFF_SECONDS, 2.0**attempt))  # noqa: S311  # nosec B311
                    wait = back_off if again.wait is None else again.wait
                    if attempt == self._attempts or wait > self._patience_seconds or not pause(wait, self._sleep):
                        raise again.error from None
        raise AssertionError("attempts is 1 or more")

    def _asked(self, path: str, parameters: Sequence[tuple[str, str]], accept: str) -> httpx.Response:
        url = f"{self._address}{_PREFIX}{path}"
        try:
            with deadline(self._timeout_seconds):
                answer = self._client.get(url, params=list(parameters), headers={"Accept": accept})
        except httpx.TimeoutException:
            raise _Again(SourceUnavailable(f"{self._address} did not answer in time", url=url)) from None
        except httpx.HTTPError as error:
            unreachable = SourceUnavailable(f"{self._address} gave no answer: {type(error).__name__}", url=url)
            raise _Again(unreachable) from None
        if answer.status_code == httpx.codes.OK:
            if answer.headers.get("content-type", "").partition(";")[0] != accept:
                raise MalformedDocument(f"{self._address} is not a workbench's API", document=url)
            return answer
        failure = _error(answer, self._address)
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or failure.is_transient:
            raise _Again(failure, retry_after_seconds(answer.headers.get("retry-after")))
        raise failure


class _Again(Exception):
    """A request that may succeed later; `error` is what it failed with."""

    def __init__(self, error: WorkbenchError, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        shown = url.rpartition("@")[2]
        raise SetupError(f"{shown!r} is not the address of a workbench", hint="give one such as https://workbench.example")
    return url.rstrip("/").removesuffix(_PREFIX)


def _error(answer: httpx.Response, address: str) -> WorkbenchError:
    """The error that a problem document names; of a class that this version does not know, one by the status."""
    status = answer.status_code
    if answer.headers.get("content-type", "").partition(";")[0] != _PROBLEM:
        return SourceUnavailable(f"{address} answered with status {status}", url=address)
    try:
        problem: Mapping[str, Any] = answer.json()
        name, message, hint = str(problem["type"]).rpartition("/")[2], str(problem["detail"]), problem.get("hint")
    except (ValueError, KeyError, TypeError):
        return MalformedDocument(f"{address} sent a problem that cannot be read", document=address)
    by_status = _BY_STATUS.get(status, SourceUnavailable if status >= 500 else errors.InvalidRequest)
    kind = errors.error_classes().get(name, by_status)
    wait = retry_after_seconds(answer.headers.get("retry-after"))
    return errors.received_error(kind, message, hint=hint if isinstance(hint, str) else None, retry_after_seconds=wait)


_BY_STATUS: Mapping[int, type[WorkbenchError]] = {
    401: errors.NotAuthenticated,
    403: errors.PermissionRefused,
    404: errors.NotFound,
    409: errors.Conflict,
    413: errors.DocumentTooLarge,
    429: errors.TooManyRequests,
}
