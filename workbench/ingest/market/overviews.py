"""Company overviews: fetched, archived, parsed and saved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from db.companies import get_company
from db.engine import Database
from db.market import overviews as db_overviews
from workbench.domain.errors import NotFound
from workbench.domain.identity import Cik, Company
from workbench.domain.market.overview import CompanyOverview
from workbench.domain.operations.runs import IngestReport
from workbench.ingest import unit_of_work
from workbench.ingest.market.vendor_responses import ask, content_version
from workbench.parse.vendors.company_overview import parse_overview
from workbench.ports import ObjectStore, OverviewSource


def ingest_overview(
    database: Database, objects: ObjectStore, source: OverviewSource, company: Company, *, today: date
) -> IngestReport:
    """Saves the source's current overview of the company's first share class; one transaction, safe to repeat.

    A share that the source does not know is saved as an empty overview, so that other companies come first next time.
    """

    def work(tally: unit_of_work.Tally) -> None:
        if company.ticker is None:
            raise NotFound(f"{company.name} has no listed share class")
        ticker = company.ticker
        try:
            fetched = ask(database, objects, source.name, lambda: source.overview(ticker))
        except NotFound:
            tally.drop("the source does not know the share")
            company_overview = CompanyOverview(company.cik, company.ticker, source.name)
        else:
            tally.works_on(content_version(fetched))
            company_overview = parse_overview(fetched.content, company, company.ticker, source.name)
        with database.write() as connection:
            tally.saved["overviews"] = int(db_overviews.save_overview(connection, company_overview, today))

    return unit_of_work.run(database, "overview", company.label, work)


def refresh_overviews(
    database: Database, objects: ObjectStore, source: OverviewSource, *, today: date, days: int, most: int
) -> Iterator[IngestReport]:
    """Refreshes at most `most` companies that were not checked for `days` days, oldest check first.

    Ends early if the source becomes unavailable, for example because the daily limit is used up; the next run continues.
    """
    with database.read() as connection:
        before = today - timedelta(days=days)
        ciks = db_overviews.longest_unchecked(connection, source.name, before=before, limit=most)

    def one(cik: Cik) -> Iterator[IngestReport]:
        with database.read() as connection:
            company = get_company(connection, cik)
        yield ingest_overview(database, objects, source, company, today=today)

    def each() -> Iterator[IngestReport]:
        for cik in ciks:
            yield from unit_of_work.step_by_step(database, "overview of a company", str(cik), partial(one, cik))

    return unit_of_work.until_source_is_gone(each())
