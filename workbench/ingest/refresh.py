"""Updates every company in the database, one kind of data at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial

from db import companies as db_companies
from db.engine import Database
from workbench.domain.identity import Cik, Company
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.facts.companyfacts import ingest_facts
from workbench.ingest.filings.submissions import ingest_submissions
from workbench.ingest.market.news import ingest_news
from workbench.ingest.market.prices import ingest_prices
from workbench.ingest.unit_of_work import step_by_step, until_source_is_gone
from workbench.ports import FilingSource, NewsSource, ObjectStore, PriceSource


def refresh_submissions(database: Database, objects: ObjectStore, source: FilingSource) -> Iterator[IngestReport]:
    """Refreshes the profile and filing index of each company."""
    return _each(database, "submissions", lambda company: ingest_submissions(database, objects, source, company))


def refresh_facts(database: Database, objects: ObjectStore, source: FilingSource) -> Iterator[IngestReport]:
    """Refreshes the XBRL facts of each company."""
    return _each(database, "facts", lambda company: ingest_facts(database, objects, source, company))


def refresh_prices(database: Database, objects: ObjectStore, source: PriceSource) -> Iterator[IngestReport]:
    """Refreshes the daily prices of each company's first share class; skips companies without one."""

    def prices(company: Company) -> IngestReport | None:
        return ingest_prices(database, objects, source, company.ticker) if company.ticker else None

    return _each(database, "prices", prices)


def refresh_news(
    database: Database, objects: ObjectStore, source: NewsSource, *, today: date, days: int = 2, pages: int = 1
) -> Iterator[IngestReport]:
    """Fetches the news of the last `days` days for each listed company."""

    def news(company: Company) -> IngestReport | None:
        since = today - timedelta(days=days)
        return ingest_news(database, objects, source, company, since=since, pages=pages) if company.ticker else None

    return _each(database, "news", news)


def _each(database: Database, kind: str, step: Callable[[Company], IngestReport | None]) -> Iterator[IngestReport]:
    """A report per company, until the source becomes unavailable: a used-up daily limit ends a run early."""
    with database.read() as connection:
        ciks = db_companies.known_ciks(connection)

    def one(cik: Cik) -> Iterator[IngestReport]:
        if (done := step(_company(database, cik))) is not None:
            yield done

    return until_source_is_gone(
        report for cik in ciks for report in step_by_step(database, f"{kind} of a company", str(cik), partial(one, cik))
    )


def _company(database: Database, cik: Cik) -> Company:
    with database.read() as connection:
        return db_companies.get_company(connection, cik)
