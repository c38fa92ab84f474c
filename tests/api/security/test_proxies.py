"""What a proxy reports about a request is believed from trusted addresses alone."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Message, Scope

from api.security import accounts
from api.security.proxies import TrustedProxies, parse_address
from db.engine import Database
from db.operations.audit import failed_attempts
from tests.api.conftest import PASSWORD, Opener, settings_at
from workbench.domain.errors import SetupError
from workbench.domain.rights.roles import Role
from workbench.settings import Server, Settings

pytestmark = pytest.mark.anyio

# Documentation addresses stand for callers (RFC 5737, RFC 3849), private ones for proxies.
PROXIES = ("10.0.0.0/24", "fd00::/64")
CALLER, OTHER = "203.0.113.1", "203.0.113.2"
SESSION = "/api/v1/auth/session"


async def seen(client: str | None, *headers: tuple[str, str], kind: str = "http", proxies: Sequence[str] = PROXIES) -> Scope:
    """The scope that the application gets."""
    got: list[Scope] = []

    async def application(scope: Scope, *_: Any) -> None:
        got.append(scope)

    async def nothing(*_: Any) -> Message:
        return {}

    encoded = [(name.encode(), value.encode("latin-1")) for name, value in (("host", "inside:8000"), *headers)]
    scheme = "ws" if kind == "websocket" else "http"
    scope = {"type": kind, "client": (client, 40000) if client else None, "scheme": scheme, "headers": encoded, "path": "/"}
    await TrustedProxies(application, [ip_network(each) for each in proxies])(scope, nothing, nothing)
    return got[0]


@pytest.mark.parametrize(
    ("client", "forwarded", "expected"),
    [
        ("10.0.0.5", [CALLER], CALLER),
        # the caller's own claims stand left of what the proxy appended
        ("10.0.0.5", [f"198.51.100.7, {CALLER}"], CALLER),
        ("10.0.0.5", ["198.51.100.7", CALLER], CALLER),
        ("10.0.0.5", [f"127.0.0.1, 10.0.0.9, {CALLER}"], CALLER),
        # chains: the near proxy reports the far one, which reported the caller
        ("10.0.0.5", [f"{CALLER}, 10.0.0.6"], CALLER),
        ("10.0.0.5", [f"198.51.100.7, {CALLER}, 10.0.0.6"], CALLER),
        # a far proxy that is not trusted is the caller
        ("10.0.0.5", [f"{CALLER}, 192.168.7.7"], "192.168.7.7"),
        # every hop is trusted: the first one began the request
        ("10.0.0.5", ["10.0.0.7, 10.0.0.6"], "10.0.0.7"),
        # no address: nothing before it is believed either
        ("10.0.0.5", ["unknown"], "10.0.0.5"),
        ("10.0.0.5", [f"{CALLER}, garbage"], "10.0.0.5"),
        ("10.0.0.5", [f"{CALLER}, garbage, 10.0.0.6"], "10.0.0.6"),
        ("10.0.0.5", [f"garbage, {CALLER}"], CALLER),
        ("10.0.0.5", ["\xff\xfe, 1.2.3, 999.1.1.1"], "10.0.0.5"),
        ("10.0.0.5", [""], "10.0.0.5"),
        ("10.0.0.5", [f" , {CALLER} ,, "], CALLER),
        # ports
        ("10.0.0.5", [f"{CALLER}:51234"], CALLER),
        ("10.0.0.5", ["[2001:db8::1]:51234"], "2001:db8::1"),
        # IPv6, also an IPv4 proxy that a dual-stack socket reports as a mapped address
        ("fd00::5", ["2001:db8::1"], "2001:db8::1"),
        ("fd00::5", ["2001:0db8:0:0:0:0:0:1"], "2001:db8::1"),
        ("fd00::5", ["2001:db8::1, fd00::6"], "2001:db8::1"),
        ("::ffff:10.0.0.5", [CALLER], CALLER),
        ("fd00:0:0:1::5", ["2001:db8::1"], "fd00:0:0:1::5"),
        # not a proxy of ours
        (CALLER, ["127.0.0.1"], CALLER),
        ("10.0.1.5", [CALLER], "10.0.1.5"),
        ("unix:", [CALLER], "unix:"),
    ],
)  # fmt: skip
async def test_the_caller_is_the_right_most_untrusted_address(client: str, forwarded: list[str], expected: str) -> None:
    for kind in ("http", "websocket"):
        scope = await seen(client, *(("x-forwarded-for", line) for line in forwarded), kind=kind)
        assert scope["client"][0] == expected


@pytest.mark.parametrize(
    ("client", "kind", "proto", "expected"),
    [
        ("10.0.0.5", "http", "https", "https"), ("10.0.0.5", "websocket", "https", "wss"),
        ("10.0.0.5", "http", "HTTPS", "https"), ("10.0.0.5", "http", "https, http", "http"),
        ("10.0.0.5", "http", "javascript", "http"),
        ("10.0.0.5", "http", "", "http"), (CALLER, "http", "https", "http"), (CALLER, "websocket", "https", "ws"),
    ],
)  # fmt: skip
async def test_the_scheme_is_the_last_that_a_trusted_proxy_reports(client: str, kind: str, proto: str, expected: str) -> None:
    assert (await seen(client, ("x-forwarded-proto", proto), kind=kind))["scheme"] == expected


@pytest.mark.parametrize(
    ("client", "host", "expected"),
    [
        ("10.0.0.5", "w.example.org", "w.example.org"), ("10.0.0.5", "evil.example, w.example.org:8443", "w.example.org:8443"),
        ("10.0.0.5", "[2001:db8::1]:8443", "[2001:db8::1]:8443"), ("10.0.0.5", "w.example.org/path", "inside:8000"),
        ("10.0.0.5", "a b", "inside:8000"), ("10.0.0.5", "", "inside:8000"), (CALLER, "w.example.org", "inside:8000"),
    ],
)  # fmt: skip
async def test_the_host_is_the_last_that_a_trusted_proxy_reports(client: str, host: str, expected: str) -> None:
    scope = await seen(client, ("x-forwarded-host", host))
    assert [value.decode() for name, value in scope["headers"] if name == b"host"] == [expected]


async def test_without_trusted_proxies_nothing_changes() -> None:
    forged = (("x-forwarded-for", CALLER), ("x-forwarded-proto", "https"), ("x-forwarded-host", "w.example.org"))
    for proxies in ([], ["10.0.0.0/24"]):
        scope = await seen("127.0.0.1", *forged, proxies=proxies)
        assert (scope["client"], scope["scheme"], scope["headers"][0]) == (
            ("127.0.0.1", 40000),
            "http",
            (b"host", b"inside:8000"),
        )
    assert (await seen(None, *forged))["client"] is None
    assert parse_address("localhost") is None


def behind(home: Path, proxies: str = "10.0.0.0/24") -> Settings:
    return settings_at(home, environment="production", server={"host": "0.0.0.0", "trusted_proxies": proxies})


async def wrong_password(client: httpx.AsyncClient, forwarded: str, name: str) -> int:
    form = {"username": name, "password": "wrong wrong wrong"}
    return (await client.post("/api/v1/auth/token", data=form, headers={"X-Forwarded-For": forwarded})).status_code


async def test_one_callers_wrong_passwords_do_not_lock_out_others_behind_the_proxy(opened: Opener, tmp_path: Path) -> None:
    async with opened(settings=behind(tmp_path), client="10.0.0.5") as client:
        statuses = [await wrong_password(client, CALLER, f"guess-{n}") for n in range(21)]
        assert statuses == [401] * 20 + [429]
        right = {"username": "ada", "password": PASSWORD}
        for address, expected in ((OTHER, 200), (CALLER, 429)):
            answer = await client.post("/api/v1/auth/token", data=right, headers={"X-Forwarded-For": address})
            assert answer.status_code == expected, address


async def test_a_changing_header_does_not_evade_the_limit(opened: Opener, tmp_path: Path) -> None:
    heads = [f"198.51.100.{n}, 192.0.2.9" for n in range(25)]
    async with opened(settings=behind(tmp_path), client="10.0.0.5") as client:
        statuses = [await wrong_password(client, head, f"claim-{n}") for n, head in enumerate(heads)]
        assert statuses == [401] * 20 + [429] * 5
    # Straight to the workbench, past the proxy.
    async with opened(settings=behind(tmp_path), client="192.0.2.10") as client:
        statuses = [await wrong_password(client, f"198.51.100.{n}", f"straight-{n}") for n in range(25)]
        assert statuses == [401] * 20 + [429] * 5


async def test_the_cookie_is_secure_and_pages_know_their_host(opened: Opener, tmp_path: Path) -> None:
    form = {"username": "ada", "password": PASSWORD, "next": "/company"}
    report = {"X-Forwarded-For": "203.0.113.77", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "w.example.org"}
    own = {"Origin": "https://w.example.org", "Accept": "text/html"}
    async with opened(settings=behind(tmp_path), client="10.0.0.5", url="http://inside:8000") as client:
        answer = await client.post(SESSION, data=form, headers=report | own)
        assert (answer.status_code, "Secure" in answer.headers["set-cookie"]) == (303, True)
        cookie = answer.headers["set-cookie"].partition(";")[0]
        assert (await client.get("/sign-out", headers=report | own | {"Cookie": cookie})).status_code == 200
    # The same from somebody who is no trusted proxy: the origin is another site, and the connection is not encrypted.
    async with opened(settings=behind(tmp_path), client="203.0.113.78", url="http://inside:8000") as client:
        assert (await client.post(SESSION, data=form, headers=report | own)).status_code == 403
        assert "Secure" not in (await client.post(SESSION, data=form, headers=report)).headers["set-cookie"]
        assert (await client.get("/sign-out", headers=report | own | {"Cookie": cookie})).status_code == 403


async def test_trust_in_a_proxy_on_this_machine_gives_no_local_access(opened: Opener) -> None:
    async with opened() as client:
        for headers in (
            {"X-Forwarded-For": "127.0.0.1"},
            {"X-Forwarded-For": ""},
            {"X-Forwarded-Host": "127.0.0.1"},
            {"X-Forwarded-Proto": "http"},
        ):
            assert (await client.get("/api/v1/companies", headers=headers)).status_code == 401


def test_the_setting_names_addresses_and_networks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [str(each) for each in Server().proxy_networks] == ["127.0.0.1/32", "::1/128"]
    assert Server(trusted_proxies="none").proxy_networks == ()
    assert [str(each) for each in Server(trusted_proxies=" 10.0.0.0/24 ,fd00::7,").proxy_networks] == [
        "10.0.0.0/24",
        "fd00::7/128",
    ]
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    for wrong in ("nginx", "10.0.0.1/24", "*", "0.0.0.0/0", "::/0", "10.0.0.0/24;10.1.0.0/24"):
        monkeypatch.setenv("WORKBENCH_SERVER__TRUSTED_PROXIES", wrong)
        with pytest.raises(SetupError, match="WORKBENCH_SERVER__TRUSTED_PROXIES"):
            Settings.load()


async def test_accounts_are_audited_with_the_callers_address(opened: Opener, tmp_path: Path, filled: Database) -> None:
    accounts.add_user(filled, "grace", Role.VIEWER, PASSWORD, actor="local")
    async with opened(settings=behind(tmp_path), client="10.0.0.5") as client:
        assert await wrong_password(client, "2001:db8::77", "grace") == 401
    with filled.read() as connection:
        assert failed_attempts(connection, "grace", "2001:db8::77", minutes=15).for_both == 1
        assert failed_attempts(connection, "grace", "10.0.0.5", minutes=15).for_both == 0
