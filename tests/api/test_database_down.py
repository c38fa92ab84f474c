"""The application while its database is down or frozen: each answer says so in time, and goes on when it is back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import anyio
import httpx
import pytest

from api.security import accounts
from db import migrate
from db.companies import save_company
from db.engine import Database
from db.timeouts import Timeouts
from tests.api.conftest import APPLE, PASSWORD, Opener, settings_at
from tests.own_server import OwnServer, own_server
from workbench.adapters.object_store import FolderStore
from workbench.domain.rights.roles import Role
from workbench.runtime import Workbench
from workbench.settings import Server

_METRICS_TOKEN = "a-token-for-prometheus"
# Two connections' time, for what is pinged and what is opened anew, and what a busy machine adds.
_BOUND = 2 * 2 + 4

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    with own_server() as server:
        database = Database(server.url)
        migrate.upgrade(database.engine)
        with database.write() as connection:
            save_company(connection, APPLE)
        accounts.add_user(database, "ada", Role.ANALYST, PASSWORD, actor="local")
        database.close()
        yield server


@pytest.fixture
def workbench(server: OwnServer, objects: FolderStore, tmp_path: Path) -> Iterator[Workbench]:
    database = Database(server.url, timeouts=Timeouts(connect_seconds=2, statement_seconds=2, pool_seconds=1))
    settings = settings_at(tmp_path, server=Server(metrics_token=_METRICS_TOKEN))
    yield Workbench(settings, database, objects)
    server.thaw()
    database.close()


async def _metric(client: httpx.AsyncClient) -> float:
    answer = await client.get("/metrics", headers={"Authorization": f"Bearer {_METRICS_TOKEN}"})
    assert answer.status_code == 200
    return next(float(line.split()[1]) for line in answer.text.splitlines() if line.startswith("workbench_database_up "))


async def _is_down(client: httpx.AsyncClient) -> None:
    """What everybody is told meanwhile, each within its bound."""
    for path in ("/api/v1/companies/AAPL/events", "/api/v1/companies?q=apple", "/api/v1/watchlists"):
        started = time.monotonic()
        answer = await client.get(path)
        assert time.monotonic() - started < _BOUND, path
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5"), path
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["type"] == "/problems/database-unavailable"
        assert "does not answer" in problem["detail"]
        assert "socket" not in answer.text  # nor anything else of where the database is
    # What was asked before is answered from its stored bytes until the connection that hears of changes is lost.
    stored = await client.get("/api/v1/companies/AAPL")
    assert stored.status_code == 503 or stored.json()["cik"] == 320193
    assert await _metric(client) == 0
    assert (await client.get("/api/v1/health/live")).json() == {"status": "live"}
    with anyio.fail_after(10):  # what was said a moment ago is remembered for two seconds
        while (ready := await client.get("/api/v1/health/ready")).status_code != 503:
            await anyio.sleep(0.2)
    assert ready.json()["parts"]["database"] == {"is_ok": False, "detail": "does not answer"}
    page = await client.get("/market", headers={"Accept": "text/html", "Sec-Fetch-Mode": "navigate"})
    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
    assert "The database does not answer" in page.text
    assert 'http-equiv="refresh"' in page.text


async def _is_back(client: httpx.AsyncClient) -> None:
    with anyio.fail_after(30):
        while (await client.get("/api/v1/health/ready")).status_code != 200:
            await anyio.sleep(0.2)
    answer = await client.get("/api/v1/companies/AAPL")
    assert (answer.status_code, answer.json()["cik"]) == (200, 320193)
    assert await _metric(client) == 1


async def test_a_frozen_database_and_one_that_is_down_end_each_request_in_time(server: OwnServer, opened: Opener) -> None:
    async with opened() as client:
        await _is_back(client)
        server.freeze()
        await _is_down(client)
        server.thaw()
        await _is_back(client)
        with server.down():
            await _is_down(client)
        await _is_back(client)


async def test_who_has_to_sign_in_is_told_as_well(server: OwnServer, opened: Opener) -> None:
    async with opened(client="192.0.2.7", url="http://workbench.example") as client:
        answer = await client.post("/api/v1/auth/token", data={"username": "ada", "password": PASSWORD})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        await _is_back(client)
        with server.down():
            await _is_down(client)
            again = await client.post("/api/v1/auth/token", data={"username": "ada", "password": PASSWORD})
            assert (again.status_code, again.headers["retry-after"]) == (503, "5")
        await _is_back(client)
