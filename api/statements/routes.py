"""Standardised financial statements."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import AsOf, Format, PathCompany, SlowQuestion, TheSlowWork
from api.export_files import FILES, AnswerFormat, FileFormat, export_response
from api.problems import TABLES_TOO, problems
from api.responses import json_response, table_response
from db.statements import as_known
from workbench.analysis.statements import statement_rows
from workbench.analysis.statements.statement_export import statement_export
from workbench.analysis.statements.statement_json import StatementAnswer, statement_document
from workbench.domain.statements.statement import PeriodKind, StatementKind

router = APIRouter(prefix="/companies", tags=["statements"])


@router.get(
    "/{ticker}/statements/{kind}",
    summary="A standardised statement",
    response_model=StatementAnswer,
    responses={200: {"content": {**FILES["content"], **TABLES_TOO["content"]}}, **problems(400, 401, 404, 422)},
)
async def get_statement(
    *,
    request: Request,
    slow: SlowQuestion,
    slow_work: TheSlowWork,
    company: PathCompany,
    kind: StatementKind,
    as_of: AsOf,
    form: FileFormat,
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

    CSV, Parquet and Arrow have one row per line and period; a workbook is laid out as the statement, with formulas where
    a line follows from others and a sheet with the source of each figure.
    """
    statement = await slow(as_known.statement, company, kind, period, as_of, limit_periods=periods)
    if form is AnswerFormat.JSON:
        return json_response(request, statement_document(statement))
    if form is AnswerFormat.XLSX:
        return await export_response(request, slow_work, partial(statement_export, statement), form)
    name = f"{statement.company.ticker or statement.company.cik}-{kind}-{period}"
    return table_response(request, Format(form.value), name, statement_rows.FigureRow, statement_rows.rows(statement))
