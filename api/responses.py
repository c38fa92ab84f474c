"""Responses: JSON written by orjson, or CSV, each with an entity tag so that unchanged ones are not sent again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import orjson
from fastapi import Request
from starlette.responses import Response

from workbench.analysis.table_files import csv_bytes

# The browser caches and revalidates each time: late filings can change even the answer for an old `as_of`.
_CACHE = "private, no-cache"


def json_response(request: Request, content: Mapping[str, object]) -> Response:
    """A JSON response. `content` holds only JSON types, so nothing is converted or validated again.

    Returns 304 without a body if the caller has the same response (RFC 9110, If-None-Match).
    """
    return tagged(request, orjson.dumps(content), "application/json")


def csv_response(request: Request, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A CSV response with a header row, as `csv_bytes` writes it, named `name`.csv; 304 as for JSON."""
    more = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return tagged(request, csv_bytes(header, rows), "text/csv", more)


def tagged(request: Request, body: bytes, media_type: str, headers: dict[str, str] | None = None) -> Response:
    """`body` with its entity tag, or 304 if the caller has it."""
    tag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    more = {"ETag": tag, "Cache-Control": _CACHE, "Vary": "Accept, Accept-Encoding, Authorization, Cookie", **(headers or {})}
    caller_tags = {candidate.strip() for candidate in request.headers.get("if-none-match", "").split(",")}
    if tag in caller_tags or "*" in caller_tags:
        return Response(status_code=304, headers=more)
    return Response(body, headers=more, media_type=media_type)
