"""Signing in with an identity provider, as its users, as strangers and as attackers."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pyotp
import pytest

from api.security import accounts
from db.engine import Database
from db.operations import audit
from db.operations.accounts import get_user
from tests.api.conftest import PASSWORD, Opener, cache_nothing, settings_at
from tests.conftest import clone
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, ISSUER, StandIn
from workbench.adapters.object_store import FolderStore
from workbench.adapters.openid_provider import OpenIdProvider
from workbench.domain.rights.roles import Role
from workbench.runtime import Workbench

pytestmark = pytest.mark.anyio

HTML = {"Accept": "text/html"}
# What a browser sends with the way back from another site.
FROM_OUTSIDE = {**HTML, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
BACK = "/sign-in/provider/back"


@pytest.fixture(scope="module")
def people(postgres_url: str, quick_hashes: object) -> Iterator[Database]:
    database = Database(clone(postgres_url, "provider_sign_in"))
    accounts.add_user(database, "max", Role.ADMINISTRATOR, PASSWORD, actor="local")
    yield database
    database.close()


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    there = StandIn({})
    provider = OpenIdProvider(
        ISSUER, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, scopes="openid profile", transport=there.transport
    )
    monkeypatch.setattr(Workbench, "identity_provider", provider)
    return there


@pytest.fixture
def name(there: StandIn, request: pytest.FixtureRequest) -> str:
    """A user of the provider of this test's own, in a group of analysts."""
    name = f"u{abs(hash(request.node.nodeid)) % 10**9}"
    there.users[name] = {"sub": f"id-{name}", "preferred_username": name, "groups": ["desk", "choir"]}
    return name


@pytest.fixture
def workbench(people: Database, objects: FolderStore, tmp_path: Path) -> Workbench:
    sign_in = {
        "kind": "openid", "issuer": ISSUER, "client_id": CLIENT_ID, "name": "Desk ID",
        "roles": {"desk": "analyst", "lab": "researcher"},
    }  # fmt: skip
    settings = settings_at(
        tmp_path, environment="production", server={"public_address": "https://workbench.example"}, sign_in=sign_in
    )
    return Workbench(settings, people, objects)


@pytest.fixture
async def outside(opened: Opener) -> AsyncIterator[httpx.AsyncClient]:
    async with opened(client="203.0.113.9", url="https://workbench.example") as client:
        yield client


def led_to(answer: httpx.Response) -> str:
    """Where a page leads the browser on."""
    assert answer.status_code == 200, answer.text
    (address,) = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.text)
    return unescape(address)


async def come_back(
    client: httpx.AsyncClient, there: StandIn, user: str, *, start: str = "/sign-in/provider?next=/company", **changed: str
) -> httpx.Response:
    """The answer to the way back after `user` signed in at the provider."""
    address = led_to(await client.get(start, headers=HTML))
    return await client.get(BACK, params=there.sign_in(address, user) | changed, headers=FROM_OUTSIDE)


def actions(database: Database, name: str) -> list[str]:
    with database.read() as connection:
        return [each.action for each in audit.list_entries(connection) if each.actor == name]


async def test_a_user_signs_in_gets_an_account_and_signs_out_there_too(
    outside: httpx.AsyncClient, there: StandIn, name: str, people: Database
) -> None:
    page = (await outside.get("/sign-in?next=/company?ticker=NKE", headers=HTML)).text
    assert "Sign in with Desk ID" in page
    assert 'href="/sign-in/provider?next=%2Fcompany%3Fticker%3DNKE"' in page
    begun = await outside.get("/sign-in/provider?next=/company", headers=HTML)
    assert all(
        part in begun.headers["set-cookie"] for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/sign-in/provider")
    )
    back = await outside.get(BACK, params=there.sign_in(led_to(begun), name), headers=FROM_OUTSIDE)
    assert led_to(back) == "/company"
    assert "workbench_session" in back.headers["set-cookie"]
    assert all(f"{part}" in back.headers["set-cookie"] for part in ("HttpOnly", "SameSite=strict", "Secure"))
    me = (await outside.get("/api/v1/auth/me")).json()
    assert me == {"name": name, "role": "analyst", "known_by": "session"}
    (session,) = (await outside.get("/api/v1/auth/sessions")).json()["sessions"]
    assert session["method"] == "provider"
    account = (await outside.get("/account", headers=HTML)).text
    assert "You sign in with Desk ID" in account
    assert 'type="password"' not in account
    assert actions(people, name) == ["sign_in", "user.added"]
    out = await outside.post("/sign-out", headers=HTML)
    assert led_to(out).startswith(f"{ISSUER}/logout?client_id=workbench&post_logout_redirect_uri=https%3A%2F%2Fworkbench")
    assert (await outside.get("/api/v1/auth/me")).status_code == 401
    # The next time it is the same account; the provider's name for its user may change.
    there.users[name] = {**there.users[name], "preferred_username": "max"}
    await come_back(outside, there, name)
    assert (await outside.get("/api/v1/auth/me")).json()["name"] == name


