"""Hybrid search over a small corpus whose right answers are plain to see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
import sqlalchemy as sa

from db.engine import Database
from db.search import embeddings
from tests.search.example import fill
from workbench.adapters.embedder import WordLlamaEmbedder
from workbench.domain.errors import FutureDate, InvalidRequest, SourceUnavailable
from workbench.domain.filings.passages import ReportPeriod
from workbench.domain.identity import Cik
from workbench.ingest.search.passages import embed_missing
from workbench.search.citations import citation
from workbench.search.hybrid import SearchMode, SearchQuery, SearchResult, search

if TYPE_CHECKING:
    from workbench.ports import Vectors


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as connection:
        fill(connection)
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


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (SearchQuery("zebras giraffes"), True),
        (SearchQuery("zebras repurchased"), False),
        (SearchQuery("zebras giraffes", mode=SearchMode.VECTOR), False),  # words were not looked for
        (SearchQuery("zebras giraffes", as_of=date(2000, 1, 1)), False),  # nothing was found
    ],
)
def test_that_no_passage_has_a_word_of_the_question_is_told(filled: Database, question: SearchQuery, expected: bool) -> None:
    with filled.read() as connection:
        assert (search(connection, WordLlamaEmbedder(), question).caution is not None) is expected


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
    fill(connection)
    assert embeddings.find_model(connection, WordLlamaEmbedder.model) is None
    hits = search(connection, WordLlamaEmbedder(), SearchQuery("earthquake")).hits
    assert [hit.vector_rank for hit in hits] == [None]
    assert (hits[0].ticker, hits[0].text_rank) == ("NWSC", 1)


@pytest.mark.parametrize(
    "question", ["foundry shipments of wafers", "earthquake tariffs", "Nothwind foundry", "Nothwind wafers"]
)
def test_later_filings_move_nothing_under_an_earlier_day(filled: Database, question: str) -> None:
    query, embedder = SearchQuery(question, as_of=date(2024, 7, 1)), WordLlamaEmbedder()

    def asked() -> SearchResult:
        with filled.read() as connection:
            return search(connection, embedder, query)

    before = asked()
    assert len(before.hits) == 6
    later = date(2024, 9, 2)
    texts = [f"Foundry {number} ships on, and nothwind is a word; so are tariffs on wafers." for number in range(300)]
    with filled.write() as connection:
        fill(connection, tuple((f"0000000001-24-{number:06}", later, text) for number, text in enumerate(texts, 100)))
        connection.execute(sa.text("analyze passages"))
    assert asked() == before
    embed_missing(filled, embedder)
    assert asked() == before
    with filled.read() as connection:
        today = search(connection, embedder, SearchQuery(question))
    assert later in {hit.filed_on for hit in today.hits}
    assert today.mentions == ()


def _ids(database: Database, query: SearchQuery) -> list[int]:
    with database.read() as connection:
        return [hit.passage_id for hit in search(connection, WordLlamaEmbedder(), query).hits]


def test_pages_continue_each_other(filled: Database) -> None:
    with filled.read() as connection:
        embedder = WordLlamaEmbedder()
        whole = search(connection, embedder, SearchQuery("common stock", k=6))
        assert whole.next_offset is None
        pages, offset = [], 0
        while offset is not None:
            page = search(connection, embedder, SearchQuery("common stock", k=2, offset=offset))
            pages += page.hits
            offset = page.next_offset
        assert [hit.passage_id for hit in pages] == [hit.passage_id for hit in whole.hits]
        assert search(connection, embedder, SearchQuery("common stock", offset=500)).hits == ()


def test_a_company_in_the_question_lifts_its_passages_and_leaves_others(filled: Database) -> None:
    with filled.read() as connection:
        result = search(connection, WordLlamaEmbedder(), SearchQuery("Harvest Grocers common stock"))
    assert [str(mention.company.ticker) for mention in result.mentions] == ["HRVG"]
    assert [hit.ticker for hit in result.hits][:2] == ["HRVG", "HRVG"]
    assert {hit.ticker for hit in result.hits} == {"HRVG", "NWSC"}


@pytest.mark.parametrize(
    ("question", "tickers"),
    [
        ("Nothwind foundry", ["NWSC"]),
        ("harvst common stock", ["HRVG"]),
        ("hervest inflation", ["HRVG"]),
        ("wafers of shipments", []),  # words that filings use are no misspelt names
        ("Notorious foundry", []),
        ("nwind foundry", []),
    ],
)
def test_a_company_whose_name_is_misspelt(filled: Database, question: str, tickers: list[str]) -> None:
    with filled.read() as connection:
        result = search(connection, WordLlamaEmbedder(), SearchQuery(question))
    assert [str(mention.company.ticker) for mention in result.mentions] == tickers


def test_the_same_words_of_two_years_are_one_hit(filled: Database) -> None:
    copied = "We depend on a single foundry in Taiwan to manufacture our wafers; and an earthquake would halt our shipments."
    with filled.write() as connection:
        fill(connection, (("0000000001-24-000099", date(2024, 8, 1), copied),))
    embed_missing(filled, WordLlamaEmbedder())
    with filled.read() as connection:
        hits = search(connection, WordLlamaEmbedder(), SearchQuery("foundry in Taiwan", k=3)).hits
    assert sum("Taiwan" in hit.text for hit in hits) == 1
    both = {str(hits[0].accession), *map(str, hits[0].also_in)}
    assert both == {"0000000001-23-000001", "0000000001-24-000099"}


def test_phrases_and_excluded_words(filled: Database) -> None:
    assert len(_ids(filled, SearchQuery('"common stock" repurchase'))) == 2
    assert len(_ids(filled, SearchQuery("repurchase -annual"))) == 5
    assert _ids(filled, SearchQuery("-everything")) == []


def test_an_item_by_its_number_comes_first_and_numbers_of_forms_are_no_words(filled: Database) -> None:
    with filled.write() as connection:
        listed = "10.1\tIndenture of the Northwind notes, Form 10-K\n10.2\tBonus plan, Form 10-K\n10.3\tLease, Form 10-K"
        fill(connection, (("0000000001-24-000009", date(2024, 2, 1), listed),))
        connection.execute(sa.text("update passages set item = '15' where text like '10.1%'"))
    embed_missing(filled, WordLlamaEmbedder())
    with filled.read() as connection:
        result = search(connection, WordLlamaEmbedder(), SearchQuery("Northwind item 1A"))
    assert {hit.item for hit in result.hits[:2]} == {"1A"}
    assert [mention.mention_text for mention in result.understood.items] == ["item 1A"]
    texts = _texts(filled, SearchQuery("Northwind 10-K foundry"))
    assert "foundry" in texts[0]
    assert "Indenture" not in texts[1], "the exhibits' 10 and K are not what a 10-K is named for"


def test_lists_of_exhibits_come_late_unless_asked_for(filled: Database) -> None:
    listed = "10.1\tForm of foundry agreement in Taiwan\n10.2\tFoundry agreement in Taiwan\n10.3\tTaiwan lease"
    with filled.write() as connection:
        fill(connection, (("0000000001-24-000009", date(2024, 2, 1), listed),))
        connection.execute(sa.text("update passages set item = '15' where text like '10.1%'"))
    embed_missing(filled, WordLlamaEmbedder())
    assert _texts(filled, SearchQuery("foundry agreement in Taiwan"))[0].startswith("We depend on a single foundry")
    assert _texts(filled, SearchQuery("exhibits foundry agreement in Taiwan"))[0] == listed


def test_the_newest_report_is_that_of_the_day(filled: Database) -> None:
    with filled.write() as connection:
        for year in (24, 25):
            text = f"Our effective tax rate was {year} per cent, as the law of that year has it."
            fill(connection, ((f"0000000001-{year}-000011", date(2000 + year, 2, 2), text),))
    embed_missing(filled, WordLlamaEmbedder())
    question = "Northwind effective tax rate last year"
    assert "25 per cent" in _texts(filled, SearchQuery(question))[0]
    assert "24 per cent" in _texts(filled, SearchQuery(question, as_of=date(2024, 6, 1)))[0]


def test_a_heading_that_stands_alone_is_no_answer(filled: Database) -> None:
    with filled.write() as connection:
        fill(connection, (("0000000001-24-000009", date(2024, 2, 1), "PART I"),))
    embed_missing(filled, WordLlamaEmbedder())
    assert "PART I" not in _texts(filled, SearchQuery("PwC", k=100))
    assert "PART I" not in _texts(filled, SearchQuery("PwC", k=100, per_filing=True))


def test_other_names_are_marked_where_they_stand_whole(filled: Database) -> None:
    text = "Purchases of property and equipment rose; capital expenditures may buy other property for purchases of capital."
    with filled.write() as connection:
        fill(connection, (("0000000001-24-000009", date(2024, 2, 1), text),))
    embed_missing(filled, WordLlamaEmbedder())
    with filled.read() as connection:
        hit = search(connection, WordLlamaEmbedder(), SearchQuery("capex")).hits[0]
    assert [hit.text[start:end] for start, end in hit.highlights] == [
        "Purchases of property",
        "capital expenditures",
    ]


def test_a_hit_says_what_period_its_report_is_on(filled: Database) -> None:
    with filled.read() as connection:
        hits = search(connection, WordLlamaEmbedder(), SearchQuery("common stock", k=6)).hits
    annual = next(hit for hit in hits if hit.form == "10-K" and hit.filed_on == date(2024, 2, 1))
    quarterly = next(hit for hit in hits if hit.form == "10-Q")
    # Without a date of period and a stated year end the day of filing and the calendar year stand for them.
    assert annual.period == ReportPeriod(2024)
    assert quarterly.period == ReportPeriod(2024, 2)
    assert citation(annual)[:2] == ["10-K", "fiscal 2024"]
    assert citation(quarterly)[1] == "Q2 fiscal 2024"


def test_highlights_stand_on_the_words(filled: Database) -> None:
    with filled.read() as connection:
        hit = search(connection, WordLlamaEmbedder(), SearchQuery("wages inflation")).hits[0]
    assert [hit.text[start:end] for start, end in hit.highlights] == ["wage", "inflation"]


def test_embedding_in_two_processes_at_once_saves_each_vector_once(database: Database) -> None:
    with database.write() as connection:
        fill(connection)
    told: list[int] = []

    class Interrupting(WordLlamaEmbedder):
        """While it embeds, another process embeds the same passages."""

        def embed(self, texts: Sequence[str]) -> Vectors:
            assert embed_missing(database, WordLlamaEmbedder()) == 6
            return super().embed(texts)

    assert embed_missing(database, Interrupting(), progress=told.append) == 0
    assert told == [0]
    with database.read() as connection:
        model = embeddings.find_model(connection, WordLlamaEmbedder.model)
        assert model is not None
        assert embeddings.count_embeddings(connection, model, most=100) == 6


class _Marking:
    """A model that puts what speaks of Taiwan first, whatever is asked; it counts how often it is asked."""

    model = "taiwan"
    dimensions = 2

    def __init__(self, error: SourceUnavailable | None = None) -> None:
        self.asked = 0
        self.error = error

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += 1
        if self.error:
            raise self.error
        return np.array([[1, 0] if "Taiwan" in text or "?" in text else [0.6, 0.8] for text in texts], dtype=np.float32)


def test_a_better_model_takes_over_once_it_is_complete(filled: Database) -> None:
    better = _Marking()
    query = SearchQuery("who repurchased shares?", mode=SearchMode.VECTOR)
    fast = WordLlamaEmbedder()

    def asked() -> tuple[str | None, str]:
        with filled.read() as connection:
            result = search(connection, fast, query, better=better)
        return result.model, result.hits[0].text

    assert asked()[0] == fast.model  # it has no vector at all
    told: list[int] = []
    embed_missing(filled, better, batch_size=2, progress=told.append, is_stopped=lambda: len(told) == 2)
    assert told == [2, 2]
    assert asked()[0] == fast.model  # interrupted half-way
    assert embed_missing(filled, better, batch_size=2) == 2
    assert asked()[0] == "taiwan"
    assert "Taiwan" in asked()[1]
    with filled.write() as connection:
        fill(connection, (("0000000001-25-000001", date(2025, 2, 1), "Shares were repurchased for $3 billion."),))
    embed_missing(filled, fast)
    with filled.read() as connection:
        found = search(connection, fast, query, better=better)
    # What the better model has not embedded yet is found by the fast one meanwhile.
    assert found.model == "taiwan"
    assert any("$3 billion" in hit.text for hit in found.hits)


def test_a_better_model_that_gives_no_answer_is_told_and_done_without(filled: Database) -> None:
    embed_missing(filled, _Marking())
    with filled.read() as connection:
        silent = _Marking(SourceUnavailable("the endpoint gave no answer"))
        result = search(connection, WordLlamaEmbedder(), SearchQuery("foundry in Taiwan"), better=silent)
    assert result.unanswered == "the endpoint gave no answer"
    assert result.model == WordLlamaEmbedder.model
    assert "Taiwan" in result.hits[0].text


def test_the_mean_vector_of_a_filing_is_kept(filled: Database) -> None:
    embed_missing(filled, _Marking())
    with filled.read() as connection:
        rows = connection.execute(
            sa.text(
                "select v.passages, v.embedding::text from filing_vectors v join embedding_models m using (model_id)"
                " join documents d using (document_id) where m.model = 'taiwan' and d.accession = '0000000001-23-000001'"
            )
        ).all()
    assert [(row.passages, row.embedding) for row in rows] == [(2, "[0.8,0.4]")]


def test_the_best_passage_of_each_filing(filled: Database) -> None:
    with filled.read() as connection:
        hits = search(connection, WordLlamaEmbedder(), SearchQuery("common stock and shares", per_filing=True)).hits
    assert len(hits) == len({hit.accession for hit in hits}) == 3


def test_document_and_sector_narrow(filled: Database) -> None:
    with filled.write() as connection:
        connection.execute(sa.text("update companies set sic = '3674', sic_description = 'Semiconductors' where cik = 1"))
        ids = connection.scalars(sa.text("select document_id from documents where cik = 2")).all()
    for sectors in (("36",), ("semicon",)):
        assert len(_texts(filled, SearchQuery("common stock repurchase", sectors=sectors))) == 4
    assert len(_texts(filled, SearchQuery("common stock repurchase", documents=tuple(ids)))) == 2
    assert _texts(filled, SearchQuery("common stock repurchase", sectors=("%",))) == []


def test_a_named_year_is_lifted_and_can_be_taken_back(filled: Database) -> None:
    with filled.read() as connection:
        lifted = search(connection, WordLlamaEmbedder(), SearchQuery("repurchased common stock in 2024"))
        plain = search(connection, WordLlamaEmbedder(), SearchQuery("repurchased common stock in 2024", ignored=("2024",)))
    assert [mention.period.fiscal_year for mention in lifted.understood.periods] == [2024]
    assert plain.understood.periods == ()
    assert {hit.passage_id for hit in lifted.hits} == {hit.passage_id for hit in plain.hits}
