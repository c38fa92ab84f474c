"""HTTP client for the SEC: one request limit, a declared contact, back-off, and errors by cause.

Three cases are distinct: the request failed (SourceError), the document does not exist (NotFound), the content is broken
(MalformedDocument). Bodies decide, not statuses: the SEC's pages for too many requests and for undeclared tools come with
various statuses, and its archive answers 403 with an XML `AccessDenied` for documents that do not exist.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

from workbench.deadlines.connections import bound_client
from workbench.deadlines.deadline import deadline, pause
from workbench.deadlines.retry_after import retry_after_seconds
from workbench.domain.errors import (
    MalformedDocument,
    NotFound,
    RateLimited,
    SetupError,
    SourceError,
    SourceRefused,
    SourceUnavailable,
    WorkbenchError,
)
from workbench.ports import Fetched
from workbench.sources.content import LARGEST_BODY, unpack
from workbench.sources.request_budget import RateLimiter
from workbench.tracing import span

CONTACT_HINT = (
    "set your name and e-mail address on the page Settings, or as WORKBENCH_CONTACT: "
    "the SEC requires a contact for every program"
)

_T = TypeVar("_T")

_LONGEST_BACK_OFF_SECONDS = 30.0
_MOST_REDIRECTS = 5
_TITLE = re.compile(rb"<title>([^<]*)</title>", re.IGNORECASE)


def user_agent(contact: str | None) -> str:
    """The User-Agent that the SEC requires: name and e-mail address. Raises SetupError without an e-mail address."""
    contact = (contact or "").strip()
    if not contact:
        raise SetupError("no contact for the SEC is set, so no request was sent", hint=CONTACT_HINT)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", contact.split()[-1].strip("<>()")) or not _is_header(contact):
        raise SetupError(f"the contact {contact!r} does not end with an e-mail address", hint=CONTACT_HINT)
    return f"corporate-intel-workbench/0.1 ({contact})"


def _is_header(text: str) -> bool:
    return text.isascii() and text.isprintable()


@dataclass(frozen=True, slots=True)
class Part:
    """Some bytes of a file on a server, the size of the whole file, and its version."""

    content: bytes
    size_bytes: int
    version: str


class HttpClient:
    """GET requests as described above. `get` returns the body; close the client after use.

    A request is tried `attempts` times while its error is transient: no answer, a cut body, 429, 5xx. Between tries it waits
    as long as the answer said, else longer each time. The rate-threshold page stops every process of the home for
    `cooldown_seconds`.

    Each request ends within `timeout_seconds`, and the whole call, pauses and waiting for the request budget included, within
    `longest_seconds` (by default all tries and one cooldown); a body adds one second for each 64 KiB, so that a large one
    that keeps coming is received to its end. A pause longer than what is left is not waited for: the error says how long
    it is.
    """

    def __init__(
        self,
        *,
        contact: str | None,
        limiter: RateLimiter,
        timeout_seconds: float = 30.0,
        attempts: int = 4,
        cooldown_seconds: float = 600.0,
        longest_seconds: float | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        headers = {"User-Agent": user_agent(contact), "Accept-Encoding": "gzip", "Accept": "*/*"}
        self._client = bound_client(
            httpx.Client(headers=headers, timeout=timeout_seconds, follow_redirects=False, transport=transport)
        )
        self._timeout_seconds = timeout_seconds
        self._longest_seconds = longest_seconds or attempts * timeout_seconds + cooldown_seconds
        self._limiter = limiter
        self._attempts = attempts
        self._cooldown_seconds = cooldown_seconds
        self._sleep = sleep

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()
        self._limiter.close()

    def get(self, url: str) -> Fetched:
        """The body of `url`, decompressed.

        Raises NotFound, MalformedDocument, or a SourceError when the last try failed.
        """
        return self._tried(lambda: self._follow(url))

    def get_part(self, url: str, first: int, last: int) -> Part:
        """The bytes from `first` to `last`, inclusive, or fewer at the end of the file.

        Raises as `get` does, and SourceRefused when the server does not support range requests.
        """
        return self._tried(lambda: self._part(url, first, last))

    def _tried(self, ask: Callable[[], _T]) -> _T:
        with deadline(self._longest_seconds) as whole:
            for attempt in range(1, self._attempts + 1):
                try:
                    return ask()
                except SourceError as error:
                    wait = error.retry_after_seconds
                    is_last = attempt == self._attempts or (wait or 0.0) > min(self._cooldown_seconds, whole.left())
                    if is_last or not error.is_transient:
                        raise
                    # The budget makes all processes wait for what the answer said; without that, our own back-off, with
                    # jitter so that processes which failed together do not come back together.
                    back_off = min(2.0 ** (attempt - 1), _LONGEST_BACK_OFF_SECONDS) * random.uniform(0.5, 1.0)  # noqa: S311  # nosec B311
                    if wait is None and not pause(back_off, self._sleep):
                        raise
        raise AssertionError("attempts is at least 1")

    def _follow(self, url: str) -> Fetched:
        current = httpx.URL(url)
        for _ in range(_MOST_REDIRECTS + 1):
            status, headers, content = self._ask(current)
            if status not in (301, 302, 303, 307, 308):
                return self._judged(url, status, headers, content)
            target = current.join(headers.get("location", ""))  # httpx has refused what is no address
            if target.host != current.host or target.scheme not in ("http", "https"):
                raise SourceRefused(f"{_shown(url)} redirects to another host, {target.host}", url=_shown(url))
            current = target
        raise SourceUnavailable(f"{_shown(url)} redirects in a loop", url=_shown(url))

    def _part(self, url: str, first: int, last: int) -> Part:
        shown = _shown(url)
        asked = {"Range": f"bytes={first}-{last}", "Accept-Encoding": "identity"}
        status, headers, content = self._ask(httpx.URL(url), asked)
        if status == 200:
            raise SourceRefused(f"{shown} does not support range requests", url=shown)
        if status != 206:
            self._judged(url, status, headers, content)
            raise SourceUnavailable(f"{shown} answered with status {status}", url=shown)
        match = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", headers.get("content-range", "").strip())
        if match is None or int(match[1]) != first or len(content) != int(match[2]) - first + 1:
            raise SourceUnavailable(f"{shown} sent a different range than requested", url=shown)
        return Part(content, int(match[3]), headers.get("etag") or headers.get("last-modified", ""))

    def _ask(self, url: httpx.URL, extra: Mapping[str, str] | None = None) -> tuple[int, httpx.Headers, bytes]:
        shown = _shown(str(url))
        request = self._client.build_request("GET", url, headers=extra)
        try:
            with ExitStack() as opened:
                recorded = opened.enter_context(
                    span("GET", "client", server__address=url.host, url__path=url.path, http__request__method="GET")
                )
                with self._limiter.slot():
                    opened.enter_context(deadline(self._timeout_seconds))  # does not include the wait for the slot
                    response = self._client.send(request, stream=True)
                opened.callback(response.close)
                if recorded is not None:
                    recorded.set_attribute("http.response.status_code", response.status_code)
                is_whole_unasked = extra is not None and response.status_code == 200
                body = b"" if is_whole_unasked else _body(response, shown)
                return response.status_code, response.headers, body
        except httpx.TimeoutException:
            raise SourceUnavailable(f"{shown} did not answer in time", url=shown) from None
        except httpx.HTTPError as error:
            raise SourceUnavailable(f"{shown} could not be fetched: {_reason(error)}", url=shown) from None

    def _judged(self, url: str, status: int, headers: httpx.Headers, content: bytes) -> Fetched:
        """The answer as bytes, or the error that it means."""
        shown = _shown(url)
        try:
            content = _decoded(content, headers, shown)
        except MalformedDocument:
            if status < 400:  # the status of an error matters more than its unreadable page
                raise
            content = b""
        self._heed_page(content, shown)
        if status == 200:
            media_type = headers.get("content-type", "application/octet-stream").split(";")[0].strip()
            return Fetched(shown, content, media_type, datetime.now(UTC))
        raise self._refusal(status, headers, content, shown)

    def _heed_page(self, content: bytes, shown: str) -> None:
        """Recognizes by their titles the SEC's error pages, which come with status 403, 429 and even 200."""
        match = _TITLE.search(content[:4096])
        title = match[1] if match else b""
        if b"Request Rate Threshold Exceeded" in title:
            self._limiter.pause(self._cooldown_seconds)
            raise RateLimited(
                "the SEC reports too many requests from this address",
                hint=f"every process of this home pauses for {self._cooldown_seconds:.0f} seconds",
                url=shown,
                retry_after_seconds=self._cooldown_seconds,
            )
        if b"Undeclared Automated Tool" in title:
            raise SourceRefused("the SEC does not accept the contact in our requests", hint=CONTACT_HINT, url=shown)
        if b"SEC.gov | File Unavailable" in title:
            raise SourceUnavailable("the SEC's server cannot provide that page at the moment", url=shown)

    def _refusal(self, status: int, headers: httpx.Headers, content: bytes, shown: str) -> WorkbenchError:
        if status in (404, 410) or (status == 403 and b"<Code>AccessDenied</Code>" in content[:1000]):
            return NotFound(f"there is no {shown}")
        if status == 429 or status >= 500:
            wait = retry_after_seconds(headers.get("retry-after"))
            if wait is not None:
                self._limiter.pause(wait)
            kind = RateLimited if status == 429 else SourceUnavailable
            return kind(f"{shown} answered with status {status}", url=shown, retry_after_seconds=wait)
        return SourceRefused(f"{shown} answered with status {status}", url=shown)


def _body(response: httpx.Response, shown: str) -> bytes:
    content = bytearray()
    for chunk in response.iter_raw():
        content += chunk
        if len(content) > LARGEST_BODY:
            raise MalformedDocument(f"{shown}: it is larger than {LARGEST_BODY >> 20} MB", document=shown)
    return bytes(content)


def _decoded(content: bytes, headers: httpx.Headers, shown: str) -> bytes:
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise MalformedDocument(f"{shown}: it has the encoding {encoding[:20]!r}, which was not requested", document=shown)
    if "gzip" in encoding:
        if not content.startswith(b"\x1f\x8b"):
            raise MalformedDocument(f"{shown}: it is declared as gzip and is not", document=shown)
        content = unpack(content, shown)
    return unpack(content, shown)  # a file that lies packed on the server, as a folder source would unpack it


def _shown(url: str) -> str:
    """The URL as messages and the archive may show it: without a user, a password or a query."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"


def _reason(error: httpx.HTTPError) -> str:
    text = " ".join(str(error).split())
    return text[:200] or type(error).__name__
