"""Vendor responses: one row per request, including refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables import api_responses

Outcome = Literal["answered", "rate_limited", "refused", "unavailable"]


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """One response: `body` for JSON, `sha256` of the archived bytes, `detail` with the reason of a failure."""

    source: str
    url: str
    received_at: datetime
    outcome: Outcome
    detail: str | None = None
    sha256: str | None = None
    body: Any = None


def record(connection: sa.Connection, response: ApiResponse) -> None:
    """Adds one row."""
    connection.execute(
        sa.insert(api_responses).values(
            source=response.source,
            url=response.url,
            received_at=response.received_at,
            outcome=response.outcome,
            detail=response.detail,
            sha256=response.sha256,
            body=response.body if response.body is not None else sa.null(),
        )
    )


def list_responses(
    connection: sa.Connection, *, source: str | None = None, containing: Mapping[str, Any] | None = None, limit: int = 50
) -> list[ApiResponse]:
    """The newest first; of one source, and those whose body contains a piece of JSON, found by the index on bodies."""
    query = sa.select(api_responses)
    if source is not None:
        query = query.where(api_responses.c.source == source)
    if containing is not None:
        query = query.where(api_responses.c.body.contains(sa.cast(dict(containing), pg.JSONB)))
    query = query.order_by(api_responses.c.received_at.desc(), api_responses.c.response_id.desc()).limit(limit)
    return [
        ApiResponse(row.source, row.url, row.received_at, row.outcome, row.detail, row.sha256, row.body)
        for row in connection.execute(query)
    ]


def delete_before(connection: sa.Connection, moment: datetime) -> int:
    """Deletes responses older than `moment`, whose bytes stay in the archive; returns their number."""
    return connection.execute(sa.delete(api_responses).where(api_responses.c.received_at < moment)).rowcount
