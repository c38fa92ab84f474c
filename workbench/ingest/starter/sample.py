"""Takes in the sample company of a new workbench by the same steps as any other, with a watchlist and an alert on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from functools import partial

from db.alerts import watchlists
from db.companies import get_company, loaded_part, save_loaded_part
from db.engine import Database
from db.market.news import save_articles
from db.market.prices import save_bars
from workbench.analysis.market.sentiment import METHOD, sentiment
from workbench.domain.alerts.delivery_times import Schedule
from workbench.domain.alerts.rules import INBOX
from workbench.domain.errors import Conflict
from workbench.domain.market.news import ScoredArticle, mention
from workbench.domain.operations.runs import IngestReport
from workbench.domain.rights.ownership import LOCAL_USER
from workbench.ingest.alerts.notices import add_rule, look
from workbench.ingest.companies import ingest_company
from workbench.ingest.filings.uploads import Description, add_document
from workbench.ingest.starter.sample_company import (
    CIK,
    SOURCE,
    TICKER,
    SampleFiling,
    SampleSource,
    compose_bars,
    compose_filings,
    compose_news,
    compose_note,
)
from workbench.ingest.unit_of_work import Tally, run, step_by_step
from workbench.ports import Notifier, ObjectStore

KIND = "sample"
PART = "sample"
# Counts up when the sample says something else.
_VERSION = "2"
_WATCHLIST = "Sample"
# The filings that come after the alert was made, which are what it finds.
_NEW = 2


def load_sample(database: Database, objects: ObjectStore, notifier: Notifier, now: datetime) -> Iterator[IngestReport]:
    """Takes in the sample company as of the day of `now`; a report for each step. Does nothing where it is already.

    The alert is made on the day before the newest filings, so that its notifications are in the inbox.
    """
    with database.read() as connection:
        if loaded_part(connection, CIK, PART) is not None:
            return
    yield from step_by_step(database, KIND, TICKER.symbol, partial(_steps, database, objects, notifier, now))


def _steps(database: Database, objects: ObjectStore, notifier: Notifier, now: datetime) -> Iterable[IngestReport]:
    filings = compose_filings(now.date())
    yield from ingest_company(database, objects, SampleSource(filings[:-_NEW]), None, TICKER.symbol)
    yield run(database, KIND, "prices and news", partial(_market, database, filings, now))
    yield run(database, KIND, "note", partial(_note, database, objects, filings))
    before = datetime.combine(filings[-_NEW].filed_on, time(12), UTC) - timedelta(days=1)
    yield run(database, KIND, "watchlist and alert", partial(_follow, database, notifier, before))
    yield from ingest_company(database, objects, SampleSource(filings), None, TICKER.symbol)
    yield look(database, now=datetime.combine(filings[-1].filed_on, time(22), UTC))
    with database.write() as connection:
        save_loaded_part(connection, CIK, PART, sha256="", reader=_VERSION)


def _market(database: Database, filings: list[SampleFiling], now: datetime, tally: Tally) -> None:
    with database.write() as connection:
        company = get_company(connection, CIK)
        articles = [
            ScoredArticle(
                each, sentiment(each.title, each.summary), METHOD, (result,) if (result := mention(each, company)) else ()
            )
            for each in compose_news(filings)
        ]
        tally.saved["articles"] = save_articles(connection, articles, source=SOURCE, fetched_at=now)
        tally.saved["bars"] = save_bars(connection, compose_bars(now.date()), fetched_at=now).new


def _note(database: Database, objects: ObjectStore, filings: list[SampleFiling], tally: Tally) -> None:
    described = Description(TICKER.symbol, "NOTE", filings[-1].filed_on, "Note on a visit to Harrow Lake Instruments")
    added = add_document(database, objects, content=compose_note(), name="harrow-lake-visit.html", description=described)
    tally.saved["documents"] = int(added.is_new)


def _follow(database: Database, notifier: Notifier, day: datetime, tally: Tally) -> None:
    with database.write() as connection:
        try:
            watchlists.create(connection, LOCAL_USER, _WATCHLIST)
        except Conflict:
            return
        watchlists.add_members(connection, LOCAL_USER, _WATCHLIST, [CIK])
    add_rule(
        database, notifier, owner=LOCAL_USER, condition="filing 10-K,10-Q,8-K", channel=INBOX, schedule=Schedule(), now=day,
        company=TICKER.symbol,
    )  # fmt: skip
    tally.saved["alerts"] = 1
