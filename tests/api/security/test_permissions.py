"""Every route and page declares the permission it needs, and it is asked for before a body is read."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.types import Message, Scope

from api.mcp.endpoint import PATH as MCP_PATH
from api.security import permissions
from api.security.access import Principal
from api.security.guard import Guard
from tests.api.security.door import Door
from workbench import pages
from workbench.domain.errors import NotFound, PermissionRefused
from workbench.domain.operations.page_list import PAGES, pages_for
from workbench.domain.rights.roles import ABOUT_PERMISSIONS, ABOUT_ROLES, PERMISSIONS, Permission, Role, may
from workbench.runtime import Workbench

pytestmark = pytest.mark.anyio

V1 = "/api/v1"


async def test_every_route_declares_its_permission_and_every_declaration_has_a_route(client: httpx.AsyncClient) -> None:
    paths = (await client.get(f"{V1}/openapi.json")).json()["paths"]
    there = {f"{method.upper()} {path}" for path, item in paths.items() for method in item}
    listed = [
        f"{method} {V1}{path}"
        for routes in permissions.ROUTES.values()
        for method, path in (each.split(" ") for each in routes)
    ]
    assert len(listed) == len(set(listed))
    everybody = {each for each in permissions.OPEN | permissions.SIGNED_IN if each.partition(" ")[2].startswith(f"{V1}/")}
    assert set(listed) | everybody == there | {f"GET {V1}/openapi.json"}


async def test_every_page_declares_its_permission(workbench: Workbench) -> None:
    listed = {path for paths in permissions.PAGES.values() for path in paths}
    assert listed == set(pages.applications(workbench)) | {"/metrics", MCP_PATH}


async def test_a_route_that_nobody_declared_does_not_exist() -> None:
    for method, path in (("GET", f"{V1}/nothing"), ("PATCH", f"{V1}/documents"), ("DELETE", f"{V1}/companies/AAPL")):
        with pytest.raises(NotFound):
            permissions.check(Role.ANALYST, method, path)
        permissions.check(Role.ADMINISTRATOR, method, path)
    # Neither does a listed route under another's name, nor with more behind it.
    assert permissions.needed("GET", f"{V1}/companies/AAPL/filings/x") is Permission.ALL_WORK
    assert permissions.needed("GET", f"{V1}/companiesX") is Permission.ALL_WORK


async def test_roles_have_what_is_said_of_them() -> None:
    assert set(PERMISSIONS) == set(ABOUT_ROLES) == set(Role)
    assert set(ABOUT_PERMISSIONS) == set(Permission)
    assert PERMISSIONS[Role.VIEWER] == {Permission.READ}
    assert PERMISSIONS[Role.ADMINISTRATOR] == set(Permission)
    assert PERMISSIONS[Role.RESEARCHER] - PERMISSIONS[Role.ANALYST] == {Permission.SCHEDULES_WRITE}
    # A key that only reads is a viewer's, whatever its owner may.
    assert all(PERMISSIONS[Role.VIEWER] <= granted for granted in PERMISSIONS.values())
    only = {role for role, granted in PERMISSIONS.items() if Permission.ACCOUNTS_WRITE in granted}
    assert only == {Role.ADMINISTRATOR}


async def test_a_refusal_names_the_permission_and_who_has_it() -> None:
    with pytest.raises(PermissionRefused) as refused:
        permissions.check(Role.ANALYST, "GET", "/operations")
    assert refused.value.message == "this needs the permission operations.read, which the role analyst does not have"
    assert refused.value.hint == "the roles with it: operator, administrator"
    permissions.check(Role.OPERATOR, "GET", "/operations")


async def test_the_roles_are_listed(client: httpx.AsyncClient) -> None:
    answer = (await client.get(f"{V1}/roles")).json()
    assert [each["name"] for each in answer["roles"]] == ["viewer", "analyst", "researcher", "operator", "administrator"]
    assert answer["roles"][0]["permissions"] == ["read"]


async def _sent(principal: Principal, method: str, path: str, *headers: tuple[bytes, bytes]) -> tuple[int, str, int]:
    """Status, body, and how often the guard or what is behind it asked for the body."""
    sent: list[Message] = []
    asked = 0

    async def receive() -> Message:
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": b"x" * 1000, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    async def app(_: Scope, receive: object, send: object) -> None:
        raise AssertionError("the application was asked")

    given = [(b"host", b"workbench.example"), *headers]
    scope: Scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": given, "state": {}}
    await Guard(app, Door(principal))(scope, receive, send)  # type: ignore[arg-type]
    body = b"".join(each.get("body", b"") for each in sent[1:]).decode()
    return sent[0]["status"], body, asked


async def test_an_upload_without_the_right_is_refused_before_its_body_is_asked_for() -> None:
    rae = Principal("rae", Role.VIEWER, "token")
    multipart = ((b"content-type", b"multipart/form-data; boundary=x"), (b"content-length", b"58000000"))
    status, body, asked = await _sent(rae, "POST", f"{V1}/documents", *multipart)
    assert (status, asked) == (403, 0)
    assert "documents.write" in body


async def test_a_page_that_the_role_does_not_allow_says_so_in_html() -> None:
    status, body, _ = await _sent(Principal("ada", Role.ANALYST, "session"), "GET", "/operations", (b"accept", b"text/html"))
    assert status == 403
    assert "Not allowed" in body
    assert "operations.read" in body


async def test_the_websocket_of_a_page_needs_the_page_s_permission() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    async def app(_: Scope, receive: object, send: object) -> None:
        sent.append({"type": "admitted"})

    headers = [(b"host", b"workbench.example")]
    for role, outcome in ((Role.ANALYST, "websocket.close"), (Role.OPERATOR, "admitted")):
        scope: Scope = {"type": "websocket", "path": "/operations/ws", "headers": headers, "state": {}}
        await Guard(app, Door(Principal("x", role, "session")))(scope, receive, send)  # type: ignore[arg-type]
        assert sent.pop()["type"] == outcome


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_user_over_the_limit_is_refused_before_the_body_is_asked_for() -> None:
    from api.security.rate_limits import RateLimited
    from workbench.adapters.request_windows import ProcessWindows
    from workbench.settings import RateLimits

    asked = 0

    async def body() -> AsyncIterator[Message]:
        yield {"type": "http.request", "body": b"", "more_body": True}

    async def receive() -> Message:
        nonlocal asked
        asked += 1
        return await anext(body())

    statuses: list[int] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def app(_: Scope, receive: object, send: object) -> None:
        return None

    layer = RateLimited(app, RateLimits(analyst={"costly": 1}), ProcessWindows())  # type: ignore[arg-type]
    scope: Scope = {
        "type": "http", "method": "POST", "path": f"{V1}/documents", "query_string": b"", "headers": [],
        "client": ("203.0.113.1", 1), "state": {"principal": Principal("ada", Role.ANALYST, "token")},
    }  # fmt: skip
    for _ in range(2):
        await layer(scope, receive, send)
    assert (statuses, asked) == ([429], 0)


async def test_the_bar_offers_what_may_be_opened() -> None:
    for page in PAGES:
        for role in Role:
            permission = permissions.needed("GET", f"/{page.path}")
            is_open = permission is None or may(role, permission)
            assert (page in pages_for(role)) is is_open, (page.path, role)
