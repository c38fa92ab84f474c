"""The layer around the application by itself: what it refuses, whom it admits, and what it adds to responses."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from starlette.exceptions import HTTPException

from api.security.access import Gate
from api.security.guard import Guard
from tests.api.security.door import ADA, HOST, Door
from workbench.domain.errors import NotFound
from workbench.parse.html.decoding import MAX_BYTES

pytestmark = pytest.mark.anyio

HTML = ("accept", "text/html")
App = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass
class Answered:
    status: int
    headers: dict[str, str]
    body: bytes
    scopes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def detail(self) -> str:
        return str(json.loads(self.body)["detail"])


def serve(status: int = 200, headers: Sequence[tuple[str, str]] = (), body: bytes = b"served") -> App:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raw = [(name.encode(), value.encode()) for name, value in headers]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    return app


async def ask(
    path: str = "/api/v1/companies",
    *headers: tuple[str, str],
    method: str = "GET",
    query: bytes = b"",
    body: Sequence[bytes] = (b"",),
    door: Door | None = None,
    app: App | None = None,
    names: frozenset[str] | None = None,
) -> Answered:
    """The response to one request, and the scopes with which it reached the application."""
    reached: list[dict[str, Any]] = []
    sent: list[dict[str, Any]] = []
    chunks = list(body)

    async def noted(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope)
        await (app or serve())(scope, receive, send)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    given = headers if any(name == "host" for name, _ in headers) else (HOST, *headers)
    scope = {
        "type": "http", "method": method, "path": path, "query_string": query,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in given if value != "absent"],
    }  # fmt: skip
    await Guard(noted, cast(Gate, door or Door()), names)(scope, receive, send)
    answered = {name.decode().lower(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    return Answered(sent[0]["status"], answered, b"".join(message.get("body", b"") for message in sent[1:]), reached)


async def test_a_caller_is_noted_for_the_application() -> None:
    answer = await ask()
    assert (answer.status, answer.body) == (200, b"served")
    assert answer.scopes[0]["state"]["principal"] == ADA


@pytest.mark.parametrize(
    "path",
    ["/sign-in", "/api/v1/auth/token", "/api/v1/auth/session", "/api/v1/health/live", "/api/v1/health/ready", "/favicon.ico"],
)
async def test_open_paths_ask_nobody_who_they_are(path: str) -> None:
    door = Door(caller=None)
    answer = await ask(path, HTML, door=door)
    assert (answer.status, door.asked, door.pinged) == (200, 0, 0)
    assert answer.scopes[0]["state"] == {"principal": None}


async def test_everything_else_is_refused_to_strangers() -> None:
    answer = await ask(door=Door(caller=None))
    assert (answer.status, answer.scopes) == (401, [])
    assert answer.headers["www-authenticate"] == "Bearer"
    problem = json.loads(answer.body)
    assert problem["detail"] == "sign-in is required"
    assert problem["hint"] == "request an access token at /api/v1/auth/token and send it as a Bearer token"
    # A form of a page, and a program that asks for one.
    assert (await ask("/company", HTML, door=Door(caller=None), method="POST")).status == 401
    assert (await ask("/company", door=Door(caller=None))).status == 401


@pytest.mark.parametrize(
    ("path", "query", "following"),
    [
        ("/company", b"", "%2Fcompany"),
        ("/company", b"ticker=BRK-B&as_of=2024-06-30", "%2Fcompany%3Fticker%3DBRK-B%26as_of%3D2024-06-30"),
        ("/a b:@!$&'()*+,;=~/c", b"", "%2Fa%2520b%3A%40%21%24%26%27%28%29%2A%2B%2C%3B%3D~%2Fc"),
        ("/search", b"q=caf\xe9", "%2Fsearch%3Fq%3Dcaf%C3%A9"),
        ("/a\\b", b"", "%2Fa%255Cb"),
    ],
)
async def test_a_browser_signs_in_and_comes_back(path: str, query: bytes, following: str) -> None:
    answer = await ask(path, HTML, query=query, door=Door(caller=None))
    assert (answer.status, answer.headers["location"]) == (303, f"/sign-in?next={following}")


async def test_a_link_from_another_site_is_followed_once_more_from_here() -> None:
    cross = ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")
    answer = await ask("/company", HTML, *cross, query=b"ticker=KO", door=Door(caller=None))
    assert answer.status == 200
    assert b"0; url=/company?ticker=KO" in answer.body
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    same = await ask("/company", HTML, ("sec-fetch-site", "none"), door=Door(caller=None))
    assert same.status == 303


async def test_pages_wait_for_the_database_and_programs_do_not() -> None:
    door = Door()
    assert (await ask("/company", HTML, door=door)).status == 200
    assert door.pinged == 1
    assert (await ask("/api/v1/companies", HTML, door=door)).status == 200
    assert (await ask("/company", door=door)).status == 200
    assert door.pinged == 1
    down = await ask("/company", HTML, door=Door(is_database_down=True))
    assert (down.status, down.scopes) == (503, [])
    assert b"This page reloads automatically" in down.body
    assert b"internal" not in down.body


@pytest.mark.parametrize(
    ("path", "query", "detail"),
    [
        ("/a\0b", b"", "the URL contains a null character"),
        ("/a", b"q=%00", "the URL contains a null character"),
        ("//other.example/x", b"", "the path must start with exactly one slash"),
        ("/\\other.example", b"", "the path must start with exactly one slash"),
    ],
)
async def test_a_path_that_no_browser_should_be_sent_to_is_refused(path: str, query: bytes, detail: str) -> None:
    door = Door()
    answer = await ask(path, query=query, door=door)
    assert (answer.status, answer.detail, answer.scopes, door.asked) == (400, detail, [], 0)


@pytest.mark.parametrize(
    ("hosts", "status"),
    [
        (("workbench.example",), 200),
        (("WORKBENCH.example:443",), 200),
        (("127.0.0.1:8000",), 200),
        (("other.example",), 400),
        (("workbench.example", "workbench.example"), 400),
        (("absent",), 400),
    ],
)
async def test_a_server_that_has_a_name_is_asked_by_it_once(hosts: tuple[str, ...], status: int) -> None:
    headers = [("host", host) for host in hosts]
    answer = await ask("/api/v1/companies", *headers, names=frozenset({"workbench.example"}))
    assert answer.status == status
    if status == 400:
        assert answer.detail == "the Host header does not name this server"
    # Monitoring may ask by another name; a server without a name is asked by any.
    for path in ("/api/v1/health/live", "/api/v1/health/ready", "/metrics"):
        assert (await ask(path, *headers, names=frozenset({"workbench.example"}))).status == 200
    assert (await ask("/metrics/x", ("host", "other.example"), names=frozenset({"workbench.example"}))).status == 400
    assert (await ask("/api/v1/companies", *headers)).status == 200


@pytest.mark.parametrize(
    ("method", "headers", "is_served"),
    [
        ("GET", [], True),
        ("POST", [], True),
        ("POST", [("origin", "https://workbench.example")], True),
        ("POST", [("origin", "https://WORKBENCH.example")], True),
        ("POST", [("origin", "https://other.example")], False),
        ("POST", [("origin", "null")], False),
        ("POST", [("sec-fetch-site", "same-origin")], True),
        ("POST", [("sec-fetch-site", "same-site")], False),
        ("POST", [("sec-fetch-site", "cross-site")], False),
        ("POST", [("sec-fetch-site", "cross-site"), ("origin", "https://workbench.example")], False),
        ("GET", [("sec-fetch-site", "cross-site")], True),
        ("GET", [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")], True),
        ("GET", [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")], False),
        ("GET", [("sec-fetch-site", "same-site"), ("sec-fetch-mode", "cors")], False),
        ("GET", [("origin", "https://other.example")], False),
        ("POST", [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")], False),
        ("POST", [("host", "absent"), ("origin", "https://workbench.example")], False),
    ],
)
async def test_other_sites_may_link_here_and_no_more(method: str, headers: list[tuple[str, str]], is_served: bool) -> None:
    answer = await ask("/api/v1/watchlists", *headers, method=method)
    assert answer.status == (200 if is_served else 403)
    if not is_served:
        assert answer.detail == "requests from other sites are refused, except for links"


SMALL, DOCUMENT = 65_536, MAX_BYTES + 65_536


@pytest.mark.parametrize(
    ("method", "path", "length", "is_served"),
    [
        ("POST", "/api/v1/auth/token", str(SMALL), True),
        ("POST", "/api/v1/auth/token", str(SMALL + 1), False),
        ("POST", "/api/v1/documents", str(DOCUMENT), True),
        ("POST", "/api/v1/documents", str(DOCUMENT + 1), False),
        ("PUT", "/api/v1/documents", str(SMALL + 1), False),
        ("POST", "/api/v1/auth/token", "-1", False),
        ("POST", "/api/v1/auth/token", "many", False),
        ("POST", "/api/v1/auth/token", "", False),
    ],
)
async def test_a_body_that_says_it_is_too_large_is_not_read(method: str, path: str, length: str, is_served: bool) -> None:
    answer = await ask(path, ("content-length", length), method=method)
    assert answer.status == (200 if is_served else 413)
    if not is_served:
        most = "65,536" if path.endswith("token") or method == "PUT" else f"{DOCUMENT:,}"
        assert answer.detail == f"the request body is larger than {most} bytes"


@pytest.mark.parametrize(("last", "is_served"), [(b"", True), (b"x", False)])
async def test_a_body_of_unsaid_length_is_read_up_to_the_limit(last: bytes, is_served: bool) -> None:
    read: list[int] = []

    async def reads(scope: Any, receive: Any, send: Any) -> None:
        try:
            while True:
                message = await receive()
                read.append(len(message["body"]))
                if not message["more_body"]:
                    break
        except HTTPException as error:
            await serve(error.status_code, body=str(error.detail).encode())(scope, receive, send)
            return
        await serve()(scope, receive, send)

    chunks = [b"x" * 40_000, b"x" * 25_536, last]
    answer = await ask("/api/v1/auth/token", method="POST", body=chunks, app=reads)
    assert answer.status == (200 if is_served else 413)
    assert sum(read) == 65_536
    if not is_served:
        assert answer.body == b"the request body is larger than 65,536 bytes"


async def test_errors_of_the_application_become_problems(caplog: pytest.LogCaptureFixture) -> None:
    async def known(scope: Any, receive: Any, send: Any) -> None:
        raise NotFound("there is no company 'ZZZZ'")

    async def unknown(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("the password is hunter2")

    async def late(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("in the middle")

    answer = await ask(app=known)
    assert (answer.status, answer.detail) == (404, "there is no company 'ZZZZ'")
    with caplog.at_level(logging.ERROR):
        answer = await ask(app=unknown)
    assert answer.status == 500
    assert b"hunter2" not in answer.body
    assert [(record.message, record.exc_info is not None) for record in caplog.records] == [
        ("GET '/api/v1/companies' failed", True)
    ]
    with pytest.raises(RuntimeError, match="in the middle"):
        await ask(app=late)


async def test_every_response_says_what_browsers_may_do_with_it() -> None:
    everywhere = {
        "x-content-type-options": "nosniff", "referrer-policy": "same-origin", "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    }  # fmt: skip
    api, page = await ask("/api/v1/companies"), await ask("/company", HTML)
    refused = await ask("/api/v1/companies", door=Door(caller=None))
    for answer in (api, page, refused):
        assert everywhere.items() <= answer.headers.items()
    for answer in (api, refused):
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["cache-control"] == "private, no-store"
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "cache-control" not in page.headers
    own = await ask(app=serve(headers=[("cache-control", "max-age=60"), ("referrer-policy", "no-referrer")]))
    assert (own.headers["cache-control"], own.headers["referrer-policy"]) == ("max-age=60", "no-referrer")


@pytest.mark.parametrize(
    ("path", "query", "status", "is_lasting"),
    [
        ("/static/js/bokeh.min.js", b"v=3", 200, True),
        ("/static/js/bokeh.min.js", b"", 200, False),
        ("/static/js/bokeh.min.js", b"v=3", 404, False),
        ("/company", b"v=3", 200, False),
    ],
)
async def test_a_file_with_its_version_in_the_address_may_be_stored_for_a_year(
    path: str, query: bytes, status: int, is_lasting: bool
) -> None:
    answer = await ask(path, query=query, app=serve(status))
    assert answer.headers.get("cache-control") == ("private, max-age=31536000, immutable" if is_lasting else None)


@pytest.mark.parametrize(
    ("location", "sent"),
    [
        ("/company?ticker=KO", "/company?ticker=KO"),
        ("http://workbench.example/company", "/company"),
        ("http://other.example/company", "/"),
    ],
)
async def test_redirects_stay_on_this_server(location: str, sent: str) -> None:
    assert (await ask(app=serve(303, [("location", location)]))).headers["location"] == sent
    # Without a Host header, which HTTP/1.0 does not ask for, no host is this server's own.
    nameless = await ask("/company", ("host", "absent"), app=serve(303, [("location", location)]))
    assert nameless.headers["location"] == (location if location.startswith("/") else "/")


async def test_head_is_a_get_whose_body_is_left_out() -> None:
    answer = await ask(method="HEAD", app=serve(headers=[("content-length", "6")]))
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "6")
    assert answer.scopes[0]["method"] == "GET"


async def test_what_is_no_request_passes_through() -> None:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope, receive, send))

    await Guard(app, cast(Gate, Door()))({"type": "lifespan"}, cast(Any, "receive"), cast(Any, "send"))
    assert seen == [({"type": "lifespan"}, "receive", "send")]
