"""A company's page under 1, 5 and 20 users who come at once and stay: the time to answer and session, and the memory of each.

Each user asks for the page and opens its websocket, as a browser does, and keeps it open. `WORKBENCH_TEST_PAGES` names a
running server as `ADDRESS,PROCESS`; else the process of the test serves the starter data of one company.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.browser import serve
from workbench.runtime import Workbench

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(300)]

_USERS = (1, 5, 20)
_PAGE = "company?ticker=AAPL"
_TOKEN = re.compile(r'"token":"([^"]+)"')


@dataclass(frozen=True)
class Visit:
    """One user: seconds to the first answer and to the open session, which stays open."""

    answer_seconds: float
    session_seconds: float
    socket: ClientConnection


@dataclass(frozen=True)
class Server:
    """Where the pages are, and the process whose memory is measured."""

    address: str
    process: int

    @property
    def mebibytes(self) -> float:
        """The resident memory of the process."""
        return int(Path(f"/proc/{self.process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    if given := os.environ.get("WORKBENCH_TEST_PAGES"):
        address, _, process = given.partition(",")
        yield Server(address, int(process))
        return
    loaded: Workbench = request.getfixturevalue("loaded")
    with serve(loaded) as address:
        yield Server(address, os.getpid())


def _visit(client: httpx.Client, address: str) -> Visit:
    began = time.perf_counter()
    answer = client.get(f"{address}/{_PAGE}")
    answered = time.perf_counter() - began
    assert answer.status_code == 200
    token = _TOKEN.search(answer.text)
    assert token is not None
    place = address.replace("http", "ws", 1) + f"/{_PAGE.partition('?')[0]}/ws"
    protocols = [Subprotocol("bokeh"), Subprotocol(token[1])]
    socket = connect(place, subprotocols=protocols, origin=address, open_timeout=120, max_size=None)  # type: ignore[arg-type]
    socket.recv(timeout=120)  # the acknowledgement: the session is there
    return Visit(answered, time.perf_counter() - began, socket)


def test_users_who_come_at_once(server: Server) -> None:
    # One client for all: each of its own would read certificates in the process that serves.
    client = httpx.Client(timeout=120)
    _visit(client, server.address).socket.close()  # modules and templates are loaded by the first visit
    print(f"\n{'users':>6} {'answer median':>14} {'answer worst':>13} {'session worst':>14} {'MiB a session':>14}")  # noqa: T201
    for users in _USERS:
        before = server.mebibytes
        with ThreadPoolExecutor(users) as pool:
            visits = list(pool.map(lambda _: _visit(client, server.address), range(users)))
        answers = sorted(visit.answer_seconds for visit in visits)
        grown = (server.mebibytes - before) / users
        worst = max(visit.session_seconds for visit in visits)
        print(f"{users:>6} {answers[users // 2]:>14.2f} {answers[-1]:>13.2f} {worst:>14.2f} {grown:>14.1f}")  # noqa: T201
        for visit in visits:
            visit.socket.close()
    client.close()
    print(f"resident memory afterwards: {server.mebibytes:.0f} MiB")  # noqa: T201
