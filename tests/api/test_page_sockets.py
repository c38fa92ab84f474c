"""Which tokens open the websocket of a page, and the session that it gets."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import re
import time
import zlib
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from bokeh.util.token import generate_jwt_token, generate_session_id
from hypothesis import given
from hypothesis import strategies as st

from api import page_sockets
from api import pages as api_pages
from api.app import create_app
from api.page_sockets import FirstAnswers, page_token
from tests.api.sockets import connect
from workbench import pages
from workbench.adapters.keys.signing_key import signing_key
from workbench.domain.errors import NotAuthenticated
from workbench.domain.rights.ownership import LOCAL, Caller
from workbench.domain.rights.roles import Role
from workbench.pages.frame import page as page_frame
from workbench.pages.frame.html_panel import HtmlPanel
from workbench.pages.frame.page import Content, afterwards
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.visitor import visited_by, visitor
from workbench.runtime import Workbench

# Panel still makes Tornado's requests in Tornado's older way.
pytestmark = pytest.mark.filterwarnings("ignore:.*HTTPServerRequest:DeprecationWarning")

KEY, OTHER = b"k" * 32, b"o" * 32


@pytest.fixture
async def app(workbench: Workbench) -> AsyncIterator[Any]:
    app = create_app(workbench)
    async with app.router.lifespan_context(app):
        yield app


def unsigned(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def signed(key: bytes, *, expiration: int = 300, **payload: Any) -> str:
    session = generate_session_id(secret_key=key, signed=True)
    return generate_jwt_token(session, secret_key=key, signed=True, expiration=expiration, extra_payload=payload)


def forged() -> dict[str, list[str]]:
    good = signed(KEY)
    body, signature = good.split(".")
    packed = base64.urlsafe_b64encode(zlib.compress(b"0" * 10_000_000)).decode().rstrip("=")
    return {
        "no token": ["bokeh"],
        "nothing": [],
        "three of them": ["bokeh", good, good],
        "another protocol": ["graphql-ws", good],
        "empty": ["bokeh", ""],
        "one part": ["bokeh", body],
        "no signature": ["bokeh", f"{body}."],
        "signature alone": ["bokeh", f".{signature}"],
        "another signature": ["bokeh", f"{body}.{'A' * 43}"],
        "signed by another server": ["bokeh", signed(OTHER)],
        "expired": ["bokeh", signed(KEY, expiration=-1)],
        "changed": ["bokeh", f"{body[:-2]}AA.{signature}"],
        "no base64": ["bokeh", f"%%%.{signature}"],
        "not ASCII": ["bokeh", f"\u00e9{body}.{signature}"],
        "no JSON": ["bokeh", f"AAAA.{signature}"],
        "a list": ["bokeh", f"{unsigned([1])}.{signature}"],
        "a number as id": ["bokeh", f"{unsigned({'session_id': 1, 'session_expiry': 9e9})}.{signature}"],
        "no id": ["bokeh", f"{unsigned({})}.{signature}"],
        "deep": ["bokeh", f"{base64.urlsafe_b64encode(b'[' * 6000).decode().rstrip('=')}.{signature}"],
        "a bomb": ["bokeh", f"{unsigned({'session_id': 'x', '__bk__zlib_': packed})}.{signature}"],
        "two signatures": ["bokeh", f"{good}.{signature}"],
    }


@pytest.mark.parametrize("subprotocols", forged().values(), ids=forged())
def test_a_token_that_is_not_the_servers_own_is_refused(subprotocols: list[str]) -> None:
    with pytest.raises(NotAuthenticated):
        page_token(subprotocols, KEY)


def test_the_servers_own_token_is_taken() -> None:
    token = signed(KEY, arguments={"ticker": [b"AAPL"]})
    assert page_token(["bokeh", token], KEY) == token


@given(st.lists(st.text(), max_size=3))
def test_no_text_raises_anything_else(subprotocols: list[str]) -> None:
    with pytest.raises(NotAuthenticated):
        page_token(subprotocols, KEY)


@pytest.mark.anyio
async def test_a_forged_token_closes_the_socket_with_one_line(app: Any, caplog: pytest.LogCaptureFixture) -> None:
    cases = forged()
    for name, subprotocols in cases.items():
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            said = await connect(app, subprotocols)
        assert [(message["type"], message.get("code")) for message in said] == [("websocket.close", 1008)], name
        (line,) = caplog.records
        assert line.getMessage().startswith("the websocket of /company/ws was refused: the "), name
        assert line.exc_info is None


async def page_of(app: Any, host: str = "127.0.0.1:8000", path: str = "/company?ticker=AAPL") -> tuple[str, str]:
    """The HTML of a page, and its token."""
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
        page = await client.get(path)
    assert page.status_code == 200
    token = re.search(r'"token":"([^"]+)"', page.text)
    assert token is not None
    return page.text, token[1]


class Counted:
    """Builds a page of one panel, counted."""

    def __init__(self) -> None:
        self.visitors: list[Caller] = []
        self.steps = 0

    def __call__(self, _: Workbench, selection: Selection) -> Content:
        self.visitors.append(visitor())
        afterwards(self._step)
        return Content("Counted", {"counted": HtmlPanel(f"<h1>{selection.ticker}, build {len(self.visitors)}</h1>")})

    def _step(self) -> None:
        self.steps += 1


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    built = Counted()
    monkeypatch.setattr(pages, "company_page", built)
    return built


@pytest.fixture
async def counting(counted: Counted, app: Any) -> Any:
    """The application with that page."""
    assert counted.visitors == []
    return app


@pytest.mark.anyio
async def test_the_answer_makes_no_session_and_the_session_shows_what_was_built(counting: Any, counted: Counted) -> None:
    text, token = await page_of(counting)
    assert "<h1>AAPL, build 1</h1>" in text
    assert list(counting.state.pages._applications["/company"].sessions) == []
    assert (await connect(counting, ["bokeh", token]))[0]["type"] == "websocket.accept"
    assert counted.visitors == [LOCAL]
    assert counted.steps == 0  # until the browser says that the page is on the screen
    assert len(list(counting.state.pages._applications["/company"].sessions)) == 1


@pytest.mark.anyio
async def test_another_visitor_does_not_get_what_was_built(
    counting: Any, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = await page_of(counting)
    other = Caller("ada", Role.VIEWER)
    monkeypatch.setattr(api_pages, "visited_by", lambda _: visited_by(other))
    assert (await connect(counting, ["bokeh", token]))[0]["type"] == "websocket.accept"
    assert counted.visitors == [LOCAL, other]


@pytest.mark.anyio
async def test_a_late_browser_gets_its_page_built_again(
    counting: Any, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_frame, "_MOST_WAITING", 2)
    tokens = [(await page_of(counting))[1] for _ in range(3)]
    assert len(counted.visitors) == 3
    await connect(counting, ["bokeh", tokens[1]])
    await connect(counting, ["bokeh", tokens[2]])
    assert len(counted.visitors) == 3
    await connect(counting, ["bokeh", tokens[0]])  # the oldest was dropped
    assert len(counted.visitors) == 4
    now = time.monotonic() + counting.state.workbench.settings.server.unused_session_seconds + 1
    _, late = await page_of(counting)
    monkeypatch.setattr(page_frame, "time", SimpleNamespace(monotonic=lambda: now))
    await page_of(counting)  # forgets the one that waited too long
    await connect(counting, ["bokeh", late])
    assert len(counted.visitors) == 7


@pytest.mark.anyio
async def test_a_session_knows_its_address_and_asks_no_other_host(app: Any) -> None:
    _, token = await page_of(app)
    said = await connect(app, ["bokeh", token])
    assert said[0]["type"] == "websocket.accept"
    assert '"ACK"' in said[1]["text"]
    context = app.state.pages._applications["/company"]
    (session,) = context.sessions
    assert session.document.session_context.request.arguments == {"ticker": [b"AAPL"]}
    sheets = [str(each.url) for each in session.document.models if hasattr(each, "url")]
    assert sheets
    assert not [address for address in sheets if address.startswith("http")]
    # The browser has left: nobody comes back to this session, however long an unused one is kept.
    await context._cleanup_sessions(10**9)
    assert list(context.sessions) == []


@pytest.mark.anyio
async def test_sessions_wait_for_first_answers_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_sockets, "_QUIET_SECONDS", 0.05)
    monkeypatch.setattr(page_sockets, "_LONGEST_WAIT_SECONDS", 0.2)
    answers = FirstAnswers()
    began = time.monotonic()
    await answers.pause()  # no page was answered yet
    assert time.monotonic() - began < 0.05

    async def answer(times: int) -> None:
        for _ in range(times):
            answers.note()
            await asyncio.sleep(0.02)

    for times, least, most in ((3, 0.09, 0.2), (40, 0.2, 0.6)):
        answering = asyncio.create_task(answer(times))
        await asyncio.sleep(0)
        began = time.monotonic()
        await answers.pause()
        assert least <= time.monotonic() - began < most
        answering.cancel()


@pytest.mark.anyio
async def test_a_page_that_cannot_be_built_again_closes_and_may_be_asked_once_more(
    app: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    token = signed(signing_key(app.state.workbench.settings), arguments={"ticker": [b"AAPL"]}, headers={}, cookies={})
    context = app.state.pages._applications["/company"]

    def fail(document: Any) -> None:
        raise ArithmeticError("made up")

    with monkeypatch.context() as patch:
        patch.setattr(context.application, "initialize_document", fail)
        for _ in range(2):
            said = await connect(app, ["bokeh", token])
            assert [(each["type"], each.get("code")) for each in said[1:]] == [("websocket.close", 1011)]
    assert (await connect(app, ["bokeh", token]))[1]["type"] == "websocket.send"


@pytest.mark.anyio
async def test_an_address_names_no_session(app: Any) -> None:
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        for chosen in ("", "chosen", "a.b"):
            page = await client.get("/company", params={"bokeh_session_id": chosen})
            assert page.status_code == 200
            assert "no page has a parameter" in page.text or "parameter" in page.text
    names = {session.id for session in app.state.pages._applications["/company"].sessions}
    assert not names & {"", "chosen", "a.b"}


@pytest.mark.anyio
@pytest.mark.parametrize("host", ["[::1]:8000", "[::1]", "localhost:8000", "127.0.0.1"])
async def test_pages_are_served_by_every_name_of_this_machine(app: Any, host: str) -> None:
    _, token = await page_of(app, host)
    said = await connect(app, ["bokeh", token], host=host)
    assert [each["type"] for each in said[:2]] == ["websocket.accept", "websocket.send"]
