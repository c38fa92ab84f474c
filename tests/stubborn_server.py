"""A server that answers badly: it refuses with a long pause, accepts and is silent, cuts its answer, or trickles it."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Literal

Behaviour = Literal["refuses", "hangs", "cuts", "trickles", "trickles a body"]
BEHAVIOURS: tuple[Behaviour, ...] = ("refuses", "hangs", "cuts", "trickles", "trickles a body")
Protocol = Literal["http", "smtp", "redis"]

RETRY_AFTER_SECONDS = 60.0
# Shorter than any time-out of a step, so that only a bound on the whole call ends it; an answer takes half a minute and more.
_TRICKLE_SECONDS = 0.2

_BODY = b'{"data": [], "padding": "' + b"x" * 400 + b'"}'
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(_BODY)
_SPAN = b"\r\nContent-Range: bytes 0-%d/%d\r\n" % (len(_BODY) - 1, len(_BODY))
_PART_HEAD = _HEAD.replace(b"200 OK", b"206 Partial Content").replace(b"\r\n", _SPAN, 1)
_REFUSAL = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 60\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nbusy"
# What each protocol says first or answers: a refusal, the head of an answer, and the rest of it.
_WORDS: dict[Protocol, tuple[bytes, bytes, bytes]] = {
    "http": (_REFUSAL, _HEAD, _BODY),
    "smtp": (b"421 busy, try later\r\n", b"220-mail.example.org\r\n", b"220-" + b"x" * 400 + b"\r\n220 ready\r\n"),
    "redis": (b"-LOADING Redis is loading the dataset in memory\r\n", b"$400\r\n", b"x" * 400 + b"\r\n"),
}


class StubbornServer:
    """Listens on a loopback port and behaves as told with every connection; use it as a context.

    `connections` counts what was accepted.
    """

    def __init__(self, behaviour: Behaviour, protocol: Protocol = "http") -> None:
        self.connections = 0
        self._behaviour = behaviour
        self._protocol = protocol
        self._refusal, self._head, self._rest = _WORDS[protocol]
        self._is_over = threading.Event()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> StubbornServer:
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._is_over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._acceptor.join()
        self._listener.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        while not self._is_over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):
            if self._behaviour == "hangs":
                return  # the connection stays open
            while request := b"-" if self._protocol == "smtp" else _request(connection, self._protocol):
                self._answer(connection, _PART_HEAD if b"\r\nRange:" in request else self._head)
                if self._behaviour == "cuts" or self._protocol == "smtp":
                    connection.shutdown(socket.SHUT_RDWR)
                    return

    def _answer(self, connection: socket.socket, head: bytes) -> None:
        if self._behaviour == "refuses":
            connection.sendall(self._refusal)
        elif self._behaviour == "cuts":
            connection.sendall(head + self._rest[: len(self._rest) // 2])
        elif self._behaviour == "trickles":
            self._trickle(connection, head + self._rest)
        else:
            connection.sendall(head)
            self._trickle(connection, self._rest)

    def _trickle(self, connection: socket.socket, content: bytes) -> None:
        for place in range(len(content)):
            connection.sendall(content[place : place + 1])
            if self._is_over.wait(_TRICKLE_SECONDS):
                return


def _request(connection: socket.socket, protocol: Protocol) -> bytes:
    """One request; empty when the other end has closed."""
    received = b""
    while b"\r\n\r\n" not in received or len(received) < _end_of_request(received):
        piece = connection.recv(65536)
        if not piece:
            return b""
        received += piece
        if protocol == "redis":
            return received
        if b"100-continue" in received.lower():
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    return received


def _end_of_request(received: bytes) -> int:
    head, _, _ = received.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    return len(head) + 4 + (int(lengths[0]) if lengths else 0)
