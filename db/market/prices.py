"""Daily prices by ticker and source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa

from db.tables import stock_prices
from workbench.domain.identity import Ticker
from workbench.domain.market.prices import Coverage, DailyBar, PriceSeries, adjusted_as_of_last, preferred_source

_BAR = ("open", "high", "low", "close", "adjusted_close", "volume_shares")


@dataclass(frozen=True, slots=True)
class BarsSaved:
    """Rows of one `save_bars`: `new` days, `changed` days (the source corrected or adjusted them), and `unchanged` ones."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


def daily_bars(
    connection: sa.Connection,
    ticker: Ticker,
    *,
    since: date | None = None,
    until: date | None = None,
    as_of: date | None = None,
    source: str | None = None,
) -> list[DailyBar]:
    """One row a trading day from `since` to `until` (both included), oldest first, all from one source; empty when none.

    Which source, and what `as_of` does to adjusted closes: see `price_series`.
    """
    return list(price_series(connection, ticker, since=since, until=until, as_of=as_of, source=source).bars)


def price_series(
    connection: sa.Connection,
    ticker: Ticker,
    *,
    since: date | None = None,
    until: date | None = None,
    as_of: date | None = None,
    source: str | None = None,
) -> PriceSeries:
    """The bars with the name of their source and of those left aside.

    Without `source`, `preferred_source` (`workbench.domain.market.prices`) chooses among those with bars in the window.
    With `as_of`, bars end on that day and adjusted closes know nothing that came later (`adjusted_as_of_last`); without it
    they are as the source adjusted them when they were fetched.
    """
    last = min((day for day in (until, as_of) if day is not None), default=None)
    known = coverage(connection, ticker, since=since, until=last)
    chosen = preferred_source(each for each in known if source is None or each.source == source)
    if chosen is None:
        return PriceSeries(ticker, as_of, None, (), tuple(known))
    others = tuple(each for each in known if each is not chosen)
    bars = _bars(connection, ticker, chosen.source, since, as_of if as_of is not None else last)
    if as_of is not None:
        # What was known on `as_of` is anchored there, also when the window ends sooner.
        bars = [bar for bar in adjusted_as_of_last(bars) if last is None or bar.traded_on <= last]
    return PriceSeries(ticker, as_of, chosen.source, tuple(bars), others)


def coverage(
    connection: sa.Connection, ticker: Ticker, *, since: date | None = None, until: date | None = None
) -> list[Coverage]:
    """What each source holds of the ticker between the two days, by name of the source."""
    query = sa.select(
        stock_prices.c.source,
        sa.func.min(stock_prices.c.traded_on),
        sa.func.max(stock_prices.c.traded_on),
        sa.func.count(),
    ).where(_window(ticker, None, since, until))
    rows = connection.execute(query.group_by(stock_prices.c.source).order_by(stock_prices.c.source))
    return [Coverage(*row) for row in rows]


def save_bars(connection: sa.Connection, bars: Iterable[DailyBar], *, fetched_at: datetime | None = None) -> BarsSaved:
    """Saves bars by (ticker, source, trading day), by COPY; a day that is there with other values takes the new ones.

    Bars are taken as they come: let `workbench.parse.validation` see them first. The last wins when a day comes twice.
    """
    latest = {(bar.ticker.symbol, bar.source, bar.traded_on): bar for bar in bars}
    if not latest:
        return BarsSaved()
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection is closed")
    with driver.cursor() as cursor:
        cursor.execute(
            "create temporary table incoming_bars (like stock_prices including defaults) on commit drop"
            if not _has_incoming(connection)
            else "truncate incoming_bars"
        )
        at = fetched_at or datetime.now(UTC)
        with cursor.copy(f"copy incoming_bars ({_COLUMNS}) from stdin") as copy:
            for key, bar in latest.items():
                copy.write_row((*key, *(getattr(bar, name) for name in _BAR), at))
        cursor.execute(_UPSERT)
        new, changed = cursor.fetchone()
        if new or changed:
            cursor.execute(_OUTDATE_VALUES, [sorted({bar.ticker.symbol for bar in latest.values()})])
    return BarsSaved(new, changed, len(latest) - new - changed)


_COLUMNS = ", ".join(("ticker", "source", "traded_on", *_BAR, "fetched_at"))

_UPSERT = f"""
with saved as (
    insert into stock_prices as old ({_COLUMNS}) select {_COLUMNS} from incoming_bars order by ticker, source, traded_on
    on conflict (ticker, source, traded_on) do update
    set {", ".join(f"{name} = excluded.{name}" for name in _BAR)}, fetched_at = excluded.fetched_at
    where ({", ".join(f"old.{name}" for name in _BAR)}) is distinct from ({", ".join(f"excluded.{name}" for name in _BAR)})
    returning ticker, traded_on, (xmax = 0) as is_new
), examined as (
    update company_value_states v set examined_until = least(v.examined_until, c.first_on - 1)
    from (
        select t.cik, min(s.traded_on) as first_on from saved s join company_tickers t on t.ticker = s.ticker group by t.cik
    ) c
    where v.cik = c.cik
)
select count(*) filter (where is_new), count(*) filter (where not is_new) from saved
"""  # noqa: S608  only names from this module go in

# Values at the close before no longer hold.
_OUTDATE_VALUES = """
update company_values set holds_until = '-infinity'
where cik in (select cik from company_tickers where ticker = any(%s))
"""


def _has_incoming(connection: sa.Connection) -> bool:
    return connection.scalar(sa.text("select to_regclass('pg_temp.incoming_bars')")) is not None


def _bars(connection: sa.Connection, ticker: Ticker, source: str, since: date | None, until: date | None) -> list[DailyBar]:
    columns = stock_prices.c
    query = (
        sa.select(
            columns.traded_on, columns.open, columns.high, columns.low, columns.close, columns.volume_shares,
            columns.adjusted_close,
        )
        .where(_window(ticker, source, since, until))
        .order_by(columns.traded_on)
    )  # fmt: skip
    return [DailyBar(ticker, *row, source) for row in connection.execute(query)]


def _window(ticker: Ticker, source: str | None, since: date | None, until: date | None) -> sa.ColumnElement[bool]:
    columns = stock_prices.c
    parts = [columns.ticker == ticker.symbol]
    if source is not None:
        parts.append(columns.source == source)
    if since is not None:
        parts.append(columns.traded_on >= since)
    if until is not None:
        parts.append(columns.traded_on <= until)
    return sa.and_(*parts)
