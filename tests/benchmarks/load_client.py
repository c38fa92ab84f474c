"""A client that asks one question over many connections: as cheap as Python allows, because it shares the server's cores.

`python -m tests.benchmarks.load_client HOST PORT CONNECTIONS SECONDS` with the bytes of a request, or of several divided by
NUL, on standard input prints one line of JSON. With SECONDS of 0 each request is sent once.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import cycle

import uvloop


@dataclass(frozen=True, slots=True)
class Load:
    """What a run gave: requests a second, latencies in milliseconds, and answers that were not 200 or never came."""

    connections: int
    requests: int
    per_second: float
    p50: float
    p95: float
    errors: int


class _Connection(asyncio.Protocol):
    """Sends the next request as soon as the answer to the last has come in whole."""

    def __init__(self, requests: Iterator[bytes], latencies: list[float], failed: list[str]) -> None:
        self._requests = requests
        self.until = 0.0
        self._latencies = latencies
        self._failed = failed
        self._left = -1
        self._head = b""
        self._is_done = False
        self.is_over = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def ask(self) -> None:
        """Sends the next request, or closes the connection if there is none."""
        self._sent = time.perf_counter()
        request = next(self._requests, None) if self._sent < self.until else None
        if request is None:
            self._is_done = True
            self._transport.close()
        else:
            self._transport.write(request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        if self._left < 0:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            self._note(self._head[:12], self._head[:end].lower(), len(self._head) - end - 4)
            self._head = b""
        else:
            self._left -= len(data)
        if self._left == 0:
            self._left = -1
            self._latencies.append(time.perf_counter() - self._sent)
            self.ask()

    def _note(self, status: bytes, head: bytes, received: int) -> None:
        if status[9:12] != b"200":
            self._failed.append(status.decode())
        length = head.index(b"content-length: ") + 16
        self._left = int(head[length : head.index(b"\r", length) if b"\r" in head[length:] else len(head)]) - received

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None or not self._is_done:
            self._failed.append(f"lost: {exc}")
        if not self.is_over.done():
            self.is_over.set_result(None)


async def load(host: str, port: int, requests: list[bytes], connections: int, seconds: float) -> Load:
    """Asks over so many connections at once for so long, or each question once for 0 seconds."""
    latencies: list[float] = []
    failed: list[str] = []
    loop = asyncio.get_running_loop()
    questions: Iterator[bytes] = cycle(requests) if seconds else iter(requests)
    opened = [
        await loop.create_connection(lambda: _Connection(questions, latencies, failed), host, port) for _ in range(connections)
    ]
    begun = time.perf_counter()  # all begin together: while some are still connecting, the others would wait for less
    for _, protocol in opened:
        protocol.until = begun + (seconds or 300)
        protocol.ask()
    await asyncio.wait([protocol.is_over for _, protocol in opened], timeout=(seconds or 300) + 30)
    took = time.perf_counter() - begun
    never = sum(not protocol.is_over.done() for _, protocol in opened)
    ordered = sorted(latencies) or [0.0]

    def at(share: float) -> float:
        return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)

    return Load(connections, len(latencies), round(len(latencies) / took, 1), at(0.5), at(0.95), len(failed) + never)


if __name__ == "__main__":
    _, host, port, connections, seconds = sys.argv
    asked = [each for each in sys.stdin.buffer.read().split(b"\0") if each]
    sys.stdout.write(json.dumps(asdict(uvloop.run(load(host, int(port), asked, int(connections), float(seconds))))) + "\n")
