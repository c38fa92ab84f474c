"""Similar companies."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import AsOf, PathCompany, SlowQuestion, TheWorkbench
from api.problems import problems
from api.responses import json_response
from api.tables import TableRoute
from workbench.analysis.search.similar_json import SimilarCompaniesAnswer, similar_document
from workbench.search.similar import similar_companies

router = APIRouter(prefix="/companies", tags=["companies"], route_class=TableRoute)


@router.get(
    "/{ticker}/similar",
    summary="Similar companies",
    response_model=SimilarCompaniesAnswer,
    responses=problems(400, 401, 404, 422),
)
async def get_similar(
    *,
    request: Request,
    slow: SlowQuestion,
    workbench: TheWorkbench,
    company: PathCompany,
    as_of: AsOf,
    limit: Annotated[int, Query(ge=1, le=50, description="Maximum number of companies.")] = 10,
) -> Response:
    """Companies similar in Items 1 and 1A of their newest annual reports, in industry and in size; most similar first.

    Each company comes with passages of both reports on the same subject.
    """
    similar = await slow(similar_companies, workbench.embedder.model, company, as_of=as_of, limit=limit)
    return json_response(request, similar_document(company, as_of, similar))
