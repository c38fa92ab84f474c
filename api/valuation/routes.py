"""Valuation at the last close, and its history."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import AskedFormat, AsOf, Format, PathCompany, Question
from api.problems import CSV_TOO, problems
from api.responses import csv_response, json_response
from db.screens import valuation
from workbench.analysis.statements import valuation_json
from workbench.domain.measures.valuation_history import Every

router = APIRouter(prefix="/companies/{ticker}/valuation", tags=["valuation"])


@router.get(
    "",
    summary="Market capitalisation, multiples and yields",
    response_model=valuation_json.ValuationAnswer,
    responses={200: CSV_TOO, **problems(400, 401, 404, 422)},
)
async def get_valuation(*, request: Request, ask: Question, company: PathCompany, as_of: AsOf, form: AskedFormat) -> Response:
    """Each measure at the last close, derived with its operands or refused with a reason. CSV has one row for each measure."""
    found = await ask(valuation.valuation, company, as_of)
    if form is Format.CSV:
        name = f"{found.company.ticker or found.company.cik}-valuation"
        return csv_response(request, name, valuation_json.HEADER, valuation_json.rows([found]))
    return json_response(request, valuation_json.valuation_document(found))


@router.get(
    "/history",
    summary="History of market capitalisation, multiples and yields",
    response_model=valuation_json.ValuationHistoryAnswer,
    responses={200: CSV_TOO, **problems(400, 401, 404, 422)},
)
async def get_history(
    *,
    request: Request,
    ask: Question,
    company: PathCompany,
    as_of: AsOf,
    form: AskedFormat,
    every: Annotated[Every, Query(description="At the ends of fiscal quarters or of months.")] = Every.QUARTER,
    points: Annotated[int, Query(ge=1, le=200, description="How many of the newest points.")] = 20,
) -> Response:
    """Each day uses only what was filed and traded by then. CSV has one row for each day and measure."""
    found = await ask(valuation.valuation_history, company, as_of, every=every, limit=points)
    if form is Format.CSV:
        name = f"{found.company.ticker or found.company.cik}-valuation-history"
        return csv_response(request, name, valuation_json.HEADER, valuation_json.rows(found.points))
    return json_response(request, valuation_json.history_document(found))
