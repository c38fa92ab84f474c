"""Recorded annual and quarterly reports read for their inline XBRL, so that figures have elements to be cited by."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from db.engine import Database
from tests import mirror_facts
from workbench.adapters.object_store import FolderStore
from workbench.domain.filings.filing import Filing, NewDocument
from workbench.domain.identity import Accession, Cik
from workbench.ingest import archive
from workbench.ingest.facts.inline_facts import load_inline_facts
from workbench.ingest.filings.documents import index_document
from workbench.ports import ObjectStore


def load(database: Database, objects: ObjectStore, mirror: Path, reports: dict[Cik, tuple[str, ...]]) -> None:
    """Loads the facts of each company and the documents of these accessions, with their elements."""
    for cik, accessions in reports.items():
        mirror_facts.load(database, mirror, only=cik)
        for accession in accessions:
            filing = _filing(mirror, cik, accession)
            folder = mirror / f"Archives/edgar/data/{cik}/{filing.accession.compact}"
            _load_document(database, objects, filing, (folder / str(filing.primary_document)).read_bytes())


def _load_document(database: Database, objects: ObjectStore, filing: Filing, content: bytes) -> None:
    sha256 = archive.store(objects, content)
    new = NewDocument(
        name=str(filing.primary_document), origin="filing", sha256=sha256, form=filing.form, cik=filing.cik,
        accession=filing.accession, filed_on=filing.filed_on,
    )  # fmt: skip
    with database.write() as connection:
        done = index_document(connection, objects, content, new)
        load_inline_facts(
            connection, content=content, sha256=sha256, document_id=done.document_id, extracted=done.extracted, filing=filing
        )


def _filing(mirror: Path, cik: Cik, accession: str) -> Filing:
    recent = json.loads((mirror / f"submissions/CIK{cik.padded}.json").read_bytes())["filings"]["recent"]
    at = recent["accessionNumber"].index(accession)
    return Filing(
        cik, Accession(accession), recent["form"][at], date.fromisoformat(recent["filingDate"][at]),
        report_on=date.fromisoformat(recent["reportDate"][at]), primary_document=recent["primaryDocument"][at],
        is_xbrl=True, is_inline_xbrl=True,
    )  # fmt: skip


def folder_store(folder: Path) -> FolderStore:
    """An object store in a folder."""
    return FolderStore(folder)
