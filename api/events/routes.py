"""What a company reported as it happened."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.companies.routes import TickerOrCik
from api.deps import AsOf, Limit, Offset, Question, Since, names
from api.events.schemas import EventPage
from api.paging import cut
from api.problems import problems
from api.responses import json_response
from api.schemas import CompanyOut
from db import companies
from db.filings import events
from workbench.analysis.filings.event_json import event_as_json
from workbench.domain.filings.events import MarketEvent, parse_event_types
from workbench.domain.identity import Company

router = APIRouter(prefix="/companies", tags=["companies"])


@router.get("/{ticker}/events", summary="Its events", response_model=EventPage, responses=problems(400, 401, 404, 422))
async def list_events(
    *,
    request: Request,
    ask: Question,
    ticker: TickerOrCik,
    as_of: AsOf,
    since: Since,
    types: Annotated[
        list[str] | None, Query(alias="type", description="Types, between commas or repeated.", examples=["results,people"])
    ] = None,
    item: Annotated[
        list[str] | None, Query(description="Items of Form 8-K, between commas or repeated.", examples=["2.02"])
    ] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """One for each item of each Form 8-K, the newest first. An item that the form has not is kept, with the type `unknown`."""
    wanted = parse_event_types(names(types))
    company, asked = await ask(
        _events, ticker, types=wanted, items=names(item), since=since, as_of=as_of, limit=limit + 1, offset=offset
    )
    found, page = cut(asked, limit, offset)
    content = {
        "company": CompanyOut.of(company).model_dump(),
        "events": [event_as_json(event) for event in found],
        **page,
    }
    return json_response(request, content)


def _events(connection: Any, /, ticker: str, **bounds: Any) -> tuple[Company, list[MarketEvent]]:
    company = companies.resolve(connection, ticker)
    return company, events.list_events(connection, company.cik, **bounds)