async def test_the_way_back_is_good_for_the_browser_that_began_and_once(
    outside: httpx.AsyncClient, there: StandIn, name: str
) -> None:
    address = led_to(await outside.get("/sign-in/provider", headers=HTML))
    brought = there.sign_in(address, name)
    # An attacker sends the victim the way back of the attacker's own sign-in.
    own, outside.cookies = outside.cookies, httpx.Cookies()
    stolen = await outside.get(BACK, params=brought, headers=FROM_OUTSIDE)
    assert (stolen.status_code, "did not begin in this browser" in stolen.text) == (401, True)
    outside.cookies = own
    wrong = await outside.get(BACK, params=brought | {"state": "guessed"}, headers=FROM_OUTSIDE)
    assert wrong.status_code == 401
    # That used the attempt up.
    assert (await outside.get(BACK, params=brought, headers=FROM_OUTSIDE)).status_code == 401
    other = await come_back(outside, there, name, iss="https://id.example/other")
    assert (other.status_code, "another provider answered" in other.text) == (401, True)
    refused = await come_back(outside, there, name, code="made up")
    assert refused.status_code == 401
    denied_at = led_to(await outside.get("/sign-in/provider", headers=HTML))
    parameters = {"state": there.sign_in(denied_at, name)["state"], "error": "access_denied", "error_description": "<b>no"}
    denied = await outside.get(BACK, params=parameters, headers=FROM_OUTSIDE)
    assert (denied.status_code, "Desk ID did not let you in" in denied.text, "<b>" in denied.text) == (401, True, False)
    assert (await outside.get("/api/v1/auth/me")).status_code == 401
    elsewhere = await come_back(outside, there, name, start="/sign-in/provider?next=//evil.example")
    assert led_to(elsewhere) == "/"


async def test_the_role_follows_the_groups(outside: httpx.AsyncClient, there: StandIn, name: str, people: Database) -> None:
    await come_back(outside, there, name)
    for groups, role in ((["lab", "desk"], "researcher"), ("desk", "analyst")):
        there.users[name] = {**there.users[name], "groups": groups}
        await come_back(outside, there, name)
        assert (await outside.get("/api/v1/auth/me")).json()["role"] == role
    # Without a group that has a role nobody comes in, and those who were in go.
    cache_nothing(outside)
    there.users[name] = {**there.users[name], "groups": ["choir"]}
    refused = await come_back(outside, there, name)
    assert (refused.status_code, "gives you no role" in refused.text) == (403, True)
    assert (await outside.get("/api/v1/auth/me")).status_code == 401
    assert actions(people, name).count("user.role_changed") == 2
    there.users["stranger"] = {"sub": "s", "preferred_username": "stranger"}
    assert (await come_back(outside, there, "stranger")).status_code == 403
    assert actions(people, "stranger") == []


async def test_a_name_or_mail_address_links_nobody_but_the_password_does(
    outside: httpx.AsyncClient, there: StandIn, name: str, people: Database
) -> None:
    accounts.add_user(people, name, Role.OPERATOR, PASSWORD, actor="local")
    there.users[name] = {**there.users[name], "email": f"{name}@example.org", "email_verified": False}
    refused = await come_back(outside, there, name)
    assert (refused.status_code, "link the provider on the account page" in refused.text) == (409, True)
    form = {"username": name, "password": PASSWORD, "next": "/account"}
    await outside.post("/api/v1/auth/session", data=form, headers=HTML)
    wrong = await outside.post("/account/provider", data={"password": "wrong"}, headers=HTML)
    assert (wrong.status_code, "current password is wrong" in wrong.text) == (401, True)
    forced = await outside.post(
        "/account/provider", data={"password": PASSWORD}, headers={**HTML, "Origin": "https://evil.example"}
    )
    assert forced.status_code == 403
    begun = await outside.post("/account/provider", data={"password": PASSWORD}, headers=HTML)
    back = await outside.get(BACK, params=there.sign_in(led_to(begun), name), headers=FROM_OUTSIDE)
    assert led_to(back) == "/account?done=provider"
    assert "You can also sign in with Desk ID" in (await outside.get("/account", headers=HTML)).text
    outside.cookies.clear()
    await come_back(outside, there, name)
    # The role of an account with a password stays what an administrator gave it.
    assert (await outside.get("/api/v1/auth/me")).json() == {"name": name, "role": "operator", "known_by": "session"}
    assert "provider.linked" in actions(people, name)
    # The account at the provider is somebody's already.
    form["username"] = "max"
    await outside.post("/api/v1/auth/session", data=form, headers=HTML)
    begun = await outside.post("/account/provider", data={"password": PASSWORD}, headers=HTML)
    taken = await outside.get(BACK, params=there.sign_in(led_to(begun), name), headers=FROM_OUTSIDE)
    assert taken.status_code == 409
    form["username"] = name
    await outside.post("/api/v1/auth/session", data=form, headers=HTML)
    off = await outside.post("/account/provider/unlink", data={"password": PASSWORD}, headers=HTML)
    assert off.headers["location"] == "/account?done=provider-off"
    outside.cookies.clear()
    assert (await come_back(outside, there, name)).status_code == 409


