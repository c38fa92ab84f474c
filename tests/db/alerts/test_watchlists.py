"""Watchlists, each its owner's own."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from db.alerts import watchlists
from db.tables import companies
from workbench.domain.errors import Conflict, InvalidRequest, NotFound
from workbench.domain.identity import Cik

APPLE, NIKE, COSTCO = Cik(320193), Cik(320187), Cik(909832)


@pytest.fixture(autouse=True)
def _three_companies(connection: sa.Connection) -> None:
    connection.execute(sa.insert(companies), [{"cik": cik.number, "name": str(cik)} for cik in (APPLE, NIKE, COSTCO)])


def test_companies_are_put_on_a_list_and_taken_off(connection: sa.Connection) -> None:
    made = watchlists.create(connection, "ada", " shoes & phones ")
    assert (made.name, made.companies) == ("shoes & phones", 0)
    assert watchlists.add_members(connection, "ada", "shoes & phones", [NIKE, APPLE, NIKE]) == 2
    assert watchlists.add_members(connection, "ada", "shoes & phones", [NIKE, COSTCO]) == 1
    assert watchlists.members(connection, "ada", "shoes & phones") == [NIKE, APPLE, COSTCO]
    assert watchlists.remove_members(connection, "ada", "shoes & phones", [APPLE]) == 1
    assert watchlists.remove_members(connection, "ada", "shoes & phones", [APPLE]) == 0
    assert [(each.name, each.companies) for each in watchlists.watchlists(connection, "ada")] == [("shoes & phones", 2)]


def test_owners_do_not_see_each_others_lists(connection: sa.Connection) -> None:
    watchlists.create(connection, "ada", "mine")
    watchlists.create(connection, "bob", "mine")
    watchlists.add_members(connection, "bob", "mine", [COSTCO])
    assert watchlists.members(connection, "ada", "mine") == []
    watchlists.delete(connection, "ada", "mine")
    assert watchlists.watchlists(connection, "ada") == []
    assert watchlists.members(connection, "bob", "mine") == [COSTCO]


def test_a_company_that_goes_leaves_its_lists(connection: sa.Connection) -> None:
    watchlists.create(connection, "ada", "mine")
    watchlists.add_members(connection, "ada", "mine", [APPLE, NIKE])
    connection.execute(sa.delete(companies).where(companies.c.cik == APPLE.number))
    assert watchlists.members(connection, "ada", "mine") == [NIKE]


def test_mistakes_are_one_error(connection: sa.Connection) -> None:
    watchlists.create(connection, "ada", "mine")
    with pytest.raises(Conflict):
        watchlists.create(connection, "ada", "mine")
    for name in ("", "   ", "x" * 81, "two\nlines", "a/b"):
        with pytest.raises(InvalidRequest):
            watchlists.create(connection, "ada", name)
    for question in (watchlists.members, watchlists.delete):
        with pytest.raises(NotFound):
            question(connection, "ada", "none")
    with pytest.raises(NotFound):
        watchlists.add_members(connection, "bob", "mine", [APPLE])
