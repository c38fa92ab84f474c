"""Companies: search, description and filings."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import AsOf, Limit, Offset, PathCompany, Question, Since, names
from api.paging import cut
from api.problems import problems
from api.responses import json_response
from api.tables import TableRoute
from db import companies
from db.filings import filing_index
from workbench.analysis.company_json import CompanyDetailAnswer, CompanyPage, company_detail, company_page
from workbench.analysis.filings.filing_json import FilingPage, filing_page

router = APIRouter(prefix="/companies", tags=["companies"], route_class=TableRoute)


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
