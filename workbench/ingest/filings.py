"""Filing documents: fetched, archived, and indexed one by one, each whole or not at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from db import filings as db_filings
from db import runs
from db.engine import Database
from db.filings import IndexedDocument
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.filings import Filing
from workbench.domain.identity import Company
from workbench.domain.runs import IngestReport, Outcome
from workbench.ingest import archive, report
from workbench.ingest.documents import index_document
from workbench.parse.filing_html import EXTRACTOR
from workbench.ports import FilingSource, ObjectStore

DEFAULT_FORMS = ("10-K", "10-Q", "8-K")
_FORM = re.compile(r"[A-Z0-9][A-Z0-9 ./-]{0,19}")


def parse_forms(text: str) -> tuple[str, ...]:
    """Forms from a list such as `10-K,10-Q/A`, in capitals; raises InvalidRequest for what cannot be one."""
    forms = tuple(dict.fromkeys(part.strip().upper() for part in text.split(",") if part.strip()))
    wrong = next((form for form in forms if not _FORM.fullmatch(form)), None)
    if not forms or wrong:
        raise InvalidRequest(
            f"{wrong or text!r} is not a form such as 10-K", hint="several are joined by commas: 10-K,10-Q,8-K"
        )
    return forms


def ingest_filings(
    database: Database,
    objects: ObjectStore,
    source: FilingSource,
    company: Company,
    filings: Sequence[Filing],
    *,
    again: bool = False,
    progress: Callable[[str, int, int | None], None] = lambda _step, _done, _total: None,
) -> Iterator[IngestReport]:
    """Indexes the primary document of each filing, in the order given.

    Yields a report for each filing that changed something or failed, and at the end one of kind `filings` that counts all:
    those skipped or unchanged are in it alone, because a source may lack thousands.
    """
    started_at = datetime.now(UTC)
    saved: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    with database.read() as connection:
        indexed = db_filings.indexed_documents(connection, company.cik)
    for number, filing in enumerate(filings):
        progress("filings", number, len(filings))
        known = indexed.get((filing.accession, filing.primary_document or ""))
        if known and known.extractor == EXTRACTOR and not again:
            dropped["document indexed before"] += 1
            continue
        done = ingest_filing(database, objects, source, filing, indexed=known)
        saved.update(done.saved)
        if done.outcome in ("saved", "unchanged"):
            saved["documents"] += done.outcome == "saved"
            dropped["document indexed before"] += done.outcome == "unchanged"
        else:
            dropped[done.error if done.outcome == "skipped" and done.error else f"document {done.outcome}"] += 1
        if done.outcome not in ("skipped", "unchanged"):
            yield done
    progress("filings", len(filings), len(filings))
    outcome: Outcome = "saved" if +saved else "unchanged"
    summary = IngestReport("filings", company.label, outcome, started_at, datetime.now(UTC), dict(+saved), dict(+dropped))
    with database.write() as connection:
        runs.save(connection, summary)
    yield summary


def ingest_filing(
    database: Database,
    objects: ObjectStore,
    source: FilingSource,
    filing: Filing,
    *,
    indexed: IndexedDocument | None = None,
) -> IngestReport:
    """Indexes the primary document of one filing in one transaction.

    One that is `indexed` is read from the archive, which asks nobody. A filing on paper, one without a document, and a
    document that the source has not are skipped with that reason.
    """

    def work(tally: report.Tally) -> None:
        name = filing.primary_document
        if not name:
            tally.skip("document without a name in the index")
            return
        if name.lower().endswith(".paper"):
            tally.skip("document filed on paper")
            return
        try:
            content, url, sha256 = _content(database, objects, source, filing=filing, name=name, indexed=indexed)
        except NotFound:
            tally.skip("document not in the source")
            return
        with database.write() as connection:
            done = index_document(
                connection,
                objects,
                content=content,
                name=name,
                origin="filing",
                form=filing.form,
                cik=filing.cik,
                accession=filing.accession,
                title=filing.description,
                filed_on=filing.filed_on,
                source_url=url,
                sha256=sha256,
            )
        tally.saved["sections"], tally.saved["passages"] = done.sections, done.passages

    return report.run(database, "filing", filing.accession.text, work, is_idle_recorded=False)


def _content(
    database: Database,
    objects: ObjectStore,
    source: FilingSource,
    *,
    filing: Filing,
    name: str,
    indexed: IndexedDocument | None,
) -> tuple[bytes, str | None, str]:
    """The document's bytes, where they came from, and their hash; archived when this returns."""
    if indexed is not None:
        try:
            return archive.load(objects, indexed.sha256), indexed.source_url, indexed.sha256
        except NotFound:
            pass  # the archive was emptied: the source still has it
    fetched = source.document(filing.cik, filing.accession, name)
    return fetched.content, fetched.url, archive.archive(database, objects, fetched)
