"""Passages of documents: saved by COPY, and narrowed by a filter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.engine import Database
from db.ownership import hidden_documents
from db.search.planner import expected_rows
from db.search.report_periods import fiscal_period
from db.tables import (
    companies,
    document_statements,
    document_subjects,
    documents,
    passages,
    sec_filings,
)
from workbench.domain.filings.passages import PassageFilter, PassageSpan, PassageText, ReportPeriod
from workbench.domain.identity import Accession, Cik
from workbench.domain.rights.ownership import LOCAL


@dataclass(frozen=True, slots=True)
class PassagesOf:
    """The passages of a document, and what they are narrowed by."""

    document_id: int
    spans: Sequence[PassageSpan]
    cik: Cik | None
    form: str | None
    filed_on: date | None


def save_passages(connection: sa.Connection, documents: Sequence[PassagesOf]) -> list[int]:
    """Makes them the passages of the documents; returns how many rows were written of each: 0 when they stood there already.

    Other passages of the same document (of an older extraction) are removed with their vectors.
    """
    present = _present(connection, [each.document_id for each in documents])
    rows = {each.document_id: _rows(each) for each in documents}
    changed = {document_id for document_id, own in rows.items() if present[document_id] != own}
    if old := [document_id for document_id in changed if present[document_id]]:
        connection.execute(sa.delete(passages).where(passages.c.document_id.in_(old)))
    if not changed:
        return [0] * len(documents)
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101  # open for as long as SQLAlchemy's connection is  # nosec B101
    columns = "document_id, cik, form, filed_on, ordinal, start_char, end_char, part, item, page, text, context"
    with driver.cursor() as cursor, cursor.copy(f"copy passages ({columns}) from stdin") as copy:
        for document_id in sorted(changed):
            for row in rows[document_id]:
                copy.write_row((document_id, *row))
    return [len(rows[each.document_id]) if each.document_id in changed else 0 for each in documents]


_Row = tuple[Any, ...]


def _rows(of: PassagesOf) -> list[_Row]:
    named = (of.cik.number if of.cik else None, of.form, of.filed_on)
    spans = sorted(
        (span.ordinal, span.start, span.end, span.part, span.item, span.page, span.text, span.context) for span in of.spans
    )
    return [named + span for span in spans]


def _present(connection: sa.Connection, document_ids: Sequence[int]) -> defaultdict[int, list[_Row]]:
    """What is saved of each document, in the shape of `_rows`."""
    table = passages.c
    query = sa.select(
        table.document_id, table.cik, table.form, table.filed_on, table.ordinal, table.start_char, table.end_char,
        table.part, table.item, table.page, table.text, table.context,
    ).where(table.document_id.in_(document_ids)).order_by(table.document_id, table.ordinal)  # fmt: skip
    results: defaultdict[int, list[_Row]] = defaultdict(list)
    for document_id, *row in connection.execute(query):
        results[document_id].append(tuple(row))
    return results


def refresh_statistics(database: Database) -> None:
    """Counts words anew for `db.search.full_text`, and rows for the planner; otherwise PostgreSQL does it in its own time."""
    with database.owner.write() as connection:
        connection.execute(sa.text("analyze passages"))


def filter_clauses(where: PassageFilter) -> list[sa.ColumnElement[bool]]:
    """The conditions on `passages` that `where` asks for, to be applied before anything is ranked."""
    clauses: list[sa.ColumnElement[bool]] = []
    of_companies = [passages.c.cik.in_([cik.number for cik in where.companies])] if where.companies else []
    of_companies += [passages.c.document_id.in_(where.own_documents)] if where.own_documents else []
    clauses += [sa.or_(*of_companies)] if of_companies else []
    if where.forms:
        clauses.append(passages.c.form.in_(where.forms))
    if where.items:
        clauses.append(passages.c.item.in_(where.items))
    if where.filed_from is not None:
        clauses.append(passages.c.filed_on >= where.filed_from)
    until = min((day for day in (where.as_of, where.filed_until) if day is not None), default=None)
    if until is not None:
        clauses.append(passages.c.filed_on <= until)
    if where.documents:
        clauses.append(passages.c.document_id.in_(where.documents))
    if (hidden := hidden_documents(where.caller)) is not None:
        clauses.append(passages.c.document_id.not_in(hidden))
    if where.sectors:
        clauses.append(passages.c.cik.in_(_companies_of(where.sectors)))
    if where.periods:
        clauses.append(passages.c.document_id.in_(_documents_on(where.periods, where.as_of)))
    if where.statements:
        clauses.append(_is_in_statement(where.statements))
    clauses += [_holds(phrase) for phrase in where.phrases]
    clauses += [sa.not_(_holds(phrase)) for phrase in where.excluded]
    return clauses


def _is_in_statement(kinds: Sequence[str]) -> sa.ColumnElement[bool]:
    spans = document_statements.c
    return (
        sa.select(sa.literal(1))
        .where(
            spans.document_id == passages.c.document_id,
            spans.start_char < passages.c.end_char,
            spans.end_char > passages.c.start_char,
            spans.kind.in_(kinds),
        )
        .exists()
    )


def _companies_of(sectors: Sequence[str]) -> sa.Select[tuple[int]]:
    described = [
        companies.c.sic.startswith(sector, autoescape=True)
        if sector.isdigit()
        else companies.c.sic_description.icontains(sector, autoescape=True)
        for sector in sectors
    ]
    return sa.select(companies.c.cik).where(sa.or_(*described))


def _documents_on(periods: Sequence[ReportPeriod], as_of: date | None) -> sa.Select[tuple[int]]:
    """Documents whose period of report lies in one of the fiscal periods."""
    year, quarter = fiscal_period(as_of)
    subject = document_subjects.c
    # A report of a year covers its fourth quarter.
    quarter = sa.case((subject.fiscal_year.is_not(None), sa.func.coalesce(subject.fiscal_quarter, 4)), else_=quarter)
    year = sa.func.coalesce(subject.fiscal_year, year)
    wanted = [
        sa.and_(year == period.fiscal_year, *([quarter == period.quarter] if period.quarter else [])) for period in periods
    ]
    return (
        sa.select(documents.c.document_id)
        .outerjoin(sec_filings, (sec_filings.c.accession == documents.c.accession) & (sec_filings.c.cik == documents.c.cik))
        .outerjoin(companies, companies.c.cik == documents.c.cik)
        .outerjoin(document_subjects, subject.document_id == documents.c.document_id)
        .where(sa.or_(*wanted))
    )


def _holds(phrase: str) -> sa.ColumnElement[bool]:
    return passages.c.words.op("@@", return_type=sa.Boolean())(sa.func.phraseto_tsquery("english", phrase))


# A passage is one of the parameter `passage_ids`: one array, however many, so that the statement stays the same.
IS_ONE_OF = passages.c.passage_id == sa.any_(sa.bindparam("passage_ids", type_=pg.ARRAY(sa.BigInteger())))
_TEXTS = (
    sa.select(passages.c.passage_id, passages.c.cik, documents.c.accession, passages.c.text, passages.c.document_id)
    .join(documents, documents.c.document_id == passages.c.document_id)
    .where(IS_ONE_OF)
)


def has_any(connection: sa.Connection, where: PassageFilter) -> bool:
    """Whether any passage passes the filter."""
    return bool(connection.scalar(sa.select(sa.select(sa.literal(1)).where(*filter_clauses(where)).exists())))


def count_expected(connection: sa.Connection, where: PassageFilter) -> int:
    """About how many passages pass the filter, as the planner expects; uploads that the caller may not read are counted in.

    The planner takes any list of excluded documents for half of all passages.
    """
    clauses = filter_clauses(replace(where, caller=LOCAL))
    return expected_rows(connection, sa.select(sa.literal_column("1")).select_from(passages).where(*clauses))


def count_lasting(connection: sa.Connection, where: PassageFilter) -> int:
    """How many passages pass the filter: counted under an `as_of`, for its answers must not move with later filings.

    Otherwise about as many as the planner expects.
    """
    if where.as_of is None:
        return count_expected(connection, where)
    return connection.scalar(sa.select(sa.func.count()).select_from(passages).where(*filter_clauses(where))) or 0


def texts(connection: sa.Connection, passage_ids: Sequence[int]) -> list[PassageText]:
    """What these passages say, in the order asked; ids that do not exist are left out."""
    rows = connection.execute(_TEXTS, {"passage_ids": list(passage_ids)}).all()
    results = {
        row.passage_id: PassageText(
            row.passage_id,
            Cik(row.cik) if row.cik is not None else None,
            Accession(row.accession) if row.accession else None,
            row.text,
            row.document_id,
        )
        for row in rows
    }
    return [results[passage_id] for passage_id in passage_ids if passage_id in results]
