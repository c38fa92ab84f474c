"""Companies side by side, and companies that pass a screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import AsOf, Limit, Offset, Question, names
from api.peers.schemas import ComparisonOut, ScreenOut
from api.problems import problems
from api.responses import json_response, tagged
from db.companies import resolve
from db.screens import comparison, screening
from workbench.analysis.exports import Export, ExportFormat, write_export
from workbench.analysis.screens.peers import comparison_document, comparison_export, screen_document
from workbench.domain.measures.catalogue import measure
from workbench.domain.measures.comparison import Comparison
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
    response_model=ComparisonOut,
    responses={200: _FILES, **problems(400, 401, 404, 422)},
)
async def get_comparison(
    *,
    request: Request,
    ask: Question,
    as_of: AsOf,
    ticker: Annotated[list[str], Query(description="Tickers or CIKs, between commas or repeated.", examples=["AAPL,NVDA"])],
    measure: Annotated[
        list[str], Query(description="Lines and ratios, between commas or repeated.", examples=["revenue,net_margin"])
    ],
    period: Annotated[
        PeriodKind, Query(description="Fiscal years, fiscal quarters or trailing twelve months.")
    ] = PeriodKind.ANNUAL,
    columns: Annotated[int | None, Query(ge=1, le=200, description="The newest so many; all, when left out.")] = None,
    format: _Format = AnswerFormat.JSON,
) -> Response:
    """Figures of the companies' own statements, their fiscal periods aligned by calendar quarter.

    A fiscal year's first quarter stands under the calendar quarter that holds its 45th day, the others under the next ones.
    """
    found = await ask(_comparison, names(ticker), names(measure), period, as_of, columns=columns)
    if format is AnswerFormat.JSON:
        return json_response(request, comparison_document(found))
    return _file(request, comparison_export(found), format)


def _comparison(
    connection: Any,
    /,
    tickers: Sequence[str],
    measures: Sequence[str],
    period: PeriodKind,
    as_of: date | None,
    *,
    columns: int | None,
) -> Comparison:
    chosen = [measure(name) for name in measures]
    companies = [resolve(connection, ticker) for ticker in tickers]
    return comparison.compare(connection, companies, chosen, period, as_of, columns=columns)


@router.get(
    "/screen",
    summary="Companies that pass filters",
    response_model=ScreenOut,
    responses={200: _FILES, **problems(400, 401, 422)},
)
async def get_screen(
    *,
    request: Request,
    ask: Question,
    as_of: AsOf,
    where: Annotated[
        _Texts, Query(description="Filters, between semicolons or repeated.", examples=["revenue >= 10B; net_margin@ttm > 20"])
    ] = None,
    show: Annotated[_Texts, Query(description="Further lines and ratios to show, between commas or repeated.")] = None,
    sort: Annotated[
        str | None, Query(description="By this line or ratio, largest first; with - before it, smallest first.")
    ] = None,
    limit: Limit = 50,
    offset: Offset = 0,
    format: _Format = AnswerFormat.JSON,
) -> Response:
    """Every company whose latest figures pass all filters. A figure that is not known decides nothing, and is counted.

    Measures of value (`pe`, `market_cap` and the others of `/companies/{ticker}/valuation`) are of the last close; of the
    companies that have one the other filters may leave at most 250. A file holds all that pass, each figure with its proof.
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
