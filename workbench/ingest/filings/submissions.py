"""Ingests a company's submissions: its profile and filing index."""

from __future__ import annotations

from dataclasses import replace

from db import companies as db_companies
from db.engine import Database
from db.filings import filing_index as db_filings
from workbench.domain.errors import MalformedDocument, NotFound
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Cik, Company
from workbench.domain.operations.runs import IngestReport
from workbench.ingest import archive, unit_of_work
from workbench.parse.edgar.submissions import READER, parse_submissions, parse_submissions_page
from workbench.ports import CompanySource, ObjectStore

PART = "submissions"


def ingest_submissions(database: Database, objects: ObjectStore, source: CompanySource, known: Company) -> IngestReport:
    """Saves the company's profile and its filing index, including further pages, in one transaction.

    A page that is missing at the source or damaged is counted as dropped and fetched again the next time.
    """

    def work(tally: unit_of_work.Tally) -> None:
        try:
            fetched = source.submissions(known.cik)
        except NotFound:
            tally.skip("the source has no submissions of this company")
            return
        sha256 = archive.archive(database, objects, fetched)
        with database.read() as connection:
            if db_companies.loaded_part(connection, known.cik, PART) == (sha256, READER):
                return
        tally.works_on(sha256)
        parsed = parse_submissions(fetched.content, known.cik)
        tally.dropped.update(parsed.recent.dropped)
        filings = list(parsed.recent.filings)
        is_whole = True
        for page in parsed.pages:
            result = _page(database, objects, source, cik=known.cik, name=page, tally=tally)
            is_whole = is_whole and result is not None
            filings.extend(result or ())
        with database.write() as connection:
            tally.saved["companies"] = int(db_companies.save_company(connection, _listed(parsed.company, known)))
            tally.saved["filings"] = db_filings.save_filings(connection, filings)
            if is_whole:
                db_companies.save_loaded_part(connection, known.cik, PART, sha256=sha256, reader=READER)

    return unit_of_work.run(database, "submissions", known.label, work)


def _page(
    database: Database, objects: ObjectStore, source: CompanySource, *, cik: Cik, name: str, tally: unit_of_work.Tally
) -> tuple[Filing, ...] | None:
    try:
        fetched = source.submissions_page(name)
        archive.archive(database, objects, fetched)
        table = parse_submissions_page(fetched.content, cik)
    except NotFound:
        tally.dropped["further page not in the source"] += 1
        return None
    except MalformedDocument:
        tally.dropped["further page damaged"] += 1
        return None
    tally.dropped.update(table.dropped)
    return table.filings


def _listed(company: Company, known: Company) -> Company:
    """The company with the share classes of its submissions or, if they name none, those of the ticker lists."""
    return company if company.listings or not known.listings else replace(company, listings=known.listings)
