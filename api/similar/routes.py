"""Companies like one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.companies.routes import TickerOrCik
from api.deps import AsOf, Question, TheWorkbench
from api.problems import problems
from api.responses import json_response
from api.similar.schemas import SimilarCompaniesOut
from db import companies
from workbench.analysis.search.similar_json import similar_document
from workbench.search.similar import similar_companies

router = APIRouter(prefix="/companies", tags=["companies"])


@router.get(
    "/{ticker}/similar",
    summary="Similar companies",
    response_model=SimilarCompaniesOut,
    responses=problems(400, 401, 404, 422),
)
async def get_similar(
    *,
    request: Request,
    ask: Question,
    workbench: TheWorkbench,
    ticker: TickerOrCik,
    as_of: AsOf,
    limit: Annotated[int, Query(ge=1, le=50, description="How many at most.")] = 10,
) -> Response:
    """By what their newest annual reports say in Items 1 and 1A, by industry and by size, the most alike first.

    Each comes with passages of both that speak of the same.
    """

    def found(connection: Any) -> dict[str, Any]:
        company = companies.resolve(connection, ticker)
        similar = similar_companies(connection, workbench.embedder.model, company, as_of=as_of, limit=limit)
        return similar_document(company, as_of, similar)

    return json_response(request, await ask(found))
