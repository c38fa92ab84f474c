"""What workers are sent: functions named by this module, which open what they need and close it."""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache

from db.engine import Database
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Cik
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.facts.bulk import ingest_bulk, listed_ciks
from workbench.ingest.filings.main_documents import ingest_filing
from workbench.ingest.operations.metrics import report_metrics
from workbench.ports import BulkName, FilingSource
from workbench.runtime import connect, object_store
from workbench.runtime.sources import filing_source
from workbench.settings import Settings
from workbench.sources.bulk import BulkArchive


@dataclass(frozen=True, slots=True)
class BulkPart:
    """Companies that follow one another in an archive; `is_all` opens it without the list of listed companies."""

    name: BulkName
    ciks: tuple[Cik, ...]
    is_all: bool

    def __str__(self) -> str:
        return f"CIK {self.ciks[0]}" if len(self.ciks) == 1 else f"{self.name} of CIK {self.ciks[0]} to {self.ciks[-1]}"

    def apart(self) -> list[BulkPart]:
        """A part for each of its companies."""
        return [BulkPart(self.name, (cik,), self.is_all) for cik in self.ciks]


@dataclass(frozen=True, slots=True)
class FilingPart:
    """Some filings, such as of one company."""

    filings: tuple[Filing, ...]

    def __str__(self) -> str:
        return ", ".join(filing.accession.text for filing in self.filings)

    def apart(self) -> list[FilingPart]:
        """A part for each of its filings."""
        return [FilingPart((filing,)) for filing in self.filings]


@dataclass(frozen=True, slots=True)
class CompaniesPart:
    """Some companies."""

    ciks: tuple[Cik, ...]

    def __str__(self) -> str:
        return str(self.ciks[0]) if len(self.ciks) == 1 else f"CIK {self.ciks[0]} to {self.ciks[-1]}"

    def apart(self) -> list[CompaniesPart]:
        """A part for each of its companies."""
        return [CompaniesPart((cik,)) for cik in self.ciks]


def load_bulk_part(settings: Settings, part: BulkPart) -> list[IngestReport]:
    """Loads those companies from the archive."""
    archive = open_bulk(settings, part.name, is_all=part.is_all)
    return list(ingest_bulk(worker_database(settings), object_store(settings), archive, part.name, part.ciks))


def read_filings_part(settings: Settings, part: FilingPart) -> list[IngestReport]:
    """Fetches and indexes the documents of those filings."""
    database, source = worker_database(settings), _source(settings)
    return [ingest_filing(database, object_store(settings), source, filing) for filing in part.filings]


def refresh_metrics_part(settings: Settings, part: CompaniesPart) -> list[IngestReport]:
    """Computes latest figures and checks of those companies, for which nobody outside is asked."""
    return [report_metrics(worker_database(settings), cik) for cik in part.ciks]


@lru_cache(maxsize=2)
def open_bulk(settings: Settings, name: BulkName, *, is_all: bool) -> BulkArchive:
    """The archive with its table of contents read, kept for the next part of the same worker."""
    source = _source(settings)
    wanted = None if is_all else listed_ciks(worker_database(settings), source)
    return BulkArchive(source.bulk(name), f"{settings.edgar.url}/{name}.zip", wanted=wanted)


@lru_cache(maxsize=1)
def worker_database(settings: Settings) -> Database:
    """The database of a worker, opened once and open until it ends."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(connect(settings))


@lru_cache(maxsize=1)
def _source(settings: Settings) -> FilingSource:
    """The source of a worker, open until it ends; raises SetupError where the SEC would not be told whose program it is."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(filing_source(settings))
