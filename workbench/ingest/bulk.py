"""The first load of the market from the SEC's nightly archives, read company by company without unpacking them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import zip_longest

from db import companies as db_companies
from db.engine import Database
from workbench.domain.identity import Cik, Company
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.facts.companyfacts import FactsRead, ingest_read_facts, read_facts
from workbench.ingest.filings.submissions import ingest_submissions
from workbench.parse.edgar.tickers import parse_tickers
from workbench.ports import BulkName, FilingSource, ObjectStore
from workbench.sources.bulk import BulkArchive


def listed_ciks(database: Database, source: FilingSource) -> set[Cik]:
    """The companies to load: all with a listed share class, and all in the database."""
    listed = parse_tickers(source.tickers().content)
    with database.read() as connection:
        return {row.cik for row in listed.by_ticker.values()} | set(db_companies.known_ciks(connection))


def ingest_bulk(
    database: Database, objects: ObjectStore, archive: BulkArchive, name: BulkName, ciks: Sequence[Cik]
) -> Iterator[IngestReport]:
    """Loads these companies from one archive and yields a report after each.

    Each company is loaded in its own transaction, so the load can be stopped and repeated at any time: unchanged companies
    are skipped.
    """
    companies = [Company(cik, f"CIK {cik}") for cik in ciks]
    if name == "companyfacts":
        yield from _facts(database, objects, archive, companies)
        return
    for company in companies:
        yield ingest_submissions(database, objects, archive, company)


def _facts(
    database: Database, objects: ObjectStore, archive: BulkArchive, companies: Sequence[Company]
) -> Iterator[IngestReport]:
    """Loads facts; reads the next company while one is written, so that this process and the database work in parallel."""
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as reader:
        ahead: deque[Future[FactsRead]] = deque()
        for company, following in zip_longest([None, *companies], companies):
            if following is not None:
                ahead.append(reader.submit(read_facts, database, objects, archive, following))
            if company is not None:
                yield ingest_read_facts(database, company, ahead.popleft().result)
