"""Filing exhibits: fetched and indexed together with the main document."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from db.engine import Connection, Database
from db.filings import documents as db_documents
from workbench.domain.errors import MalformedDocument, NotFound
from workbench.domain.filings.events import is_current_report
from workbench.domain.filings.filing import Filing, NewDocument
from workbench.ingest import archive
from workbench.ingest.archive import ArchivedDocument
from workbench.ingest.fence import attempt_recorded
from workbench.ingest.filings.documents import index_document
from workbench.parse.edgar.filing_index import ListedDocument, is_wanted_exhibit, parse_filing_index
from workbench.parse.html.decoding import decode
from workbench.parse.html.filing_text import SubmissionDocument, is_encoded, submission_documents
from workbench.parse.items.form_items import base_form
from workbench.ports import Fetched, FilingSource, ObjectStore

_EXHIBITS_ITEMS = {"9.01", "7"}  # Financial Statements and Exhibits, today and before 23 August 2004
_FORMS = {"10-K", "20-F", "6-K"}

Drop = Callable[[str], None]


class IndexedExhibits(NamedTuple):
    """The number of exhibits with new passages, and the number of new passages."""

    new: int
    passages: int


def fetch_exhibits(
    database: Database,
    objects: ObjectStore,
    source: FilingSource,
    filing: Filing,
    main: ArchivedDocument,
    *,
    dropped: Drop,
) -> list[ArchivedDocument]:
    """The relevant exhibits of a filing, archived; empty for forms without relevant exhibits.

    Taken from the full submission if `main` is that, otherwise one by one from the filing's index page; exhibits without a
    file of their own come from the full submission. `dropped` is called for each exhibit that cannot be found.
    """
    if not _may_have(filing):
        return []
    wrapped = _wrapped(main.content) if main.name.endswith(".txt") else []
    if wrapped:
        return [_part(database, objects, main.url, document, name) for name, document in wrapped]
    listed = _listed(source, filing)
    archived_documents, missing = [], []
    for document in listed or []:
        try:
            fetched = source.document(filing.cik, filing.accession, document.name or "")
        except NotFound:
            missing.append(document.name)
            continue
        sha256 = archive.archive(database, objects, fetched)
        title = _title(document.type, document.description)
        archived_documents.append(ArchivedDocument(document.name or "", title, fetched.content, fetched.url, sha256))
    if listed is None or missing:
        whole = _whole_submission(database, objects, source, filing)
        taken = [part for part in whole if listed is None or part.name in missing]
        archived_documents += taken
        for _ in range(len(missing) - len(taken)):
            dropped("exhibit not in the source")
    return archived_documents


def stored_exhibits(connection: Connection, objects: ObjectStore, filing: Filing, main: str) -> list[ArchivedDocument]:
    """The archived exhibits of a filing whose main document is `main`; exhibits deleted from the archive are left out."""
    archived_documents = []
    for document in db_documents.documents_of(connection, filing.accession):
        if document.name == main or not document.sha256:
            continue
        try:
            content = archive.load(objects, document.sha256)
        except NotFound:
            continue
        archived_documents.append(
            ArchivedDocument(document.name, document.title, content, document.source_url, document.sha256)
        )
    return archived_documents


def index_exhibits(
    connection: Connection, objects: ObjectStore, filing: Filing, exhibits: Iterable[ArchivedDocument], *, dropped: Drop
) -> IndexedExhibits:
    """Saves exhibits as documents of the filing, in the caller's transaction.

    An exhibit that cannot be read (a picture, an encoded PDF) or fails otherwise is left out, and `dropped` gets the reason.
    """
    new = passages = 0
    for exhibit in exhibits:
        index = partial(index_document, connection, objects, exhibit.content, _as_document(filing, exhibit))
        unit = f"{filing.accession} {exhibit.name}"
        done, error = attempt_recorded(connection, "exhibit", unit, index, data_version=exhibit.sha256)
        if done is None:
            is_read = isinstance(error, MalformedDocument)
            dropped(f"exhibit unreadable: {error}" if is_read else f"exhibit failed: {type(error).__name__}")
            continue
        new, passages = new + bool(done.passages), passages + done.passages
    return IndexedExhibits(new, passages)


def _as_document(filing: Filing, exhibit: ArchivedDocument) -> NewDocument:
    return NewDocument(
        name=exhibit.name,
        origin="filing",
        sha256=exhibit.sha256,
        form=filing.form,
        cik=filing.cik,
        accession=filing.accession,
        title=exhibit.title,
        filed_on=filing.filed_on,
        source_url=exhibit.url,
        has_items=False,
    )


def _may_have(filing: Filing) -> bool:
    """Whether the filing may have relevant exhibits. Most 10-Qs and many 8-Ks have none; this saves requests to the SEC."""
    if is_current_report(filing.form):
        return not filing.items or bool(_EXHIBITS_ITEMS & set(filing.items))
    return base_form(filing.form) in _FORMS


def _listed(source: FilingSource, filing: Filing) -> list[ListedDocument] | None:
    """The wanted exhibits on the index page; None if there is no page or it does not give their names."""
    try:
        documents = parse_filing_index(source.filing_index(filing.cik, filing.accession).content)
    except (NotFound, MalformedDocument):
        return None
    wanted = [document for document in documents if is_wanted_exhibit(document.type)]
    return None if any(document.name is None for document in wanted) else wanted


def _whole_submission(
    database: Database, objects: ObjectStore, source: FilingSource, filing: Filing
) -> list[ArchivedDocument]:
    try:
        fetched = source.document(filing.cik, filing.accession, f"{filing.accession}.txt")
    except NotFound:
        return []
    archive.archive(database, objects, fetched)
    return [_part(database, objects, fetched.url, document, name) for name, document in _wrapped(fetched.content)]


def _wrapped(content: bytes) -> list[tuple[str, SubmissionDocument]]:
    """The wanted exhibits in a full submission, except encoded files, by name; those before 2001 are named by their type."""
    try:
        documents = submission_documents(decode(content))
    except MalformedDocument:
        return []
    named: dict[str, SubmissionDocument] = {}
    for document in documents:
        if is_wanted_exhibit(document.type) and not is_encoded(document.source):
            name = document.name or f"{document.type}.txt"
            named[name if name not in named else f"{document.type}-{document.sequence}.txt"] = document
    return list(named.items())


def _part(
    database: Database, objects: ObjectStore, url: str | None, document: SubmissionDocument, name: str
) -> ArchivedDocument:
    fetched = Fetched(f"{url}#{name}", document.source.encode(), "text/plain", datetime.now(UTC))
    sha256 = archive.archive(database, objects, fetched)
    return ArchivedDocument(name, _title(document.type, document.description), fetched.content, fetched.url, sha256)


def _title(kind: str, description: str | None) -> str:
    """A title such as `EX-99.1: PRESS RELEASE`, or only the type if the filer's description adds nothing."""
    kind = kind.upper()
    is_more = description and description.upper().replace(" ", "-") not in (kind, f"EXHIBIT-{kind.removeprefix('EX-')}")
    return f"{kind}: {description}" if is_more else kind
