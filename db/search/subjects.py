"""Added documents by the company that a question names, whether or not the company is in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from db.ownership import readable
from db.tables import document_subjects, documents
from workbench.domain.rights.ownership import LOCAL, Caller


@dataclass(frozen=True, slots=True)
class CompanyOfDocuments:
    """A company as added documents name it, every key by which it is meant, its CIK if known, and the ids of the documents."""

    name: str
    keys: frozenset[str]
    cik: int | None
    documents: tuple[int, ...]


def companies_of_documents(
    connection: sa.Connection, keys: Sequence[str], as_of: date | None = None, caller: Caller = LOCAL
) -> list[CompanyOfDocuments]:
    """Companies of added documents that bear one of `keys`, by name; documents that share a whole name are one company's.

    Only documents that `caller` may read count; `as_of` admits those dated on or before that day.
    """
    subject = document_subjects.c
    dated = [documents.c.filed_on <= as_of] if as_of else []
    rows = connection.execute(
        sa.select(subject.company, subject.company_keys, documents.c.cik, documents.c.document_id)
        .join(documents, documents.c.document_id == subject.document_id)
        .where(subject.company_keys.overlap(list(keys)), subject.company.is_not(None), readable(documents, caller), *dated)
        .order_by(documents.c.document_id)
    ).all()
    results: dict[tuple[str, ...], CompanyOfDocuments] = {}
    for row in rows:
        known = results.get(tuple(row.company_keys))
        results[tuple(row.company_keys)] = CompanyOfDocuments(
            known.name if known else row.company,
            frozenset(row.company_keys),
            row.cik if row.cik is not None else known.cik if known else None,
            (*(known.documents if known else ()), row.document_id),
        )
    return sorted(results.values(), key=lambda company: company.name)
