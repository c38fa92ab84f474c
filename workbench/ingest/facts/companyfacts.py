"""Companyfacts: fetched, archived, read and loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from db import companies as db_companies
from db.engine import Connection, Database
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
    """What a source has of a company: the hash of its archived bytes, and the facts unless those bytes are loaded already."""

    sha256: str
    parsed: CompanyFacts | None


def read_facts(database: Database, objects: ObjectStore, source: CompanySource, company: Company) -> FactsRead:
    """Fetches, archives and parses a company's facts; writes none. Raises NotFound when the source has none."""
    fetched = source.company_facts(company.cik)
    sha256 = archive.archive(database, objects, fetched)
    with database.read() as connection:
        if db_companies.loaded_part(connection, company.cik, PART) == (sha256, READER):
            return FactsRead(sha256, None)
    return FactsRead(sha256, parse_company_facts(fetched.content, company.cik))


def ingest_facts(database: Database, objects: ObjectStore, source: CompanySource, company: Company) -> IngestReport:
    """Loads every fact of a company that is not there, in one transaction.

    The same bytes as at the last load are no work (`unchanged`). A company that is not here yet (it has facts and no
    submissions) is saved as `company` says, under the name that its facts give.
    """
    return ingest_read_facts(database, company, lambda: read_facts(database, objects, source, company))


def ingest_read_facts(database: Database, company: Company, read: Callable[[], FactsRead]) -> IngestReport:
    """As `ingest_facts`, of what `read` gives, which may have been read before."""

    def work(tally: unit_of_work.Tally) -> None:
        try:
            found = read()
        except NotFound:
            tally.skip("the source has no XBRL facts of this company")
            return
        if (parsed := found.parsed) is None:
            return
        tally.works_on(found.sha256)
        with database.write() as connection:
            tally.saved["companies"] = _save_if_missing(connection, company, parsed.name)
            tally.saved["facts"] = db_facts.load_facts(connection, company.cik, parsed.facts)
            db_facts.save_concept_labels(connection, parsed.labels)
            db_companies.save_loaded_part(connection, company.cik, PART, sha256=found.sha256, reader=READER)
        tally.dropped.update(parsed.dropped)

    return unit_of_work.run(database, "facts", company.label, work)


def _save_if_missing(connection: Connection, company: Company, name: str | None) -> int:
    try:
        db_companies.get_company(connection, company.cik)
    except NotFound:
        return int(db_companies.save_company(connection, replace(company, name=name or company.name)))
    return 0
