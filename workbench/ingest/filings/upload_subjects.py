"""Whose an added document is, which form and which period: understood when it is added, and corrected by its user."""

from __future__ import annotations

from dataclasses import dataclass, replace

from db import companies
from db.engine import Connection, Database
from db.filings import document_subjects, own_documents
from db.filings.documents import pages_of
from workbench.domain.companies.names import keys_of, whole_keys, words_of
from workbench.domain.errors import InvalidIdentifier, NotFound
from workbench.domain.filings.documents import OwnDocument
from workbench.domain.filings.filing import NewDocument
from workbench.domain.filings.passages import ReportPeriod
from workbench.domain.filings.subjects import DocumentSubject
from workbench.domain.identity import Company
from workbench.domain.rights.ownership import LOCAL, Caller
from workbench.ingest.filings.documents import ArchivedText, index_texts, read_raw, read_text
from workbench.parse.html.paged_text import PagedText
from workbench.parse.uploads.document_subject import ReadSubject, read_subject
from workbench.parse.uploads.own_document import layout_of
from workbench.ports import ObjectStore


@dataclass(frozen=True, slots=True)
class Understood:
    """What a new document is about: its subject, its form, and its company where that is in the database."""

    subject: DocumentSubject
    form: str | None
    company: Company | None


@dataclass(frozen=True, slots=True)
class Correction:
    """What a user says of a document; a field that is None stays as it was.

    `company` is a ticker or CIK in the database, or any name.
    """

    company: str | None = None
    form: str | None = None
    period: ReportPeriod | None = None


def understand_document(
    connection: Connection, names: list[str], text: str, company: Company | None, form: str | None
) -> Understood:
    """What the document says of itself, with what its user said of it (`company` and `form`) in its place."""
    read = read_subject(names, text)
    subject = read.subject
    if company is None:
        company = _company_of(connection, read)
    else:
        subject = replace(subject, company=company.name)
    if company is not None:
        subject = replace(subject, keys=tuple(sorted({*subject.keys, *_keys(company)})))
    return Understood(subject, form or read.form, company)


def correct_document(
    database: Database, objects: ObjectStore, text: str, correction: Correction, caller: Caller = LOCAL
) -> OwnDocument:
    """Corrects the document with this id, name or title, and returns it; passages are made anew where its form changes them.

    Raises NotFound, also for one that the caller may not change, and InvalidRequest as `find_own_document` does.
    """
    with database.write() as connection:
        own_documents.lock_objects(connection)
        own = own_documents.find_own_document(connection, text, caller, to_change=True)
        document, subject = own.document, own.subject or DocumentSubject()
        cik, keys, name = document.cik, subject.keys, subject.company
        if correction.company is not None:
            company = _named(connection, correction.company)
            cik = company.cik if company else None
            name = company.name if company else correction.company
            keys = _keys(company) if company else keys_of([name])
        corrected = DocumentSubject(name, keys, correction.period or subject.period, is_corrected=True)
        form = correction.form or document.form
        if (cik, form) != (document.cik, document.form):
            _index_again(connection, objects, own, replace(_new(own), cik=cik, form=form))
        document_subjects.save_subject(connection, document.document_id, corrected)
        return own_documents.find_own_document(connection, str(document.document_id))


def understand_again(database: Database, objects: ObjectStore, own: OwnDocument) -> OwnDocument:
    """The document with its subject read now, for one that was added before subjects were read."""
    document = own.document
    with database.write() as connection:
        own_documents.lock_objects(connection)
        company = companies.get_company(connection, document.cik) if document.cik else None
        names = [line for line in (document.title, document.name) if line]
        understood = understand_document(connection, names, read_text(objects, document), company, document.form)
        cik = understood.company.cik if understood.company else None
        _index_again(connection, objects, own, replace(_new(own), cik=cik, form=understood.form))
        document_subjects.save_subject(connection, document.document_id, understood.subject)
        return own_documents.find_own_document(connection, str(document.document_id))


def _index_again(connection: Connection, objects: ObjectStore, own: OwnDocument, new: NewDocument) -> None:
    """Items follow from the form; the text stays as it was extracted."""
    document = own.document
    pages = pages_of(connection, document.document_id)
    body = read_text(objects, document)
    laid_out = layout_of(read_raw(objects, document), document.name, body, pages)
    archived = ArchivedText(
        new,
        PagedText(laid_out, tuple(pages)),
        own_documents.extractor_of(connection, document.document_id),
        document.text_sha256 or "",
    )
    index_texts(connection, [archived])


def _new(own: OwnDocument) -> NewDocument:
    document = own.document
    return NewDocument(
        name=document.name,
        origin="upload",
        sha256=document.sha256 or "",
        form=document.form,
        cik=document.cik,
        title=document.title,
        filed_on=document.filed_on,
        owner=own.owner,
    )


def _named(connection: Connection, text: str) -> Company | None:
    try:
        return companies.resolve(connection, text)
    except (NotFound, InvalidIdentifier):
        return None


def _company_of(connection: Connection, read: ReadSubject) -> Company | None:
    """The one company in the database that bears the whole name or the ticker; None where none or several do."""
    names = [read.subject.company] if read.subject.company else []
    wanted = whole_keys(names, read.tickers)
    symbols = sorted({key[1:].upper() for key in wanted if key.startswith("$")})
    words = sorted({word for name in names for word in words_of(name) if len(word) > 1 and word != "and"})
    known = companies.companies_called(connection, words, [], symbols) if words or symbols else []
    same = [company for company in known if wanted & _whole_keys(company)]
    return same[0] if len(same) == 1 else None


def _whole_keys(company: Company) -> frozenset[str]:
    return whole_keys([company.name], [listing.ticker.symbol for listing in company.listings])


def _keys(company: Company) -> tuple[str, ...]:
    names = [company.name, *(former.name for former in company.former_names)]
    return keys_of(names, [listing.ticker.symbol for listing in company.listings])
