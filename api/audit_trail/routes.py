"""The audit trail: search and export."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import Format, Question, ResponseFormat, Since, Until
from api.problems import TABLES_TOO, problems
from api.responses import json_response, table_response
from db.operations import audit
from workbench.analysis.operations.audit_json import AuditRow, AuditTrailAnswer, audit_page, audit_row
from workbench.domain.operations.audit_trail import AuditQuery

router = APIRouter(prefix="/audit-trail", tags=["operations"])


@router.get(
    "",
    summary="The audit trail",
    response_model=AuditTrailAnswer,
    responses={200: TABLES_TOO, **problems(400, 401, 403, 422)},
)
async def list_audit_trail(
    *,
    request: Request,
    ask: Question,
    since: Since,
    until: Until,
    form: ResponseFormat,
    actor: Annotated[str | None, Query(max_length=64, description="Only of this user.", examples=["ada"])] = None,
    action: Annotated[
        str | None,
        Query(max_length=64, description="Only this action, or all that begin with it and a dot.", examples=["sign_in"]),
    ] = None,
    address: Annotated[str | None, Query(max_length=64, description="Only from this address.")] = None,
    before: Annotated[int | None, Query(ge=1, le=2**62, description="Only entries with a lower number.")] = None,
    limit: Annotated[int, Query(ge=1, le=10_000, description="Maximum number of entries.")] = 100,
) -> Response:
    """Sign-ins, refusals, limits, use of keys, exports, changes and deletions, newest first. An export is an entry, too."""
    query = AuditQuery(
        actor=actor, action=action, address=address, since=_start(since),
        until=_start(until + timedelta(days=1)) if until and until < date.max else None, before=before, limit=limit,
    )  # fmt: skip
    if form is not Format.JSON:
        entries = await ask(audit.search_entries, query)
        return table_response(request, form, "audit-trail", AuditRow, map(audit_row, entries))
    entries = await ask(audit.search_entries, replace(query, limit=limit + 1))
    return json_response(request, audit_page(entries, limit))


def _start(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day is not None else None
