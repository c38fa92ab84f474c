"""Companies are kept for an hour, and never longer than they are true."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from db.companies import resolve, save_company
from db.engine import Database
from workbench.adapters.cache import ProcessCache
from workbench.domain.errors import InvalidIdentifier, NotFound
from workbench.domain.identity import Cik, Company, FormerName, Listing, Ticker
from workbench.runtime.changes import Changes
from workbench.runtime.company_cache import CompanyCache, company_key

_META = Company(
    cik=Cik(1326801),
    name="Meta Platforms, Inc.",
    listings=(Listing(Ticker("META"), "Nasdaq"),),
    sic="7370",
    fiscal_year_end="1231",
    former_names=(FormerName("Facebook Inc", None, None),),
)


@pytest.fixture
def answers(database: Database) -> Iterator[CompanyCache]:
    with database.write() as connection:
        save_company(connection, _META)
    changes = Changes(database)
    answers = CompanyCache(database, ProcessCache(), changes)
    with pytest.raises(NotFound):
        answers.resolve("NONE")
    assert changes.start().wait(10)
    yield answers
    changes.close()


def _soon(says: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not says() and time.monotonic() < until:
        time.sleep(0.01)
    return says()


def test_the_answer_is_that_of_the_database_and_asked_once(
    answers: CompanyCache, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.read() as connection:
        expected = resolve(connection, "META")
    assert [answers.resolve(text) for text in ("META", "1326801", "meta")] == [expected] * 3
    monkeypatch.setattr(answers, "_ask", pytest.fail)
    assert [answers.resolve(text) for text in ("META", "0001326801", "Meta")] == [expected] * 3


@pytest.mark.parametrize(
    "change",
    [
        "update companies set name = 'Meta, renamed' where cik = 1326801",
        "update company_tickers set exchange = 'NYSE' where ticker = 'META'",
        "insert into company_tickers (ticker, cik, exchange, position) values ('METB', 1326801, 'Nasdaq', 1)",
    ],
)
def test_a_change_by_anybody_is_answered_with_at_once(answers: CompanyCache, database: Database, change: str) -> None:
    before = {text: answers.resolve(text) for text in ("META", "1326801")}
    with database.write() as connection:
        connection.execute(sa.text(change))
    assert _soon(lambda: all(answers.resolve(text) != company for text, company in before.items()))


def test_a_ticker_that_went_to_another_company_names_the_other(answers: CompanyCache, database: Database) -> None:
    answers.resolve("META")
    with database.write() as connection:
        save_company(connection, Company(cik=Cik(99), name="Other", listings=(Listing(Ticker("META"), "NYSE"),)))
    assert _soon(lambda: answers.resolve("META").cik == Cik(99))
    assert _soon(lambda: answers.resolve("1326801").listings == ())


def test_a_save_that_changes_nothing_forgets_nothing(
    answers: CompanyCache, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers.resolve("META")
    with database.write() as connection:
        assert not save_company(connection, _META)
    time.sleep(0.1)
    monkeypatch.setattr(answers, "_ask", pytest.fail)
    assert answers.resolve("META").name == _META.name


def test_after_a_lost_connection_nothing_kept_before_is_trusted(answers: CompanyCache, database: Database) -> None:
    answers.resolve("META")
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(
            sa.text(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where query like 'listen%' and datname = current_database()"
            )
        )
        connection.execute(sa.text("update companies set name = 'Changed unheard' where cik = 1326801"))
    assert _soon(lambda: answers.resolve("META").name == "Changed unheard")


@pytest.mark.parametrize(
    ("text", "key"), [("BRK.B", "company:BRK-B"), ("brk/b", "company:BRK-B"), ("0000000099", "company:99")]
)
def test_one_company_is_kept_under_one_spelling(text: str, key: str) -> None:
    assert company_key(text) == key


def test_what_is_no_identifier_is_refused(answers: CompanyCache) -> None:
    with pytest.raises(InvalidIdentifier):
        answers.resolve("not a ticker!")
