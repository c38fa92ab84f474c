"""Functions that workers run: they open the connections they need and close them."""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache

from db.engine import Database
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Cik
from workbench.domain.operations.runs import IngestReport
from workbench.ingest.bulk import ingest_bulk, listed_ciks
from workbench.ingest.filings.main_documents import ingest_filing
from workbench.ingest.operations.metrics import report_metrics
from workbench.ports import BulkName, FilingSource
from workbench.runtime import connect
from workbench.runtime.components import object_store
from workbench.runtime.sources import filing_source
from workbench.settings import Settings
from workbench.sources.bulk import BulkArchive


@dataclass(frozen=True, slots=True)
class BulkPart:
    """Consecutive companies of an archive; `is_all` opens the archive without restricting it to listed companies."""

    name: BulkName
    ciks: tuple[Cik, ...]
    is_all: bool

    def __str__(self) -> str:
        return f"CIK {self.ciks[0]}" if len(self.ciks) == 1 else f"{self.name} of CIK {self.ciks[0]} to {self.ciks[-1]}"

    def apart(self) -> list[BulkPart]:
        """One part per company."""
        return [BulkPart(self.name, (cik,), self.is_all) for cik in self.ciks]


@dataclass(frozen=True, slots=True)
class FilingPart:
    """Filings to read, for example of one company."""

    filings: tuple[Filing, ...]

    def __str__(self) -> str:
        return ", ".join(filing.accession.text for filing in self.filings)

    def apart(self) -> list[FilingPart]:
        """One part per filing."""
        return [FilingPart((filing,)) for filing in self.filings]


@dataclass(frozen=True, slots=True)
class CompaniesPart:
    """Companies to compute figures for."""

    ciks: tuple[Cik, ...]

    def __str__(self) -> str:
        return str(self.ciks[0]) if len(self.ciks) == 1 else f"CIK {self.ciks[0]} to {self.ciks[-1]}"

    def apart(self) -> list[CompaniesPart]:
        """One part per company."""
        return [CompaniesPart((cik,)) for cik in self.ciks]


def load_bulk_part(settings: Settings, part: BulkPart) -> list[IngestReport]:
    """Loads the companies of the part from the archive."""
    archive = open_bulk(settings, part.name, is_all=part.is_all)
    return list(ingest_bulk(worker_database(settings), object_store(settings), archive, part.name, part.ciks))


def read_filings_part(settings: Settings, part: FilingPart) -> list[IngestReport]:
    """Fetches and indexes the documents of the filings."""
    database, source = worker_database(settings), _source(settings)
    return [ingest_filing(database, object_store(settings), source, filing) for filing in part.filings]


def refresh_metrics_part(settings: Settings, part: CompaniesPart) -> list[IngestReport]:
    """Computes latest figures and checks of the companies, without any request to a source."""
    return [report_metrics(worker_database(settings), cik) for cik in part.ciks]


@lru_cache(maxsize=2)
def open_bulk(settings: Settings, name: BulkName, *, is_all: bool) -> BulkArchive:
    """The archive with its table of contents, cached for the worker's next part."""
    source = _source(settings)
    wanted = None if is_all else listed_ciks(worker_database(settings), source)
    return BulkArchive(source.bulk(name), f"{settings.edgar.url}/{name}.zip", wanted=wanted)


@lru_cache(maxsize=1)
def worker_database(settings: Settings) -> Database:
    """The worker's database, opened once and closed when the worker ends."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(connect(settings))


@lru_cache(maxsize=1)
def _source(settings: Settings) -> FilingSource:
    """The worker's source, closed when the worker ends; raises SetupError if no contact for the SEC is configured."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(filing_source(settings))
