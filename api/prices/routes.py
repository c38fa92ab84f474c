"""Daily prices."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.deps import AskedFormat, AsOf, Format, Question, Since, Until
from api.prices.schemas import PriceBarsOut
from api.problems import CSV_TOO, problems
from api.responses import csv_response, json_response
from api.schemas import BarOut, PricesOut
from db import companies
from db.market import prices
from db.market.price_bars import price_bars
from workbench.domain.market.price_bars import Interval
from workbench.domain.market.prices import PriceSeries

router = APIRouter(prefix="/prices", tags=["prices"])


@router.get(
    "/{ticker}",
    summary="Daily bars of a share class",
    response_model=PricesOut,
    responses={200: CSV_TOO, **problems(400, 401, 404, 422)},
)
async def daily_prices(
    *,
    request: Request,
    ask: Question,
    ticker: Annotated[str, Path(description="A ticker, or a CIK for its first share class.", examples=["AAPL"])],
    as_of: AsOf,
    since: Since,
    until: Until,
    form: AskedFormat,
    source: Annotated[str | None, Query(description="Only this source; the one that fits best, when left out.")] = None,
) -> Response:
    """One row a trading day, oldest first, all from one source: two are never spliced. `others` names those left aside."""
    series = await ask(_series, ticker, since=since, until=until, as_of=as_of, source=source)
    if form is Format.CSV:
        rows = (BarOut.of(bar).model_dump().values() for bar in series.bars)
        return csv_response(request, f"{series.ticker}-prices", tuple(BarOut.model_fields), map(tuple, rows))
    return json_response(request, PricesOut.of(series).model_dump())


@router.get(
    "/{ticker}/bars",
    summary="Weekly or monthly bars of a share class",
    response_model=PriceBarsOut,
    responses=problems(400, 401, 404, 422),
)
async def longer_bars(
    *,
    request: Request,
    ask: Question,
    ticker: Annotated[str, Path(description="A ticker, or a CIK for its first share class.", examples=["AAPL"])],
    as_of: AsOf,
    since: Since,
    until: Until,
    interval: Annotated[Interval, Query(description="What one bar is of.")] = Interval.WEEK,
    source: Annotated[str | None, Query(description="Only this source; the one that fits best, when left out.")] = None,
) -> Response:
    """One row a week or month, oldest first, as traded: splits are not taken out. A cut one is of what is left."""

    def bars(connection: Any) -> PriceBarsOut:
        series = _series(connection, ticker, since=since, until=until, as_of=as_of, source=source)
        name, found = price_bars(
            connection, series.ticker, interval, since=since, until=until, as_of=as_of, source=series.source
        )
        return PriceBarsOut.of(series.ticker, interval, as_of, name, found)

    return json_response(request, (await ask(bars)).model_dump())


def _series(connection: Any, /, text: str, **window: date | str | None) -> PriceSeries:
    ticker = companies.resolve_ticker(connection, text)
    series: PriceSeries = prices.price_series(connection, ticker, **window)  # type: ignore[arg-type]
    if not series.bars and not series.others:
        companies.resolve(connection, text)  # known without prices is an empty answer; not known at all is NotFound
    return series
