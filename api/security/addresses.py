"""Paths and host names of this server: safe redirect targets and accepted Host headers."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from api.security.access import is_loopback
from workbench.settings import Server

SIGN_IN = "/sign-in"

# Browsers read a backslash as a slash and drop tabs and line ends in URLs (WHATWG URL standard): in a link or redirect,
# these paths would name another host.
_OTHER_HOST = re.compile(r"/[\x00-\x20]*[/\\]")

_HOST = re.compile(r"([a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])\.?(?::\d{1,5})?")
_EVERY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104


def names_other_host(path: str) -> bool:
    """Whether a browser would read this path, in a link or redirect, as a URL on another host.

    >>> names_other_host("//other.example"), names_other_host("/\\\\other.example"), names_other_host("/company")
    (True, True, False)
    """
    return _OTHER_HOST.match(path) is not None


def own_path(text: str) -> str:
    """`text` if it is a path on this server, otherwise `/`: a form field must not redirect to another host."""
    path = text.partition("?")[0].partition("#")[0]
    is_own = path.startswith("/") and not names_other_host(path) and text.isprintable() and "\\" not in path
    return text if is_own else "/"


def own_location(location: str, host: str) -> str:
    """The target of a redirect as a path on this server: a URL on `host` without the host, one on another host as `/`.

    >>> own_location("http://a.example/company?q=1", "a.example"), own_location("http://b.example/company", "a.example")
    ('/company?q=1', '/')
    """
    parts = urlsplit(location)
    if parts.scheme or parts.netloc:
        if parts.netloc.lower() != host.lower():
            return "/"
        location = parts._replace(scheme="", netloc="").geturl()
    return own_path(location)


def known_names(server: Server) -> frozenset[str] | None:
    """The accepted host names beside local ones: those of the public address and of the address it listens on.

    None if no public address is configured: then every name is accepted.
    """
    if server.public_address is None:
        return None
    public = urlsplit(server.public_address).hostname or ""
    names = {public.lower(), server.host.lower()} - _EVERY_ADDRESS
    return frozenset(f"[{name}]" if ":" in name else name for name in names)


def is_host(text: str) -> bool:
    """Whether `text` is a host name or address, with or without a port, as in a Host header."""
    return _HOST.fullmatch(text.lower()) is not None


def is_known(host: str, names: frozenset[str] | None) -> bool:
    """Whether a Host header, with or without a port, is one of `names` or is local; always true without `names`."""
    if names is None or is_loopback(host):
        return True
    name = _HOST.fullmatch(host.lower())
    return name is not None and name[1] in names
