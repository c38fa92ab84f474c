"""Comparison of companies, and screens."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.deps import AsOf, Limit, NamedCompanies, Offset, SlowQuestion, TheSlowWork, names
from api.media_types import preferred
from api.problems import problems
from api.responses import json_response, tagged
from api.slow_work import SlowWork
from api.tables import TableRoute
from db.screens import comparison, screening
from workbench.analysis.exports import Export, ExportFormat, write_export
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


class AnswerFormat(StrEnum):
    """JSON, or a file with the sources of each figure."""

    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    ARROW = "arrow"
    XLSX = "xlsx"


_FILES: dict[str, Any] = {
    "content": {form.media_type: {"schema": {"type": "string", "format": "binary"}} for form in ExportFormat}
}
_BY_TYPE = {"application/json": AnswerFormat.JSON} | {form.media_type: AnswerFormat(form.value) for form in ExportFormat}


def _answer_format(
    request: Request,
    format: Annotated[
        AnswerFormat | None,
        Query(description="JSON, or a file with the sources of each figure; by default taken from the Accept header."),
    ] = None,
) -> AnswerFormat:
    return format or preferred(request.headers.get("accept", ""), _BY_TYPE)


_Format = Annotated[AnswerFormat, Depends(_answer_format)]
_Texts = list[str] | None


@router.get(
    "/comparison",
    summary="Compare companies",
    response_model=ComparisonAnswer,
    responses={200: _FILES, **problems(400, 401, 404, 422)},
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
    form: _Format,
) -> Response:
    """Figures from the companies' statements, with fiscal periods aligned by calendar quarter.

    The first fiscal quarter is aligned with the calendar quarter that contains its 45th day; the other quarters follow.
    """
    measures = [catalogue.measure(name) for name in names(measure)]
    compared = await companies.each(names(ticker))
    table = await slow(comparison.compare, compared, measures, period, as_of, columns=columns)
    if form is AnswerFormat.JSON:
        return json_response(request, comparison_document(table))
    return await _file(request, slow_work, partial(comparison_export, table), form)


@router.get(
    "/screen",
    summary="Screen companies",
    response_model=ScreenAnswer,
    responses={200: _FILES, **problems(400, 401, 422)},
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
    form: _Format,
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
    return await _file(request, slow_work, lambda: export, form)


async def _file(request: Request, slow_work: SlowWork, make: Callable[[], Export], form: AnswerFormat) -> Response:
    wanted = ExportFormat(form.value)

    def write() -> tuple[str, bytes]:
        export = make()
        return export.name.lower(), write_export(export, wanted)

    name, content = await slow_work(write)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{wanted}"'}
    return tagged(request, content, wanted.media_type, headers)
