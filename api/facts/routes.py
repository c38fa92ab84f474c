"""Facts as filed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import AsOf, Limit, Offset, PathCompany, Question
from api.paging import cut
from api.problems import problems
from api.responses import json_response
from api.tables import TableRoute
from db.facts.fact_history import fact_history
from workbench.analysis.facts.fact_json import FiledFactPage, filed_fact_page

router = APIRouter(prefix="/companies", tags=["statements"], route_class=TableRoute)


@router.get(
    "/{ticker}/facts", summary="Facts of a concept", response_model=FiledFactPage, responses=problems(400, 401, 404, 422)
)
async def list_facts(
    *,
    request: Request,
    ask: Question,
    company: PathCompany,
    as_of: AsOf,
    concept: Annotated[
        str,
        Query(description="An XBRL concept; a bare tag is one of us-gaap.", examples=["us-gaap:Assets"], max_length=300),
    ],
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """Every fact that the company filed of a concept, with all dimensions; each restatement is a fact of its own.

    By period, then by day of filing. The list is empty for a concept that the company never used.
    """
    facts = await ask(fact_history, company.cik, concept, as_of=as_of)
    shown, page = cut(facts[offset : offset + limit + 1], limit, offset)
    return json_response(request, filed_fact_page(company, shown, page))
