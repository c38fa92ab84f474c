"""Browsers that connect late, all at once, or lose the connection."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, WebSocketRoute, expect

from tests.browser import Server, Visit, open_page, serving
from workbench.runtime import Workbench
from workbench.settings import Server as ServerSettings
from workbench.settings import Settings

pytestmark = pytest.mark.browser

ADDRESS = "company?ticker=AAPL&as_of=2024-10-31"


def with_lifetime(loaded: Workbench, seconds: float) -> Workbench:
    """The same data, served by settings under which a page waits so many seconds for its browser."""
    settings = loaded.settings.model_copy(update={"server": ServerSettings(unused_session_seconds=seconds)})
    return Workbench(settings, loaded.database, loaded.objects)


@pytest.fixture
def short_lived(loaded: Workbench) -> Iterator[Server]:
    with serving(with_lifetime(loaded, 0.3)) as server:
        yield server


def sessions(server: Server) -> int:
    return sum(len(context._sessions) for context in server.app.state.pages._applications.values())


def shows_apple(page: Page) -> None:
    expect(page.locator("h1")).to_have_text("Apple")
    expect(page.locator("thead th b").first).to_have_text("FY 2023")


def test_a_page_waits_for_a_slow_browser_by_default(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).server.unused_session_seconds == 120.0


def test_a_browser_that_connects_after_its_page_was_forgotten_gets_it(chromium: BrowserContext, short_lived: Server) -> None:
    with open_page(chromium) as page:
        visit = Visit(page, short_lived.address)
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route(re.compile(r"/bokeh\.min\.js"), hold)
        page.goto(f"{short_lived.address}/{ADDRESS}", wait_until="commit")
        while not held:
            page.wait_for_timeout(20)
        assert sessions(short_lived) == 0
        page.wait_for_timeout(400)
        for route in held:
            route.continue_()
        shows_apple(page)
        # What was built again answers: a click goes to Python, and the address bar follows.
        page.get_by_role("link", name="Quarterly").click()
        expect(page).to_have_url(re.compile("period=quarterly"))
        expect(page.locator(".connection-lost")).to_have_count(0)
        assert visit.complaints == []


def test_ten_visitors_at_once_all_see_the_page(chromium: BrowserContext, loaded: Workbench) -> None:
    with open_page(chromium) as first, serving(with_lifetime(loaded, 1.0)) as server:
        pages = [first, *(chromium.new_page() for _ in range(9))]
        for page in pages:
            page.goto(f"{server.address}/search", wait_until="commit")
        for page in pages:
            page.bring_to_front()
            expect(page.locator("#hits h2")).to_have_text("Search the text of filings.", timeout=120_000)


def test_a_page_whose_server_restarts_says_so_and_loads_again_where_it_was(
    chromium: BrowserContext, loaded: Workbench
) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    with open_page(chromium) as page:
        with serving(loaded, listener) as server:
            page.goto(f"{server.address}/{ADDRESS}")
            shows_apple(page)
            page.get_by_role("link", name="Quarterly").click()
            expect(page).to_have_url(re.compile("period=quarterly"))
            asked = page.url
        line = page.get_by_role("alert")
        expect(line).to_have_text("Connection lost. Reloading…")
        with page.expect_navigation(), serving(loaded, socket.create_server(("127.0.0.1", port))) as server:
            page.wait_for_event("load")
            assert page.url == asked
            expect(page.locator("h1")).to_have_text("Apple")
            expect(page.locator("thead th b").first).to_contain_text("Q")
            expect(line).to_have_count(0)


def test_a_socket_that_is_cut_brings_the_page_back(visit: Visit) -> None:
    page = visit.page
    cut: list[WebSocketRoute] = []

    def pass_on(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        cut.append(socket)

    page.route_web_socket(re.compile("/ws"), pass_on)
    visit.open(ADDRESS)
    shows_apple(page)
    with page.expect_event("load"):
        cut[0].close(code=1011)
    shows_apple(page)
    assert len(cut) == 2


def test_a_page_whose_connection_never_stands_stops_loading_again(visit: Visit) -> None:
    page = visit.page
    page.remove_locator_handler(visit.first)  # the first content stays, because no panel ever takes over
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.is_navigation_request() else None)
    page.route_web_socket(re.compile("/ws"), lambda socket: socket.close(code=1011))
    page.add_init_script("sessionStorage.getItem('workbench-reloads') ?? sessionStorage.setItem('workbench-reloads', '3')")
    page.goto(f"{visit.address}/{ADDRESS}")
    expect(page.get_by_role("alert")).to_contain_text("Connection lost. Check the network", timeout=60_000)
    expect(page.get_by_role("button", name="Reload")).to_be_visible()
    assert len(asked) == 3
    visit.complaints.clear()  # Bokeh writes each refused connection to the console


def test_pauses_grow_while_the_server_is_away(visit: Visit) -> None:
    page = visit.page
    sockets: list[WebSocketRoute] = []
    probes: list[float] = []

    def pass_on(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    def refuse(route: Route) -> None:
        probes.append(time.monotonic())
        if len(probes) < 4:
            route.fulfill(status=503)
        else:
            route.continue_()

    page.route_web_socket(re.compile("/ws"), pass_on)
    page.route(re.compile("health/ready"), refuse)
    visit.open(ADDRESS)
    shows_apple(page)
    with page.expect_event("load", timeout=60_000):
        sockets[0].close(code=1011)
    gaps = [after - before for before, after in pairwise(probes)]
    assert len(gaps) == 3
    for pause, gap in zip((0.5, 1.0, 2.0), gaps, strict=True):
        assert gap >= 0.75 * pause
    visit.complaints.clear()  # the browser writes each 503 to the console
