"""Six passages of two invented companies, whose right answers are plain to see."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from db.search import passages
from db.search.passages import PassagesOf
from db.tables import companies, company_tickers, documents
from workbench.domain.filings.passages import PassageSpan
from workbench.domain.identity import Cik

CORPUS = (
    # cik, company, ticker, accession, form, filed on, item, passages
    (1, "Northwind Semiconductor Inc", "NWSC", "0000000001-23-000001", "10-K", date(2023, 2, 1), "1A", (
        "We depend on a single foundry in Taiwan to manufacture our wafers, and an earthquake would halt our shipments.",
        "Our chief executive officer and other key employees could leave, and competition for engineers is intense.",
    )),
    (1, "Northwind Semiconductor Inc", "NWSC", "0000000001-24-000001", "10-K", date(2024, 2, 1), "7", (
        "Revenue of the data center segment rose 41% because customers bought more accelerators.",
        "We repurchased $1.2 billion of our common stock under the program announced in 2022.",
    )),
    (2, "Harvest Grocers Corp", "HRVG", "0000000002-24-000007", "10-Q", date(2024, 6, 3), "2", (
        "Same-store sales of fresh food grew as shoppers returned, while wage inflation lowered gross margin.",
        "We filed our Annual Report on Form 10-K and repurchased shares of common stock.",
    )),
)  # fmt: skip


Addition = tuple[str, date, str]


def fill(connection: sa.Connection, further: tuple[Addition, ...] = ()) -> None:
    """Saves the corpus without vectors; or, if given, `further` passages of the first company (accession, filed on, text)."""
    if further:
        for accession, filed_on, text in further:
            _save_document(connection, 1, accession, "10-K", filed_on, "1A", (text,))
        return
    for cik, name, ticker, accession, form, filed_on, item, texts in CORPUS:
        if connection.execute(sa.select(companies.c.cik).where(companies.c.cik == cik)).first() is None:
            connection.execute(sa.insert(companies).values(cik=cik, name=name))
            connection.execute(sa.insert(company_tickers).values(ticker=ticker, cik=cik, position=0))
        _save_document(connection, cik, accession, form, filed_on, item, texts)


def _save_document(  # noqa: PLR0917
    connection: sa.Connection, cik: int, accession: str, form: str, filed_on: date, item: str, texts: tuple[str, ...]
) -> None:
    document_id = connection.execute(
        sa.insert(documents)
        .values(
            origin="filing", name="main.htm", cik=cik, accession=accession, form=form, filed_on=filed_on,
            sha256="0" * 64, text_sha256="0" * 64, extractor="none/1", chars=sum(map(len, texts)),
        )
        .returning(documents.c.document_id)
    ).scalar_one()  # fmt: skip
    start = 0
    spans = []
    for ordinal, text in enumerate(texts):
        spans.append(PassageSpan(ordinal, start, start + len(text), None, item, text))
        start += len(text) + 2
    passages.save_passages(connection, [PassagesOf(document_id, spans, Cik(cik), form, filed_on)])
