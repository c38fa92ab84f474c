"""Which addresses are this server's own: paths that may be led to, and the names it is asked by."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from api.security.access import is_loopback
from workbench.settings import Server

# Browsers take a backslash for a slash, and drop tabs and line ends wherever they stand in an address (WHATWG URL standard):
# each of these would be read as the name of another host once it stands in a link or a redirect.
_OTHER_HOST = re.compile(r"/[\x00-\x20]*[/\\]")

_HOST = re.compile(r"([a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])\.?(?::\d{1,5})?")
_EVERY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104


def names_other_host(path: str) -> bool:
    """Whether a browser would take this path, in a link or a redirect, for an address on another host.

    >>> names_other_host("//other.example"), names_other_host("/\\\\other.example"), names_other_host("/company")
    (True, True, False)
    """
    return _OTHER_HOST.match(path) is not None


def own_path(text: str) -> str:
    """`text` when it is a path of this server, else the first page: a form field must not lead to another host."""
    path = text.partition("?")[0].partition("#")[0]
    is_own = path.startswith("/") and not names_other_host(path) and text.isprintable() and "\\" not in path
    return text if is_own else "/"


def own_location(location: str, host: str) -> str:
    """Where a redirect leads, as a path of this server: one that names `host` without it, another host's as the first page.

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
    """The names this server is asked by, beside those of this machine: of its public address and of the address it serves on.

    None where no public address is configured: then any name may be its own.
    """
    if server.public_address is None:
        return None
    public = urlsplit(server.public_address).hostname or ""
    names = {public.lower(), server.host.lower()} - _EVERY_ADDRESS
    return frozenset(f"[{name}]" if ":" in name else name for name in names)


def is_known(host: str, names: frozenset[str] | None) -> bool:
    """Whether a Host header, with or without a port, is one of `names` or means this machine; always without `names`."""
    if names is None or is_loopback(host):
        return True
    name = _HOST.fullmatch(host.lower())
    return name is not None and name[1] in names
