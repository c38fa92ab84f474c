"""Companies: found, and described."""

from __future__ import annotations

from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.deps import AsOf, Limit, Offset, Question, Since, TheWorkbench, names
from api.paging import cut
from api.problems import problems
from api.responses import json_response
from api.schemas import CompanyDetail, CompanyOut, CompanyPage, FilingOut, FilingPage
from db import companies
from db.filings import filing_index
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Company

router = APIRouter(prefix="/companies", tags=["companies"])

TickerOrCik = Annotated[str, Path(description="A ticker (BRK-B and BRK.B mean the same) or a CIK.", examples=["AAPL"])]


@router.get("", summary="Find companies", response_model=CompanyPage, responses=problems(400, 401, 422))
async def find_companies(
    *,
    request: Request,
    ask: Question,
    q: Annotated[str | None, Query(max_length=200, description="Begin of a ticker, part of a name, or a CIK.")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Response:
    """Companies that match, the best first; all by name without `q`."""
    found, page = cut(await ask(companies.search_companies, q, limit + 1, offset), limit, offset)
    return json_response(request, {"companies": [CompanyOut.of(company).model_dump() for company in found], **page})


@router.get(
    "/{ticker}",
    summary="One company",
    response_model=CompanyDetail,
    responses=problems(400, 401, 404),
)
async def get_company(request: Request, workbench: TheWorkbench, ticker: TickerOrCik) -> Response:
    """The company as its newest submissions describe it."""
    company = await anyio.to_thread.run_sync(workbench.company_answers.resolve, ticker)
    return json_response(request, CompanyDetail.of(company).model_dump())


@router.get(
    "/{ticker}/filings",
    summary="Its filings",
    response_model=FilingPage,
    responses=problems(400, 401, 404, 422),
)
async def list_filings(
    *,
    request: Request,
    ask: Question,
    ticker: TickerOrCik,
    as_of: AsOf,
    since: Since,
    forms: Annotated[
        list[str] | None, Query(description="Forms, exactly, between commas or repeated.", examples=["10-K,10-Q"])
    ] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """Newest first. `10-K` does not bring `10-K/A`: ask for both."""
    company, asked = await ask(_filings, ticker, forms=names(forms), since=since, as_of=as_of, limit=limit + 1, offset=offset)
    found, page = cut(asked, limit, offset)
    content = {
        "company": CompanyOut.of(company).model_dump(),
        "filings": [FilingOut.of(filing).model_dump() for filing in found],
        **page,
    }
    return json_response(request, content)


def _filings(connection: Any, /, ticker: str, **bounds: Any) -> tuple[Company, list[Filing]]:
    company = companies.resolve(connection, ticker)
    return company, filing_index.list_filings(connection, company.cik, **bounds)
