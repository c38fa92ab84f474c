"""Valuation: what a company costs, and what it cost."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.companies.routes import TickerOrCik
from api.deps import AskedFormat, AsOf, Format, Question
from api.problems import CSV_TOO, problems
from api.responses import csv_response, json_response
from api.valuation.schemas import ValuationHistoryOut, ValuationOut
from db import companies
from db.screens import valuation
from workbench.analysis.statements import valuation_json
from workbench.domain.measures.valuation import Valuation
from workbench.domain.measures.valuation_history import Every, ValuationHistory

router = APIRouter(prefix="/companies/{ticker}/valuation", tags=["valuation"])


@router.get(
    "",
    summary="Market capitalisation, multiples and yields",
    response_model=ValuationOut,
    responses={200: CSV_TOO, **problems(400, 401, 404, 422)},
)
async def get_valuation(*, request: Request, ask: Question, ticker: TickerOrCik, as_of: AsOf, form: AskedFormat) -> Response:
    """Each measure at the last close, derived with its operands or refused with a reason. As CSV, one row a measure."""
    found = await ask(_valuation, ticker, as_of)
    if form is Format.CSV:
        name = f"{found.company.ticker or found.company.cik}-valuation"
        return csv_response(request, name, valuation_json.HEADER, valuation_json.rows([found]))
    return json_response(request, valuation_json.valuation_document(found))


@router.get(
    "/history",
    summary="The course of market capitalisation, multiples and yields",
    response_model=ValuationHistoryOut,
    responses={200: CSV_TOO, **problems(400, 401, 404, 422)},
)
async def get_history(
    *,
    request: Request,
    ask: Question,
    ticker: TickerOrCik,
    as_of: AsOf,
    form: AskedFormat,
    every: Annotated[Every, Query(description="At fiscal quarter ends or month ends.")] = Every.QUARTER,
    points: Annotated[int, Query(ge=1, le=200, description="The last so many.")] = 20,
) -> Response:
    """Each day as known on it: of what was filed and traded by then. As CSV, one row a day and measure."""
    found = await ask(_history, ticker, as_of, every=every, limit=points)
    if form is Format.CSV:
        name = f"{found.company.ticker or found.company.cik}-valuation-history"
        return csv_response(request, name, valuation_json.HEADER, valuation_json.rows(found.points))
    return json_response(request, valuation_json.history_document(found))


def _valuation(connection: Any, /, ticker: str, as_of: date | None) -> Valuation:
    return valuation.valuation(connection, companies.resolve(connection, ticker), as_of)


def _history(connection: Any, /, ticker: str, as_of: date | None, **bounds: Any) -> ValuationHistory:
    return valuation.valuation_history(connection, companies.resolve(connection, ticker), as_of, **bounds)
