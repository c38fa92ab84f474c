"""Series of figures, valuation measures and closes: what the chart page shows."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import AsOf, Format, ResponseFormat, SlowQuestion, names
from api.problems import TABLES_TOO, problems
from api.responses import json_response, table_response
from db.screens.chart import read_chart
from workbench.analysis.screens.chart_json import ChartAnswer, ChartRow, chart_answer, chart_rows
from workbench.domain.screens.chart import ChartQuestion, parse_marks
from workbench.domain.screens.series import Span, parse_series
from workbench.domain.screens.series_views import SeriesView
from workbench.domain.statements.statement import PeriodKind

router = APIRouter(tags=["series"])


@router.get(
    "/series",
    summary="Series of a chart",
    response_model=ChartAnswer,
    responses={200: TABLES_TOO, **problems(400, 401, 404, 422)},
)
async def get_series(
    *,
    request: Request,
    slow: SlowQuestion,
    as_of: AsOf,
    form: ResponseFormat,
    series: Annotated[
        list[str],
        Query(
            description="Series, comma-separated or repeated: a ticker or CIK, a colon, and a line, ratio, valuation measure "
            "or `close`; `:right` after it for the right axis.",
            examples=["AAPL:revenue,AAPL:close:right"],
        ),
    ],
    period: Annotated[PeriodKind, Query(description="The period of lines and ratios.")] = PeriodKind.ANNUAL,
    view: Annotated[
        SeriesView,
        Query(description="Values as they are, indexed to 100, changes over a year, or money per diluted share."),
    ] = SeriesView.AS_IS,
    span: Annotated[Span, Query(description="How far back from `as_of`.")] = Span.TEN_YEARS,
    marks: Annotated[
        list[str] | None,
        Query(
            description="`filings`, `events` and `splits` of the companies, comma-separated or repeated.", examples=["splits"]
        ),
    ] = None,
) -> Response:
    """Each measure of each company over time, with the axis that its unit needs; refused figures have no value but a reason.

    A table has one row a point, with its unit and the filings behind it.
    """
    question = ChartQuestion(parse_series(",".join(series)), period, view, span, parse_marks(names(marks)), as_of)
    answer = chart_answer(await slow(read_chart, question))
    if form is not Format.JSON:
        return table_response(request, form, "chart", ChartRow, chart_rows(answer))
    return json_response(request, answer)
