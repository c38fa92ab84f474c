"""Pages of a list: a cursor says where the next one begins, and links lead there (RFC 8288)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import Query, Request

from workbench.domain.errors import InvalidRequest

# What decides where a page begins and how it is sent, not what is listed.
_PLACES = frozenset(("cursor", "offset", "limit", "k", "format"))
_HIGHEST = 10**9


async def takes_cursor(
    cursor: Annotated[
        str | None,
        Query(
            description="Where the page begins, from the header `Link` of another page of the same list.",
            max_length=64,
            pattern="^[A-Za-z0-9_-]+$",
        ),
    ] = None,
) -> None:
    """Describes the parameter; `resume` reads it before the route does."""


def resume(request: Request) -> None:
    """Replaces a cursor in the query by the offset that it stands for.

    Raises InvalidRequest for a cursor of another list, and for one beside an offset.
    """
    sent = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    cursors = [value for name, value in sent if name == "cursor"]
    if len(cursors) != 1 or not cursors[0].strip():
        return  # the route refuses two of them, and an empty one
    if any(name == "offset" for name, _ in sent):
        raise InvalidRequest("cursor and offset both say where the page begins", hint="send one of them")
    offset = _offset(cursors[0], _digest(request.url.path, sent))
    request.scope["query_string"] = urlencode([*sent, ("offset", str(offset))]).encode("ascii")


def links(request: Request, content: Mapping[str, object]) -> dict[str, str]:
    """The header `Link` to the next, previous and first page of a list; nothing for an answer that is no page."""
    if "next_offset" not in content:
        return {}
    sent = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    asked = [(name, value) for name, value in sent if name not in ("cursor", "offset")]
    digest, path = _digest(request.url.path, sent), request.url.path
    following, limit, offset = (content.get(name) for name in ("next_offset", "limit", "offset"))
    places: list[tuple[str, int]] = []
    if isinstance(following, int):
        places.append(("next", following))
    if isinstance(limit, int) and isinstance(offset, int) and offset > 0:
        places += [("prev", max(0, offset - limit)), ("first", 0)]
    targets = [f'<{path}?{urlencode([*asked, ("cursor", _cursor(place, digest))])}>; rel="{rel}"' for rel, place in places]
    return {"Link": ", ".join(targets)} if targets else {}


def _digest(path: str, sent: list[tuple[str, str]]) -> bytes:
    asked = sorted((name, value) for name, value in sent if name not in _PLACES)
    return hashlib.blake2b(repr((path, asked)).encode(), digest_size=6).digest()


def _cursor(offset: int, digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest + offset.to_bytes(6)).decode("ascii")


def _offset(cursor: str, digest: bytes) -> int:
    try:
        content = base64.b64decode(cursor, altchars=b"-_", validate=True)
    except ValueError:
        content = b""
    offset = int.from_bytes(content[6:])
    if len(content) != 12 or content[:6] != digest or offset > _HIGHEST:
        raise InvalidRequest("the cursor is not of this list", hint="take it from the header Link, and change no parameter")
    return offset
