"""Nothing here leads to another host, and a request by another name is refused."""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.security.addresses import is_known, known_names, names_other_host, own_location, own_path
from tests.api.conftest import PASSWORD, Opener, settings_at
from workbench.settings import Server, Settings

HERE = "http://workbench.example"
ELSEWHERE = [
    "//other.example/x", "///other.example/x", "////other.example", "/\\other.example/x", "/\\\\other.example",
    "/\t/other.example",
    "/\n//other.example", "/\r\\other.example", "/ //other.example", "\\\\other.example", "https://other.example/x",
    "https:other.example", "javascript:alert(1)", "data:text/html,x", "other.example/x", "", "/a\r\nX: y", "/a\\..\\x",
    "\u2028//other.example",
]  # fmt: skip
OWN = [
    "/",
    "/company",
    "/company?ticker=BRK-B&as_of=2024-06-30",
    "/search?q=a%2Fb//c\\d",
    "/reader?accession=1#passage",
    "/a//b",
]


def production(home: Path, **server: str) -> Settings:
    return settings_at(home, environment="production", server=server)


def host_after(path: str) -> str | None:
    """The host a browser is at after this address: it drops tabs and line ends, and takes a backslash for a slash."""
    cleaned = re.sub(r"[\t\r\n]", "", path.strip("".join(map(chr, range(33)))))
    before, mark, query = cleaned.partition("?")
    return urlsplit(urljoin(HERE + "/sign-in", before.replace("\\", "/") + mark + query)).hostname


@pytest.mark.parametrize("path", ELSEWHERE)
def test_what_leads_elsewhere_becomes_the_first_page(path: str) -> None:
    assert own_path(path) == "/"


@pytest.mark.parametrize("path", OWN)
def test_own_paths_stay_as_they_are(path: str) -> None:
    assert own_path(path) == path
    assert host_after(path) == "workbench.example"


@given(st.text(alphabet="/\\\t\n\r .:@?#%2Fh\u2028x", max_size=12))
@example("/\t\\x")
@example("/%2F/x")
def test_no_text_leads_to_another_host(text: str) -> None:
    assert host_after(own_path(text)) == "workbench.example"
    assert host_after(own_location(text, "workbench.example")) == "workbench.example"
    if not names_other_host("/" + text):
        assert host_after("/" + text) == "workbench.example"


@pytest.mark.anyio
@pytest.mark.parametrize(
    "path",
    ["//other.example/x", "///other.example", "/%2F/other.example", "/%2Fother.example/x", "/%5Cother.example",
     "/%5C%5Cother.example", "/%09/other.example", "/%0D%0A/other.example", "/%20//other.example", "//other.example/x/",
     "/%2f%2fother.example?next=/"],
)  # fmt: skip
@pytest.mark.parametrize("site", ["cross-site", "none"])
@pytest.mark.parametrize("is_production", [True, False])
async def test_an_address_that_names_another_host_is_refused(
    opened: Opener, tmp_path: Path, path: str, site: str, is_production: bool
) -> None:
    settings = production(tmp_path) if is_production else None
    async with opened(settings=settings, accept="text/html", sec_fetch_site=site, sec_fetch_mode="navigate") as client:
        answer = await client.get(httpx.URL("http://127.0.0.1:8000").copy_with(raw_path=path.encode()))
        assert answer.status_code == 400
        assert "location" not in answer.headers
        assert "refresh" not in answer.text


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/x%2F%2Fother.example", "/%252F/other.example", "/company?next=//other.example", "/a%0Ab"])
async def test_what_is_asked_again_or_after_signing_in_is_on_this_host(opened: Opener, tmp_path: Path, path: str) -> None:
    address = httpx.URL("http://127.0.0.1:8000").copy_with(raw_path=path.encode())
    async with opened(settings=production(tmp_path), accept="text/html") as client:
        again = await client.get(address, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})
        target = re.search(r'content="0; url=([^"]*)"', again.text)
        assert target is not None
        assert host_after(html.unescape(target[1])) == "workbench.example"
        sent = await client.get(address)
        assert sent.headers["location"].startswith("/sign-in?next=%2F")


@pytest.mark.anyio
@pytest.mark.parametrize("path", ELSEWHERE)
async def test_signing_in_leads_to_this_host(opened: Opener, path: str) -> None:
    async with opened(accept="text/html") as client:
        page = await client.get("/sign-in", params={"next": path})
        assert 'name="next" value="/"' in page.text
        form = {"username": "ada", "password": PASSWORD, "next": path}
        assert (await client.post("/api/v1/auth/session", data=form)).headers["location"] == "/"


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/company/", "/api/v1/companies/", "/sign-in/", "/company/?ticker=A%2FB"])
async def test_a_redirect_names_no_host(opened: Opener, path: str) -> None:
    async with opened() as client:
        answer = await client.get(path)
        assert answer.status_code == 307
        assert answer.headers["location"] == path.replace("/?", "?").removesuffix("/")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("workbench.example", 401), ("WORKBENCH.example:443", 401), ("workbench.example.", 401), ("127.0.0.1:8000", 401),
        ("localhost", 401), ("[::1]:8000", 401), ("other.example", 400), ("workbench.example.other.example", 400),
        ("other.example:80@workbench.example", 400), ("", 400), ("[", 400), ("10.0.0.1", 400),
    ],
)  # fmt: skip
async def test_a_server_with_a_public_address_is_asked_by_its_name(
    opened: Opener, tmp_path: Path, host: str, status: int
) -> None:
    settings = production(tmp_path, public_address="https://workbench.example/wb")
    async with opened(settings=settings) as client:
        assert (await client.get("/api/v1/companies", headers={"Host": host})).status_code == status
        # Probes ask by the address of a container.
        assert (await client.get("/api/v1/health/live", headers={"Host": host})).status_code == 200


def test_without_a_public_address_any_name_may_be_the_servers_own() -> None:
    assert known_names(Server(host="0.0.0.0")) is None
    assert is_known("any.example", None)
    names = known_names(Server(host="0.0.0.0", public_address="https://workbench.example"))
    assert names == frozenset({"workbench.example"})
    assert not is_known("0.0.0.0", names)
