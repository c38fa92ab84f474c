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


def test_a_list_is_found_by_its_owner_and_its_name_alone(connection: sa.Connection) -> None:
    for owner, name, ciks in (("ada", "mine", [NIKE]), ("ada", "other", [NIKE, COSTCO]), ("bob", "mine", [NIKE, APPLE])):
        watchlists.create(connection, owner, name)
        watchlists.add_members(connection, owner, name, ciks)
    assert watchlists.members(connection, "ada", " mine ") == [NIKE]
    assert watchlists.remove_members(connection, "ada", "other", [NIKE, APPLE]) == 1
    assert watchlists.members(connection, "ada", "mine") == [NIKE]
    assert watchlists.members(connection, "bob", "mine") == [NIKE, APPLE]
    assert [(each.owner, each.name, each.companies) for each in watchlists.watchlists(connection, "ada")] == [
        ("ada", "mine", 1), ("ada", "other", 1)
    ]  # fmt: skip
    watchlists.delete(connection, "ada", "other")
    assert [each.name for each in watchlists.watchlists(connection, "ada")] == ["mine"]
    assert [each.name for each in watchlists.watchlists(connection, "bob")] == ["mine"]


def test_lists_come_by_name_with_their_number_and_the_time_they_were_made(connection: sa.Connection) -> None:
    made = [watchlists.create(connection, "ada", name) for name in ("b", "a", "c")]
    now = connection.scalar(sa.text("select now()"))
    found = watchlists.watchlists(connection, "ada")
    assert found == [made[1], made[0], made[2]]
    assert {(each.owner, each.companies, each.created_at) for each in found} == {("ada", 0, now)}
    assert len({each.watchlist_id for each in found}) == 3


def test_members_come_in_the_order_in_which_they_were_added(connection: sa.Connection) -> None:
    watchlists.create(connection, "ada", "mine")
    assert watchlists.add_members(connection, "ada", "mine", []) == 0
    watchlists.add_members(connection, "ada", "mine", [COSTCO])
    watchlists.add_members(connection, "ada", "mine", [NIKE])
    # Added at one moment: by number. What was added a day earlier stands before.
    assert watchlists.members(connection, "ada", "mine") == [NIKE, COSTCO]
    earlier = sa.text("update watchlist_members set added_at = added_at - interval '1 day' where cik = :cik")
    connection.execute(earlier, {"cik": COSTCO.number})
    assert watchlists.members(connection, "ada", "mine") == [COSTCO, NIKE]


def test_what_is_wrong_with_a_list_is_said(connection: sa.Connection) -> None:
    longest = "x" * 80
    assert watchlists.create(connection, "ada", longest).name == longest
    with pytest.raises(Conflict) as taken:
        watchlists.create(connection, "ada", f" {longest} ")
    assert taken.value.message == f"the watchlist {longest!r} already exists"
    with pytest.raises(InvalidRequest) as invalid:
        watchlists.create(connection, "ada", longest + "x")
    assert invalid.value.message == "a watchlist name must be one line of 1 to 80 characters without /"
    with pytest.raises(NotFound) as unknown:
        watchlists.members(connection, "ada", " none ")
    assert (unknown.value.message, unknown.value.hint) == (
        "there is no watchlist 'none'", "list them with `workbench watchlist list`"
    )  # fmt: skip
