"""Companies side by side, and companies that pass a screen."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import AsOf, Limit, NamedCompanies, Offset, Question, names
from api.problems import problems
from api.responses import json_response, tagged
from db.screens import comparison, screening
from workbench.analysis.exports import Export, ExportFormat, write_export
from workbench.analysis.screens.peers import (
    ComparisonAnswer,
    ScreenAnswer,
    comparison_document,
    comparison_export,
    screen_document,
)
from workbench.domain.measures import catalogue
from workbench.domain.measures.screens import Screen, parse_filters, parse_metrics, parse_sort
from workbench.domain.statements.statement import PeriodKind

router = APIRouter(tags=["peers"])


class AnswerFormat(StrEnum):
    """JSON, or a file with the proof of each figure."""

    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"


_FILES: dict[str, Any] = {
    "content": {form.media_type: {"schema": {"type": "string", "format": "binary"}} for form in ExportFormat}
}
_Format = Annotated[AnswerFormat, Query(description="JSON, or a file with the proof of each figure.")]
_Texts = list[str] | None


@router.get(
    "/comparison",
    summary="Companies side by side",
    response_model=ComparisonAnswer,
    responses={200: _FILES, **problems(400, 401, 404, 422)},
)
async def get_comparison(
    *,
    request: Request,
    ask: Question,
    companies: NamedCompanies,
    as_of: AsOf,
    ticker: Annotated[
        list[str], Query(description="Tickers or CIKs, separated by commas or repeated.", examples=["AAPL,NVDA"])
    ],
    measure: Annotated[
        list[str], Query(description="Lines and ratios, separated by commas or repeated.", examples=["revenue,net_margin"])
    ],
    period: Annotated[
        PeriodKind, Query(description="Fiscal years, fiscal quarters or trailing twelve months.")
    ] = PeriodKind.ANNUAL,
    columns: Annotated[int | None, Query(ge=1, le=200, description="How many of the newest columns; all by default.")] = None,
    format: _Format = AnswerFormat.JSON,
) -> Response:
    """Figures of the companies' own statements, with fiscal periods aligned by calendar quarter.

    The first fiscal quarter is aligned with the calendar quarter that holds its 45th day; the others follow it.
    """
    measures = [catalogue.measure(name) for name in names(measure)]
    found = await ask(comparison.compare, await companies.each(names(ticker)), measures, period, as_of, columns=columns)
    if format is AnswerFormat.JSON:
        return json_response(request, comparison_document(found))
    return _file(request, comparison_export(found), format)


@router.get(
    "/screen",
    summary="Companies that pass filters",
    response_model=ScreenAnswer,
    responses={200: _FILES, **problems(400, 401, 422)},
)
async def get_screen(
    *,
    request: Request,
    ask: Question,
    as_of: AsOf,
    where: Annotated[
        _Texts,
        Query(description="Filters, separated by semicolons or repeated.", examples=["revenue >= 10B; net_margin@ttm > 20"]),
    ] = None,
    show: Annotated[_Texts, Query(description="More lines and ratios to show, separated by commas or repeated.")] = None,
    sort: Annotated[
        str | None, Query(description="The line or ratio to sort by, largest first; with - before it, smallest first.")
    ] = None,
    limit: Limit = 50,
    offset: Offset = 0,
    format: _Format = AnswerFormat.JSON,
) -> Response:
    """Every company whose latest figures pass all filters. Companies whose figures cannot decide are counted as undecided.

    Valuation measures (`pe`, `market_cap` and the others of `/companies/{ticker}/valuation`) use the last close; the other
    filters may leave at most 250 companies with one. A file holds every company that passes, each figure with its proof.
    """
    metric, is_ascending = parse_sort(sort)
    screen = Screen(parse_filters(where or ()), parse_metrics(show or ()), metric, is_ascending, as_of, limit, offset)
    if format is AnswerFormat.JSON:
        return json_response(request, screen_document(await ask(screening.run_screen, screen)))
    return _file(request, await ask(screening.export_screen, screen), format)


def _file(request: Request, export: Export, format: AnswerFormat) -> Response:
    form = ExportFormat(format.value)
    headers = {"Content-Disposition": f'attachment; filename="{export.name.lower()}.{form}"'}
    return tagged(request, write_export(export, form), form.media_type, headers)
