"""Loads the starter data into a new database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.resources import files
from itertools import chain

from db.companies import get_company, loaded_part, lock_company, save_company, save_loaded_part
from db.engine import Connection, Database
from db.facts.fiscal_years import save_stated_years
from db.facts.loading import load_facts
from db.filings.filing_index import save_filings
from db.market.prices import save_bars
from db.operations import starter as db_starter
from db.screens.company_metrics import save_newest
from db.statements.as_known import refresh_statements, statement
from workbench.domain.filings.filing import NewDocument
from workbench.domain.identity import Cik, Company
from workbench.domain.operations.runs import IngestReport
from workbench.domain.statements.statement import PeriodKind, StatementKind
from workbench.ingest.archive import store, store_text
from workbench.ingest.filings.documents import ArchivedText, index_texts
from workbench.ingest.starter.compose import ComposedPassage, compose
from workbench.ingest.unit_of_work import Tally, run
from workbench.parse.html.filing_html import EXTRACTOR, extract
from workbench.parse.html.paged_text import PagedText
from workbench.parse.starter import READER, StarterCompany, ciks, decode
from workbench.parse.validation import fitting_bars
from workbench.parse.vendors.sample_prices import SOURCE, parse_sample_prices
from workbench.ports import ObjectStore

Progress = Callable[[int, int], None]

KIND = "starter"
_HERE = "already here"


def packaged_file() -> bytes:
    """The starter file that comes with the workbench."""
    return files("workbench.ingest.starter").joinpath("figures.parquet").read_bytes()


def is_empty(database: Database, *, content: bytes | None = None) -> bool:
    """Whether the database has no companies, or only part of the starter data because loading was interrupted."""
    content = packaged_file() if content is None else content
    with database.read() as connection:
        return db_starter.is_wanted(connection, _sha256(content), ciks(content))


def load_starter(
    database: Database, objects: ObjectStore, *, progress: Progress | None = None, content: bytes | None = None
) -> list[IngestReport]:
    """Loads the starter file (the packaged one, or `content`) and the sample prices; one report per company, prices first.

    Each company has a transaction for its facts and one for what is prepared from them, so an interrupted load continues
    where it stopped. A company that is already in the database is not changed, because ingested data is newer. `progress` is
    called with (1, number of steps) after each.
    """
    content = packaged_file() if content is None else content
    steps = 1 + len(ciks(content))
    reports: list[IngestReport] = []
    for report in chain([load_prices(database)], load_companies(database, objects, content)):
        reports.append(report)
        if progress:
            progress(1, steps)
    return reports


def load_prices(database: Database) -> IngestReport:
    """Loads the sample prices."""
    return run(database, "prices", SOURCE, partial(_load_prices, database))


def load_companies(
    database: Database, objects: ObjectStore, content: bytes, only: Container[Cik] | None = None
) -> Iterator[IngestReport]:
    """Loads the companies of a starter file, or only those in `only`, and prepares them; yields a report after each."""
    sha256 = store(objects, content)
    for each in decode(content, only=only):
        work = partial(_load_company, database, objects, each, sha256)
        yield run(database, KIND, each.company.label, work)


def load_company_facts(database: Database, content: bytes, sha256: str, cik: Cik) -> Iterator[IngestReport]:
    """Loads the facts, filings and latest figures of a company of the starter file with this hash; yields its report."""
    for each in decode(content, only={cik}):

        def work(tally: Tally, each: StarterCompany = each) -> None:
            if not _load_facts(database, each, sha256, tally):
                tally.skip(_HERE)

        yield run(database, KIND, each.company.label, work)


def prepare_company(database: Database, objects: ObjectStore, cik: Cik) -> IngestReport:
    """Stores the statements of a company whose facts are loaded, and composes its passages."""
    with database.read() as connection:
        label = get_company(connection, cik).label

    def work(tally: Tally) -> None:
        if not _prepare(database, objects, cik, tally):
            tally.skip(_HERE)

    return run(database, KIND, label, work, unit=f"{label} prepared")


def _load_company(database: Database, objects: ObjectStore, each: StarterCompany, sha256: str, tally: Tally) -> None:
    is_new = _load_facts(database, each, sha256, tally)
    is_prepared = _prepare(database, objects, each.company.cik, tally)
    if not (is_new or is_prepared):
        tally.skip(_HERE)


def _load_facts(database: Database, each: StarterCompany, sha256: str, tally: Tally) -> bool:
    """Whether they were loaded; not for a company that is in the database."""
    cik = each.company.cik
    with database.write() as connection:
        if not db_starter.claim(connection, each.company):
            return False
        save_company(connection, each.company)
        tally.saved["filings"] = save_filings(connection, each.filings)
        tally.saved["facts"] = load_facts(connection, cik, each.facts)
        save_stated_years(connection, cik, each.stated_years, is_from_document=False)
        save_newest(connection, cik)  # shown while the figures of earlier days are still computed
        save_loaded_part(connection, cik, db_starter.FACTS_PART, sha256=sha256, reader=READER)
    return True


def _prepare(database: Database, objects: ObjectStore, cik: Cik, tally: Tally) -> bool:
    """Whether it was prepared; not a company that is already, or whose facts are not from the starter file."""
    with database.write() as connection:
        lock_company(connection, cik)
        facts = loaded_part(connection, cik, db_starter.FACTS_PART)
        if facts is None or loaded_part(connection, cik, db_starter.PART) is not None:
            return False
        refresh_statements(connection, cik)  # passages are composed from them
        tally.saved["passages"] = _compose(connection, objects, get_company(connection, cik))
        sha256, reader = facts
        save_loaded_part(connection, cik, db_starter.PART, sha256=sha256, reader=reader)
    return True


def _compose(connection: Connection, objects: ObjectStore, company: Company) -> int:
    """Composes, archives and indexes the passages of every fiscal year and quarter; returns their number."""
    passages: list[ComposedPassage] = []
    for period in (PeriodKind.ANNUAL, PeriodKind.QUARTERLY):
        statements = [statement(connection, company, kind, period, None) for kind in StatementKind]
        passages += compose(company, period, statements)
    named = {passage.name: passage for passage in passages}
    return sum(report.passages for report in index_texts(connection, _archive(objects, company, list(named.values()))))


def _archive(objects: ObjectStore, company: Company, passages: Sequence[ComposedPassage]) -> list[ArchivedText]:
    """Stores passages as documents with their texts, in parallel because each write waits for the disk."""

    def put(passage: ComposedPassage) -> ArchivedText:
        content = passage.as_html().encode()
        extracted = extract(content)
        new = NewDocument(
            name=passage.name,
            origin="composed",
            sha256=store(objects, content),
            cik=company.cik,
            title=passage.title,
            filed_on=passage.filed_on,
        )
        return ArchivedText(new, PagedText(extracted, ()), EXTRACTOR, store_text(objects, extracted.text))

    with ThreadPoolExecutor(max_workers=8) as pool:
        return list(pool.map(put, passages))


def _load_prices(database: Database, tally: Tally) -> None:
    content = files("bokeh_sampledata").joinpath("_data", "stocks.csv.gz").read_bytes()
    sound, refused = fitting_bars(list(parse_sample_prices(content)))
    tally.dropped += refused
    with database.write() as connection:
        tally.saved["bars"] = save_bars(connection, sound).new


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
