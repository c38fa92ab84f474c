"""Paths of this server, its names, and the pages that lead to them: rules without a running server."""

from __future__ import annotations

import re

import pytest

from api.security.access import is_loopback
from api.security.addresses import is_known, known_names, names_other_host, own_location, own_path
from api.security.passwords import hash_password, is_outdated, is_password
from api.security.sign_in_page import continue_page, sign_in_page, sign_out_page
from workbench.settings import Server


@pytest.mark.parametrize(
    "path",
    ["//other.example", "/\\other.example", "/\t/other.example", "/ \\x", "/\n//x", "/\x00/x", "///x"],
)
def test_a_second_slash_of_either_kind_names_a_host(path: str) -> None:
    assert names_other_host(path)
    assert own_path(path) == "/"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/company",
        "/company?next=//other.example",
        "/company#//x",
        "/a//b",
        "/search?q=c\\d",
        "/a#b\\c",
        "/!/x",
        "/a?b?c#d",
    ],
)
def test_a_path_of_this_server_stays_whole(path: str) -> None:
    assert not names_other_host(path)
    assert own_path(path) == path


@pytest.mark.parametrize(
    "text",
    ["", "company", "https://other.example/x", "/a\\..\\b", "/a\r\nSet-Cookie: x", "/a?b=\x00", "/a\\b?c", "?/a", "#/a"],
)
def test_any_other_text_leads_to_the_first_page(text: str) -> None:
    assert own_path(text) == "/"


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("http://workbench.example/company?q=1#a", "/company?q=1#a"),
        ("https://WORKBENCH.example/company", "/company"),
        ("//workbench.example/company", "/company"),
        ("/company?q=1", "/company?q=1"),
        ("http://workbench.example:8000/company", "/"),  # another port is another server
        ("http://other.example/company", "/"),
        ("//other.example/company", "/"),
        ("javascript:alert(1)", "/"),
        ("http://workbench.example//other.example", "/"),
        ("company", "/"),
    ],
)
def test_a_redirect_keeps_its_path_on_this_host_only(location: str, path: str) -> None:
    assert own_location(location, "Workbench.Example") == path


@pytest.mark.parametrize(
    ("host", "public_address", "names"),
    [
        ("0.0.0.0", None, None),
        ("0.0.0.0", "https://Workbench.Example/wb", {"workbench.example"}),
        ("::", "https://workbench.example:8443", {"workbench.example"}),
        ("Inner.Example", "https://workbench.example", {"workbench.example", "inner.example"}),
        ("10.0.0.5", "http://[2001:db8::7]:8000", {"10.0.0.5", "[2001:db8::7]"}),
    ],
)
def test_the_names_of_a_server_are_its_public_one_and_where_it_listens(
    host: str, public_address: str | None, names: set[str] | None
) -> None:
    assert known_names(Server(host=host, public_address=public_address)) == names


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("workbench.example", True), ("Workbench.Example:8000", True), ("workbench.example.", True),
        ("workbench.example.:443", True), ("[2001:db8::7]", True), ("[2001:DB8::7]:8000", True), ("localhost:8000", True),
        ("127.0.0.1", True), ("x.workbench.example", False), ("workbench.example.x", False), ("workbench.example:", False),
        ("workbench.example:123456", False), ("workbench.example:80x", False), ("user@workbench.example", False),
        ("workbench..example", False), ("2001:db8::7", False), ("", False),
    ],
)  # fmt: skip
def test_a_host_header_is_a_name_with_or_without_a_port(host: str, expected: bool) -> None:
    assert is_known(host, frozenset({"workbench.example", "[2001:db8::7]"})) is expected
    assert is_known(host, None)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (" localhost ", True), ("LOCALHOST", True), ("localhost.:8000", True), ("[::1]", True), ("[::1]:80", True),
        ("::1", True), ("127.255.255.254:1", True), ("::ffff:127.0.0.1", True), ("[::ffff:127.0.0.1]:80", True),
        ("::ffff:10.0.0.1", False),
        ("localhostx", False), ("xlocalhost", False), ("128.0.0.1", False), ("126.255.255.255", False), ("::2", False),
        ("127.0.0.1:80:80", False), ("", False),
    ],
)  # fmt: skip
def test_this_machine_by_each_of_its_names(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_the_pages_of_signing_in_load_nothing_and_are_stored_nowhere() -> None:
    for page, title in (
        (sign_in_page("/company"), "Sign in"), (sign_out_page(), "Sign out"), (continue_page("/company"), "One moment")
    ):  # fmt: skip
        assert page.headers["content-security-policy"] == (
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        assert page.headers["cache-control"] == "no-store"
        text = bytes(page.body).decode()
        assert re.search(r"<title>([^<·]*[^<· ])", text)[1] == title  # type: ignore[index]
        assert "<script" not in text
    form = bytes(sign_in_page("/company?ticker=KO&q=1").body).decode()
    assert 'name="next" value="/company?ticker=KO&amp;q=1"' in form
    assert "0; url=/company?a=1&amp;b=2" in bytes(continue_page("/company?a=1&b=2").body).decode()


@pytest.mark.parametrize(
    ("failed", "message"),
    [
        (None, None),
        ("wrong", "Wrong name or password."),
        ("often", "Too many failed attempts. Wait 15 minutes and try again."),
        ("<b>", None),
    ],
)
def test_the_form_says_why_the_last_attempt_failed(failed: str | None, message: str | None) -> None:
    text = bytes(sign_in_page("/", failed=failed).body).decode()
    assert (message is None) or (message in text)
    for other in ("Wrong name", "Too many failed"):
        assert (other in text) is (message is not None and message.startswith(other))
    assert "<b>" not in text


def test_a_hash_that_is_none_or_cut_off_matches_nothing() -> None:
    whole = hash_password("a long enough one")
    assert is_password("a long enough one", whole)
    for cut in ("", whole[:-4], whole.rpartition("$")[0], whole.replace("argon2id", "argon2")):
        assert not is_password("a long enough one", cut)


def test_a_hash_of_eight_kibibytes_and_one_pass_is_outdated() -> None:
    assert is_outdated("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$X0vN9VQp1oM3cH1tqkqkhA")
    assert not is_outdated(hash_password("a long enough one"))
