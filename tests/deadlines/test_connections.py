"""Connections as the libraries use them: large bodies pass, closed connections are read to their end, time is bounded."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
import requests
import urllib3

from workbench.deadlines.connections import BoundedSocket, bound_client, bound_pools, bound_session, retries
from workbench.deadlines.deadline import deadline

LARGE = bytes(range(256)) * 4096 * 3  # 3 MiB


class Echo(BaseHTTPRequestHandler):
    """Gives back what is posted; on `/closing` without a length, so that the end of the connection is that of the body."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        if self.path == "/closing":
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/", "/closing"])
@pytest.mark.parametrize("library", ["httpx", "urllib3", "requests"])
def test_a_large_body_passes_both_ways_and_the_connection_serves_again(url: str, library: str, path: str) -> None:
    for _ in range(2):
        with deadline(60):
            assert post(library, f"{url}{path}") == LARGE


def post(library: str, url: str) -> bytes:
    if library == "httpx":
        with bound_client(httpx.Client(timeout=60)) as client:
            assert client.post(url, content=b"first").content == b"first"
            return client.post(url, content=LARGE).content
    if library == "urllib3":
        manager = bound_pools(urllib3.PoolManager(timeout=60, retries=retries(1)))
        assert manager.request("POST", url, body=b"first").data == b"first"
        content = manager.request("POST", url, body=LARGE).data
        manager.clear()
        return content
    with requests.Session() as session:
        bound_session(session)
        assert session.post(url, data=b"first").content == b"first"
        return session.post(url, data=LARGE).content


@pytest.fixture
def pair() -> Iterator[tuple[BoundedSocket, socket.socket]]:
    one, other = socket.socketpair()
    one.settimeout(30)
    yield BoundedSocket(one), other
    one.close()
    other.close()


def test_a_read_takes_what_is_left_and_leaves_the_sockets_own_time_alone(pair: tuple[BoundedSocket, socket.socket]) -> None:
    bounded, other = pair
    started = time.monotonic()
    for read in (lambda: bounded.recv(10), lambda: bounded.recv_into(bytearray(10)), lambda: bounded.makefile("rb").read(10)):
        with deadline(0.1), pytest.raises(TimeoutError):
            read()
    assert time.monotonic() - started < 10
    assert bounded.gettimeout() == 30
    other.sendall(b"abc")
    assert bounded.recv(10) == b"abc"


def test_after_the_deadline_nothing_is_tried(pair: tuple[BoundedSocket, socket.socket]) -> None:
    bounded, other = pair
    other.sendall(b"abc")
    with deadline(0), pytest.raises(TimeoutError, match="is up"):
        bounded.recv(10)
    with deadline(0), pytest.raises(TimeoutError, match="is up"):
        bounded.sendall(b"abc")


def test_a_reader_that_takes_nothing_ends_a_write(pair: tuple[BoundedSocket, socket.socket]) -> None:
    bounded, _ = pair
    started = time.monotonic()
    with deadline(0.2), pytest.raises(TimeoutError):
        bounded.sendall(bytes(64 * 2**20))
    assert time.monotonic() - started < 20


def test_a_connection_is_read_as_bytes_only(pair: tuple[BoundedSocket, socket.socket]) -> None:
    with pytest.raises(ValueError, match="binary"):
        pair[0].makefile("w")


def test_retries_end_with_the_deadline() -> None:
    with deadline(0):
        assert retries(5).is_exhausted()
    assert not retries(5).is_exhausted()
    assert retries(3).total == 2
    assert not retries(3).respect_retry_after_header
