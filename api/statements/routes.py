"""Standardised financial statements."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import AsOf, Format, PathCompany, ResponseFormat, SlowQuestion
from api.problems import TABLES_TOO, problems
from api.responses import json_response, table_response
from db.statements import as_known
from workbench.analysis.statements import statement_rows
from workbench.analysis.statements.statement_json import StatementAnswer, statement_document
from workbench.domain.statements.statement import PeriodKind, StatementKind

router = APIRouter(prefix="/companies", tags=["statements"])


@router.get(
    "/{ticker}/statements/{kind}",
    summary="A standardised statement",
    response_model=StatementAnswer,
    responses={200: TABLES_TOO, **problems(400, 401, 404, 422)},
)
async def get_statement(
    *,
    request: Request,
    slow: SlowQuestion,
    company: PathCompany,
    kind: StatementKind,
    as_of: AsOf,
    form: ResponseFormat,
    period: Annotated[
        PeriodKind,
        Query(
            description="Fiscal years, discrete fiscal quarters (or half-years or trimesters, if a company reports those), or "
            "trailing twelve months."
        ),
    ] = PeriodKind.ANNUAL,
    periods: Annotated[int | None, Query(ge=1, le=200, description="Number of newest periods; all by default.")] = None,
) -> Response:
    """Each figure is reported, derived with its operands, or missing with a reason. Periods run from oldest to newest.

    CSV has one row per line and period.
    """
    statement = await slow(as_known.statement, company, kind, period, as_of, limit_periods=periods)
    if form is not Format.JSON:
        name = f"{statement.company.ticker or statement.company.cik}-{kind}-{period}"
        return table_response(request, form, name, statement_rows.FigureRow, statement_rows.rows(statement))
    return json_response(request, statement_document(statement))
