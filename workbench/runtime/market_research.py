"""Questions about share prices: bars, returns, and event studies around filings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from workbench.domain.errors import InvalidRequest
from workbench.domain.market.price_bars import Interval
from workbench.runtime.arguments import (
    AsOf,
    CompanyName,
    Day,
    find_as_of,
    find_company,
    find_day,
    find_ticker,
    names_of,
    texts_of,
)
from workbench.runtime.research import Research, choice

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from db.engine import Connection
    from workbench.analysis.market.event_study import StudyEvent
    from workbench.analysis.market.returns import DailyReturn
    from workbench.domain.identity import Ticker


class MarketResearch(Research):
    """A ticker names its share class, a CIK the company's first one; prices are never joined over sources."""

    def bars(
        self,
        company: CompanyName,
        interval: str = "week",
        *,
        since: Day | None = None,
        until: Day | None = None,
        as_of: AsOf = None,
        source: str | None = None,
    ) -> pd.DataFrame:
        """One row a week (`week`) or month (`month`), oldest first, as traded; `attrs["source"]`. See `price_bars_frame`.

        Daily bars are what `prices` gives.
        """
        from db.market.price_bars import price_bars
        from workbench.analysis.market.market_frames import price_bars_frame

        chosen, days = choice(Interval, interval), [None if day is None else find_day(day) for day in (since, until)]
        with self.database.read() as connection:
            ticker, known = find_ticker(connection, company), find_as_of(as_of)
            name, results = price_bars(connection, ticker, chosen, since=days[0], until=days[1], as_of=known, source=source)
        frame = price_bars_frame(results)
        frame.attrs["source"] = name
        return frame

    def returns(
        self,
        companies: CompanyName | Iterable[CompanyName],
        kind: str = "simple",
        closes: str = "adjusted",
        *,
        as_of: AsOf = None,
        wide: bool = False,
    ) -> pd.DataFrame:
        """One row a company and trading day, oldest first; `wide` puts companies side by side. See `returns_frame`.

        `kind` is simple or log; `closes` is adjusted (for splits and dividends, by the source) or raw.
        """
        from workbench.analysis.market.market_frames import returns_frame

        day = find_as_of(as_of)
        with self.database.read() as connection:
            tickers = [find_ticker(connection, name) for name in names_of(companies)]
            results = {each.symbol: _returns(connection, each, day, kind, closes) for each in tickers}
        return returns_frame(results, wide=wide)

    def event_study(
        self,
        companies: CompanyName | Iterable[CompanyName],
        *,
        items: str | Iterable[str] = (),
        forms: str | Iterable[str] = (),
        window: tuple[int, int] = (-5, 5),
        estimation_days: int = 120,
        benchmark: CompanyName | None = None,
        level: float = 0.95,
        since: Day | None = None,
        as_of: AsOf = None,
        by_event: bool = False,
    ) -> pd.DataFrame:
        """One row a trading day around filings: the mean abnormal return and its confidence band; see `event_study_frame`.

        The filings are current reports with these `items`, or filings of these `forms`. `benchmark` is a share whose returns
        stand for the market; without one a return is abnormal against the share's own mean. With `by_event` one row a filing;
        see `event_returns_frame`. Too few events give an empty frame, whose `attrs["refusal"]` says why.
        """
        from db.market.study_events import study_events
        from workbench.analysis.market.event_study import StudyDesign, event_study
        from workbench.analysis.market.market_frames import event_returns_frame, event_study_frame

        if len(window) != 2:
            raise InvalidRequest("a window has a first and a last day", hint="such as window=(-5, 5)")
        design = StudyDesign(*window, estimation_days, level)
        first, day = None if since is None else find_day(since), find_as_of(as_of)
        returns: dict[str, Sequence[DailyReturn]] = {}
        events: list[StudyEvent] = []
        with self.database.read() as connection:
            kinds = {"items": texts_of(items), "forms": texts_of(forms)}
            for name in names_of(companies):
                ticker, filer = find_ticker(connection, name), find_company(connection, name)
                returns[ticker.symbol] = _returns(connection, ticker, day)
                events += study_events(connection, filer, ticker.symbol, **kinds, since=first, as_of=day)
            market = None if benchmark is None else _returns(connection, find_ticker(connection, benchmark), day)
        study = event_study(events, returns, design, benchmark=market)
        return event_returns_frame(study) if by_event else event_study_frame(study)


def _returns(
    connection: Connection, ticker: Ticker, as_of: date | None, kind: str = "simple", closes: str = "adjusted"
) -> list[DailyReturn]:
    from db.market.prices import price_series
    from workbench.analysis.market.returns import Closes, ReturnKind, daily_returns

    bars = price_series(connection, ticker, as_of=as_of).bars
    return daily_returns(bars, kind=choice(ReturnKind, kind), closes=choice(Closes, closes))
