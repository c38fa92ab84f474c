"""Vendor requests: archives the bytes and records the response or refusal in `api_responses`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from db.engine import Database
from db.operations import api_responses
from db.operations.api_responses import ApiResponse, Outcome
from workbench.domain.errors import RateLimited, SourceError, SourceRefused
from workbench.ingest import archive
from workbench.ports import Fetched, ObjectStore


def ask(database: Database, objects: ObjectStore, source: str, question: Callable[[], Fetched]) -> Fetched:
    """What `question` fetches, archived and recorded under the name of the source; a SourceError is recorded and raised.

    Of a body that is not JSON (a table of prices) only the hash is recorded.
    """
    try:
        fetched = question()
    except SourceError as error:
        refusal = ApiResponse(source, error.url or "", datetime.now(UTC), _outcome(error), detail=error.message)
        with database.write() as connection:
            api_responses.record(connection, refusal)
        raise
    sha256 = archive.archive(database, objects, fetched)
    answer = ApiResponse(source, fetched.url, fetched.fetched_at, "answered", sha256=sha256, body=_json(fetched))
    with database.write() as connection:
        api_responses.record(connection, answer)
    return fetched


def content_version(fetched: Fetched) -> str:
    """A hash of the fetched bytes, which identifies an earlier failure over the same bytes."""
    return hashlib.sha256(fetched.content).hexdigest()


def _outcome(error: SourceError) -> Outcome:
    if isinstance(error, RateLimited):
        return "rate_limited"
    return "refused" if isinstance(error, SourceRefused) else "unavailable"


def _json(fetched: Fetched) -> Any:
    # jsonb cannot store null characters, which JSON text can write in two ways.
    if "json" not in fetched.media_type or b"\\u0000" in fetched.content or b"\0" in fetched.content:
        return None
    try:
        return json.loads(fetched.content)
    except (ValueError, RecursionError):
        return None
