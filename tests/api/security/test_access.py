"""Who is let in, from where, and how."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from api.security import access, accounts
from api.security.access import is_loopback
from api.security.tokens import Tokens
from db.engine import Database
from tests.api.conftest import PASSWORD, Opener, cache_nothing, gate_of, settings_at
from workbench.domain.rights.roles import Role
from workbench.settings import Settings

pytestmark = pytest.mark.anyio


def production(home: Path) -> Settings:
    return settings_at(home, environment="production")


async def signed_in(client: httpx.AsyncClient, name: str = "ada", password: str = PASSWORD) -> httpx.Response:
    return await client.post("/api/v1/auth/token", data={"username": name, "password": password})


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True), ("127.0.0.1:8000", True), ("127.8.9.10", True), ("::1", True), ("[::1]:8000", True),
        ("localhost", True), ("LOCALHOST:80", True), ("localhost.", True), ("0.0.0.0", False), ("", False), ("[", False),
        ("localhost.evil.example", False), ("127.0.0.1.evil.example", False), ("evil.example", False), ("10.0.0.1", False),
        ("2130706433", False), ("127.1", False), ("::ffff:127.0.0.1", True), ("::ffff:10.0.0.1", False),
    ],
)  # fmt: skip
def test_what_means_this_machine(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


async def test_who_works_at_this_machine_needs_no_password_and_is_told_so(opened: Opener) -> None:
    async with opened() as client:
        assert (await client.get("/api/v1/auth/me")).json() == {
            "name": "local",
            "role": "administrator",
            "known_by": "local",
        }
        assert "no sign-in is needed" in (await client.get("/api/v1/health/ready")).json()["access"]
        assert "no sign-in is needed" in (await client.get("/api/v1/openapi.json")).json()["info"]["description"]


async def test_nobody_else_passes_for_them(opened: Opener) -> None:
    async with opened(client="192.168.1.7") as client:
        for path in ("/api/v1/companies", "/api/v1/openapi.json", "/api/docs", "/company", "/static/js/bokeh.min.js", "/"):
            assert (await client.get(path)).status_code == 401, path
    async with opened() as client:
        for name, value in {
            "Host": "rebound.example:8000",
            "X-Forwarded-For": "127.0.0.1",
            "Forwarded": "for=127.0.0.1",
            "X-Real-IP": "127.0.0.1",
            "Via": "1.1 proxy",
            "Authorization": "Bearer nonsense",
        }.items():
            for path in ("/api/v1/companies", "/company"):
                assert (await client.get(path, headers={name: value})).status_code == 401, name
        assert (await client.get("/api/v1/companies", headers={"Cookie": "workbench_session=nonsense"})).status_code == 200


async def test_no_local_user_in_production_elsewhere_or_with_a_database_of_others(opened: Opener, tmp_path: Path) -> None:
    for settings in (
        production(tmp_path),
        settings_at(tmp_path, server={"host": "0.0.0.0"}),
        settings_at(tmp_path, database={"kind": "postgresql", "url": "postgresql://elsewhere/x"}),
    ):
        async with opened(settings=settings) as client:
            assert (await client.get("/api/v1/companies")).status_code == 401
            assert (await client.get("/api/v1/health/live")).status_code == 200
            assert "Sign-in is required" in (await client.get("/api/v1/health/ready")).json()["access"]


async def test_a_token_opens_the_api_from_anywhere(opened: Opener, tmp_path: Path) -> None:
    async with opened(settings=production(tmp_path), client="203.0.113.9", url="https://workbench.example") as client:
        token = (await signed_in(client, " ADA ")).json()
        assert (token["token_type"], token["expires_in"]) == ("bearer", 1800)
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        assert (await client.get("/api/v1/companies", headers=headers)).status_code == 200
        assert (await client.get("/api/v1/auth/me", headers=headers)).json() == {
            "name": "ada",
            "role": "analyst",
            "known_by": "token",
        }
        # The cookie is another kind of token, and neither stands in for the other.
        cookie = {"Cookie": f"{access.SESSION_COOKIE}={token['access_token']}"}
        assert (await client.get("/api/v1/companies", headers=cookie)).status_code == 401


async def test_tokens_that_are_over_foreign_or_tampered_with_are_refused(opened: Opener) -> None:
    async with opened() as client:
        answer = (await signed_in(client)).json()
        good, session = answer["access_token"], answer["session"]
        ours = gate_of(client).keyring.for_signing()
        theirs = Tokens({ours.kid: b"x" * 32}, ours.kid)
        minute = timedelta(minutes=1)
        head, body, signature = good.split(".")
        bad = [
            ours.sign("ada", session, timedelta(seconds=-1)),
            ours.sign("ada", "6f1c0e9e-1d3b-4c58-9a57-0d4b6f5f3c11", minute),
            theirs.sign("ada", session, minute),
            Tokens({"unknown": b"x" * 32}, "unknown").sign("ada", session, minute),
            answer["refresh_token"],
            f"{head}.{body[:-2]}AA.{signature}",
            # signed by nobody: its head says that the algorithm is none
            f"eyJhbGciOiJub25lIn0.{body}.",
            "",
        ]
        assert (await client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {good}"})).status_code == 200
        for token in bad:
            answer = await client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 401, token
            assert answer.headers["www-authenticate"] == "Bearer"


async def test_tokens_end_with_the_password_and_with_the_account(opened: Opener, filled: Database) -> None:
    accounts.add_user(filled, "eve", Role.VIEWER, PASSWORD, actor="local")
    async with opened() as client:
        cache_nothing(client)

        async def status(token: str) -> int:
            return (await client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})).status_code

        first = (await signed_in(client, "eve")).json()["access_token"]
        assert await status(first) == 200
        accounts.change_password(filled, "eve", "quite another one", actor="local")
        assert await status(first) == 401
        second = (await signed_in(client, "eve", "quite another one")).json()["access_token"]
        assert await status(second) == 200
        accounts.set_active(filled, "eve", is_active=False, actor="local")
        assert await status(second) == 401
        assert (await signed_in(client, "eve", "quite another one")).status_code == 401


# Panel still makes Tornado's requests in Tornado's older way.
@pytest.mark.filterwarnings("ignore:.*HTTPServerRequest:DeprecationWarning")
async def test_browsers_sign_in_on_a_page_and_out_again(opened: Opener, tmp_path: Path) -> None:
    settings = production(tmp_path)
    async with opened(settings=settings, client="203.0.113.9", url="https://workbench.example", accept="text/html") as client:
        asked = await client.get("/company?ticker=AAPL")
        assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=%2Fcompany%3Fticker%3DAAPL")
        page = await client.get(asked.headers["location"])
        assert 'name="next" value="/company?ticker=AAPL"' in page.text
        form = {"username": "ada", "password": "wrong wrong wrong", "next": "/company?ticker=AAPL"}
        wrong = await client.post("/api/v1/auth/session", data=form)
        assert (wrong.status_code, "set-cookie" in wrong.headers) == (303, False)
        again = await client.get(wrong.headers["location"])
        assert "Wrong name or password." in again.text
        assert 'name="next" value="/company?ticker=AAPL"' in again.text
        right = await client.post("/api/v1/auth/session", data=form | {"password": PASSWORD})
        assert (right.status_code, right.headers["location"]) == (303, "/company?ticker=AAPL")
        cookie = right.headers["set-cookie"]
        assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Secure"))
        assert (await client.get("/api/v1/auth/me")).json()["known_by"] == "session"
        company = await client.get("/company")
        assert company.status_code == 200
        assert cookie.partition("=")[2].partition(";")[0] not in company.text
        secret = cookie.partition("=")[2].partition(";")[0]
        left = await client.post("/sign-out")
        assert left.headers["location"] == "/sign-in"
        assert left.headers["clear-site-data"] == '"cache"'
        # The session has ended, not only the browser's memory of it.
        replayed = {"Cookie": f"{access.SESSION_COOKIE}={secret}"}
        assert (await client.get("/api/v1/auth/me", headers=replayed)).status_code == 401
        assert (await client.get("/company")).status_code == 303


async def test_signing_in_never_leads_elsewhere(opened: Opener) -> None:
    async with opened() as client:
        for elsewhere in (
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "/a\r\nX: y",
            "",
        ):
            form = {"username": "ada", "password": PASSWORD, "next": elsewhere}
            answer = await client.post("/api/v1/auth/session", data=form)
            assert (answer.status_code, answer.headers["location"]) == (303, "/"), elsewhere


async def test_a_link_from_elsewhere_is_asked_again_from_here(opened: Opener, tmp_path: Path) -> None:
    async with opened(settings=production(tmp_path), accept="text/html", sec_fetch_site="cross-site") as client:
        answer = await client.get('/company?ticker=A"><script>')
        assert answer.status_code == 200
        assert 'http-equiv="refresh"' in answer.text
        assert "<script>" not in answer.text


async def test_other_sites_write_nothing(opened: Opener) -> None:
    async with opened() as client:
        form = {"username": "ada", "password": PASSWORD}
        for name, value in (
            ("Origin", "http://evil.example"),
            ("Origin", "null"),
            ("Origin", "http://127.0.0.1:9999"),
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
        ):
            for path in ("/api/v1/auth/token", "/api/v1/auth/session", "/sign-out"):
                answer = await client.post(path, data=form, headers={name: value})
                assert (answer.status_code, answer.json()["type"]) == (403, "/problems/permission-refused"), (name, path)
        own = await client.post("/api/v1/auth/token", data=form, headers={"Origin": "http://127.0.0.1:8000"})
        assert own.status_code == 200


async def test_other_sites_may_link_here_and_nothing_else(opened: Opener) -> None:
    async with opened() as client:
        for path in ("/api/v1/companies", "/company"):
            embedded = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
            assert (await client.get(path, headers=embedded)).status_code == 403
            fetched = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Origin": "http://evil.example"}
            assert (await client.get(path, headers=fetched)).status_code == 403
            assert (await client.get(path, headers={"Origin": "http://evil.example"})).status_code == 403
        linked = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
        assert (await client.get("/api/v1/companies", headers=linked)).status_code == 200
        own = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}
        assert (await client.get("/api/v1/companies", headers=own)).status_code == 200
