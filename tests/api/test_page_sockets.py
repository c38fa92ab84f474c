"""Which tokens open the websocket of a page, and what a late browser gets."""

from __future__ import annotations

import base64
import json
import logging
import re
import zlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from bokeh.util.token import generate_jwt_token, generate_session_id
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.page_sockets import page_token
from api.security.keys import signing_key
from tests.api.sockets import connect
from workbench.domain.errors import NotAuthenticated
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


@pytest.mark.anyio
async def test_a_late_browser_gets_its_page_built_again(app: Any, caplog: pytest.LogCaptureFixture) -> None:
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        page = await client.get("/company?ticker=AAPL")
    token = re.search(r'"token":"([^"]+)"', page.text)
    assert token is not None
    context = app.state.pages._applications["/company"]
    await context._cleanup_sessions(-1)
    assert list(context.sessions) == []
    said = await connect(app, ["bokeh", token[1]])
    assert said[0]["type"] == "websocket.accept"
    assert '"ACK"' in said[1]["text"]
    (session,) = context.sessions
    assert session.document.session_context.request.arguments == {"ticker": [b"AAPL"]}
    sheets = [str(each.url) for each in session.document.models if hasattr(each, "url")]
    assert sheets
    assert not [address for address in sheets if address.startswith("http")]
    # The browser has left: nobody comes back to this session, however long an unused one is kept.
    await context._cleanup_sessions(10**9)
    assert list(context.sessions) == []


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
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
        page = await client.get("/company?ticker=AAPL")
    assert page.status_code == 200
    token = re.search(r'"token":"([^"]+)"', page.text)
    assert token is not None
    await app.state.pages._applications["/company"]._cleanup_sessions(-1)
    said = await connect(app, ["bokeh", token[1]], host=host)
    assert [each["type"] for each in said[:2]] == ["websocket.accept", "websocket.send"]
