"""Companies: search, description and filings."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import anyio
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.deps import AsOf, Limit, Offset, PathCompany, Question, Since, TheCaller, TheWorkbench, names
from api.idempotency import MAKES_ONCE, OnceRoute
from api.paging import cut
from api.problems import problems
from api.responses import json_response
from api.tables import TableRoute
from api.tasks.accepted import accepted
from db import companies
from db.filings import filing_index
from workbench.analysis.company_json import CompanyDetailAnswer, CompanyPage, company_detail, company_page
from workbench.analysis.filings.filing_json import FilingPage, filing_page
from workbench.analysis.operations.task_json import TaskAnswer
from workbench.runtime.company_loads import queue_company

router = APIRouter(prefix="/companies", tags=["companies"], route_class=TableRoute)
load_router = APIRouter(prefix="/companies", tags=["companies"], route_class=OnceRoute)


class CompanyOrder(BaseModel):
    """A company to load from the SEC."""

    company: str = Field(max_length=20, description="A ticker or CIK.", examples=["MSFT"])
    forms: str = Field(
        default="10-K,10-Q,8-K", max_length=200, description="The forms whose documents are loaded, separated by commas."
    )
    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"company": "MSFT", "forms": "10-K,10-Q"}})


@load_router.post(
    "",
    summary="Load a company",
    dependencies=[MAKES_ONCE],
    response_model=TaskAnswer,
    status_code=HTTPStatus.ACCEPTED,
    responses=problems(400, 401, 403, 409, 422, 503),
)
async def load_company(request: Request, workbench: TheWorkbench, caller: TheCaller, order: CompanyOrder) -> Response:
    """Queues a task that loads the company's filings, facts and documents, and returns immediately; the header `Location` has
    its address. Loading a company again brings what is new.
    """
    state = await anyio.to_thread.run_sync(queue_company, workbench, order.company, order.forms, caller)
    return accepted(request, state)


@router.get("", summary="Find companies", response_model=CompanyPage, responses=problems(400, 401, 422))
async def find_companies(
    *,
    request: Request,
    ask: Question,
    as_of: AsOf,
    q: Annotated[str | None, Query(max_length=200, description="The start of a ticker, part of a name, or a CIK.")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Response:
    """Matching companies, best match first. Without `q`, all companies by name.

    With `as_of`, those that had filed something by then; names are those of today.
    """
    shown, page = cut(await ask(companies.search_companies, q, limit + 1, offset, as_of=as_of), limit, offset)
    return json_response(request, company_page(shown, page))


@router.get(
    "/{ticker}",
    summary="One company",
    response_model=CompanyDetailAnswer,
    responses=problems(400, 401, 404),
)
async def get_company(request: Request, company: PathCompany) -> Response:
    """The company as described in its newest EDGAR submissions file."""
    return json_response(request, company_detail(company))


@router.get(
    "/{ticker}/filings",
    summary="Filings of a company",
    response_model=FilingPage,
    responses=problems(400, 401, 404, 422),
)
async def list_filings(
    *,
    request: Request,
    ask: Question,
    company: PathCompany,
    as_of: AsOf,
    since: Since,
    forms: Annotated[
        list[str] | None, Query(description="Exact form types, comma-separated or repeated.", examples=["10-K,10-Q"])
    ] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """The company's filings, newest first. `10-K` does not include `10-K/A`; list both to get both."""
    rows = await ask(
        filing_index.list_filings, company.cik, forms=names(forms), since=since, as_of=as_of, limit=limit + 1, offset=offset
    )
    return json_response(request, filing_page(company, *cut(rows, limit, offset)))
