"""A filing's calculation linkbase: fetched, archived, parsed and saved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from db.engine import Database
from db.facts import calculations as db_calculations
from db.facts.calculations import LinkbaseReading
from workbench.domain.errors import MalformedDocument, NotFound, SourceError
from workbench.domain.filings.filing import Filing
from workbench.domain.statements.calculations import Calculation
from workbench.ingest import archive
from workbench.ingest.archive import ArchivedDocument
from workbench.parse.edgar.filing_index import parse_filing_index
from workbench.parse.html.decoding import decode
from workbench.parse.html.filing_text import submission_documents
from workbench.parse.items.form_items import base_form
from workbench.parse.xbrl.calculation_linkbase import READER, parse_calculations
from workbench.parse.xbrl.inline_xbrl import find_schema
from workbench.ports import Fetched, FilingSource, ObjectStore

# Forms with financial statements. An 8-K tags only its cover page, which has no totals.
_FORMS = frozenset({"10-K", "10-Q", "20-F", "40-F", "6-K"})
_TYPE = "EX-101.CAL"


def is_calculated(filing: Filing, before: LinkbaseReading | None) -> bool:
    """Whether a filing may have calculations that this reader has not read; `before` is the earlier reading."""
    return base_form(filing.form) in _FORMS and (before is None or before.reader != READER)


def ingest_linkbase(
    database: Database,
    objects: ObjectStore,
    source: FilingSource,
    filing: Filing,
    *,
    main: ArchivedDocument,
    before: LinkbaseReading | None,
) -> str | None:
    """Saves a filing's calculations, if its `main` document has XBRL; returns the reason of a failure, or None.

    The linkbase is a file beside the filing's schema, part of the schema, or part of the full submission; one archived
    `before` is read from the archive. It only serves checks, so a failing source does not fail the filing.
    """
    sha256: str | None = None
    calculations: tuple[Calculation, ...] = ()
    failure = None
    try:
        for result, content in _linkbases(database, objects, source, filing, main=main, before=before):
            sha256 = result
            if calculations := parse_calculations(content):
                break
    except SourceError:
        return "calculation linkbase could not be fetched"
    except MalformedDocument:
        failure = "calculation linkbase could not be read"
    with database.write() as connection:
        db_calculations.save_linkbase(
            connection,
            filing,
            calculations,
            sha256=sha256 if calculations or failure else None,
            reader=READER,
            outcome="unreadable" if failure else "read" if calculations else "none",
        )
    return failure


def _linkbases(
    database: Database,
    objects: ObjectStore,
    source: FilingSource,
    filing: Filing,
    *,
    main: ArchivedDocument,
    before: LinkbaseReading | None,
) -> Iterator[tuple[str, bytes]]:
    """Archived files that may contain the calculations, most likely first: hash and bytes."""
    if before is not None and before.sha256 is not None:
        try:
            yield before.sha256, archive.load(objects, before.sha256)
            return
        except NotFound:  # deleted from the archive; fetch it again
            pass
    if wrapped := _wrapped(main):
        yield archive.archive(database, objects, wrapped), wrapped.content
        return
    for name in _names(source, filing, find_schema(main.content)):
        try:
            fetched = source.document(filing.cik, filing.accession, name)
        except NotFound:
            continue
        yield archive.archive(database, objects, fetched), fetched.content


def _names(source: FilingSource, filing: Filing, schema: str | None) -> Iterator[str]:
    """Possible file names of the calculations; for a filing before inline XBRL its index page lists them."""
    if schema:
        yield f"{schema.removesuffix('.xsd')}_cal.xml"
        yield schema
    elif filing.is_xbrl:
        try:
            listed = parse_filing_index(source.filing_index(filing.cik, filing.accession).content)
        except (NotFound, MalformedDocument):
            return
        yield from (document.name for document in listed if document.type == _TYPE and document.name)


def _wrapped(main: ArchivedDocument) -> Fetched | None:
    if not main.name.endswith(".txt"):
        return None
    documents = submission_documents(decode(main.content))
    result = next((document for document in documents if document.type.upper() == _TYPE), None)
    if result is None:
        return None
    return Fetched(f"{main.url}#{result.name}", result.source.strip().encode(), "text/xml", datetime.now(UTC))
