"""Daily prices."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.deps import AsOf, Question, Since, Until
from api.problems import problems
from api.responses import json_response
from api.tables import TableRoute
from db import companies
from db.engine import Connection
from db.market import prices
from db.market.price_bars import price_bars
from workbench.analysis.market.price_json import (
    PriceBarsAnswer,
    PricesAnswer,
    price_bars_answer,
    prices_answer,
)
from workbench.domain.market.price_bars import Interval
from workbench.domain.market.prices import PriceSeries

router = APIRouter(prefix="/prices", tags=["prices"], route_class=TableRoute)


@router.get(
    "/{ticker}",
    summary="Daily prices of a share class",
    response_model=PricesAnswer,
    responses=problems(400, 401, 404, 422),
)
async def daily_prices(
    *,
    request: Request,
    ask: Question,
    ticker: Annotated[str, Path(description="A ticker, or a CIK for its first share class.", examples=["AAPL"])],
    as_of: AsOf,
    since: Since,
    until: Until,
    source: Annotated[str | None, Query(description="Only this source; the one that fits best by default.")] = None,
) -> Response:
    """One bar per trading day, oldest first, all from one source. `others` lists the other sources with prices."""
    series = await ask(_series, ticker, since=since, until=until, as_of=as_of, source=source)
    return json_response(request, prices_answer(series))


@router.get(
    "/{ticker}/bars",
    summary="Weekly or monthly prices of a share class",
    response_model=PriceBarsAnswer,
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
    interval: Annotated[Interval, Query(description="The period of one bar.")] = Interval.WEEK,
    source: Annotated[str | None, Query(description="Only this source; the one that fits best by default.")] = None,
) -> Response:
    """One bar per week or month, oldest first, as traded and not adjusted for splits.

    A week or month that is partly outside `since` and `until` uses only its days inside them.
    """

    def bars(connection: Connection) -> PriceBarsAnswer:
        series = _series(connection, ticker, since=since, until=until, as_of=as_of, source=source)
        name, rows = price_bars(
            connection, series.ticker, interval, since=since, until=until, as_of=as_of, source=series.source
        )
        return price_bars_answer(series.ticker, interval, as_of, name, rows)

    return json_response(request, await ask(bars))


def _series(connection: Connection, /, text: str, **window: date | str | None) -> PriceSeries:
    ticker = companies.resolve_ticker(connection, text)
    series: PriceSeries = prices.price_series(connection, ticker, **window)  # type: ignore[arg-type]
    if not series.bars and not series.others:
        companies.resolve(connection, text)  # a known ticker without prices gives an empty list, an unknown one NotFound
    return series
