"""Companyfacts: fetched, archived, read and loaded."""

from __future__ import annotations

from db import companies as db_companies
from db import facts as db_facts
from db.engine import Database
from workbench.domain.identity import Company
from workbench.domain.runs import IngestReport
from workbench.ingest import archive, report
from workbench.parse.companyfacts import READER, parse_company_facts
from workbench.ports import FilingSource, ObjectStore

PART = "facts"


def ingest_facts(database: Database, objects: ObjectStore, source: FilingSource, company: Company) -> IngestReport:
    """Loads every fact of a company that is not there, in one transaction; the company itself must be saved before.

    The same bytes as at the last load are no work (`unchanged`).
    """

    def work(tally: report.Tally) -> None:
        fetched = source.company_facts(company.cik)
        sha256 = archive.archive(database, objects, fetched)
        with database.read() as connection:
            if db_companies.loaded_part(connection, company.cik, PART) == (sha256, READER):
                return
        parsed = parse_company_facts(fetched.content, company.cik)
        with database.write() as connection:
            tally.saved["facts"] = db_facts.load_facts(connection, company.cik, parsed.facts)
            db_facts.save_concept_labels(connection, parsed.labels)
            db_companies.save_loaded_part(connection, company.cik, PART, sha256=sha256, reader=READER)
        tally.dropped.update(parsed.dropped)

    return report.run(database, "facts", company.label, work)
