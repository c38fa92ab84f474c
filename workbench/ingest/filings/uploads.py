"""Documents that users add: read, stored and indexed, or rejected as a whole; and removed completely."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath, PureWindowsPath

from db.companies import resolve
from db.engine import Connection, Database
from db.filings import document_subjects, own_documents
from db.operations import runs
from db.operations.feature_flags import is_enabled
from workbench.domain.as_of import today
from workbench.domain.errors import (
    DocumentTooLarge,
    FutureDate,
    InvalidRequest,
    MalformedDocument,
    NotFound,
    PermissionRefused,
    UnreadableDocument,
    WorkbenchError,
)
from workbench.domain.filings.documents import AttachmentResult, OwnDocument
from workbench.domain.filings.filing import NewDocument
from workbench.domain.identity import Company
from workbench.domain.operations.cancellation import check_cancelled, uncancellable
from workbench.domain.operations.failed_units import describe
from workbench.domain.operations.runs import IngestReport
from workbench.domain.rights.ownership import LOCAL, LOCAL_USER, Caller
from workbench.ingest import archive
from workbench.ingest.filings.documents import index_extracted
from workbench.ingest.filings.upload_subjects import Understood, understand_again, understand_document
from workbench.parse.html.decoding import MAX_BYTES
from workbench.parse.html.paged_text import PagedText
from workbench.parse.uploads.mail_text import Attachment
from workbench.parse.uploads.own_document import DocumentKind, OwnText, kind_of, read_own
from workbench.parse.uploads.scanned_text import Recognize
from workbench.ports import ObjectStore, TextRecognizer

_LONGEST_NAME, _LONGEST_FORM = 200, 20
_MOST_NESTED = 5


@dataclass(frozen=True, slots=True)
class Description:
    """How a user describes a document.

    `company` is a ticker or CIK; `dated_on` is its date for `as_of`, by default today; `title` is by default the file name
    without its extension.
    """

    company: str | None = None
    form: str | None = None
    dated_on: date | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Addition:
    """The result of adding a document: new or already there (`is_new`), and the number of pages without text.

    `attachments` are the files of an e-mail, each a document of its own.
    """

    document: OwnDocument
    is_new: bool
    blank_pages: int = 0
    attachments: tuple[AttachmentResult, ...] = ()


def read_file(path: Path) -> bytes:
    """The bytes of a file; raises NotFound, DocumentTooLarge before anything is read, and UnreadableDocument."""
    try:
        size = path.stat().st_size
        if path.is_file():
            if size > MAX_BYTES:
                raise too_large(path.name, size)
            return path.read_bytes()
    except FileNotFoundError:
        raise NotFound(f"the file {path} does not exist") from None
    except OSError as error:
        raise UnreadableDocument(f"{path} cannot be read: {error.strerror}") from None
    raise UnreadableDocument(f"{path} is not a file")


def too_large(name: str, size: int | None = None) -> DocumentTooLarge:
    """The error for a document of `size` bytes, or of an unknown size above the limit."""
    has = f"has {size / 1e6:,.0f} MB" if size is not None else "is too large"
    return DocumentTooLarge(f"{name} {has}; the limit is {MAX_BYTES / 1e6:,.0f} MB", hint="split it, or remove its pictures")


def add_document(
    database: Database,
    objects: ObjectStore,
    *,
    content: bytes,
    name: str,
    description: Description | None = None,
    owner: str = LOCAL_USER,
    recognizer: TextRecognizer | None = None,
) -> Addition:
    """Reads a document and stores it as its owner's, with the files of an e-mail as documents of their own.

    `recognizer` reads pages that are pictures. The same bytes of the same owner again change nothing. Nothing of a rejected
    document is stored: it is read before its bytes are saved. Raises UnreadableDocument (empty, damaged, locked, without
    text), DocumentTooLarge, NotFound for an unknown company, InvalidRequest and FutureDate, and PermissionRefused while the
    feature flag `uploads` is off.
    """
    uploads = _Uploads(database, objects, owner, _page_by_page(recognizer) if recognizer else None)
    return uploads.add(content, name, description or Description(), _MOST_NESTED)


@dataclass(frozen=True, slots=True)
class _Uploads:
    """Adds the documents of one owner."""

    database: Database
    objects: ObjectStore
    owner: str
    recognize: Recognize | None

    def add(self, content: bytes, name: str, description: Description, depth: int) -> Addition:
        """One document; e-mails within it are read `depth` deep."""
        started_at = datetime.now(UTC)
        name, description = checked(name, description)
        form, title = description.form, description.title
        sha256 = hashlib.sha256(content).hexdigest()
        with self.database.read() as connection:
            company = described_company(connection, description)
            known = own_documents.own_document_of_bytes(connection, sha256, self.owner)
        if known is not None:
            subject_known = known if known.subject else understand_again(self.database, self.objects, known)
            files = read_own(content, kind).attachments if (kind := kind_of(content, name)) is DocumentKind.MAIL else ()
            return self._with_files(Addition(subject_known, is_new=False), files, description, depth)
        read = _read(content, name, self.recognize)
        with self.database.read() as connection:
            names = [line for line in (title, read.title, name) if line]
            understood = understand_document(connection, names, read.paged.extracted.text, company, form)
        title = title or (read.title or "")[:_LONGEST_NAME] or PurePosixPath(name).stem
        complete = Description(None, understood.form, description.dated_on or today(), title)
        try:
            added = self._insert(content, name, read, understood, complete, started_at=started_at)
        except BaseException:
            with uncancellable(), suppress(WorkbenchError):
                text_sha256 = hashlib.sha256(read.paged.extracted.text.encode()).hexdigest()
                drop_unused(self.database, self.objects, sha256, text_sha256)
            raise
        with uncancellable():  # the document is there: its files belong to it
            return self._with_files(added, read.attachments, description, depth)

    def _with_files(self, mail: Addition, files: Sequence[Attachment], description: Description, depth: int) -> Addition:
        """The addition with what became of each file of the e-mail; one that cannot be read costs nothing but itself."""
        results: list[AttachmentResult] = []
        of_mail = Description(description.company, None, description.dated_on)
        for file in files:
            try:
                if not depth:
                    raise UnreadableDocument(f"{file.name}: e-mails within e-mails are read {_MOST_NESTED} deep")
                added = self.add(file.content, file.name, of_mail, depth - 1)
            except WorkbenchError as error:
                results.append(AttachmentResult(file.name, problem=error.message))
            else:
                results += [AttachmentResult(file.name, added.document, added.is_new), *added.attachments]
        return replace(mail, attachments=tuple(results))

    def _insert(
        self,
        content: bytes,
        name: str,
        read: OwnText,
        understood: Understood,
        description: Description,
        *,
        started_at: datetime,
    ) -> Addition:
        """Stores all of the document or nothing."""
        paged = read.paged
        with self.database.write() as connection:
            own_documents.lock_objects(connection)
            sha256 = archive.store(self.objects, content)
            known = own_documents.own_document_of_bytes(connection, sha256, self.owner)
            if known is not None:  # another process added it first
                return Addition(known, is_new=False)
            done = index_extracted(
                connection,
                self.objects,
                paged,
                read.extractor,
                NewDocument(
                    name=name,
                    origin="upload",
                    sha256=sha256,
                    form=description.form,
                    cik=understood.company.cik if understood.company else None,
                    title=description.title,
                    filed_on=description.dated_on,
                    owner=self.owner,
                ),
            )
            document_subjects.save_subject(connection, done.document_id, understood.subject)
            # Operators see runs, so they name a document by its number.
            saved = {"documents": 1, "pages": len(paged.pages), "sections": done.sections, "passages": done.passages}
            runs.save(
                connection, IngestReport("document", str(done.document_id), "saved", started_at, datetime.now(UTC), saved, {})
            )
            added = own_documents.find_own_document(connection, str(done.document_id))
        return Addition(added, is_new=True, blank_pages=_blank_pages(paged))


def checked(name: str, description: Description) -> tuple[str, Description]:
    """The file name and description as they are stored; raises InvalidRequest and FutureDate."""
    name = _file_name(name)
    form, title = _line(description.form, "form", _LONGEST_FORM), _line(description.title, "title", _LONGEST_NAME)
    if description.dated_on and description.dated_on > today():
        raise FutureDate(f"{description.dated_on} lies in the future")
    form = form.upper() if form else None  # as the SEC writes them, and as search expects them
    return name, Description(description.company, form, description.dated_on, title)


def described_company(connection: Connection, description: Description) -> Company | None:
    """The company that a document is said to be about.

    Raises NotFound for an unknown one, and PermissionRefused while the feature flag `uploads` is off.
    """
    if not is_enabled(connection, "uploads"):
        raise PermissionRefused("adding documents is switched off", hint="switch it on with `workbench flags on uploads`")
    return resolve(connection, description.company) if description.company else None


def remove_document(database: Database, objects: ObjectStore, text: str, caller: Caller = LOCAL) -> OwnDocument:
    """Removes the document with this id, name or title: its rows, its vectors, and objects that nothing else uses; returns it.

    Raises NotFound, also for one that is not the caller's, and InvalidRequest as `find_own_document` does.
    """
    with database.write() as connection:
        own_documents.lock_objects(connection)
        own_document = own_documents.find_own_document(connection, text, caller, to_change=True)
        own_documents.delete_document(connection, own_document.document.document_id)
    drop_unused(database, objects, own_document.document.sha256, own_document.document.text_sha256)
    return own_document


def _page_by_page(recognizer: TextRecognizer) -> Recognize:
    """Reads pictures of pages until it is cancelled: a page takes seconds, and a document may have hundreds."""

    def recognize(picture: bytes) -> str:
        check_cancelled()
        return recognizer.recognize(picture)

    return recognize


def _read(content: bytes, name: str, recognize: Recognize | None) -> OwnText:
    if len(content) > MAX_BYTES:
        raise too_large(name, len(content))
    try:
        return read_own(content, kind_of(content, name), recognize)
    except MalformedDocument as error:
        raise UnreadableDocument(f"{name}: {error.message}", hint=error.hint) from None
    except Exception as error:
        if isinstance(error, WorkbenchError):
            raise
        raise UnreadableDocument(f"{name} cannot be read: {describe(error)}") from error


def _blank_pages(paged: PagedText) -> int:
    ends = [page.start for page in paged.pages[1:]] + [len(paged.extracted.text)]
    return sum(end <= page.start for page, end in zip(paged.pages, ends, strict=False))


def drop_unused(database: Database, objects: ObjectStore, sha256: str | None, text_sha256: str | None) -> None:
    """Deletes archived bytes and extracted text with these hashes unless a document or source still has them."""
    with database.write() as connection:
        own_documents.lock_objects(connection)
        if sha256 and not own_documents.is_raw_used(connection, sha256):
            objects.delete(archive.raw_key(sha256))
        if text_sha256 and not own_documents.is_text_used(connection, text_sha256):
            objects.delete(archive.text_key(text_sha256))


def _file_name(name: str) -> str:
    """The last part of a Unix or Windows path, as one printable line."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    printable = "".join(character for character in last if character.isprintable()).strip()
    if not printable:
        raise InvalidRequest("the document has no file name")
    return printable[-_LONGEST_NAME:]


def _line(text: str | None, what: str, longest: int) -> str | None:
    line = " ".join((text or "").split())
    if len(line) > longest or not line.isprintable():
        raise InvalidRequest(f"the {what} of a document must be one line of at most {longest} characters")
    return line or None
