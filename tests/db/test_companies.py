"""Companies are saved, resolved by ticker or CIK, and found by name."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from db import companies
from workbench.domain.errors import InvalidIdentifier, NotFound
from workbench.domain.identity import Cik, Company, FormerName, Listing, Ticker

BERKSHIRE = Company(
    Cik(1067983), "BERKSHIRE HATHAWAY INC", (Listing(Ticker("BRK-B"), "NYSE"), Listing(Ticker("BRK-A"), "NYSE")), sic="6331"
)
ALPHABET = Company(Cik(1652044), "Alphabet Inc.", (Listing(Ticker("GOOGL"), "Nasdaq"), Listing(Ticker("GOOG"), "Nasdaq")))
META = Company(
    Cik(1326801),
    "Meta Platforms, Inc.",
    (Listing(Ticker("META"), "Nasdaq"),),
    fiscal_year_end="1231",
    former_names=(FormerName("Facebook Inc", date(2005, 5, 6), date(2021, 10, 27)),),
)


@pytest.mark.parametrize("text", ["BRK.B", "brk-b", "BRK/B", "BRK B", "BRK-A", "1067983", "CIK0001067983"])
def test_share_classes_and_spellings_are_one_company(connection: sa.Connection, text: str) -> None:
    assert companies.save_company(connection, BERKSHIRE)
    assert companies.resolve(connection, text) == BERKSHIRE


def test_unknown_and_impossible_names(connection: sa.Connection) -> None:
    with pytest.raises(NotFound, match="ticker ZZZZ"):
        companies.resolve(connection, "ZZZZ")
    with pytest.raises(NotFound, match="CIK 320193"):
        companies.resolve(connection, "320193")
    for text in ("", "no such company at all", "12345678901", "-", "🍎"):
        with pytest.raises(InvalidIdentifier):
            companies.resolve(connection, text)


def test_saving_again_changes_nothing_and_a_change_is_said(connection: sa.Connection) -> None:
    assert companies.save_company(connection, META)
    assert not companies.save_company(connection, META)
    moved = Company(
        Cik(1326801), "Meta Platforms, Inc.", META.listings, fiscal_year_end="0131", former_names=META.former_names
    )
    assert companies.save_company(connection, moved)
    assert companies.resolve(connection, "META") == moved


def test_a_ticker_that_went_to_another_company_moves(connection: sa.Connection) -> None:
    companies.save_company(connection, META)
    other = Company(Cik(99), "Roundhill Ball Metaverse", (Listing(Ticker("META"), None),))
    companies.save_company(connection, other)
    assert companies.resolve(connection, "META") == other
    assert companies.get_company(connection, Cik(1326801)).listings == ()


def test_search_puts_the_exact_ticker_first_and_knows_former_names(connection: sa.Connection) -> None:
    for company in (BERKSHIRE, ALPHABET, META, Company(Cik(5), "Goog and Sons")):
        companies.save_company(connection, company)

    def found(query: str | None, **page: int) -> list[str]:
        return [company.name for company in companies.search_companies(connection, query, **page)]

    assert found("goog") == ["Alphabet Inc.", "Goog and Sons"]
    assert found("brk.b") == ["BERKSHIRE HATHAWAY INC"]
    assert found("facebook") == ["Meta Platforms, Inc."]
    assert found("1652044") == ["Alphabet Inc."]
    assert found("100%") == []
    assert found(None, limit=2, offset=1) == ["BERKSHIRE HATHAWAY INC", "Goog and Sons"]


def test_what_is_loaded_is_remembered(connection: sa.Connection) -> None:
    companies.save_company(connection, META)
    assert companies.loaded_part(connection, META.cik, "facts") is None
    companies.save_loaded_part(connection, META.cik, "facts", sha256="aa", reader="companyfacts/1")
    companies.save_loaded_part(connection, META.cik, "facts", sha256="bb", reader="companyfacts/1")
    assert companies.loaded_part(connection, META.cik, "facts") == ("bb", "companyfacts/1")
