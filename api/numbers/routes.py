"""Ratios, restatements and check results, computed from a company's statements."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import (
    AsOf,
    Format,
    Limit,
    Offset,
    PathCompany,
    QueryCompany,
    Question,
    ResponseFormat,
    Since,
    SlowQuestion,
    names,
)
from api.paging import cut
from api.problems import TABLES_TOO, problems
from api.responses import json_response, table_response
from api.tables import TableRoute
from db.companies import get_companies
from db.engine import Connection
from db.statements import checks, ratios, restatements, stored_restatements
from db.statements.audit import audits
from workbench.analysis.statements import audit_json, numbers_json, statement_rows
from workbench.analysis.statements.audit_json import AuditPage
from workbench.analysis.statements.numbers_json import CheckPage, LatestRestatementsPage, RatiosAnswer, RestatementPage
from workbench.domain.facts.restated_concepts import RestatedConcept
from workbench.domain.facts.restatements import Change
from workbench.domain.identity import Company
from workbench.domain.statements.statement import PeriodKind

router = APIRouter(tags=["statements"], route_class=TableRoute)


@router.get(
    "/companies/{ticker}/ratios",
    summary="Ratios",
    response_model=RatiosAnswer,
    responses={200: TABLES_TOO, **problems(400, 401, 404, 422)},
)
async def get_ratios(
    *,
    request: Request,
    slow: SlowQuestion,
    company: PathCompany,
    as_of: AsOf,
    form: ResponseFormat,
    period: Annotated[
        PeriodKind, Query(description="Fiscal years, quarters (or half-years or trimesters), or trailing twelve months.")
    ] = PeriodKind.ANNUAL,
    periods: Annotated[int | None, Query(ge=1, le=200, description="Number of newest periods; all by default.")] = None,
) -> Response:
    """Margins, growth, returns, leverage, coverage and more. Each figure has its operands, or the reason why it is missing.

    CSV has one row per ratio and period.
    """
    table = await slow(ratios.ratios, company, period, as_of, limit_periods=periods)
    if form is not Format.JSON:
        name = f"{table.company.ticker or table.company.cik}-ratios-{period}"
        return table_response(request, form, name, statement_rows.FigureRow, statement_rows.rows(table))
    return json_response(request, numbers_json.ratio_document(table))


@router.get(
    "/companies/{ticker}/restatements",
    summary="Restated values",
    response_model=RestatementPage,
    responses=problems(400, 401, 404, 422),
)
async def get_restatements(
    *,
    request: Request,
    slow: SlowQuestion,
    company: PathCompany,
    as_of: AsOf,
    since: Since,
    kind: Annotated[list[Change] | None, Query(description="Only these kinds of change; may be repeated.")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """What filings changed: one entry for each concept and filing with its changed periods; restatements first, rounding last.

    `is_known` is false where `as_of` is before the first filing whose figures are loaded.
    """
    history = await slow(
        restatements.restatements, company, as_of, kinds=kind or (), since=since, limit=limit + 1, offset=offset
    )
    shown, page = cut(history.restated, limit, offset)
    return json_response(request, numbers_json.restatement_page(replace(history, restated=tuple(shown)), page))


@router.get(
    "/restatements",
    summary="Restated values of all companies",
    response_model=LatestRestatementsPage,
    responses=problems(400, 401, 422),
)
async def list_restatements(
    *,
    request: Request,
    slow: SlowQuestion,
    as_of: AsOf,
    since: Since,
    kind: Annotated[list[Change] | None, Query(description="Only these kinds of change; may be repeated.")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """What filings of all companies changed, the newest filing first; of each filing what matters most first.

    A company is left out while its list is computed again after new facts.
    """

    def latest(connection: Connection) -> list[tuple[Company, RestatedConcept]]:
        entries = stored_restatements.latest_restatements(
            connection, kinds=kind or (), since=since, as_of=as_of, limit=limit + 1, offset=offset
        )
        named = {company.cik: company for company in get_companies(connection, list({cik for cik, _ in entries}))}
        return [(named[cik], entry) for cik, entry in entries]

    return json_response(request, numbers_json.latest_restatements_page(*cut(await slow(latest), limit, offset)))


@router.get("/audit", summary="Audit of statements", response_model=AuditPage, responses=problems(400, 401, 404, 422))
async def get_audit(
    *,
    request: Request,
    slow: SlowQuestion,
    company: QueryCompany,
    limit: Annotated[int, Query(ge=1, le=20, description="Maximum number of companies.")] = 10,
    offset: Offset = 0,
) -> Response:
    """Every identity over every column of the statements of one or all companies, from the latest facts.

    Each company has the counts of each outcome and its breaks, with the facts of the figures compared.
    """
    result = await slow(audits, [company] if company else [], limit=limit + 1, offset=offset)
    return json_response(request, audit_json.audit_page(*cut(result, limit, offset)))


@router.get("/checks", summary="Check results of statements", response_model=CheckPage, responses=problems(400, 401, 404, 422))
async def get_checks(
    *,
    request: Request,
    ask: Question,
    since: Since,
    company: QueryCompany,
    name: Annotated[list[str] | None, Query(description="Names of checks, comma-separated or repeated.")] = None,
    result: Annotated[
        list[str] | None, Query(description="Check results: failed (default), passed or not_applicable.")
    ] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """Check results of one or all companies, from the latest facts, newest period first."""
    results = names(result) or ("failed",)
    rows = await ask(
        checks.checks_of, company, names=names(name), results=results, since=since, limit=limit + 1, offset=offset
    )
    return json_response(request, numbers_json.check_page(*cut(rows, limit, offset)))
