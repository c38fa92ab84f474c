"""Two processes of the API, two of the pages, one of jobs and Redis behind nginx: users notice none of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import ssl
from collections.abc import Iterator

import httpx
import pytest
import sqlalchemy as sa
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from api.security.accounts import add_user
from db.companies import save_company
from db.engine import Database
from tests.api.conftest import APPLE, PASSWORD
from tests.database_server import clone
from tests.deploy.role_stack import REQUESTS, Stack, requests_of_page, role_stack, until, workers
from workbench.domain.rights.roles import Role

COMPANY = "/api/v1/companies/AAPL"


@pytest.fixture(scope="module")
def shared(postgres_url: str) -> Iterator[Database]:
    database = Database(clone(postgres_url, "roles"))
    with database.write() as connection:
        save_company(connection, APPLE)
    for name in ("ada", "bob"):
        add_user(database, name, Role.ANALYST, PASSWORD, actor="local")
    yield database
    database.close()


@pytest.fixture(scope="module")
def stack(shared: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    path = os.environ.get("PATH", "") + ":/usr/sbin"
    nginx, openssl = (shutil.which(name, path=path) for name in ("nginx", "openssl"))
    if nginx is None or openssl is None:
        pytest.skip("nginx or openssl is not installed")
    with role_stack(tmp_path_factory.mktemp("roles"), shared.libpq_url, nginx, openssl) as running:
        yield running


@pytest.fixture
def browser(stack: Stack) -> Iterator[httpx.Client]:
    """Ada's, signed in; each request has a connection of its own, so that all processes get some."""
    limits = httpx.Limits(max_keepalive_connections=0)
    with httpx.Client(base_url=stack.url, verify=False, limits=limits, timeout=60) as client:
        answer = client.post("/api/v1/auth/session", data={"username": "ada", "password": PASSWORD, "next": "/company"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/company")
        yield client


def greeting(stack: Stack, client: httpx.Client, page: str) -> str:
    """What the server says first on the websocket of a page that this browser has opened."""
    token = re.search(r'"token":"([^"]+)"', page)
    assert token is not None
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    address = f"{stack.url.replace('https', 'wss')}/company/ws"
    with connect(
        address, subprotocols=["bokeh", token[1]], additional_headers={"Cookie": cookies}, ssl=context, open_timeout=60
    ) as live:  # type: ignore[arg-type]
        return str(live.recv(timeout=60)) + str(live.recv(timeout=60))


def test_a_browser_signs_in_and_its_page_lives_in_one_process(stack: Stack, browser: httpx.Client) -> None:
    page = browser.get("/company?q=AAPL")
    assert page.status_code == 200
    assert "workbench_page" in browser.cookies
    for _ in range(3):
        assert browser.get("/company?q=AAPL").status_code == 200
    assert sorted(requests_of_page(port) for port in stack.page_ports) == [0, 4]
    assert '"msgtype": "ACK"' in greeting(stack, browser, page.text)
    stranger = httpx.Client(base_url=stack.url, verify=False)
    with stranger, pytest.raises(InvalidStatus):
        greeting(stack, stranger, page.text)


def test_the_processes_of_the_api_share_one_limit(stack: Stack) -> None:
    with httpx.Client(base_url=stack.url, verify=False, limits=httpx.Limits(max_keepalive_connections=0)) as client:
        token = client.post("/api/v1/auth/token", data={"username": "bob", "password": PASSWORD}).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        statuses = [client.get(COMPANY, headers=headers).status_code for _ in range(REQUESTS + 5)]
    assert statuses == [200] * REQUESTS + [429] * 5


def test_a_killed_process_costs_its_own_requests_and_no_session(stack: Stack, browser: httpx.Client) -> None:
    page = browser.get("/company?q=AAPL").text
    before = workers(stack.api.pid)
    assert len(before) == 2
    os.kill(before[0], signal.SIGKILL)
    statuses = [browser.get(COMPANY).status_code for _ in range(20)]
    assert statuses.count(200) >= 19, statuses  # one may have been on its way to the killed process
    until(lambda: len(workers(stack.api.pid)) == 2 and before[0] not in workers(stack.api.pid), "another worker")
    assert [browser.get(COMPANY).status_code for _ in range(10)] == [200] * 10
    # The process of the open page: another one builds the page again, for the same session.
    pages = dict(zip(stack.page_ports, sorted(workers(stack.pages.pid)), strict=True))
    busiest = max(pages, key=requests_of_page)
    os.kill(pages[busiest], signal.SIGKILL)
    assert browser.get("/company?q=AAPL").status_code == 200
    assert '"msgtype": "ACK"' in greeting(stack, browser, page)


def test_jobs_do_what_the_api_has_queued(stack: Stack, shared: Database, browser: httpx.Client) -> None:
    orchard = b"Late frost in the orchard could spoil a whole harvest and with it the supply of cider presses."
    answer = browser.post("/api/v1/documents", files={"file": ("frost.txt", orchard)})
    assert answer.status_code == 201

    def is_done() -> bool:
        with shared.read() as connection:
            states = connection.scalars(sa.text("select status from tasks where kind = 'embed'")).all()
        return states == ["finished"]

    until(is_done, "the vectors")
    found = browser.get("/api/v1/search", params={"q": "cold weather ruins apples", "mode": "vector", "k": 1})
    assert "Late frost in the orchard" in found.text
