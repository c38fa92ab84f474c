"""Figures by segment, region, product and customer."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.companies.routes import TickerOrCik
from api.deps import AsOf, Question
from api.problems import problems
from api.responses import json_response
from api.segments.schemas import SegmentsOut
from db import companies
from db.facts import segments
from workbench.analysis.statements.segments_json import segments_document
from workbench.domain.statements.statement import PeriodKind

router = APIRouter(prefix="/companies", tags=["statements"])


@router.get(
    "/{ticker}/segments",
    summary="Figures by segment, region and product",
    response_model=SegmentsOut,
    responses=problems(400, 401, 404, 422),
)
async def get_segments(
    *,
    request: Request,
    ask: Question,
    ticker: TickerOrCik,
    as_of: AsOf,
    period: Annotated[
        Literal[PeriodKind.ANNUAL, PeriodKind.QUARTERLY], Query(description="Fiscal years, or quarters as filed.")
    ] = PeriodKind.ANNUAL,
    periods: Annotated[int | None, Query(ge=1, le=200, description="The newest so many; all, when left out.")] = None,
) -> Response:
    """Revenue, operating income and assets as far as archived filings divide them; each figure with its filing and element."""
    return json_response(request, await ask(_segments, ticker, period, as_of, periods))


def _segments(connection: Any, /, ticker: str, period: PeriodKind, as_of: date | None, periods: int | None) -> dict[str, Any]:
    company = companies.resolve(connection, ticker)
    found = segments.breakdowns(connection, company, period=period, as_of=as_of, limit_periods=periods)
    return segments_document(company, period, as_of, found)
