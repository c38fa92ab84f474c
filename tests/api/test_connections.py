"""Slow clients hold nothing: half a head, half a body and an unread answer all end, and others are answered meanwhile."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.connections import http_protocol
from api.server import EagerServer
from workbench.cli.operations.up import listen
from workbench.settings import Server

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


async def _short(request: Request) -> Response:
    return PlainTextResponse(f"{len(await request.body())} bytes")


async def _large(_: Request) -> Response:
    return Response(bytes(50_000_000))


async def _busy(request: Request) -> Response:
    """Holds up the event loop, and says how many connections there were by then."""
    connections = request.app.state.connections()
    time.sleep(0.2)
    return PlainTextResponse(f"{connections} connections")


@contextmanager
def serving(bounds: Server) -> Iterator[int]:
    """The port of a server with these bounds."""
    app = Starlette(routes=[Route("/", _short, methods=["GET", "POST"]), Route("/large", _large), Route("/busy", _busy)])
    app.state.connections = lambda: len(server.server_state.connections)
    server = EagerServer(uvicorn.Config(app, http=http_protocol(bounds), log_config=None, lifespan="off"))
    with listen("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = server.force_exit = True
            thread.join()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving(Server(head_timeout_seconds=1, idle_timeout_seconds=1, most_connections=450)) as port:
        yield port


def opened(port: int, sent: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=15)
    connection.sendall(sent)
    return connection


def answer(connection: socket.socket) -> bytes:
    """All that comes until the server closes the connection."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def test_connections_that_wait_are_taken_before_more_requests_are_answered(port: int) -> None:
    asked = GET.replace(b"GET / ", b"GET /busy ")
    with ExitStack() as stack:
        connections = [stack.enter_context(opened(port, asked))]
        time.sleep(0.05)  # the server is answering it
        connections += [stack.enter_context(opened(port, asked)) for _ in range(6)]
        seen = [int(answer(connection).rpartition(b"\r\n\r\n")[2].split()[0]) for connection in connections]
    # The next one is answered when all the others are there, and each that is answered leaves.
    assert max(seen) == 6
    assert seen[0] < 6


def test_half_open_heads_end_and_others_are_answered_meanwhile(port: int) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(opened(port, GET[:20])) for _ in range(400)]
        begun = time.monotonic()
        with opened(port, GET) as quick:
            assert answer(quick).endswith(b"0 bytes")
        for connection in slow:
            assert answer(connection).startswith(b"HTTP/1.1 408 ")
        assert time.monotonic() - begun < 10


def test_a_head_that_trickles_has_no_more_time(port: int) -> None:
    with opened(port, GET[:20]) as trickling:
        begun = time.monotonic()
        trickling.settimeout(0.3)
        while time.monotonic() - begun < 10:
            try:
                if received := trickling.recv(100):
                    assert received.startswith(b"HTTP/1.1 408 ")
                break
            except TimeoutError:
                trickling.sendall(b"a")
    assert time.monotonic() - begun < 5


def test_a_body_that_stops_ends_and_one_that_goes_on_does_not(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 3\r\n\r\n"
    with opened(port, head + b"a") as stopped, opened(port, head) as slow:
        for byte in (b"a", b"b", b"c"):
            time.sleep(0.6)  # longer in all than a pause may be
            slow.sendall(byte)
        assert answer(slow).endswith(b"3 bytes")
        assert not answer(stopped).endswith(b"3 bytes")


def test_an_answer_that_nobody_reads_is_given_up(port: int) -> None:
    with opened(port, GET.replace(b"/", b"/large", 1)) as unread:
        time.sleep(2.5)
        received = 0
        with suppress(ConnectionResetError):
            received = len(answer(unread))
        assert received < 50_000_000


def test_a_head_without_end_is_refused(port: int) -> None:
    with opened(port, GET[:-2] + b"X-A: ") as large, pytest.raises((BrokenPipeError, ConnectionResetError)):
        large.sendall(b"a" * 50_000_000)


def test_too_many_connections_are_refused_with_when_to_come_back() -> None:
    with serving(Server(most_connections=2)) as port, opened(port, b"") as first, opened(port, b"") as second:
        with opened(port, GET) as third:
            refusal = answer(third)
        assert refusal.startswith(b"HTTP/1.1 503 ")
        assert b"\r\nretry-after: 1\r\n" in refusal
        second.close()
        first.sendall(GET)
        assert answer(first).endswith(b"0 bytes")
