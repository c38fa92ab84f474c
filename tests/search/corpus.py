"""The recorded 10-K and 10-Q documents as a searchable database, once a run."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from db import companies
from db.engine import Database
from db.tables import documents
from tests.conftest import MIRROR, ORACLES
from tests.search import anchors
from workbench.adapters.embedder import WordLlamaEmbedder
from workbench.adapters.object_store import FolderStore
from workbench.domain.filings.filing import NewDocument
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.ingest import archive
from workbench.ingest.filings.documents import index_document
from workbench.ingest.search.passages import embed_missing


def build(database: Database, folder: Path) -> dict[str, str]:
    """Indexes and embeds every 10-K and 10-Q of the section oracle; returns their extracted texts by accession.

    The date in the document's name stands for the filing date.
    """
    store = FolderStore(folder)
    _save_companies(database)
    paths = anchors.documents()
    texts = {}
    for name in sorted(path.stem for path in (ORACLES / "sections").glob("*.json")):
        form, _, accession = name.split("_")
        path = paths[accession]
        content = path.read_bytes()
        day = path.stem[-8:]
        with database.write() as connection:
            report = index_document(
                connection,
                store,
                content,
                NewDocument(
                    name=path.name,
                    origin="filing",
                    sha256=archive.store(store, content),
                    form=form,
                    cik=Cik(int(path.parents[1].name)),
                    accession=Accession(accession),
                    filed_on=date(int(day[:4]), int(day[4:6]), int(day[6:])),
                ),
            )
        texts[accession] = _text(database, store, report.document_id)
    embed_missing(database, WordLlamaEmbedder())
    return texts


def _text(database: Database, store: FolderStore, document_id: int) -> str:
    with database.read() as connection:
        sha256 = connection.scalar(sa.select(documents.c.text_sha256).where(documents.c.document_id == document_id))
    return store.get(archive.text_key(str(sha256))).decode()


def _save_companies(database: Database) -> None:
    rows = json.loads((MIRROR / "files" / "company_tickers.json").read_text(encoding="utf-8")).values()
    known: dict[int, Company] = {}
    for row in rows:
        known.setdefault(row["cik_str"], Company(Cik(row["cik_str"]), row["title"], (Listing(Ticker.parse(row["ticker"])),)))
    with database.write() as connection:
        for path in (MIRROR / "Archives" / "edgar" / "data").iterdir():
            if int(path.name) in known:
                companies.save_company(connection, replace(known[int(path.name)], fiscal_year_end=_year_end(int(path.name))))


def _year_end(cik: int) -> str | None:
    path = MIRROR / "submissions" / f"CIK{cik:010d}.json"
    return json.loads(path.read_text(encoding="utf-8"))["fiscalYearEnd"] if path.is_file() else None
