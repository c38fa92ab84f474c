"""News that mentions a company."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.deps import AsOf, Limit, Offset, PathCompany, Question, Since
from api.paging import cut
from api.problems import problems
from api.responses import json_response
from api.tables import TableRoute
from db.market.news import list_news as articles_about
from workbench.analysis.market.news_json import NewsPage, news_page

router = APIRouter(prefix="/companies", tags=["companies"], route_class=TableRoute)


@router.get("/{ticker}/news", summary="News about a company", response_model=NewsPage, responses=problems(400, 401, 404, 422))
async def list_news(
    *,
    request: Request,
    ask: Question,
    company: PathCompany,
    as_of: AsOf,
    since: Since,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """Articles that mention the company, newest first, with their sentiment and how sure the mention is."""
    rows = await ask(articles_about, company.cik, since=since, as_of=as_of, limit=limit + 1, offset=offset)
    return json_response(request, news_page(company, *cut(rows, limit, offset)))