async def test_a_link_needs_the_session_that_began_it(
    outside: httpx.AsyncClient, there: StandIn, name: str, people: Database
) -> None:
    accounts.add_user(people, name, Role.ANALYST, PASSWORD, actor="local")
    await outside.post("/api/v1/auth/session", data={"username": name, "password": PASSWORD}, headers=HTML)
    begun = await outside.post("/account/provider", data={"password": PASSWORD}, headers=HTML)
    await outside.post("/api/v1/auth/sign-out")
    late = await outside.get(BACK, params=there.sign_in(led_to(begun), name), headers=FROM_OUTSIDE)
    assert (late.status_code, "your session ended meanwhile" in late.text) == (401, True)
    assert "provider.linked" not in actions(people, name)


async def test_a_disabled_account_and_a_second_factor_hold_for_the_provider_too(
    outside: httpx.AsyncClient, there: StandIn, name: str, people: Database
) -> None:
    accounts.add_user(people, name, Role.ANALYST, PASSWORD, actor="local")
    await outside.post("/api/v1/auth/session", data={"username": name, "password": PASSWORD}, headers=HTML)
    begun = await outside.post("/account/provider", data={"password": PASSWORD}, headers=HTML)
    await outside.get(BACK, params=there.sign_in(led_to(begun), name), headers=FROM_OUTSIDE)
    secret = (await outside.post("/api/v1/auth/second-factor", data={"password": PASSWORD})).json()["secret"]
    code = pyotp.TOTP(secret).now()
    recovery = (await outside.post("/api/v1/auth/second-factor/confirm", data={"code": code})).json()["recovery_codes"]
    outside.cookies.clear()
    asked = await come_back(outside, there, name)
    assert urlsplit(led_to(asked)).path == "/sign-in/code"
    assert (await outside.get("/api/v1/auth/me")).status_code == 401
    done = await outside.post("/api/v1/auth/session/code", data={"code": recovery[0], "next": "/company"}, headers=HTML)
    assert done.headers["location"] == "/company"
    accounts.set_active(people, name, is_active=False, actor="max")
    outside.cookies.clear()
    disabled = await come_back(outside, there, name)
    assert (disabled.status_code, "the account is disabled" in disabled.text) == (401, True)
    assert actions(people, name)[0] == "sign_in.failed"


async def test_a_user_without_a_password_has_none_to_guess_or_reset(
    outside: httpx.AsyncClient, there: StandIn, name: str, people: Database
) -> None:
    await come_back(outside, there, name)
    accounts.set_channel(people, name, "inbox", actor="local")
    outside.cookies.clear()
    for password in ("", "!", PASSWORD):
        form = {"username": name, "password": password}
        assert (await outside.post("/api/v1/auth/token", data=form)).status_code in {401, 422}
    await outside.post("/api/v1/auth/password-resets", data={"username": name})
    assert "user.reset_link_requested" not in actions(people, name)
    with people.read() as connection:
        assert get_user(connection, name).is_active


async def test_a_provider_that_is_away_leaves_the_password(
    outside: httpx.AsyncClient, there: StandIn, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.is_down = True
    page = await outside.get("/sign-in/provider", headers=HTML)
    assert (page.status_code, "gives no answer" in page.text, 'name="password"' in page.text) == (503, True, True)
    there.is_down = False
    await come_back(outside, there, name)
    there.is_down = True
    monkeypatch.setattr(Workbench.identity_provider, "_documents", {})  # an hour later
    assert (await outside.post("/sign-out", headers=HTML)).headers["location"] == "/sign-in"


async def test_without_a_provider_there_is_no_way_to_one(opened: Opener, people: Database, workbench: Workbench) -> None:
    settings: Any = workbench.settings.model_copy(update={"sign_in": type(workbench.settings).model_fields["sign_in"].default})
    async with opened(settings=settings, client="203.0.113.9", url="https://workbench.example") as client:
        assert "Sign in with" not in (await client.get("/sign-in", headers=HTML)).text
        assert (await client.get("/sign-in/provider", headers=HTML)).status_code == 404
        assert (await client.get(BACK, headers=HTML)).status_code == 404
