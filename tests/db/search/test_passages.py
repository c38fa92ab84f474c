"""Passages, their words and their vectors in the database."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import sqlalchemy as sa

from db.companies import save_company
from db.engine import Database
from db.search import citations, embeddings, full_text, passage_groups, passages, vector_index, vector_search
from db.search.passages import PassagesOf
from db.tables import documents
from db.tables import passages as passages_table
from workbench.domain.filings.passages import PassageFilter, PassageSpan
from workbench.domain.identity import Cik, Company

_EVERYTHING = PassageFilter()


def _save(connection: sa.Connection, name: str, *texts: str, filed_on: date | None = None, form: str = "10-K") -> list[int]:
    document_id = connection.execute(
        sa.insert(documents)
        .values(origin="upload", owner="local", name=name, sha256=name, text_sha256="", extractor="none/1", chars=1)
        .returning(documents.c.document_id)
    ).scalar_one()
    spans = [PassageSpan(number, number, number + 1, None, "1A", text) for number, text in enumerate(texts)]
    passages.save_passages(connection, [PassagesOf(document_id, spans, Cik(9), form, filed_on)])
    rows = connection.execute(
        sa.select(passages_table.c.passage_id)
        .where(passages_table.c.document_id == document_id)
        .order_by(passages_table.c.ordinal)
    )
    return list(rows.scalars())


def _terms(connection: sa.Connection, text: str, *other_names: str, as_of: date | None = None) -> full_text.Terms:
    [terms] = full_text.read_terms(connection, [full_text.AskedWords(text, other_names)], as_of=as_of)
    return terms


def _found(connection: sa.Connection, text: str, where: PassageFilter = _EVERYTHING) -> list[int]:
    return full_text.search_words(connection, _terms(connection, text), where, 10)


def test_saving_the_same_again_writes_nothing_and_other_passages_replace(connection: sa.Connection) -> None:
    document_id = connection.execute(
        sa.insert(documents)
        .values(origin="upload", owner="local", name="a", sha256="", text_sha256="", extractor="none/1", chars=1)
        .returning(documents.c.document_id)
    ).scalar_one()
    spans = [PassageSpan(1, 5, 9, "I", "1A", "tabs\tand \\ and\nlines"), PassageSpan(0, 0, 4, None, None, "text", page=3)]

    def save(cut: int, form: str = "10-K") -> int:
        return passages.save_passages(connection, [PassagesOf(document_id, spans[:cut], None, form, date(2024, 1, 2))])[0]

    assert save(2) == 2
    assert save(2) == 0
    stored = connection.execute(sa.select(passages_table).order_by(passages_table.c.ordinal)).all()
    assert [(row.text, row.page, row.item, row.cik, row.filed_on) for row in stored] == [
        ("text", 3, None, None, date(2024, 1, 2)),
        ("tabs\tand \\ and\nlines", None, "1A", None, date(2024, 1, 2)),
    ]
    assert save(2, form="10-K/A") == 2
    assert save(1) == 1
    assert connection.scalar(sa.select(sa.func.count()).select_from(passages_table)) == 1


def test_a_row_is_found_by_the_title_and_head_of_its_table(connection: sa.Connection) -> None:
    document_id = connection.execute(
        sa.insert(documents)
        .values(origin="upload", owner="local", name="a", sha256="", text_sha256="", extractor="none/1", chars=1)
        .returning(documents.c.document_id)
    ).scalar_one()
    context = "Maturities of leases\n(In millions)"
    spans = [
        PassageSpan(0, 0, 9, None, "8", "2025\t1,200\n2026\t900", None, context),
        PassageSpan(1, 9, 12, None, "8", "Other rows"),
    ]
    passages.save_passages(connection, [PassagesOf(document_id, spans, None, "10-K", date(2024, 1, 2))])
    (row,) = _found(connection, "lease maturities")
    (hit,) = citations.hits(connection, {row: 1.0}, highlight="lease:*")
    assert (hit.context, hit.text, hit.highlights) == (context, "2025\t1,200\n2026\t900", ())
    model = embeddings.save_model(connection, "test", 2)
    texts = [text for _, text in embeddings.missing_embeddings(connection, model, after=0, limit=9)]
    assert texts == [f"{context}\n2025\t1,200\n2026\t900", "Other rows"]


def test_words_compounds_figures_and_stems(connection: sa.Connection) -> None:
    annual, buyback, other = _save(
        connection,
        "a",
        "We filed our annual report on Form 10-K in February.",
        "The board authorized repurchases of $1.2 billion; net sales were $391,035 million. Ticker BRK-B.",
        "We employ 10 people at K Street and sold 391 units in 035 stores.",
    )
    assert _found(connection, "10-K")[0] == annual
    assert _found(connection, "10-K annual reports")[0] == annual
    assert _found(connection, "repurchasing $1.2 billion")[0] == buyback
    assert _found(connection, "391,035") == [buyback]
    assert _found(connection, "brk-b") == [buyback]
    assert _found(connection, "employing")[0] == other
    assert _found(connection, "the of and") == []
    assert _found(connection, "zebra") == []


def test_a_rare_word_outweighs_a_common_one(connection: sa.Connection) -> None:
    ids = _save(connection, "a", *["our revenue grew"] * 30, "lithium revenue", "revenue revenue revenue revenue")
    connection.execute(sa.text("analyze passages"))
    assert _found(connection, "lithium revenue")[0] == ids[30]
    assert _found(connection, "revenue")[0] == ids[31], "more of the same word is more, with diminishing returns"


def test_equal_scores_go_to_the_newest_filing(connection: sa.Connection) -> None:
    old = _save(connection, "old", "goodwill impairment", filed_on=date(2020, 1, 1))
    new = _save(connection, "new", "goodwill impairment", filed_on=date(2023, 1, 1))
    undated = _save(connection, "undated", "goodwill impairment")
    assert _found(connection, "goodwill") == new + old + undated


def test_phrases_and_excluded_words_narrow_both_halves(connection: sa.Connection) -> None:
    concern, going = _save(connection, "a", "substantial doubt about going concern", "a concern of ours is going abroad")
    assert set(_found(connection, "going concern")) == {concern, going}
    assert _found(connection, "going concern", PassageFilter(phrases=("going concern",))) == [concern]
    assert _found(connection, "going concern", PassageFilter(excluded=("abroad",))) == [concern]
    model = embeddings.save_model(connection, "two", 2)
    embeddings.save_embeddings(connection, model, [concern, going], np.eye(2, dtype=np.float32))
    where = PassageFilter(phrases=("going concern",))
    assert vector_search.search_vectors(connection, model, np.array([0, 1], dtype=np.float32), where, 5) == [concern]


@pytest.mark.parametrize(
    ("where", "years"),
    [
        (PassageFilter(as_of=date(2021, 6, 30)), {2020, 2021}),
        (PassageFilter(as_of=date(2019, 1, 1)), set()),
        (PassageFilter(filed_from=date(2021, 6, 30)), {2021, 2022}),
        (PassageFilter(filed_until=date(2021, 6, 30), as_of=date(2020, 12, 31)), {2020}),
        (PassageFilter(forms=("10-Q",)), {2022}),
        (PassageFilter(items=("7",)), set()),
        (PassageFilter(companies=(Cik(9),)), {2020, 2021, 2022}),
        (PassageFilter(companies=(Cik(8),)), set()),
    ],
)
def test_filters_hold_in_both_halves(connection: sa.Connection, where: PassageFilter, years: set[int]) -> None:
    ids = {
        _save(connection, str(year), "inventory", filed_on=date(year, 6, 30), form="10-Q" if year == 2022 else "10-K")[0]: year
        for year in (2020, 2021, 2022)
    }
    assert {ids[found] for found in _found(connection, "inventory", where)} == years
    model = embeddings.save_model(connection, "two", 2)
    embeddings.save_embeddings(connection, model, list(ids), np.ones((3, 2), dtype=np.float32))
    nearest = vector_search.search_vectors(connection, model, np.ones(2, dtype=np.float32), where, 5)
    assert {ids[found] for found in nearest} == years


def test_vectors_of_two_models_side_by_side(connection: sa.Connection) -> None:
    ids = _save(connection, "a", "one", "two", "three")
    small, large = embeddings.save_model(connection, "small", 2), embeddings.save_model(connection, "large", 3)
    assert embeddings.save_model(connection, "small", 2) == small
    assert [found for found, _ in embeddings.missing_embeddings(connection, small, after=0, limit=9)] == ids
    vectors = np.array([[1, 0], [0, 1], [0, 0]], dtype=np.float32)
    assert embeddings.save_embeddings(connection, small, [*ids, 10**9], np.vstack([vectors, vectors[:1]])) == 3
    assert embeddings.save_embeddings(connection, small, ids, vectors) == 0
    assert embeddings.missing_embeddings(connection, small, after=0, limit=9) == []
    assert [text for _, text in embeddings.missing_embeddings(connection, large, after=ids[0], limit=1)] == ["two"]
    embeddings.save_embeddings(connection, large, ids[:1], np.array([[0, 0, 1]], dtype=np.float32))
    nearest = vector_search.search_vectors(connection, small, np.array([0.1, 1], dtype=np.float32), _EVERYTHING, 9)
    assert nearest == [ids[1], ids[0]], "a passage without a vector of its own is near to nothing"
    assert vector_search.search_vectors(connection, large, np.array([0, 0, 1], dtype=np.float32), _EVERYTHING, 9) == ids[:1]
    assert vector_search.search_vectors(connection, large, np.zeros(3, dtype=np.float32), _EVERYTHING, 9) == []


def test_the_index_is_built_once_and_finds_what_comparing_all_finds(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_index, "INDEX_FROM", 50)
    directions = np.random.default_rng(7).normal(size=(120, 8)).astype(np.float32)
    with database.write() as connection:
        ids = _save(connection, "a", *[f"passage {number}" for number in range(120)])
        model = embeddings.save_model(connection, "eight", 8)
        embeddings.save_embeddings(connection, model, ids, directions)
    assert vector_index.build_index(database, model)
    assert not vector_index.build_index(database, model)
    with database.write() as connection:
        connection.execute(sa.text("analyze"))
    with database.read() as connection:
        connection.execute(sa.text("set local enable_seqscan = off"))
        indexed = vector_search.search_vectors(connection, model, directions[3], _EVERYTHING, 10)
    monkeypatch.setattr(vector_index, "INDEX_FROM", 1000)
    with database.read() as connection:
        exact = vector_search.search_vectors(connection, model, directions[3], _EVERYTHING, 10)
    assert indexed[0] == exact[0] == ids[3]
    assert len(set(indexed) & set(exact)) >= 9


def test_under_an_earlier_day_all_vectors_are_compared(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_index, "INDEX_FROM", 50)
    day = date(2024, 1, 2)
    with database.write() as connection:
        ids = _save(connection, "a", *[f"passage {number}" for number in range(120)], filed_on=day)
        model = embeddings.save_model(connection, "two", 2)
        embeddings.save_embeddings(connection, model, ids, np.array([[1, n] for n in range(120)], dtype=np.float32))
        connection.execute(sa.text("analyze"))
    monkeypatch.setattr(vector_index, "find_index", lambda *_: pytest.fail("what an index finds moves with later filings"))
    with database.read() as connection:
        nearest = vector_search.search_vectors(
            connection, model, np.array([1, 7], dtype=np.float32), PassageFilter(as_of=day), 1
        )
    assert nearest == [ids[7]]


def test_the_newest_passage_of_a_day_tells_whether_embedding_is_behind(connection: sa.Connection) -> None:
    first = _save(connection, "a", "Tariffs rose.", filed_on=date(2023, 1, 2))
    model = embeddings.save_model(connection, "two", 2)
    embeddings.save_embeddings(connection, model, first, np.ones((1, 2), dtype=np.float32))
    _save(connection, "b", "Tariffs fell.", filed_on=date(2024, 1, 2))
    assert embeddings.is_behind(connection, model)
    assert not embeddings.is_behind(connection, model, date(2023, 12, 31))


def test_hits_carry_their_highlights(connection: sa.Connection) -> None:
    first, second = _save(connection, "a", "Tariffs rose; a tariff <b>hurts</b>.", "Nothing\nabout\ttariffs.")
    found = citations.hits(connection, {second: 0.5, 10**9: 0.4, first: 0.1}, highlight="'tariff'")
    assert [hit.passage_id for hit in found] == [second, first]
    assert [found[0].text[start:end] for start, end in found[0].highlights] == ["tariffs"]
    assert [found[1].text[start:end] for start, end in found[1].highlights] == ["Tariffs", "tariff"]
    assert citations.hits(connection, {}) == []


def test_what_is_ranked_is_the_same_however_few_are_selected(
    connection: sa.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["anvil tongs bellows", "anvil anvil tongs", "anvil", "tongs", "bellows", "rent"]
    ids = _save(connection, "a", *texts, *["rent"] * 14)
    connection.execute(sa.text("analyze passages"))
    terms = _terms(connection, "anvil tongs bellows")
    everything = PassageFilter()
    ranked = full_text.search_words(connection, terms, everything, 10)
    assert set(ranked) == set(ids[:5])
    monkeypatch.setattr(full_text, "_FIRST_CANDIDATES", 1)
    assert full_text.search_words(connection, terms, everything, 1) == ranked[:1] == ids[:1]
    # Fewer than are asked for hold enough of the terms: more passages are ranked.
    assert full_text.search_words(connection, terms, everything, 10) == ranked


def test_words_that_no_passage_holds(connection: sa.Connection) -> None:
    _save(connection, "a", "Revenue rose as exports of anvils grew.")
    assert full_text.unknown_words(connection, ["exporting", "nvdia", "the", "revenues", "o'anvil"]) == ["nvdia", "o'anvil"]
    assert full_text.unknown_words(connection, []) == []


@pytest.mark.parametrize("as_of", [None, date(2023, 12, 31)])
def test_several_wordings_are_read_by_two_statements(connection: sa.Connection, as_of: date | None) -> None:
    _save(connection, "a", "Anvil sales rose.", "Sales of anvils fell.", "Rent of the 10-K.", filed_on=date(2023, 1, 2))
    connection.execute(sa.text("analyze passages"))
    asked = [
        ("anvil sales in the 10-K", ()),
        ("rent", ("sales of anvils", "the", "rent")),
        ("", ("anvil sales",)),
        ("the", ()),
    ]
    apart = [_terms(connection, text, *names, as_of=as_of) for text, names in asked]
    statements: list[str] = []
    sa.event.listen(connection, "before_cursor_execute", lambda *sent: statements.append(sent[2]))
    wordings = [full_text.AskedWords(text, names) for text, names in asked]
    assert full_text.read_terms(connection, wordings, as_of=as_of) == apart
    # Under an `as_of` the passages are counted, and then their words.
    assert len(statements) == (2 if as_of is None else 3)
    assert [len(terms.wanted) for terms in apart] == [3, 2, 1, 0]
    assert apart[1].other_names == {full_text.Term("'sale' <2> 'anvil'")}
    assert full_text.read_terms(connection, []) == []


def test_words_are_counted_as_of_a_day(connection: sa.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    _save(
        connection,
        "a",
        "Anvil sales rose.",
        "Anvil's sales fell.",
        "Sales of o'rings fell.",
        "Rent.",
        filed_on=date(2023, 1, 2),
    )
    day = date(2023, 12, 31)
    terms = _terms(connection, "anvil sales, unheard-of", as_of=day)
    assert terms.wanted == {
        full_text.Term("'unheard-of' <-> 'unheard'"): 0.125,  # half a passage of four
        full_text.Term("'anvil'"): 0.5,
        full_text.Term("'sale'"): 0.75,
    }
    _save(connection, "b", *["Anvils are unheard of.", "Tongs."] * 20, filed_on=date(2024, 1, 2))
    connection.execute(sa.text("analyze passages"))
    assert _terms(connection, "anvil sales, unheard-of", as_of=day) == terms
    monkeypatch.setattr(full_text, "_MOST_COUNTED", 2)  # two of the four, whichever have even numbers
    assert _terms(connection, "anvil sales, fell", as_of=day).wanted.keys() == {
        full_text.Term("'anvil'"),
        full_text.Term("'sale'"),
        full_text.Term("'fell'"),
    }
    assert _terms(connection, "anvil", as_of=day).wanted == {full_text.Term("'anvil'"): 0.5}
    assert full_text.unknown_words(connection, ["tongs", "anvils", "sales"], as_of=day) == ["tongs"]
    assert full_text.unknown_words(connection, ["tongs", "anvils", "sales"]) == []
    assert passages.count_lasting(connection, PassageFilter(as_of=day)) == 4
    assert passages.count_lasting(connection, PassageFilter(as_of=day, phrases=("sales fell",))) == 1


@pytest.mark.parametrize(
    ("forms", "as_of", "found"),
    [
        (("10-K",), None, {"2023"}),
        (("10-K",), date(2023, 3, 1), {"2023"}),
        (("10-K",), date(2023, 2, 28), {"2022"}),
        (("10-K",), date(2022, 3, 1), {"2022"}),
        (("10-K",), date(2022, 2, 28), set()),
        (("10-K", "10-Q"), None, {"quarter"}),
        (("10-Q",), date(2023, 4, 30), set()),
    ],
)
def test_the_newest_report_is_the_newest_that_was_filed_by_the_day(
    connection: sa.Connection, forms: tuple[str, ...], as_of: date | None, found: set[str]
) -> None:
    filed = {"2022": ("10-K", date(2022, 3, 1)), "2023": ("10-K", date(2023, 3, 1)), "quarter": ("10-Q", date(2023, 5, 1))}
    save_company(connection, Company(Cik(9), "Nine Mills, Inc."))
    names = {}
    for name, (form, day) in filed.items():
        (passage,) = _save(connection, name, "the effective tax rate", filed_on=day, form=form)
        names[passage] = name
        document = sa.update(documents).where(documents.c.name == name)
        connection.execute(document.values(cik=9, form=form, filed_on=day))
    assert {names[each] for each in passage_groups.among_newest(connection, list(names), forms, as_of)} == found
