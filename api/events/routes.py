"""Events that a company reported on Form 8-K."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import AsOf, Limit, Offset, PathCompany, Question, Since, names
from api.paging import cut
from api.problems import problems
from api.responses import json_response
from api.tables import TableRoute
from db.filings import events
from workbench.analysis.filings.event_json import EventPage, event_page
from workbench.domain.filings.events import parse_event_types

router = APIRouter(prefix="/companies", tags=["companies"], route_class=TableRoute)


@router.get("/{ticker}/events", summary="Company events", response_model=EventPage, responses=problems(400, 401, 404, 422))
async def list_events(
    *,
    request: Request,
    ask: Question,
    company: PathCompany,
    as_of: AsOf,
    since: Since,
    types: Annotated[
        list[str] | None,
        Query(alias="type", description="Event types, comma-separated or repeated.", examples=["results,people"]),
    ] = None,
    item: Annotated[
        list[str] | None, Query(description="Items of Form 8-K, comma-separated or repeated.", examples=["2.02"])
    ] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """One event per item of each Form 8-K, newest first. Items that Form 8-K does not define have the type `unknown`."""
    wanted = parse_event_types(names(types))
    rows = await ask(
        events.list_events, company.cik, types=wanted, items=names(item), since=since, as_of=as_of, limit=limit + 1,
        offset=offset,
    )  # fmt: skip
    return json_response(request, event_page(company, *cut(rows, limit, offset)))
