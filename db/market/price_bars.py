"""Bars of weeks and months, from the views `weekly_prices` and `monthly_prices`."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from db.market.prices import coverage, daily_bars
from db.tables import monthly_prices, weekly_prices
from workbench.domain.identity import Ticker
from workbench.domain.market.price_bars import Interval, PriceBar, combine
from workbench.domain.market.prices import preferred_source

_VIEWS = {Interval.WEEK: weekly_prices, Interval.MONTH: monthly_prices}


def price_bars(
    connection: sa.Connection,
    ticker: Ticker,
    interval: Interval,
    *,
    since: date | None = None,
    until: date | None = None,
    as_of: date | None = None,
    source: str | None = None,
) -> tuple[str | None, list[PriceBar]]:
    """The source, chosen as for daily bars, and one bar per week or month with trading days in the window, oldest first.

    A week or month that is partly outside `since`, `until` or `as_of` uses only its days inside.
    """
    last = min((day for day in (until, as_of) if day is not None), default=None)
    known = coverage(connection, ticker, since=since, until=last)
    chosen = preferred_source(each for each in known if source is None or each.source == source)
    if chosen is None:
        return None, []
    first_day, last_day = since or chosen.first_on, last or chosen.last_on
    cut = {interval.first_day(day) for day in (since, last) if day is not None}
    stored = _stored(connection, interval, ticker, chosen.source, since=first_day, until=last_day)
    whole = [bar for bar in stored if bar.starts_on not in cut]
    edges: list[PriceBar] = []
    for start in sorted(cut):
        until_day = min(last_day, interval.last_day(start))
        days = daily_bars(connection, ticker, since=max(start, first_day), until=until_day, source=chosen.source)
        if days:
            edges.append(combine(interval, days))
    return chosen.source, sorted([*whole, *edges], key=lambda bar: bar.starts_on)


def _stored(
    connection: sa.Connection, interval: Interval, ticker: Ticker, source: str, *, since: date, until: date
) -> list[PriceBar]:
    view = _VIEWS[interval]
    query = sa.select(view).where(
        view.c.ticker == ticker.symbol,
        view.c.source == source,
        view.c.starts_on >= interval.first_day(since),
        view.c.starts_on <= until,
    )
    return [
        PriceBar(
            row.starts_on, row.last_traded_on, row.open, row.high, row.low, row.close, int(row.volume_shares), row.trading_days
        )
        for row in connection.execute(query)
    ]
