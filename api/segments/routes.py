"""Segment figures: by business segment, region, product and customer."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import AsOf, PathCompany, SlowQuestion
from api.problems import problems
from api.responses import json_response
from db.facts import segments
from workbench.analysis.statements.segments_json import SegmentsAnswer, segments_document
from workbench.domain.statements.statement import PeriodKind

router = APIRouter(prefix="/companies", tags=["statements"])


@router.get(
    "/{ticker}/segments",
    summary="Figures by segment, region and product",
    response_model=SegmentsAnswer,
    responses=problems(400, 401, 404, 422),
)
async def get_segments(
    *,
    request: Request,
    slow: SlowQuestion,
    company: PathCompany,
    as_of: AsOf,
    period: Annotated[
        Literal[PeriodKind.ANNUAL, PeriodKind.QUARTERLY], Query(description="Fiscal years, or fiscal quarters as filed.")
    ] = PeriodKind.ANNUAL,
    periods: Annotated[int | None, Query(ge=1, le=200, description="Number of newest periods; all by default.")] = None,
) -> Response:
    """Revenue, operating income and assets by segment, from archived filings; each figure with its filing and element."""
    breakdowns = await slow(segments.breakdowns, company, period=period, as_of=as_of, limit_periods=periods)
    return json_response(request, segments_document(company, period, as_of, breakdowns))
