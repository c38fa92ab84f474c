"""How many requests a user, a key and an address may send in a minute, and what they hear beyond."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Scope

from api.security import accounts, api_keys
from api.security.access import Principal
from api.security.budgets import ROUTES, Budget, budget_of
from api.security.rate_limits import RateLimited
from db.engine import Database
from tests.api.conftest import PASSWORD, Opener, settings_at
from tests.services import Service, redis_server
from workbench.adapters.request_windows import ProcessWindows
from workbench.domain.operations.accounts import Scope as KeyScope
from workbench.domain.rights.roles import Role
from workbench.settings import RateLimits

pytestmark = pytest.mark.anyio

V1 = "/api/v1"
ADA = Principal("ada", Role.ANALYST, "token")


class Door:
    """The limits in front of an application that answers everything."""

    def __init__(self, **limits: Any) -> None:
        self._layer = RateLimited(PlainTextResponse("ok"), RateLimits(**limits), ProcessWindows())

    async def status(self, principal: Principal | None, path: str = f"{V1}/companies", **more: Any) -> int:
        return (await self.answer(principal, path, **more))[0]

    async def answer(
        self, principal: Principal | None, path: str = f"{V1}/companies", *, method: str = "GET", query: str = "",
        accept: str = "*/*", client: str = "203.0.113.1",
    ) -> tuple[int, dict[str, str], str]:  # fmt: skip
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request"}

        async def send(message: Message) -> None:
            sent.append(message)

        scope: Scope = {
            "type": "http", "method": method, "path": path, "query_string": query.encode(), "client": (client, 1),
            "headers": [(b"accept", accept.encode())], "state": {"principal": principal},
        }  # fmt: skip
        await self._layer(scope, receive, send)
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], headers, b"".join(each.get("body", b"") for each in sent[1:]).decode()

    async def within(self, principal: Principal | None, times: int, path: str = f"{V1}/companies", **more: Any) -> int:
        return [await self.status(principal, path, **more) for _ in range(times)].count(200)


async def test_sixty_requests_a_minute_for_each_user_and_each_key() -> None:
    door = Door()
    keys = [Principal("ada", Role.ANALYST, "key", number) for number in (7, 8)]
    for caller in (ADA, Principal("bob", Role.VIEWER, "token"), *keys):
        assert await door.within(caller, 65) == 60
    # The token and the session of a user are the same user; the route does not matter.
    assert await door.status(ADA, f"{V1}/companies/AAPL") == 429


async def test_responses_say_what_is_left_and_a_refusal_when_to_come_again() -> None:
    door = Door(analyst={"requests": 2})
    answers = [await door.answer(ADA) for _ in range(3)]
    assert [status for status, _, _ in answers] == [200, 200, 429]
    assert [headers["ratelimit-policy"] for _, headers, _ in answers] == ['"requests";q=2;w=60'] * 3
    assert [headers["ratelimit"] for _, headers, _ in answers] == [f'"requests";r={left};t=60' for left in (1, 0, 0)]
    _, headers, body = answers[-1]
    assert (headers["content-type"], headers["retry-after"]) == ("application/problem+json", "60")
    assert '"type":"/problems/too-many-requests"' in body
    assert "more than 2 requests within a minute" in body


async def test_limits_are_data_by_role_and_zero_is_none() -> None:
    door = Door(viewer={"requests": 5}, administrator={"requests": 0})
    assert await door.within(Principal("rea", Role.VIEWER, "token"), 10) == 5
    assert await door.within(ADA, 70) == 60
    status, headers, _ = await door.answer(Principal("max", Role.ADMINISTRATOR, "token"))
    assert (status, "ratelimit" in headers) == (200, False)
    assert await door.within(Principal("max", Role.ADMINISTRATOR, "token"), 200) == 200


async def test_local_access_is_limited_only_when_that_is_set() -> None:
    local = Principal("local", Role.ADMINISTRATOR, "local")
    assert await Door().within(local, 200) == 200
    assert await Door(local_access=True).within(local, 200) == 60


async def test_kinds_of_requests_have_budgets_of_their_own() -> None:
    door = Door(analyst={"requests": 5, "searches": 4, "exports": 3, "costly": 2})
    assert await door.within(ADA, 10) == 5
    assert await door.within(ADA, 10, f"{V1}/search", query="q=risk") == 4
    assert await door.within(ADA, 10, f"{V1}/companies/AAPL/ratios", query="format=csv") == 3
    assert await door.within(ADA, 10, f"{V1}/screen", query="where=revenue%3E1B") == 2


@pytest.mark.parametrize(
    ("method", "path", "query", "accept", "expected"),
    [
        ("GET", "/companies", "", "*/*", Budget.REQUESTS), ("GET", "/openapi.json", "", "*/*", Budget.REQUESTS),
        ("GET", "/health/live", "", "*/*", None), ("GET", "/search", "q=x", "*/*", Budget.SEARCHES),
        ("GET", "/screen", "", "*/*", Budget.COSTLY), ("GET", "/screen", "format=json", "*/*", Budget.COSTLY),
        ("GET", "/screen", "format=xlsx", "*/*", Budget.EXPORTS), ("GET", "/screen", "form%61t=xlsx", "*/*", Budget.EXPORTS),
        ("GET", "/companies/AAPL/ratios", "", "text/csv", Budget.EXPORTS),
        ("GET", "/companies/AAPL/ratios", "", "text/csv, application/json", Budget.REQUESTS),
        ("GET", "/companies/AAPL/ratios", "format=json", "text/csv", Budget.REQUESTS),
        ("GET", "/reports/7/file", "", "*/*", Budget.REQUESTS),
        ("GET", "/reports/7/file", "format=pdf", "*/*", Budget.EXPORTS),
        ("GET", "/companies/AAPL/changes", "", "*/*", Budget.COSTLY),
        ("GET", "/companies/changes", "", "*/*", Budget.REQUESTS),
        ("POST", "/documents", "", "*/*", Budget.COSTLY), ("GET", "/documents", "", "*/*", Budget.REQUESTS),
        ("POST", "/auth/token", "", "*/*", Budget.SIGN_INS), ("GET", "/auth/me", "", "*/*", Budget.REQUESTS),
    ],
)  # fmt: skip
def test_what_a_request_counts_against(method: str, path: str, query: str, accept: str, expected: Budget | None) -> None:
    scope = {
        "method": method, "path": V1 + path, "query_string": query.encode(), "headers": [(b"accept", accept.encode())],
    }  # fmt: skip
    assert budget_of(scope, ADA) is expected


async def test_a_page_counts_once_and_its_own_calls_do_not() -> None:
    door = Door(analyst={"requests": 3, "page_calls": 50})
    session = Principal("ada", Role.ANALYST, "session")
    for path in (
        "/static/js/bokeh.min.js",
        "/components/x/y.css",
        f"{V1}/health/ready",
        "/sign-in",
        "/favicon.ico",
        "/mcp",
        "/",
    ):
        assert await door.within(session, 100, path) == 100
    assert await door.within(session, 60, f"{V1}/companies", query="limit=8&q=ap") == 50
    assert await door.within(session, 5, "/company", accept="text/html") == 3
    # The requests of a program count against the same budget of the user.
    assert await door.status(ADA) == 429


async def test_a_browser_is_shown_a_page_that_waits() -> None:
    door = Door(analyst={"requests": 1}, sign_ins=1)
    await door.answer(ADA, "/company")
    status, headers, body = await door.answer(ADA, "/company", accept="text/html")
    assert (status, headers["retry-after"], headers["content-type"]) == (429, "60", "text/html; charset=utf-8")
    assert 'http-equiv="refresh" content="60"' in body
    assert "more than 1 requests within a minute" in body
    for accept in ("*/*", "text/html"):
        status, headers, body = await door.answer(None, f"{V1}/auth/session", method="POST", accept=accept)
    assert (status, 'content="60; url=/sign-in"' in body) == (429, True)


async def test_sign_ins_are_counted_by_address_and_in_ipv6_by_network() -> None:
    door = Door(sign_ins=3)
    sign_in = {"path": f"{V1}/auth/token", "method": "POST"}
    assert await door.within(None, 5, client="203.0.113.1", **sign_in) == 3
    assert await door.status(None, client="203.0.113.2", **sign_in) == 200
    assert [await door.status(None, client=f"2001:db8::{n}", **sign_in) for n in range(1, 6)].count(200) == 3
    assert await door.status(None, client="2001:db8:0:1::1", **sign_in) == 200
    assert await door.status(None, client="::ffff:203.0.113.1", **sign_in) == 429


async def test_every_route_with_a_budget_is_one_of_the_api(client: httpx.AsyncClient) -> None:
    paths = (await client.get(f"{V1}/openapi.json")).json()["paths"]
    known = {f"{method.upper()} {path.removeprefix(V1)}" for path, item in paths.items() for method in item}
    assert {route for routes in ROUTES.values() for route in routes} <= known
    # Probes are not limited.
    unlimited = {path for path, item in paths.items() for route in item.values() if "429" not in route["responses"]}
    assert unlimited == {f"{V1}/health/live", f"{V1}/health/ready"}


async def test_the_limits_stand_behind_the_gate_and_hold_for_users_and_keys(
    opened: Opener, database: Database, tmp_path: Path, workbench: Any
) -> None:
    accounts.add_user(database, "una", Role.VIEWER, PASSWORD, actor="local")
    key = api_keys.add_key(database, "una", "loader", scopes={KeyScope.READ}, days=None, actor="local")[1]
    workbench.database = database
    settings = settings_at(tmp_path, environment="production", rate_limits={"viewer": {"requests": 3}, "sign_ins": 2})
    async with opened(settings=settings, client="203.0.113.50", url="https://workbench.example") as client:
        form = {"username": "una", "password": PASSWORD}
        token = (await client.post(f"{V1}/auth/token", data=form)).json()["access_token"]
        for headers in ({"Authorization": f"Bearer {token}"}, {"X-API-Key": key}):
            answers = [await client.get(f"{V1}/auth/me", headers=headers) for _ in range(4)]
            assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
            assert [answer.headers["ratelimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
            assert answers[-1].headers["x-content-type-options"] == "nosniff"
        # Who is not signed in uses up nobody's budget, and sign-in has its own.
        assert (await client.get(f"{V1}/auth/me")).status_code == 401
        assert [(await client.post(f"{V1}/auth/token", data=form)).status_code for _ in range(2)] == [200, 429]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Service]:
    with redis_server(tmp_path / "redis") as server:
        yield server


async def test_two_applications_share_a_budget_in_redis_and_go_on_without_it(
    opened: Opener, tmp_path: Path, server: Service
) -> None:
    cache = {"kind": "redis", "url": f"redis://127.0.0.1:{server.port}/0", "timeout_seconds": 2}
    limits = {"local_access": True, "administrator": {"requests": 10}}
    settings = settings_at(tmp_path, cache=cache, rate_limits=limits)
    async with opened(settings=settings) as first, opened(settings=settings) as second:

        async def ask(client: httpx.AsyncClient, times: int) -> list[int]:
            return [(await client.get(f"{V1}/auth/me")).status_code for _ in range(times)]

        assert (await ask(first, 4), await ask(second, 8)) == ([200] * 4, [200] * 6 + [429] * 2)
        assert await ask(first, 1) == [429]
        server.stop()
        # Each process has its own count of what it admitted: 4 and 6 of 10.
        assert (await ask(first, 8), await ask(second, 8)) == ([200] * 6 + [429] * 2, [200] * 4 + [429] * 4)
