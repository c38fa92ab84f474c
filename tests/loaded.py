"""A workbench with something in it: Apple of the starter data, and one annual report of this project's own writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from pydantic import SecretStr

from db.engine import Database
from workbench.adapters.object_store import FolderStore
from workbench.domain.filings.filing import NewDocument
from workbench.domain.identity import Accession, Cik
from workbench.ingest import archive
from workbench.ingest.filings.documents import index_document
from workbench.ingest.operations.metrics import refresh_metrics
from workbench.ingest.search.passages import embed_missing
from workbench.ingest.starter.load import load_starter, packaged_file
from workbench.parse.starter import decode, encode
from workbench.runtime import Workbench
from workbench.service_settings import PostgresDatabase
from workbench.settings import Settings

APPLE = Cik(320193)
# The filing index of the starter data has this report of Apple's; its text here is made up.
ACCESSION = Accession("0000320193-24-000123")
ORCHARD = "Late frost in the orchard could spoil a whole harvest and with it the supply of cider presses."
REPORT = (
    "<html><body><p><b>PART I</b></p><p><b>Item 1. Business</b></p><p>We grow fruit &amp; press it.</p>"
    "<p><b>Item 1A. Risk Factors</b></p>"
    + "".join(f"<p>Risk number {number} is small and well understood by everybody who works here.</p>" for number in range(80))
    + f"<p>{ORCHARD}</p><p><b>Item 2. Properties</b></p><p>One shed and a &lt;script&gt; in quotes.</p></body></html>"
).encode()


@contextmanager
def loaded_workbench(url: str, home: Path) -> Iterator[Workbench]:
    """Loads all of it into the empty, migrated database at `url`, and yields the workbench over it.

    Its settings say that the database is embedded, so that pages and API let the local user in.
    """
    settings = Settings(home=home)
    database = Database(url)
    objects = FolderStore(home / "objects")
    apple = next(each for each in decode(packaged_file()) if each.company.cik == APPLE)
    load_starter(database, objects, content=encode([apple]))
    with database.write() as connection:
        index_document(
            connection,
            objects,
            REPORT,
            NewDocument(
                name="aapl-20240928.htm",
                origin="filing",
                sha256=archive.store(objects, REPORT),
                form="10-K",
                cik=APPLE,
                accession=ACCESSION,
                filed_on=date(2024, 11, 1),
            ),
        )
    workbench = Workbench(settings, database, objects)
    embed_missing(database, workbench.embedder)
    refresh_metrics(database)
    yield workbench
    database.close()


def for_other_processes(workbench: Workbench) -> Workbench:
    """The same workbench with settings by which another process, such as a notebook's kernel, finds its database."""
    url = workbench.database.url.replace("postgresql+psycopg://", "postgresql://")
    database = PostgresDatabase(kind="postgresql", url=SecretStr(url))
    return Workbench(workbench.settings.model_copy(update={"database": database}), workbench.database, workbench.objects)
