"""The companies of a page: named, of a watchlist, or all."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from db.alerts import watchlists
from db.companies import save_company
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.domain.rights.ownership import Caller
from workbench.domain.rights.roles import Role
from workbench.pages.frame.selection import Selection
from workbench.pages.market.chosen_companies import chosen_companies, watchlist_choices

ADA, EVE = Caller("ada", Role.ANALYST), Caller("eve", Role.ANALYST)
PFIZER, DEERE = (Company(Cik(number), name, (Listing(Ticker(symbol)),)) for number, name, symbol in (
    (78003, "PFIZER INC", "PFE"), (315189, "DEERE & CO", "DE"),
))  # fmt: skip


@pytest.fixture
def listed(connection: sa.Connection) -> sa.Connection:
    for company in (PFIZER, DEERE):
        save_company(connection, company)
    for name in ("Tractors", "Empty"):
        watchlists.create(connection, ADA.name, name)
    watchlists.add_members(connection, ADA.name, "Tractors", [DEERE.cik])
    return connection


def test_named_companies_go_before_a_list_and_nothing_is_all(listed: sa.Connection) -> None:
    def ciks(**selected: str) -> list[Cik]:
        return [company.cik for company in chosen_companies(listed, Selection(**selected), ADA)]  # type: ignore[arg-type]

    assert ciks(watchlist="Tractors") == [DEERE.cik]
    assert ciks(ticker="PFE, DE") == [PFIZER.cik, DEERE.cik]
    assert ciks(ticker="PFE", watchlist="Tractors") == [PFIZER.cik]
    assert ciks() == []


def test_a_list_without_companies_is_not_all_of_them(listed: sa.Connection) -> None:
    with pytest.raises(InvalidRequest, match="'Empty' has no companies"):
        chosen_companies(listed, Selection(watchlist="Empty"), ADA)


def test_a_list_of_somebody_else_is_neither_offered_nor_read(listed: sa.Connection) -> None:
    assert watchlist_choices(listed, "market", Selection(), EVE) == []
    with pytest.raises(NotFound):
        chosen_companies(listed, Selection(watchlist="Tractors"), EVE)
    offered = watchlist_choices(listed, "market", Selection(watchlist="Tractors", form="8-K", offset=20), ADA)
    current = [each for each in offered if each["is_current"]]
    assert [(each["text"], each["href"]) for each in current] == [("Tractors", "market?form=8-K&watchlist=Tractors")]
