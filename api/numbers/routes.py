"""Ratios, restatements and checks: what follows from a company's statements."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.companies.routes import TickerOrCik
from api.deps import AskedFormat, AsOf, Format, Limit, Offset, Question, Since, names
from api.numbers.schemas import ChecksOut, RatiosOut, RestatementsOut
from api.paging import cut
from api.problems import CSV_TOO, problems
from api.responses import csv_response, json_response
from db import companies
from db.facts import restatements
from db.statements import checks, ratios
from workbench.analysis.statements import numbers_json, statement_rows
from workbench.domain.facts.restatements import Change, RestatementList
from workbench.domain.measures.checks import StatementCheck
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.statements.statement import PeriodKind

router = APIRouter(tags=["statements"])


@router.get(
    "/companies/{ticker}/ratios",
    summary="Ratios",
    response_model=RatiosOut,
    responses={200: CSV_TOO, **problems(400, 401, 404, 422)},
)
async def get_ratios(
    *,
    request: Request,
    ask: Question,
    ticker: TickerOrCik,
    as_of: AsOf,
    form: AskedFormat,
    period: Annotated[PeriodKind, Query(description="Fiscal years, quarters, or trailing twelve months.")] = PeriodKind.ANNUAL,
    periods: Annotated[int | None, Query(ge=1, le=200, description="The newest so many; all, when left out.")] = None,
) -> Response:
    """Margins, growth, returns, leverage, coverage and the like, each derived with its operands or refused with a reason.

    As CSV, one row a ratio and period.
    """
    found = await ask(_ratios, ticker, period, as_of, limit_periods=periods)
    if form is Format.CSV:
        name = f"{found.company.ticker or found.company.cik}-ratios-{period}"
        return csv_response(request, name, statement_rows.HEADER, statement_rows.rows(found))
    return json_response(request, numbers_json.ratio_document(found))


@router.get(
    "/companies/{ticker}/restatements",
    summary="What later filings say otherwise",
    response_model=RestatementsOut,
    responses=problems(400, 401, 404, 422),
)
async def get_restatements(
    *,
    request: Request,
    ask: Question,
    ticker: TickerOrCik,
    as_of: AsOf,
    since: Since,
    kind: Annotated[list[Change] | None, Query(description="Only this kind; may be repeated.")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """Every value that a filing gives other than one before it, newest filing first, with the rule that classifies it."""
    found = await ask(_restatements, ticker, as_of, kinds=kind or (), since=since, limit=limit + 1, offset=offset)
    document = numbers_json.restatements_document(found)
    document["restatements"], page = cut(document["restatements"], limit, offset)
    return json_response(request, document | page)


@router.get(
    "/checks", summary="Statements that do not add up", response_model=ChecksOut, responses=problems(400, 401, 404, 422)
)
async def get_checks(
    *,
    request: Request,
    ask: Question,
    since: Since,
    ticker: Annotated[str | None, Query(description="Of one company, by ticker or CIK.", examples=["AAPL"])] = None,
    name: Annotated[list[str] | None, Query(description="Checks, between commas or repeated.")] = None,
    verdict: Annotated[list[str] | None, Query(description="failed, when left out; passed, not_applicable.")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """The exceptions over all companies, by the facts known now, newest period first."""
    verdicts = names(verdict) or ("failed",)
    asked = await ask(_checks, ticker, names=names(name), verdicts=verdicts, since=since, limit=limit + 1, offset=offset)
    found, page = cut(asked, limit, offset)
    return json_response(request, {"checks": numbers_json.check_documents(found), **page})


def _ratios(
    connection: Any, /, ticker: str, period: PeriodKind, as_of: date | None, *, limit_periods: int | None
) -> RatioTable:
    return ratios.ratios(connection, companies.resolve(connection, ticker), period, as_of, limit_periods=limit_periods)


def _restatements(connection: Any, /, ticker: str, as_of: date | None, **bounds: Any) -> RestatementList:
    return restatements.restatements(connection, companies.resolve(connection, ticker), as_of, **bounds)


def _checks(connection: Any, /, ticker: str | None, **bounds: Any) -> list[StatementCheck]:
    return checks.checks_of(connection, companies.resolve(connection, ticker) if ticker else None, **bounds)
