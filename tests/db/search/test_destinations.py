"""Companies and filings that a few letters mean."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from db.companies import save_company
from db.filings.filing_index import save_filings
from db.search.destinations import matching
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker

NIKE = Company(Cik(320187), "NIKE, Inc.", (Listing(Ticker("NKE")),))
DISNEY = Company(Cik(1744489), "Walt Disney Co", (Listing(Ticker("DIS")),))


@pytest.fixture
def filled(connection: sa.Connection) -> sa.Connection:
    for number, company in enumerate((NIKE, DISNEY)):
        save_company(connection, company)
        save_filings(
            connection,
            [
                Filing(company.cik, Accession(f"000010000{number}-24-000001"), "10-K", date(2024, 7, 25), date(2024, 5, 31)),
                Filing(company.cik, Accession(f"000010000{number}-24-000002"), "10-Q", date(2024, 10, 3), date(2024, 8, 31)),
            ],
        )
    return connection


def test_a_form_is_of_the_company_that_is_named_or_at_hand(filled: sa.Connection) -> None:
    companies, filings = matching(filled, "nke 10-q", DISNEY, None)
    assert companies == [NIKE]
    assert [filing.accession.text for filing in filings] == ["0000100000-24-000002"]
    assert [filing.cik for filing in matching(filled, "10-q", DISNEY, None)[1]] == [DISNEY.cik]
    assert len(matching(filled, "10-q", None, None)[1]) == 2
    assert matching(filled, "nobody 10-q", DISNEY, None) == ([], [])


def test_a_number_is_one_filing_known_by_the_day(filled: sa.Connection) -> None:
    number = "000010000124000002"
    assert [filing.form for filing in matching(filled, number, None, None)[1]] == ["10-Q"]
    assert matching(filled, number, None, date(2024, 10, 2)) == ([], [])
    assert matching(filled, "0000100001-24-000009", None, None) == ([], [])


def test_words_find_companies_and_no_filings(filled: sa.Connection) -> None:
    assert matching(filled, "disney", None, None) == ([DISNEY], [])
