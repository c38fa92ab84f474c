"""How answers are written: JSON by orjson, with a tag by which an unchanged one need not be sent again."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence

import orjson
from fastapi import Request
from starlette.responses import Response

# Kept by the browser, asked about each time: more filings may come in, and then even an old `as_of` knows more.
_CACHE = "private, no-cache"


def json_response(request: Request, content: Mapping[str, object]) -> Response:
    """An answer as JSON; it holds JSON's own types only, so nothing is converted or validated a second time.

    304 without a body when the caller holds the same answer (RFC 9110, If-None-Match).
    """
    return tagged(request, orjson.dumps(content), "application/json")


def csv_response(request: Request, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Rows under their header (RFC 4180), to be saved as `name`.csv; 304 as for JSON."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    more = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return tagged(request, text.getvalue().encode(), "text/csv", more)


def tagged(request: Request, body: bytes, media_type: str, headers: dict[str, str] | None = None) -> Response:
    """`body` with its entity tag, or 304 when the caller holds it."""
    tag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    more = {"ETag": tag, "Cache-Control": _CACHE, "Vary": "Accept, Accept-Encoding, Authorization, Cookie", **(headers or {})}
    held = {candidate.strip() for candidate in request.headers.get("if-none-match", "").split(",")}
    if tag in held or "*" in held:
        return Response(status_code=304, headers=more)
    return Response(body, headers=more, media_type=media_type)
