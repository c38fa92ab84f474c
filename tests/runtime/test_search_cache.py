"""Answers to searches are cached, and never longer than they are true."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from db.engine import Database
from tests.search.example import fill
from workbench.adapters.embedder import WordLlamaEmbedder
from workbench.domain.identity import Cik
from workbench.domain.rights.ownership import Caller
from workbench.domain.rights.roles import Role
from workbench.runtime.changes import Changes
from workbench.runtime.search_cache import SearchCache
from workbench.search.figures import FigureAnswer
from workbench.search.hybrid import SearchQuery, SearchResult, search

_QUERY = SearchQuery("repurchased common stock")


@pytest.fixture
def cache(database: Database) -> Iterator[SearchCache]:
    with database.write() as connection:
        fill(connection)
    changes = Changes(database)
    cache = SearchCache(changes)
    assert changes.start().wait(10)
    yield cache
    changes.close()


def _ask(database: Database, query: SearchQuery = _QUERY) -> Callable[[], SearchResult]:
    def ask() -> SearchResult:
        with database.read() as connection:
            return search(connection, WordLlamaEmbedder(), query)

    return ask


def _soon(says: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not says() and time.monotonic() < until:
        time.sleep(0.01)
    return says()


def test_the_same_question_is_answered_once(cache: SearchCache, database: Database) -> None:
    first = cache.answer(_QUERY, _ask(database))
    assert first.hits
    assert cache.answer(SearchQuery("repurchased common stock"), pytest.fail) is first
    assert cache.at_hand(_QUERY) is first


@pytest.mark.parametrize(
    "other",
    [
        replace(_QUERY, companies=(Cik(1),)),
        replace(_QUERY, as_of=date(2024, 3, 1)),
        replace(_QUERY, k=5),
        replace(_QUERY, offset=1),
        replace(_QUERY, caller=Caller("ada", Role.ANALYST)),
        replace(_QUERY, caller=Caller("bob", Role.ANALYST)),
    ],
)
def test_another_question_or_caller_is_answered_apart(cache: SearchCache, database: Database, other: SearchQuery) -> None:
    cache.answer(_QUERY, _ask(database))
    cache.answer(replace(_QUERY, caller=Caller("cleo", Role.ANALYST)), _ask(database))
    assert cache.at_hand(other) is None


@pytest.mark.parametrize(
    "change",
    [
        "delete from passages",
        "update documents set form = '10-Q'",
        "update companies set name = 'Renamed'",
        "insert into company_tickers (ticker, cik, exchange, position) select 'NEWT', min(cik), 'NYSE', 1 from companies",
        "insert into embedding_models (model, dimensions) values ('another', 2)",
        "delete from document_subjects",
    ],
)
def test_a_change_by_anybody_is_answered_with_at_once(cache: SearchCache, database: Database, change: str) -> None:
    cache.answer(_QUERY, _ask(database))
    with database.write() as connection:
        connection.execute(sa.text(change))
    assert _soon(lambda: cache.at_hand(_QUERY) is None)


def test_what_changes_while_a_question_is_answered_is_not_missed(cache: SearchCache, database: Database) -> None:
    def ask() -> SearchResult:
        result = _ask(database)()
        cache.answer(replace(_QUERY, k=3), _ask(database))
        with database.write() as connection:
            connection.execute(sa.text("delete from passages"))
        assert _soon(lambda: cache.at_hand(replace(_QUERY, k=3)) is None)
        return result

    assert cache.answer(_QUERY, ask).hits
    assert cache.at_hand(_QUERY) is None


def test_figures_and_answers_without_the_embedding_service_are_not_cached(cache: SearchCache, database: Database) -> None:
    plain = _ask(database)()
    for result in (replace(plain, figures=FigureAnswer(())), replace(plain, unanswered="no answer")):
        assert cache.answer(_QUERY, lambda result=result: result) is result  # type: ignore[misc]
        assert cache.at_hand(_QUERY) is None


def test_nothing_is_cached_while_changes_are_not_noticed(
    cache: SearchCache, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Changes, "is_listening", False)
    cache.answer(_QUERY, _ask(database))
    monkeypatch.undo()
    assert cache.at_hand(_QUERY) is None
