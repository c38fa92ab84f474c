"""Chooses the two versions of an item to compare."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from db.filings.documents import documents_of, get_document_by_id, sections_of
from db.tables import documents, filing_sections, passages, sec_filings
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.filings.changes import ItemPair, ItemVersion, ReportPair, same_report
from workbench.domain.filings.filing import Document, Section, parse_item, select_sections
from workbench.domain.identity import Accession, Cik, Company

# An annual report has an item in full; a quarterly one often says only that nothing changed in it.
_IN_FULL = ("10-K", "10-K405", "10-KSB", "10-KT", "20-F", "40-F")

# This many documents cover several years, with one quarterly and a few current reports each quarter.
_MOST_READ = 60


def choose_versions(
    connection: sa.Connection,
    company: Company,
    item: str,
    *,
    form: str | None = None,
    old: Accession | None = None,
    new: Accession | None = None,
    as_of: date | None = None,
) -> ItemPair:
    """The item in two filings of the company.

    `new` is by default the newest filing with the item: of `form` or the form of `old` if given, otherwise an annual report
    if there is one; amendments are never chosen by default. `old` is by default the previous filing of the same report. Both
    were filed by `as_of`. Raises NotFound if there are no two filings, or a named filing lacks the item; InvalidRequest for a
    filing of another company, a filing compared with itself, and an item that occurs in two parts.
    """
    parse_item(item)
    older = _named(connection, company, old, item, as_of) if old else None
    if new is not None:
        newer = _named(connection, company, new, item, as_of)
    else:
        newer = _newest(connection, company, item, form or (older.document.form if older else None), as_of)
    if older is None:
        older = _previous(connection, company, item, newer.document)
    if older.document.accession == newer.document.accession:
        raise InvalidRequest(f"{newer.document.accession} cannot be compared with itself; name two filings")
    return ItemPair(company, older, newer)


def item_version(
    connection: sa.Connection,
    company: Company,
    item: str,
    *,
    accession: Accession | None = None,
    form: str | None = None,
    as_of: date | None = None,
) -> ItemVersion:
    """The item in one filing of the company: the named one, or by default the one that `choose_versions` takes as the newer.

    Raises NotFound if no filing by `as_of` has the item; InvalidRequest for a filing of another company, and for an item that
    occurs in two parts.
    """
    parse_item(item)
    if accession is not None:
        return _named(connection, company, accession, item, as_of)
    return _newest(connection, company, item, form, as_of)


def item_versions(
    connection: sa.Connection,
    company: Company,
    item: str,
    *,
    form: str | None = None,
    as_of: date | None = None,
    limit: int = 20,
) -> list[ItemVersion]:
    """The item in each annual report, or each filing of `form`, newest first; amendments are left out.

    Raises NotFound if there is none, InvalidRequest for an item that occurs in two parts.
    """
    parse_item(item)
    forms = same_report(form) if form is not None else _IN_FULL
    statement = _having(company.cik, item).where(documents.c.form.in_(forms))
    if as_of is not None:
        statement = statement.where(documents.c.filed_on <= as_of)
    by_filing: dict[Accession | None, Document] = {}
    for document_id in connection.scalars(statement.order_by(*_NEWEST_FIRST).limit(_MOST_READ)).all():
        document = get_document_by_id(connection, document_id)
        by_filing.setdefault(document.accession, document)
    if not by_filing:
        raise _missing(company, item, form or "annual report", as_of)
    return [_version(connection, document, item) for document in list(by_filing.values())[:limit]]


def filings_with_item(
    connection: sa.Connection, company: Company, item: str, *, as_of: date | None = None, limit: int = 60
) -> list[Document]:
    """The documents with the item, one per filing of the company, newest first; empty if there are none."""
    statement = _having(company.cik, item)
    if as_of is not None:
        statement = statement.where(documents.c.filed_on <= as_of)
    results: dict[Accession | None, Document] = {}
    for document_id in connection.scalars(statement.order_by(*_NEWEST_FIRST).limit(limit)).all():
        document = get_document_by_id(connection, document_id)
        results.setdefault(document.accession, document)
    return list(results.values())


def comparable_reports(connection: sa.Connection, company: Company, *, as_of: date | None = None) -> list[ReportPair]:
    """The two newest filings, without amendments, of each report filed at least twice by `as_of`; newest pair first.

    Reports without an item in common are left out.
    """
    statement = _having(company.cik).where(documents.c.form.not_like("%/A"))
    if as_of is not None:
        statement = statement.where(documents.c.filed_on <= as_of)
    by_report: dict[tuple[str, ...], dict[Accession | None, Document]] = {}
    for document_id in connection.scalars(statement.order_by(*_NEWEST_FIRST).limit(_MOST_READ)).all():
        document = get_document_by_id(connection, document_id)
        by_report.setdefault(same_report(document.form or ""), {}).setdefault(document.accession, document)
    pairs = []
    for filings in by_report.values():
        newest = list(filings.values())[:2]
        if len(newest) == 2:
            new, old = newest
            known = {(section.part, section.item) for section in sections_of(connection, old.document_id)}
            items = {(section.part, section.item): section for section in sections_of(connection, new.document_id)}
            shared = tuple(section for name, section in items.items() if name in known)
            pairs += [ReportPair(old, new, shared)] if shared else []
    return pairs


def _named(connection: sa.Connection, company: Company, accession: Accession, item: str, as_of: date | None) -> ItemVersion:
    document = next(iter(documents_of(connection, accession)), None)
    known = sa.exists().where(sec_filings.c.accession == accession.text, sec_filings.c.cik == company.cik.number)
    if document is None:
        there = connection.scalar(sa.select(known))
        raise NotFound(
            f"the documents of filing {accession} are not here yet" if there else f"{company.label} has no filing {accession}",
            hint=f"load the company on the page Companies, or with `workbench ingest {company.label}`",
        )
    if document.cik != company.cik and not connection.scalar(sa.select(known)):
        raise InvalidRequest(f"{accession} is not a filing of {company.label}")
    if as_of is not None and document.filed_on is not None and document.filed_on > as_of:
        raise NotFound(f"the filing {accession} came on {document.filed_on}, after {as_of}")
    return _version(connection, document, item)


def _newest(connection: sa.Connection, company: Company, item: str, form: str | None, as_of: date | None) -> ItemVersion:
    statement = _having(company.cik, item)
    if form is not None:
        statement = statement.where(documents.c.form.in_(same_report(form)))
    else:
        statement = statement.where(documents.c.form.not_like("%/A"))
    if as_of is not None:
        statement = statement.where(documents.c.filed_on <= as_of)
    result = _first(connection, statement.order_by(documents.c.form.in_(_IN_FULL).desc(), *_NEWEST_FIRST))
    if result is None:
        raise _missing(company, item, form or "filing", as_of)
    return _version(connection, result, item)


def _missing(company: Company, item: str, what: str, as_of: date | None) -> NotFound:
    until = f" by {as_of}" if as_of else ""
    return NotFound(
        f"no {what} of {company.label} with an item {item.strip()} is here{until}",
        hint=f"load its reports on the page Companies, or with `workbench ingest {company.label}`",
    )


def _previous(connection: sa.Connection, company: Company, item: str, newer: Document) -> ItemVersion:
    before = sa.tuple_(documents.c.filed_on, documents.c.accession) < sa.tuple_(
        sa.literal(newer.filed_on), sa.literal(str(newer.accession))
    )
    forms = same_report((newer.form or "").removesuffix("/A"))
    result = _first(connection, _having(company.cik, item).where(documents.c.form.in_(forms), before).order_by(*_NEWEST_FIRST))
    if result is None:
        raise NotFound(
            f"no {newer.form} of {company.label} before {newer.accession} with an item {item.strip()} is here",
            hint=f"load older ones with `workbench ingest {company.label} --since DATE`, or name another filing",
        )
    return _version(connection, result, item)


# The primary document of a filing before its exhibits.
_NEWEST_FIRST: tuple[sa.ColumnElement[Any], ...] = (
    documents.c.filed_on.desc(),
    documents.c.accession.desc(),
    sa.exists()
    .where(sec_filings.c.accession == documents.c.accession, sec_filings.c.primary_document == documents.c.name)
    .desc(),
    documents.c.document_id,
)


def _having(cik: Cik, item: str | None = None) -> sa.Select[Any]:
    """The documents of the company's filings (joint ones included) that contain the item, or any item."""
    own = sa.select(sec_filings.c.accession).where(sec_filings.c.cik == cik.number)
    holds = sa.exists().where(filing_sections.c.document_id == documents.c.document_id)
    if item is not None:
        part, name = parse_item(item)
        holds = holds.where(filing_sections.c.item == name)
        if part is not None:
            holds = holds.where(filing_sections.c.part == part)
    return sa.select(documents.c.document_id).where(
        documents.c.origin == "filing",
        documents.c.accession.is_not(None),
        documents.c.filed_on.is_not(None),
        sa.or_(documents.c.cik == cik.number, documents.c.accession.in_(own)),
        holds,
    )


def _first(connection: sa.Connection, statement: sa.Select[Any]) -> Document | None:
    document_id = connection.scalar(statement.limit(1))
    return get_document_by_id(connection, document_id) if document_id is not None else None


def _version(connection: sa.Connection, document: Document, item: str) -> ItemVersion:
    sections = select_sections(sections_of(connection, document.document_id), item)
    if len(sections) > 1 and len({section.part for section in sections}) > 1:
        names = " or ".join(f"{section.part}.{section.item}" for section in sections)
        raise InvalidRequest(f"{document.accession} has an item {item.strip()} in several parts; say {names}")
    section = max(sections, key=lambda one: one.end - one.start)
    return ItemVersion(document, section, _passages_in(connection, document, section))


def _passages_in(connection: sa.Connection, document: Document, section: Section) -> tuple[tuple[int, int], ...]:
    rows = connection.execute(
        sa.select(passages.c.start_char, passages.c.end_char)
        .where(
            passages.c.document_id == document.document_id,
            passages.c.start_char < section.end,
            passages.c.end_char > section.start,
        )
        .order_by(passages.c.start_char)
    )
    return tuple((row.start_char, row.end_char) for row in rows)
