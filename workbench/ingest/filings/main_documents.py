"""Filing documents: fetched, archived and indexed one by one, each completely or not at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial

from db.engine import Database
from db.facts.calculations import LinkbaseReading, linkbase_readings
from db.filings import filing_index as db_filings
from db.filings.documents import sections_of
from db.filings.events import save_document_events
from db.filings.filing_index import IndexedDocument
from db.operations import runs
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.filings.events import is_current_report
from workbench.domain.filings.filing import Filing, NewDocument
from workbench.domain.identity import Company
from workbench.domain.operations.runs import IngestReport, Outcome
from workbench.ingest import archive, unit_of_work
from workbench.ingest.archive import ArchivedDocument
from workbench.ingest.facts.calculations import ingest_linkbase, is_calculated
from workbench.ingest.facts.inline_facts import InlineReport, load_inline_facts
from workbench.ingest.facts.member_labels import fetch_member_labels
from workbench.ingest.filings.documents import index_document
from workbench.ingest.filings.exhibits import fetch_exhibits, index_exhibits, stored_exhibits
from workbench.parse.html.filing_html import EXTRACTOR
from workbench.parse.xbrl.inline_xbrl import READER
from workbench.ports import FilingSource, ObjectStore

DEFAULT_FORMS = ("10-K", "10-Q", "8-K")
# An item of a current report that says "None" is no event; one that leaves the rest to an exhibit is.
_NO_EVENT = ("omitted", "reserved")
_FORM = re.compile(r"[A-Z0-9][A-Z0-9 ./-]{0,19}")


def parse_forms(text: str) -> tuple[str, ...]:
    """Form types from a list such as `10-K,10-Q/A`, in capitals; raises InvalidRequest for an invalid one."""
    forms = tuple(dict.fromkeys(part.strip().upper() for part in text.split(",") if part.strip()))
    wrong = next((form for form in forms if not _FORM.fullmatch(form)), None)
    if not forms or wrong:
        raise InvalidRequest(
            f"{wrong or text!r} is not a form such as 10-K", hint="separate several with commas: 10-K,10-Q,8-K"
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
    """Indexes the primary document of each filing, in this order.

    Yields a report for each filing that changed something or failed, and finally one of kind `filings` with all counts.
    Skipped and unchanged filings are only counted there, because a source may lack thousands.
    """
    started_at = datetime.now(UTC)
    saved: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    with database.read() as connection:
        indexed = db_filings.indexed_documents(connection, company.cik)
        readings = linkbase_readings(connection, company.cik)
    for number, filing in enumerate(filings):
        progress("filings", number, len(filings))
        known = next((indexed[filing.accession, name] for name in _names(filing) if (filing.accession, name) in indexed), None)
        reading = readings.get(filing.accession)
        if known and (known.extractor, known.inline_reader) == (EXTRACTOR, READER) and not again:
            if is_calculated(filing, reading):
                read = partial(_read_linkbase, database, objects, source, filing, known=known, reading=reading)
                dropped.update(_beside(database, "linkbase", filing, known.sha256, read))
            dropped["document indexed before"] += 1
            continue
        done = ingest_filing(database, objects, source, filing, indexed=known, reading=reading)
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
    reading: LinkbaseReading | None = None,
) -> IngestReport:
    """Indexes the primary document of one filing and its relevant exhibits in one transaction; then its calculation linkbase,
    unless `reading` shows that this is done.

    An `indexed` document is read from the archive. If the index names no document (before 2001) or the source does not have
    it, the full submission is read instead. A paper filing, and a filing of which the source has neither file, are skipped
    with that reason.
    """

    def work(tally: unit_of_work.Tally) -> None:
        if (filing.primary_document or "").lower().endswith(".paper"):
            tally.skip("document filed on paper")
            return
        stored = _archived(objects, indexed)
        document = stored or _fetched(database, objects, source, filing)
        if document is None:
            tally.skip("document not in the source")
            return
        tally.works_on(document.sha256)
        exhibits = [] if stored else fetch_exhibits(database, objects, source, filing, document, dropped=tally.drop)
        inline = _index(database, objects, filing, document, exhibits=exhibits, tally=tally)
        if inline.schema and inline.members:
            label = partial(
                fetch_member_labels, database, objects, source, filing, schema=inline.schema, members=inline.members
            )
            tally.dropped.update(_beside(database, "member labels", filing, document.sha256, label))
        if is_calculated(filing, reading):
            read = partial(ingest_linkbase, database, objects, source, filing, main=document, before=reading)
            tally.dropped.update(_beside(database, "linkbase", filing, document.sha256, read))

    return unit_of_work.run(database, "filing", filing.accession.text, work, is_idle_recorded=False)


def _index(
    database: Database,
    objects: ObjectStore,
    filing: Filing,
    document: ArchivedDocument,
    *,
    exhibits: Sequence[ArchivedDocument],
    tally: unit_of_work.Tally,
) -> InlineReport:
    """Saves the document, its inline facts, its events and the exhibits in one transaction; without `exhibits`, those of the
    archive."""
    with database.write() as connection:
        done = index_document(
            connection,
            objects,
            document.content,
            NewDocument(
                name=document.name,
                origin="filing",
                sha256=document.sha256,
                form=filing.form,
                cik=filing.cik,
                accession=filing.accession,
                title=filing.description,
                filed_on=filing.filed_on,
                source_url=document.url,
            ),
        )
        inline = load_inline_facts(
            connection,
            content=document.content,
            sha256=document.sha256,
            document_id=done.document_id,
            extracted=done.extracted,
            filing=filing,
        )
        if is_current_report(filing.form):
            sections = sections_of(connection, done.document_id)
            items = [section.item for section in sections if section.status not in _NO_EVENT]
            tally.saved["events"] = save_document_events(connection, filing, items)
        exhibits = exhibits or stored_exhibits(connection, objects, filing, document.name)
        indexed_exhibits = index_exhibits(connection, objects, filing, exhibits, dropped=tally.drop)
    tally.saved["sections"], tally.saved["passages"] = done.sections, done.passages + indexed_exhibits.passages
    tally.saved["exhibits"] = indexed_exhibits.new
    tally.saved["inline facts"], tally.saved["fact elements"] = inline.facts, inline.elements
    tally.dropped.update(inline.dropped)
    return inline


def _beside(database: Database, kind: str, filing: Filing, sha256: str, work: Callable[[], str | None]) -> Counter[str]:
    """Runs an optional step after a document was saved; returns the reasons of failures with counts."""

    def beside(tally: unit_of_work.Tally) -> None:
        if reason := work():
            tally.drop(reason)

    done = unit_of_work.run(database, kind, filing.accession.text, beside, data_version=sha256, is_idle_recorded=False)
    return Counter(done.dropped) + Counter({f"{kind} {done.outcome}": int(done.outcome in ("failed", "quarantined"))})


def _read_linkbase(
    database: Database,
    objects: ObjectStore,
    source: FilingSource,
    filing: Filing,
    *,
    known: IndexedDocument,
    reading: LinkbaseReading | None,
) -> str | None:
    """Reads the linkbase of an indexed document; does nothing if the document is not in the archive."""
    main = _archived(objects, known)
    return ingest_linkbase(database, objects, source, filing, main=main, before=reading) if main else None


def _names(filing: Filing) -> list[str]:
    """Possible names of the filing's document, best first."""
    return [name for name in (filing.primary_document, f"{filing.accession}.txt") if name]


def _archived(objects: ObjectStore, indexed: IndexedDocument | None) -> ArchivedDocument | None:
    if indexed is None:
        return None
    try:
        content = archive.load(objects, indexed.sha256)
    except NotFound:  # deleted from the archive; fetch it again
        return None
    return ArchivedDocument(indexed.name, None, content, indexed.source_url, indexed.sha256)


def _fetched(database: Database, objects: ObjectStore, source: FilingSource, filing: Filing) -> ArchivedDocument | None:
    for name in _names(filing):
        try:
            fetched = source.document(filing.cik, filing.accession, name)
        except NotFound:
            continue
        return ArchivedDocument(name, None, fetched.content, fetched.url, archive.archive(database, objects, fetched))
    return None
