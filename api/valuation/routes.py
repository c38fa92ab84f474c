"""Valuation at the last close, and its history."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import AsOf, Format, PathCompany, ResponseFormat, SlowQuestion
from api.problems import TABLES_TOO, problems
from api.responses import json_response, table_response
from db.screens import valuation
from workbench.analysis.statements import valuation_json
from workbench.domain.measures.valuation_history import Every

router = APIRouter(prefix="/companies/{ticker}/valuation", tags=["valuation"])


@router.get(
    "",
    summary="Market capitalisation, multiples and yields",
    response_model=valuation_json.ValuationAnswer,
    responses={200: TABLES_TOO, **problems(400, 401, 404, 422)},
)
async def get_valuation(
    *, request: Request, slow: SlowQuestion, company: PathCompany, as_of: AsOf, form: ResponseFormat
) -> Response:
    """Each measure at the last close, with its operands or the reason why it is missing. CSV has one row per measure."""
    result = await slow(valuation.valuation, company, as_of)
    if form is not Format.JSON:
        name = f"{result.company.ticker or result.company.cik}-valuation"
        return table_response(request, form, name, valuation_json.MeasureRow, valuation_json.rows([result]))
    return json_response(request, valuation_json.valuation_document(result))


@router.get(
    "/history",
    summary="History of market capitalisation, multiples and yields",
    response_model=valuation_json.ValuationHistoryAnswer,
    responses={200: TABLES_TOO, **problems(400, 401, 404, 422)},
)
async def get_history(
    *,
    request: Request,
    slow: SlowQuestion,
    company: PathCompany,
    as_of: AsOf,
    form: ResponseFormat,
    every: Annotated[Every, Query(description="At the ends of fiscal quarters or of months.")] = Every.QUARTER,
    points: Annotated[int, Query(ge=1, le=200, description="Number of newest points.")] = 20,
) -> Response:
    """Valuation at each date, from what was filed and traded by then. CSV has one row per date and measure."""
    history = await slow(valuation.valuation_history, company, as_of, every=every, limit=points)
    if form is not Format.JSON:
        name = f"{history.company.ticker or history.company.cik}-valuation-history"
        return table_response(request, form, name, valuation_json.MeasureRow, valuation_json.rows(history.points))
    return json_response(request, valuation_json.history_document(history))
