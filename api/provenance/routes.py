"""Provenance of figures and ratios."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import AsOf, PathCompany, SlowQuestion
from api.problems import problems
from api.responses import json_response
from db.statements import provenance
from workbench.analysis.statements.provenance_json import ProvenanceAnswer, provenance_document
from workbench.domain.statements.statement import PeriodKind, StatementKind

router = APIRouter(prefix="/companies", tags=["statements"])


@router.get(
    "/{ticker}/statements/{kind}/provenance",
    summary="Provenance of a figure",
    response_model=ProvenanceAnswer,
    responses=problems(400, 401, 404, 422),
)
async def get_provenance(
    *,
    request: Request,
    slow: SlowQuestion,
    company: PathCompany,
    kind: StatementKind,
    as_of: AsOf,
    line: Annotated[str, Query(description="A line of the statement.", examples=["revenue"], max_length=100)],
    period: Annotated[
        PeriodKind, Query(description="Fiscal years, quarters (or half-years), or trailing twelve months.")
    ] = PeriodKind.ANNUAL,
    period_end: Annotated[date | None, Query(description="Last day of the period; the newest period by default.")] = None,
) -> Response:
    """The formula and facts of a figure and the filing elements that show them, or the reason why there is no figure.

    `start` and `end` of an element open it highlighted in the filing reader.
    """
    result = await slow(provenance.provenance, company, kind, line, period=period, period_end=period_end, as_of=as_of)
    return json_response(request, provenance_document(result))


@router.get(
    "/{ticker}/ratios/provenance",
    summary="Provenance of a ratio",
    response_model=ProvenanceAnswer,
    responses=problems(400, 401, 404, 422),
)
async def get_ratio_provenance(
    *,
    request: Request,
    slow: SlowQuestion,
    company: PathCompany,
    as_of: AsOf,
    ratio: Annotated[str, Query(description="The name of a ratio.", examples=["gross_margin"], max_length=100)],
    period: Annotated[
        PeriodKind, Query(description="Fiscal years, quarters (or half-years), or trailing twelve months.")
    ] = PeriodKind.ANNUAL,
    period_end: Annotated[date | None, Query(description="Last day of the period; the newest period by default.")] = None,
) -> Response:
    """The formula of a ratio and the facts behind its operands, with the filing elements that show them."""
    result = await slow(provenance.ratio_provenance, company, ratio, period=period, period_end=period_end, as_of=as_of)
    return json_response(request, provenance_document(result))
