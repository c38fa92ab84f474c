"""Connections of the server: how many there may be, and how long a slow client may take.

uvicorn closes a connection that is idle between two requests, but waits forever for the rest of a request's head or body, and
for a client that does not read. A connection costs a file descriptor and memory, so each of these waits has an end here.
"""

from __future__ import annotations

import asyncio
import resource
from contextlib import suppress

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from workbench.settings import Server

_LARGEST_HEAD = 64 * 1024
_REFUSED_SECONDS = 1.0
_TOO_MANY = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain; charset=utf-8\r\nretry-after: 1\r\n"
    b"content-length: 21\r\nconnection: close\r\n\r\ntoo many connections\n"
)
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's protocol with bounds; `http_protocol` makes the class for the settings."""

    most_connections: int
    head_seconds: float
    idle_seconds: float

    _waits: asyncio.TimerHandle | None = None
    _writes: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _is_head = True
    _is_one_too_many = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Waits for a head; a connection beyond the bound is answered 503 as soon as it asks, and closed."""
        super().connection_made(transport)
        self._is_one_too_many = len(self.connections) > self.most_connections
        self._wait(_REFUSED_SECONDS if self._is_one_too_many else self.head_seconds)

    def data_received(self, data: bytes) -> None:
        """Refuses heads of unreasonable size, of which the parser keeps every byte."""
        if self._is_one_too_many:
            # Now and not before: a connection that is closed with unread bytes is reset, and the answer with it.
            self._refuse(_TOO_MANY)
            return
        self._head_bytes += len(data) if self._is_head else 0
        super().data_received(data)
        if self._is_head and self._head_bytes > _LARGEST_HEAD:
            self._refuse(_TOO_LARGE)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets the deadlines."""
        self._stop_waiting()
        self.resume_writing()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A head has so long in all, however its bytes come."""
        self._wait(self.head_seconds)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """From here each part of the body has so long."""
        self._is_head, self._head_bytes = False, 0
        self._wait(self.idle_seconds)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Waits anew for the next part."""
        self._wait(self.idle_seconds)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is there: how long the answer takes is not the client's fault."""
        self._is_head = True
        self._stop_waiting()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """A websocket has its own pings."""
        self._stop_waiting()
        super().handle_websocket_upgrade()

    def pause_writing(self) -> None:
        """The client does not read as fast as the answer is written: it has so long to catch up."""
        super().pause_writing()
        self._writes = self.loop.call_later(self.idle_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """It has caught up."""
        if self._writes is not None:
            self._writes.cancel()
            self._writes = None
        super().resume_writing()

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._waits = self.loop.call_later(seconds, self._on_slow)

    def _stop_waiting(self) -> None:
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None

    def _on_slow(self) -> None:
        if self.flow.read_paused:  # the application has not taken what came so far
            self._wait(self.idle_seconds)
        else:
            self._refuse(_TOO_SLOW)

    def _refuse(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            if self.cycle is None or self.cycle.response_complete:
                self.transport.write(answer)
            self.transport.close()


def http_protocol(server: Server) -> type[BoundedHttp]:
    """The class of a connection with the bounds of the settings."""
    bounds = {
        "most_connections": server.most_connections,
        "head_seconds": server.head_timeout_seconds,
        "idle_seconds": server.idle_timeout_seconds,
    }
    return type("ServerHttp", (BoundedHttp,), bounds)


def allow_connections(most: int) -> None:
    """Raises this process's limit of open files, which is often 1,024, to what so many connections need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most + 512
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
