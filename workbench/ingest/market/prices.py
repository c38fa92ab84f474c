"""Daily prices: fetched, archived, parsed and saved."""

from __future__ import annotations

from db.engine import Database
from db.market import prices as db_prices
from workbench.domain.as_of import today
from workbench.domain.errors import SourceRefused
from workbench.domain.identity import Ticker
from workbench.domain.market.prices import continues
from workbench.domain.operations.runs import IngestReport
from workbench.ingest import unit_of_work
from workbench.ingest.market.vendor_responses import ask, content_version
from workbench.parse.vendors.alpha_vantage import DailySeries, parse_daily
from workbench.ports import ObjectStore, PriceSource


def ingest_prices(
    database: Database, objects: ObjectStore, source: PriceSource, ticker: Ticker, *, is_full: bool = False
) -> IngestReport:
    """Updates the stored price series of a ticker; one transaction, safe to repeat.

    The short series is fetched first. If it does not continue the stored series (nothing is stored, days are missing, or the
    source has readjusted its closes), the full series follows, so that a stored series has no gaps and one adjustment. If
    the plan does not include the full series, the short one is saved and the report says so.
    """

    def work(tally: unit_of_work.Tally) -> None:
        series = _fetch(database, objects, source, ticker, is_full=is_full, tally=tally)
        if not is_full and not _continues(database, source.name, ticker, series):
            try:
                series = _fetch(database, objects, source, ticker, is_full=True, tally=tally)
            except SourceRefused:
                tally.dropped["older days: not in this plan"] += 1
        tally.dropped.update(series.dropped)
        with database.write() as connection:
            saved = db_prices.save_bars(connection, series.bars)
        tally.saved["bars"] = saved.new
        tally.saved["corrected bars"] = saved.changed

    return unit_of_work.run(database, "prices", ticker.symbol, work)


def _fetch(
    database: Database,
    objects: ObjectStore,
    source: PriceSource,
    ticker: Ticker,
    *,
    is_full: bool,
    tally: unit_of_work.Tally,
) -> DailySeries:
    fetched = ask(database, objects, source.name, lambda: source.daily(ticker, is_full=is_full))
    tally.works_on(content_version(fetched))
    series = parse_daily(fetched.content, ticker, source.name)
    future = [bar for bar in series.bars if bar.traded_on > today()]
    if not future:
        return series
    return DailySeries(
        tuple(bar for bar in series.bars if bar not in future), {**series.dropped, "in_the_future": len(future)}
    )


def _continues(database: Database, source: str, ticker: Ticker, series: DailySeries) -> bool:
    if not series.bars:
        return True
    with database.read() as connection:
        stored = db_prices.daily_bars(connection, ticker, source=source, since=series.bars[0].traded_on)
    return continues(stored, series.bars)
