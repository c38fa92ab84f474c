"""Comparison of companies, and screens."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import AsOf, Limit, NamedCompanies, Offset, SlowQuestion, TheSlowWork, names
from api.export_files import FILES, AnswerFormat, FileFormat, export_response
from api.problems import problems
from api.responses import json_response
from api.tables import TableRoute
from db.screens import comparison, screening
from workbench.analysis.screens.comparison_export import comparison_export
from workbench.analysis.screens.peers import (
    ComparisonAnswer,
    ScreenAnswer,
    comparison_document,
    screen_document,
)
from workbench.domain.measures import catalogue
from workbench.domain.measures.screens import Screen, parse_filters, parse_metrics, parse_sort
from workbench.domain.statements.statement import PeriodKind

router = APIRouter(tags=["peers"], route_class=TableRoute)


_Texts = list[str] | None


@router.get(
    "/comparison",
    summary="Compare companies",
    response_model=ComparisonAnswer,
    responses={200: FILES, **problems(400, 401, 404, 422)},
)
async def get_comparison(
    *,
    request: Request,
    slow: SlowQuestion,
    slow_work: TheSlowWork,
    companies: NamedCompanies,
    as_of: AsOf,
    ticker: Annotated[list[str], Query(description="Tickers or CIKs, comma-separated or repeated.", examples=["AAPL,NVDA"])],
    measure: Annotated[
        list[str],
        Query(description="Lines and ratios, comma-separated or repeated.", examples=["revenue,net_margin"]),
    ],
    period: Annotated[
        PeriodKind, Query(description="Fiscal years, fiscal quarters or trailing twelve months.")
    ] = PeriodKind.ANNUAL,
    columns: Annotated[int | None, Query(ge=1, le=200, description="Number of newest columns; all by default.")] = None,
    form: FileFormat,
) -> Response:
    """Figures from the companies' statements, with fiscal periods aligned by calendar quarter.

    The first fiscal quarter is aligned with the calendar quarter that contains its 45th day; the other quarters follow.
    """
    measures = [catalogue.measure(name) for name in names(measure)]
    compared = await companies.each(names(ticker))
    table = await slow(comparison.compare, compared, measures, period, as_of, columns=columns)
    if form is AnswerFormat.JSON:
        return json_response(request, comparison_document(table))
    return await export_response(request, slow_work, partial(comparison_export, table), form)


@router.get(
    "/screen",
    summary="Screen companies",
    response_model=ScreenAnswer,
    responses={200: FILES, **problems(400, 401, 422)},
)
async def get_screen(
    *,
    request: Request,
    slow: SlowQuestion,
    slow_work: TheSlowWork,
    as_of: AsOf,
    where: Annotated[
        _Texts,
        Query(description="Filters, semicolon-separated or repeated.", examples=["revenue >= 10B; net_margin@ttm > 20"]),
    ] = None,
    show: Annotated[_Texts, Query(description="More statement lines and ratios to show, comma-separated or repeated.")] = None,
    sort: Annotated[
        str | None,
        Query(description="The line or ratio to sort by, largest first; prefix it with - for smallest first."),
    ] = None,
    limit: Limit = 50,
    offset: Offset = 0,
    form: FileFormat,
) -> Response:
    """Companies whose latest figures pass all filters. Companies that lack a figure for a filter are counted by the reason.

    Valuation measures (`pe`, `market_cap` and the others of `/companies/{ticker}/valuation`) use the last close, also as of an
    earlier day. A file contains every company that passes, with the sources of each figure.
    """
    metric, is_ascending = parse_sort(sort)
    screen = Screen(parse_filters(where or ()), parse_metrics(show or ()), metric, is_ascending, as_of, limit, offset)
    if form is AnswerFormat.JSON:
        return json_response(request, screen_document(await slow(screening.run_screen, screen)))
    export = await slow(screening.export_screen, screen)
    return await export_response(request, slow_work, lambda: export, form)
