"""Hybrid search over a small corpus whose right answers are plain to see."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from db import embeddings, passages
from db.engine import Database
from db.tables import companies, company_tickers, documents
from workbench.adapters.embedder import WordLlamaEmbedder
from workbench.domain.errors import FutureDate, InvalidRequest
from workbench.domain.identity import Cik
from workbench.domain.passages import PassageSpan
from workbench.ingest.passages import embed_missing
from workbench.search.hybrid import SearchMode, SearchQuery, search

_CORPUS = (
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


def _fill(connection: sa.Connection) -> None:
    for cik, name, ticker, accession, form, filed_on, item, texts in _CORPUS:
        if connection.execute(sa.select(companies.c.cik).where(companies.c.cik == cik)).first() is None:
            connection.execute(sa.insert(companies).values(cik=cik, name=name))
            connection.execute(sa.insert(company_tickers).values(ticker=ticker, cik=cik, position=0))
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
        passages.save_passages(connection, document_id, spans, cik=Cik(cik), form=form, filed_on=filed_on)


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as connection:
        _fill(connection)
    embed_missing(database, WordLlamaEmbedder())
    return database


def _texts(database: Database, query: SearchQuery) -> list[str]:
    with database.read() as connection:
        return [hit.text for hit in search(connection, WordLlamaEmbedder(), query).hits]


def test_finds_by_meaning_and_by_words(filled: Database) -> None:
    assert "Taiwan" in _texts(filled, SearchQuery("what if chip production stops after a natural disaster"))[0]
    assert "41%" in _texts(filled, SearchQuery("data center revenue growth"))[0]
    assert "$1.2 billion" in _texts(filled, SearchQuery("repurchased $1.2 billion"))[0]
    for mode in SearchMode:
        assert "10-K" in _texts(filled, SearchQuery("Form 10-K annual report", mode=mode))[0]


def test_embedding_again_changes_nothing(filled: Database) -> None:
    assert embed_missing(filled, WordLlamaEmbedder()) == 0


def test_as_of_company_form_and_item_narrow_before_ranking(filled: Database) -> None:
    assert len(_texts(filled, SearchQuery("common stock repurchase", as_of=date(2023, 12, 31)))) == 2
    assert len(_texts(filled, SearchQuery("common stock repurchase", companies=(Cik(2),)))) == 2
    assert len(_texts(filled, SearchQuery("common stock repurchase", forms=("10-K",)))) == 4
    assert len(_texts(filled, SearchQuery("common stock repurchase", items=("7",)))) == 2
    assert _texts(filled, SearchQuery("stock", as_of=date(2020, 1, 1))) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "  \n"},
        {"text": "x" * 10_000},
        {"text": "a", "k": 0},
        {"text": "a", "k": 101},
        {"text": "a", "offset": -1},
    ],
)
def test_a_wrong_question_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        SearchQuery(**wrong)  # type: ignore[arg-type]


def test_a_day_in_the_future_is_refused() -> None:
    with pytest.raises(FutureDate):
        SearchQuery("a", as_of=date(9999, 1, 1))


def test_no_vectors_yet_still_finds_words(connection: sa.Connection) -> None:
    _fill(connection)
    assert embeddings.find_model(connection, WordLlamaEmbedder.model) is None
    hits = search(connection, WordLlamaEmbedder(), SearchQuery("earthquake")).hits
    assert [hit.vector_rank for hit in hits] == [None]
    assert (hits[0].ticker, hits[0].text_rank) == ("NWSC", 1)
