"""Proxies in front of the workbench: what they report about a request is believed only from trusted addresses."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.security.addresses import is_host

_FOR, _PROTO, _HOST = "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"
_WEBSOCKET_SCHEMES = {"http": "ws", "https": "wss"}


class TrustedProxies:
    """The outermost ASGI layer: client, scheme and Host of a request become those that a trusted proxy reports.

    Headers of other senders stay in the scope and change nothing. The forwarding headers stay in any case: the gate
    refuses local access to a request that has one.
    """

    def __init__(self, app: ASGIApp, networks: Sequence[IPv4Network | IPv6Network]) -> None:
        self._app = app
        self._is_trusted = lru_cache(maxsize=1024)(lambda host: _is_in(parse_address(host), networks))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request or websocket; the lifespan has no client and passes through."""
        client = scope.get("client")
        if client is not None and self._is_trusted(client[0]):
            scope = self._as_reported(scope, client[0])
        await self._app(scope, receive, send)

    def _as_reported(self, scope: Scope, proxy: str) -> Scope:
        headers = Headers(scope=scope)
        reported = dict(scope)
        addresses = _elements(headers, _FOR)
        if addresses:
            reported["client"] = (client_address(proxy, addresses, self._is_trusted), 0)
        # Only the last element was written by the trusted proxy itself; the caller may have sent those before it.
        proto = "".join(_elements(headers, _PROTO)[-1:]).lower()
        if proto in _WEBSOCKET_SCHEMES:
            reported["scheme"] = _WEBSOCKET_SCHEMES[proto] if scope["type"] == "websocket" else proto
        host = "".join(_elements(headers, _HOST)[-1:])
        if is_host(host):
            others = [pair for pair in scope["headers"] if pair[0] != b"host"]
            reported["headers"] = [*others, (b"host", host.encode("latin-1"))]
        return reported


def client_address(proxy: str, forwarded: Sequence[str], is_trusted: Callable[[str], bool]) -> str:
    """The right-most address of `forwarded` (X-Forwarded-For, in order) that is no trusted proxy.

    Each proxy appends the address that it received the request from, so everything left of an untrusted address is the
    caller's own claim. So is everything left of an element that is no address: then the result is the trusted proxy that
    reported it, which is `proxy` itself for the last element.
    """
    nearest = proxy
    for text in reversed(forwarded):
        address = parse_address(text)
        if address is None:
            break
        nearest = str(address)
        if not is_trusted(nearest):
            break
    return nearest


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """The IP address in `text`, with or without a port; None for anything else.

    An IPv4 client of a dual-stack socket is reported as a mapped IPv6 address; the result is the IPv4 address.

    >>> [str(parse_address(each)) for each in ("[2001:db8::1]:443", "192.0.2.1:80", "::ffff:192.0.2.1", "unknown")]
    ['2001:db8::1', '192.0.2.1', '192.0.2.1', 'None']
    """
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address


def _is_in(address: IPv4Address | IPv6Address | None, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    return address is not None and any(address in network for network in networks)


def _elements(headers: Headers, name: str) -> list[str]:
    """The elements of a list header over all its lines, in order, without empty ones (RFC 9110, section 5.6.1)."""
    parts = (part.strip() for line in headers.getlist(name) for part in line.split(","))
    return [part for part in parts if part]
