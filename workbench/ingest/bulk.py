"""The first load of the market from the SEC's nightly archives, company by company, never unpacked as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from db import companies as db_companies
from db.engine import Database
from workbench.domain.identity import Cik, Company
from workbench.domain.runs import IngestReport
from workbench.ingest.companies import ingest_submissions
from workbench.ingest.facts import ingest_facts
from workbench.parse.tickers import parse_tickers
from workbench.ports import BulkName, FilingSource, ObjectStore
from workbench.sources.bulk import BulkArchive

_STEPS: dict[BulkName, Callable[..., IngestReport]] = {"submissions": ingest_submissions, "companyfacts": ingest_facts}


def listed_ciks(database: Database, source: FilingSource) -> set[Cik]:
    """The companies that a load of the market is about: all with a listed share class, and all that are here."""
    listed = parse_tickers(source.tickers().content)
    with database.read() as connection:
        return {row.cik for row in listed.by_ticker.values()} | set(db_companies.known_ciks(connection))


def ingest_bulk(
    database: Database, objects: ObjectStore, archive: BulkArchive, name: BulkName, ciks: Sequence[Cik]
) -> Iterator[IngestReport]:
    """Loads those companies from one archive and yields a report for each as it is done.

    The steps are those of single companies, each in a transaction of its own, so the load may be stopped at any time and
    begun again: what stands in the database as the archive has it is no work.
    """
    for cik in ciks:
        yield _STEPS[name](database, objects, archive, Company(cik, f"CIK {cik}"))
