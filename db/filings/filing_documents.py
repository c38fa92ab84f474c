"""The main documents of a company's filings, as the reader lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from db.tables import documents, sec_filings
from workbench.domain.identity import Accession, Cik

_MOST = 400


@dataclass(frozen=True, slots=True)
class FilingDocument:
    """The main document of a filing. `report_on` is the end of its period or the day of its event, where the index says it."""

    document_id: int
    accession: Accession
    name: str
    form: str
    filed_on: date
    report_on: date | None


def filing_documents(connection: sa.Connection, cik: Cik, *, as_of: date | None = None) -> list[FilingDocument]:
    """The main document of each of a company's filings whose text is here, joint filings included, newest first.

    At most 400; of filings made on or before `as_of`. Where the main document is not here, the first of the others.
    """
    document, filing = documents.c, sec_filings.c
    own = sa.select(filing.accession).where(filing.cik == cik.number)
    query = (
        sa.select(document.document_id, document.accession, document.name, document.form, document.filed_on, filing.report_on)
        .join_from(
            documents, sec_filings,
            sa.and_(filing.accession == document.accession, filing.cik == cik.number), isouter=True,
        )
        .where(
            document.origin == "filing",
            document.accession.is_not(None),
            document.filed_on.is_not(None),
            sa.or_(document.cik == cik.number, document.accession.in_(own)),
        )
        .ext(pg.distinct_on(document.filed_on, document.accession))
        .order_by(
            document.filed_on.desc(), document.accession.desc(),
            (filing.primary_document == document.name).desc().nulls_last(), document.document_id,
        )
        .limit(_MOST)
    )  # fmt: skip
    if as_of is not None:
        query = query.where(document.filed_on <= as_of)
    return [
        FilingDocument(row.document_id, Accession(row.accession), row.name, row.form or "", row.filed_on, row.report_on)
        for row in connection.execute(query)
    ]
