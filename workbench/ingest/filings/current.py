"""New filings of the companies in the database since the last check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from db import companies as db_companies
from db.engine import Database
from db.filings import filing_index as db_filings
from db.operations import runs
from workbench.domain.errors import NotFound
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Cik
from workbench.domain.operations.runs import IngestReport
from workbench.ingest import archive, unit_of_work
from workbench.ingest.facts.companyfacts import ingest_facts
from workbench.ingest.filings.main_documents import DEFAULT_FORMS, ingest_filings
from workbench.ingest.filings.submissions import ingest_submissions
from workbench.parse.edgar.current_feed import parse_current_feed
from workbench.parse.edgar.daily_index import parse_daily_index
from workbench.ports import FilingSource, ObjectStore

FEED, INDEX = "current feed", "daily index"

# The SEC returns an error page beyond about 5,000 entries; the daily index has the rest.
_MOST_PAGES = 100
_FEED_PAGE = 40
# New filings arrive while pages are read, and some appear late.
_OVERLAP = timedelta(minutes=30)


def ingest_new_filings(
    database: Database,
    objects: ObjectStore,
    source: FilingSource,
    *,
    now: datetime,
    forms: Sequence[str] = DEFAULT_FORMS,
    days: int = 7,
) -> Iterator[IngestReport]:
    """Ingests filings that are in the current feed or the daily indexes of the last `days` days but not in the database.

    Only companies in the database are considered. For each with a new filing, submissions and facts are refreshed and the
    new documents of `forms` read. The feed is read back to the last check, a daily index once. A day counts as read only
    when all its filings were ingested, so failures are retried at the next check.
    """
    with database.read() as connection:
        followed = set(db_companies.known_ciks(connection))
        seen = runs.latest_of(connection, FEED).get("latest")
    since = min(seen.started_at, now) - _OVERLAP if seen else now - timedelta(days=1)
    filings: list[Filing] = []
    feed = unit_of_work.run(database, FEED, "latest", lambda tally: _read_feed(source, since, followed, filings, tally))
    yield feed
    yield from _bring_in(database, objects, source, filings, forms=forms)
    for day in _unread_days(database, now.date(), days):
        yield from _day(database, objects, source, day, followed=followed, forms=forms, is_over=day < now.date())


def _read_feed(
    source: FilingSource, since: datetime, followed: set[Cik], filings: list[Filing], tally: unit_of_work.Tally
) -> None:
    """Reads pages back to `since`. The feed is not archived, because it is not a source of data; the filings it lists are."""
    for number in range(_MOST_PAGES):
        try:
            page = parse_current_feed(source.latest_filings(number * _FEED_PAGE).content)
        except NotFound:
            if number == 0:
                tally.skip("the source has no feed")
            return
        tally.dropped["entry that is no filing"] += page.dropped
        filings.extend(filing for filing in page.filings if filing.cik in followed)
        if page.oldest is None or page.oldest < since:
            return
    tally.dropped["feed ended before the last check (the daily index has the rest)"] += 1


def _unread_days(database: Database, today: date, days: int) -> list[date]:
    """Working days up to today whose index has not been read completely, oldest first."""
    wanted = [today - timedelta(days=back) for back in range(days, -1, -1)]
    wanted = [day for day in wanted if day.isoweekday() <= 5]
    with database.read() as connection:
        done = runs.succeeded(connection, INDEX, [day.isoformat() for day in wanted])
    return [day for day in wanted if day.isoformat() not in done]


def _day(
    database: Database, objects: ObjectStore, source: FilingSource, day: date, *, followed: set[Cik], forms: Sequence[str],
    is_over: bool,
) -> Iterator[IngestReport]:  # fmt: skip
    filings: list[Filing] = []
    reports: list[IngestReport] = []

    def work(tally: unit_of_work.Tally) -> None:
        try:
            fetched = source.daily_index(day)
        except NotFound:
            tally.skip("no index of this day (yet)")
            return
        tally.works_on(archive.archive(database, objects, fetched))
        index = parse_daily_index(fetched.content)
        tally.dropped["line that is no filing"] += index.dropped
        filings.extend(filing for filing in index.filings if filing.cik in followed)
        reports.extend(_bring_in(database, objects, source, filings, forms=forms))
        missed = Counter(each.outcome for each in reports)["failed"]
        if missed or not is_over:
            tally.skip(f"{missed} steps failed; retried at the next check" if missed else "the day is not over")

    done = unit_of_work.run(database, INDEX, day.isoformat(), work, is_idle_recorded=True)
    yield from reports
    yield done


def _bring_in(
    database: Database, objects: ObjectStore, source: FilingSource, results: Sequence[Filing], *, forms: Sequence[str]
) -> Iterator[IngestReport]:
    results = list(dict.fromkeys(results))
    with database.read() as connection:
        new = set(db_filings.unknown_filings(connection, results))
        for cik in {filing.cik for filing in results if filing.form in forms}:
            there = {accession for accession, _ in db_filings.indexed_documents(connection, cik)}
            new.update(each for each in results if each.cik == cik and each.form in forms and each.accession not in there)
    by_company: dict[Cik, list[Filing]] = {}
    for filing in (each for each in results if each in new):
        by_company.setdefault(filing.cik, []).append(filing)
    for cik, filings in by_company.items():
        steps = partial(_company, database, objects, source, cik, filings, forms=forms)
        yield from unit_of_work.step_by_step(database, "new filings", str(cik), steps)


def _company(
    database: Database, objects: ObjectStore, source: FilingSource, cik: Cik, new: list[Filing], *, forms: Sequence[str]
) -> Iterator[IngestReport]:
    with database.read() as connection:
        company = db_companies.get_company(connection, cik)
    facts = ingest_facts(database, objects, source, company)
    submissions = ingest_submissions(database, objects, source, company)
    yield from (facts, submissions)
    if "failed" in (facts.outcome, submissions.outcome):
        return  # the filings are not saved, so the next check finds them again
    accessions = {filing.accession for filing in new}
    with database.read() as connection:
        since = min(filing.filed_on for filing in new)
        indexed = db_filings.list_filings(connection, cik, forms=forms, since=since, limit=None)
    known = [filing for filing in indexed if filing.accession in accessions]
    late = [filing for filing in new if filing.form in forms and filing.accession not in {each.accession for each in known}]
    # Documents first: a filing is in the index only after its document is.
    yield from ingest_filings(database, objects, source, company, [*known, *late])
    with database.write() as connection:
        db_filings.save_filings(connection, db_filings.unknown_filings(connection, new))
