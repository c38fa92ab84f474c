"""Ratios, restatements and checks: what follows from a company's statements."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import AskedFormat, AsOf, Format, Limit, Offset, PathCompany, QueryCompany, Question, Since, names
from api.paging import cut
from api.problems import CSV_TOO, problems
from api.responses import csv_response, json_response
from db.facts import restatements
from db.statements import checks, ratios
from workbench.analysis.statements import numbers_json, statement_rows
from workbench.analysis.statements.numbers_json import CheckPage, RatiosAnswer, RestatementPage
from workbench.domain.facts.restatements import Change
from workbench.domain.statements.statement import PeriodKind

router = APIRouter(tags=["statements"])


@router.get(
    "/companies/{ticker}/ratios",
    summary="Ratios",
    response_model=RatiosAnswer,
    responses={200: CSV_TOO, **problems(400, 401, 404, 422)},
)
async def get_ratios(
    *,
    request: Request,
    ask: Question,
    company: PathCompany,
    as_of: AsOf,
    form: AskedFormat,
    period: Annotated[PeriodKind, Query(description="Fiscal years, quarters, or trailing twelve months.")] = PeriodKind.ANNUAL,
    periods: Annotated[int | None, Query(ge=1, le=200, description="How many of the newest periods; all by default.")] = None,
) -> Response:
    """Margins, growth, returns, leverage, coverage and more, each derived with its operands or refused with a reason.

    CSV has one row for each ratio and period.
    """
    found = await ask(ratios.ratios, company, period, as_of, limit_periods=periods)
    if form is Format.CSV:
        name = f"{found.company.ticker or found.company.cik}-ratios-{period}"
        return csv_response(request, name, statement_rows.HEADER, statement_rows.rows(found))
    return json_response(request, numbers_json.ratio_document(found))


@router.get(
    "/companies/{ticker}/restatements",
    summary="Restated values",
    response_model=RestatementPage,
    responses=problems(400, 401, 404, 422),
)
async def get_restatements(
    *,
    request: Request,
    ask: Question,
    company: PathCompany,
    as_of: AsOf,
    since: Since,
    kind: Annotated[list[Change] | None, Query(description="Only these kinds; can be repeated.")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """Every value that a filing reports differently from an earlier one, newest filing first, with its classification."""
    found = await ask(restatements.restatements, company, as_of, kinds=kind or (), since=since, limit=limit + 1, offset=offset)
    shown, page = cut(found.restatements, limit, offset)
    return json_response(request, numbers_json.restatement_page(replace(found, restatements=tuple(shown)), page))


@router.get("/checks", summary="Failed checks of statements", response_model=CheckPage, responses=problems(400, 401, 404, 422))
async def get_checks(
    *,
    request: Request,
    ask: Question,
    since: Since,
    company: QueryCompany,
    name: Annotated[list[str] | None, Query(description="Names of checks, separated by commas or repeated.")] = None,
    verdict: Annotated[list[str] | None, Query(description="failed (the default), passed or not_applicable.")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """Check results over all companies, from the facts known now; newest period first."""
    verdicts = names(verdict) or ("failed",)
    asked = await ask(
        checks.checks_of, company, names=names(name), verdicts=verdicts, since=since, limit=limit + 1, offset=offset
    )
    return json_response(request, numbers_json.check_page(*cut(asked, limit, offset)))
