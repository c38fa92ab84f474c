"""Companyfacts: fetched, archived, parsed and loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from db import companies as db_companies
from db.engine import Connection, Database
from db.facts import fiscal_years as db_fiscal_years
from db.facts import loading as db_facts
from workbench.domain.errors import NotFound
from workbench.domain.identity import Company
from workbench.domain.operations.runs import IngestReport
from workbench.ingest import archive, unit_of_work
from workbench.parse.xbrl.companyfacts import READER, CompanyFacts, parse_company_facts
from workbench.ports import CompanySource, ObjectStore

PART = "facts"


@dataclass(frozen=True, slots=True)
class FactsRead:
    """A company's facts from a source: the hash of the archived bytes, and the facts unless these bytes are already loaded."""

    sha256: str
    parsed: CompanyFacts | None


def read_facts(database: Database, objects: ObjectStore, source: CompanySource, company: Company) -> FactsRead:
    """Fetches, archives and parses a company's facts without saving them. Raises NotFound if the source has none."""
    fetched = source.company_facts(company.cik)
    sha256 = archive.archive(database, objects, fetched)
    with database.read() as connection:
        if db_companies.loaded_part(connection, company.cik, PART) == (sha256, READER):
            return FactsRead(sha256, None)
    return FactsRead(sha256, parse_company_facts(fetched.content, company.cik))


def ingest_facts(database: Database, objects: ObjectStore, source: CompanySource, company: Company) -> IngestReport:
    """Loads a company's new facts in one transaction.

    The same bytes as in the last load change nothing (`unchanged`). A company that is not in the database (one with facts
    but no submissions) is saved from `company`, with the name in its facts.
    """
    return ingest_read_facts(database, company, lambda: read_facts(database, objects, source, company))


def ingest_read_facts(database: Database, company: Company, read: Callable[[], FactsRead]) -> IngestReport:
    """As `ingest_facts`, with the facts that `read` returns, which may have been read ahead."""

    def work(tally: unit_of_work.Tally) -> None:
        try:
            result = read()
        except NotFound:
            tally.skip("the source has no XBRL facts of this company")
            return
        if (parsed := result.parsed) is None:
            return
        tally.works_on(result.sha256)
        with database.write() as connection:
            tally.saved["companies"] = _save_if_missing(connection, company, parsed.name)
            tally.saved["facts"] = db_facts.load_facts(connection, company.cik, parsed.facts)
            db_fiscal_years.save_stated_years(connection, company.cik, parsed.stated_years, is_from_document=False)
            db_facts.save_concept_labels(connection, parsed.labels)
            db_companies.save_loaded_part(connection, company.cik, PART, sha256=result.sha256, reader=READER)
        tally.dropped.update(parsed.dropped)

    return unit_of_work.run(database, "facts", company.label, work)


def _save_if_missing(connection: Connection, company: Company, name: str | None) -> int:
    try:
        db_companies.get_company(connection, company.cik)
    except NotFound:
        return int(db_companies.save_company(connection, replace(company, name=name or company.name)))
    return 0
