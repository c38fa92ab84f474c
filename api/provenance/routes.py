"""Where a figure comes from."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.companies.routes import TickerOrCik
from api.deps import AsOf, Question
from api.problems import problems
from api.provenance.schemas import ProvenanceOut
from api.responses import json_response
from db import companies
from db.statements import provenance
from workbench.analysis.statements.provenance_json import provenance_document
from workbench.domain.measures.provenance import Provenance
from workbench.domain.statements.statement import PeriodKind, StatementKind

router = APIRouter(prefix="/companies", tags=["statements"])


@router.get(
    "/{ticker}/statements/{kind}/provenance",
    summary="Where a figure comes from",
    response_model=ProvenanceOut,
    responses=problems(400, 401, 404, 422),
)
async def get_provenance(
    *,
    request: Request,
    ask: Question,
    ticker: TickerOrCik,
    kind: StatementKind,
    as_of: AsOf,
    line: Annotated[str, Query(description="A line of the statement.", examples=["revenue"], max_length=100)],
    period: Annotated[PeriodKind, Query(description="Which periods.")] = PeriodKind.ANNUAL,
    period_end: Annotated[date | None, Query(description="Last day of the period; the newest, when left out.")] = None,
) -> Response:
    """From a figure over its formula and facts to the element of each filing that prints it, or the reason why there is none.

    `start` and `end` of an element open it highlighted in the reader.
    """
    found = await ask(_provenance, ticker, kind, line, period=period, period_end=period_end, as_of=as_of)
    return json_response(request, provenance_document(found))


def _provenance(connection: Any, /, ticker: str, kind: StatementKind, line: str, **asked: Any) -> Provenance:
    return provenance.provenance(connection, companies.resolve(connection, ticker), kind, line, **asked)


@router.get(
    "/{ticker}/ratios/provenance",
    summary="Where a ratio comes from",
    response_model=ProvenanceOut,
    responses=problems(400, 401, 404, 422),
)
async def get_ratio_provenance(
    *,
    request: Request,
    ask: Question,
    ticker: TickerOrCik,
    as_of: AsOf,
    ratio: Annotated[str, Query(description="The name of a ratio.", examples=["gross_margin"], max_length=100)],
    period: Annotated[PeriodKind, Query(description="Which periods.")] = PeriodKind.ANNUAL,
    period_end: Annotated[date | None, Query(description="Last day of the period; the newest, when left out.")] = None,
) -> Response:
    """The same of a ratio: its formula, and every fact that its operands rest on, with the element that prints it."""
    found = await ask(_ratio_provenance, ticker, ratio, period=period, period_end=period_end, as_of=as_of)
    return json_response(request, provenance_document(found))


def _ratio_provenance(connection: Any, /, ticker: str, ratio: str, **asked: Any) -> Provenance:
    return provenance.ratio_provenance(connection, companies.resolve(connection, ticker), ratio, **asked)
