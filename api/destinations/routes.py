"""What the command bar of the pages offers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import AsOf, QueryCompany, Question, TheCaller
from api.problems import problems
from api.responses import json_response
from db.search.destinations import matching
from workbench.analysis.search.destinations import DestinationsAnswer, destinations
from workbench.domain.rights.ownership import LOCAL_USER

router = APIRouter(prefix="/destinations", tags=["search"])


@router.get("", summary="Go to", response_model=DestinationsAnswer, responses=problems(400, 401, 404, 422))
async def find_destinations(
    *,
    request: Request,
    ask: Question,
    caller: TheCaller,
    company: QueryCompany,
    as_of: AsOf,
    q: Annotated[str, Query(max_length=200, description="A ticker, name, page, form, accession number or line.")] = "",
) -> Response:
    """Companies, pages, filings, lines and ratios of the company `ticker`, and commands for what is typed.

    Pages that the caller may not open are not among them.
    """
    companies, filings = await ask(matching, q, company, as_of)
    answer = destinations(
        q, role=caller.role, has_session=caller.name != LOCAL_USER, companies=companies, filings=filings, company=company,
        as_of=as_of,
    )  # fmt: skip
    return json_response(request, answer)
