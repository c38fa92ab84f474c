"""What a vendor said of a company, as known on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from db.companies import save_company
from db.market.overviews import longest_unchecked, overview_of, save_overview
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.domain.market.overview import CompanyOverview

KO = Company(Cik(21344), "COCA COLA CO", (Listing(Ticker("KO"), "NYSE"),))
PEP = Company(Cik(77476), "PEPSICO INC", (Listing(Ticker("PEP"), "Nasdaq"),))
SAID = CompanyOverview(KO.cik, Ticker("KO"), "vendor", sector="Staples")
FIRST, SECOND = date(2024, 3, 4), date(2024, 6, 3)


@pytest.fixture(autouse=True)
def _companies(connection: sa.Connection) -> None:
    for company in (KO, PEP):
        save_company(connection, company)


def sector(connection: sa.Connection, as_of: date | None) -> str | None:
    found = overview_of(connection, KO.cik, as_of=as_of)
    return found.overview.sector if found else None


def test_what_was_said_holds_from_its_day_on_until_something_else_was(connection: sa.Connection) -> None:
    assert save_overview(connection, SAID, FIRST)
    assert save_overview(connection, replace(SAID, sector="Beverages"), SECOND)
    a_day = timedelta(days=1)
    days = (FIRST - a_day, FIRST, SECOND - a_day, SECOND, None)
    assert [sector(connection, day) for day in days] == [None, "Staples", "Staples", "Beverages", "Beverages"]
    assert overview_of(connection, PEP.cik) is None


def test_the_last_look_is_no_later_than_the_day_that_is_asked_of(connection: sa.Connection) -> None:
    save_overview(connection, SAID, FIRST)
    assert not save_overview(connection, SAID, SECOND)
    for as_of, checked in ((None, SECOND), (SECOND, SECOND), (FIRST, FIRST)):
        found = overview_of(connection, KO.cik, as_of=as_of)
        assert found is not None
        assert (found.known_from, found.checked_on) == (FIRST, checked)


def test_who_was_asked_about_on_the_day_itself_need_not_be_asked_again(connection: sa.Connection) -> None:
    save_overview(connection, SAID, FIRST)
    assert longest_unchecked(connection, "vendor", before=FIRST, limit=5) == [PEP.cik]
    assert longest_unchecked(connection, "vendor", before=FIRST + timedelta(days=1), limit=5) == [PEP.cik, KO.cik]
    assert longest_unchecked(connection, "another", before=FIRST, limit=5) == [KO.cik, PEP.cik]
