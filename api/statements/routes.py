"""Standardised statements."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.companies.routes import TickerOrCik
from api.deps import AskedFormat, AsOf, Format, Question
from api.problems import CSV_TOO, problems
from api.responses import csv_response, json_response
from api.statements.schemas import StatementOut
from db import companies
from db.statements import as_known
from workbench.analysis.statements import statement_rows
from workbench.analysis.statements.statement_json import statement_document
from workbench.domain.statements.statement import PeriodKind, Statement, StatementKind

router = APIRouter(prefix="/companies", tags=["statements"])


@router.get(
    "/{ticker}/statements/{kind}",
    summary="A standardised statement",
    response_model=StatementOut,
    responses={200: CSV_TOO, **problems(400, 401, 404, 422)},
)
async def get_statement(
    *,
    request: Request,
    ask: Question,
    ticker: TickerOrCik,
    kind: StatementKind,
    as_of: AsOf,
    form: AskedFormat,
    period: Annotated[
        PeriodKind, Query(description="Fiscal years, discrete fiscal quarters, or trailing twelve months.")
    ] = PeriodKind.ANNUAL,
    periods: Annotated[int | None, Query(ge=1, le=200, description="The newest so many; all, when left out.")] = None,
) -> Response:
    """Each figure is reported, derived with its operands, or refused with a reason. Periods run from oldest to newest.

    As CSV, one row a line and period.
    """
    found = await ask(_statement, ticker, kind, period, as_of, limit_periods=periods)
    if form is Format.CSV:
        name = f"{found.company.ticker or found.company.cik}-{kind}-{period}"
        return csv_response(request, name, statement_rows.HEADER, statement_rows.rows(found))
    return json_response(request, statement_document(found))


def _statement(
    connection: Any, /, ticker: str, kind: StatementKind, period: PeriodKind, as_of: date | None, *, limit_periods: int | None
) -> Statement:
    company = companies.resolve(connection, ticker)
    return as_known.statement(connection, company, kind, period, as_of, limit_periods=limit_periods)
