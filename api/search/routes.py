"""Full-text and vector search of passages."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import AsOf, NamedCompanies, SlowQuestion, TheCaller, TheWorkbench, names
from api.problems import problems
from api.responses import json_response
from api.tables import TableRoute
from db.engine import Connection
from db.filings import documents
from workbench.search.hybrid import MOST_HITS, SearchMode, SearchQuery, SearchResult, search
from workbench.search.shapes import SearchAnswer, result_as_json

router = APIRouter(prefix="/search", tags=["search"], route_class=TableRoute)

_Names = list[str] | None


@router.get("", summary="Find passages", response_model=SearchAnswer, responses=problems(400, 401, 404, 422))
async def find_passages(
    *,
    request: Request,
    slow: SlowQuestion,
    workbench: TheWorkbench,
    companies: NamedCompanies,
    caller: TheCaller,
    q: Annotated[str, Query(description='A question, words, or a phrase in "quotes".', examples=["supply chain risk"])],
    ticker: Annotated[_Names, Query(description="Companies, by ticker or CIK.", examples=["AAPL"])] = None,
    form: Annotated[_Names, Query(description="Forms, such as 10-K.", examples=["10-K"])] = None,
    item: Annotated[_Names, Query(description="Items, such as 1A.", examples=["1A"])] = None,
    document: Annotated[
        _Names, Query(description="Documents, by title, file name, accession or id.", examples=["0000320193-24-000123"])
    ] = None,
    sector: Annotated[_Names, Query(description="Industries, by SIC code or words of their name.", examples=["73"])] = None,
    fiscal_year: Annotated[list[int] | None, Query(description="Fiscal years of the reports.", examples=[[2024]])] = None,
    ignore: Annotated[
        _Names,
        Query(
            description="Query words to search as plain text, not as a company, form or year; `*` for all.",
            examples=["2024"],
        ),
    ] = None,
    per_filing: Annotated[bool, Query(description="Return only the best passage of each filing.")] = False,
    as_of: AsOf,
    k: Annotated[int, Query(ge=1, le=MOST_HITS, description="Number of passages.")] = 10,
    offset: Annotated[int, Query(ge=0, le=10_000, description="Number of passages to skip.")] = 0,
    mode: Annotated[
        SearchMode, Query(description="Full-text and vector search together, or one of them.")
    ] = SearchMode.HYBRID,
) -> Response:
    """Passages with citations, best first. `start` and `end` are character offsets in the document's extracted text."""
    query = SearchQuery(
        q,
        forms=names(form),
        items=names(item),
        sectors=names(sector),
        fiscal_years=tuple(fiscal_year or ()),
        ignored=tuple(ignore or ()),
        per_filing=per_filing,
        as_of=as_of,
        k=k,
        offset=offset,
        mode=mode,
        caller=caller,
    )

    cache = workbench.search_cache
    ciks = tuple(company.cik for company in await companies.each(names(ticker)))

    def run_search(connection: Connection) -> SearchResult:
        ids = tuple(
            one.document_id for text in names(document) for one in documents.documents_called(connection, text, caller)
        )
        scoped = replace(query, companies=ciks, documents=ids)
        return cache.answer(scoped, lambda: search(connection, workbench.embedder, scoped, better=workbench.better_embedder))

    # Documents are chosen by names, which only the database knows.
    result = None if names(document) else cache.at_hand(replace(query, companies=ciks))
    if result is None:
        result = await slow(run_search)
    return json_response(request, result_as_json(result))
