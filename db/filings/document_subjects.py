"""Whose added documents are and for which period, and where the primary statements of documents stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables import document_statements, document_subjects
from workbench.domain.filings.passages import ReportPeriod
from workbench.domain.filings.subjects import DocumentSubject
from workbench.parse.items.primary_statements import StatementSpan


def save_subject(connection: sa.Connection, document_id: int, subject: DocumentSubject) -> None:
    """Makes it the subject of the document."""
    values = {
        "document_id": document_id,
        "company": subject.company,
        "company_keys": list(subject.keys),
        "fiscal_year": subject.period.fiscal_year if subject.period else None,
        "fiscal_quarter": subject.period.quarter if subject.period else None,
        "is_corrected": subject.is_corrected,
    }
    insert = pg.insert(document_subjects).values(values)
    changes = {name: insert.excluded[name] for name in values if name != "document_id"}
    connection.execute(insert.on_conflict_do_update(index_elements=["document_id"], set_=changes))


def subject_of(row: Any) -> DocumentSubject | None:
    """A row with the columns of `document_subjects` as a domain value; None for a document without a subject."""
    if row.company_keys is None:
        return None
    period = ReportPeriod(row.fiscal_year, row.fiscal_quarter) if row.fiscal_year is not None else None
    return DocumentSubject(row.subject_company, tuple(row.company_keys), period, row.is_corrected)


def subject_columns() -> list[sa.ColumnElement[Any]]:
    """The columns that `subject_of` reads."""
    columns = document_subjects.c
    return [
        columns.company.label("subject_company"),
        columns.company_keys,
        columns.fiscal_year,
        columns.fiscal_quarter,
        columns.is_corrected,
    ]


def save_statements(connection: sa.Connection, statements: Mapping[int, Sequence[StatementSpan]]) -> None:
    """Replaces the primary statements of each document."""
    connection.execute(sa.delete(document_statements).where(document_statements.c.document_id.in_(statements)))
    rows = [
        {"document_id": document_id, "start_char": span.start, "end_char": span.end, "kind": span.kind.value}
        for document_id, own in statements.items()
        for span in own
    ]
    if rows:
        connection.execute(sa.insert(document_statements), rows)
