"""The index of filings: newest first, bounded by form and dates, never made poorer."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from db import companies
from db.filings import filing_index
from workbench.domain.errors import NotFound
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company

APPLE = Cik(320193)
ANNUAL = Filing(
    APPLE,
    Accession("0000320193-24-000123"),
    "10-K",
    date(2024, 11, 1),
    report_on=date(2024, 9, 28),
    accepted_at=datetime(2024, 11, 1, 10, 1, 36, tzinfo=UTC),
    primary_document="aapl-20240928.htm",
    size_bytes=9_759_333,
    is_xbrl=True,
    is_inline_xbrl=True,
)
RESULTS = Filing(
    APPLE, Accession("0000320193-24-000120"), "8-K", date(2024, 10, 31), items=("2.02", "9.01"), primary_document="aapl.htm"
)
OLD = Filing(APPLE, Accession("0000912057-00-023442"), "10-Q", date(2000, 5, 11))


@pytest.fixture
def saved(connection: sa.Connection) -> sa.Connection:
    companies.save_company(connection, Company(APPLE, "Apple Inc."))
    assert filing_index.save_filings(connection, [OLD, ANNUAL, RESULTS]) == 3
    return connection


def test_newest_first_and_bounded(saved: sa.Connection) -> None:
    assert filing_index.list_filings(saved, APPLE) == [ANNUAL, RESULTS, OLD]
    assert filing_index.list_filings(saved, APPLE, forms=["10-K", "10-Q"]) == [ANNUAL, OLD]
    assert filing_index.list_filings(saved, APPLE, since=date(2024, 10, 31)) == [ANNUAL, RESULTS]
    assert filing_index.list_filings(saved, APPLE, as_of=date(2024, 10, 31)) == [RESULTS, OLD]
    assert filing_index.list_filings(saved, APPLE, limit=1, offset=1) == [RESULTS]


def test_one_filing_by_its_number(saved: sa.Connection) -> None:
    assert filing_index.get_filing(saved, Accession.parse("000032019324000123")) == ANNUAL
    with pytest.raises(NotFound, match="0000320193-99-000001"):
        filing_index.get_filing(saved, Accession("0000320193-99-000001"))


def test_a_poorer_source_erases_nothing_and_a_richer_one_fills_in(saved: sa.Connection) -> None:
    poor = Filing(APPLE, ANNUAL.accession, "10-K", date(2024, 11, 1))
    rich = Filing(APPLE, OLD.accession, "10-Q", date(2000, 5, 11), report_on=date(2000, 4, 1), primary_document="old.txt")
    assert filing_index.save_filings(saved, [poor, rich, rich]) == 0
    assert filing_index.list_filings(saved, APPLE) == [ANNUAL, RESULTS, rich]


OF_NIKE = Filing(Cik(320187), Accession("0000320187-24-000044"), "10-K", date(2024, 7, 25), primary_document="nke.htm")


@pytest.fixture
def two(saved: sa.Connection) -> sa.Connection:
    companies.save_company(saved, Company(OF_NIKE.cik, "NIKE, Inc."))
    filing_index.save_filings(saved, [OF_NIKE])
    return saved


def test_filings_of_all_or_some_companies_by_the_day(two: sa.Connection) -> None:
    assert filing_index.latest_filings(two) == [ANNUAL, RESULTS, OF_NIKE, OLD]
    assert filing_index.latest_filings(two, as_of=date(2024, 10, 31)) == [RESULTS, OF_NIKE, OLD]
    assert filing_index.latest_filings(two, as_of=date(2024, 10, 30)) == [OF_NIKE, OLD]
    assert filing_index.latest_filings(two, ciks=[APPLE], forms=["10-K", "8-K"]) == [ANNUAL, RESULTS]
    assert filing_index.latest_filings(two, forms=["10-K"], limit=1, offset=1) == [OF_NIKE]


def test_the_newest_filing_of_each_company_by_the_day(two: sa.Connection) -> None:
    def newest(as_of: date | None, *ciks: Cik) -> dict[Cik, Filing]:
        return filing_index.latest_filing_of_each(two, ciks or (APPLE, OF_NIKE.cik), forms=["10-K", "10-Q"], as_of=as_of)

    assert newest(None) == newest(date(2024, 11, 1)) == {APPLE: ANNUAL, OF_NIKE.cik: OF_NIKE}
    assert newest(date(2024, 10, 31)) == newest(date(2024, 7, 25)) == {APPLE: OLD, OF_NIKE.cik: OF_NIKE}
    assert newest(date(2024, 7, 24)) == {APPLE: OLD}
    assert newest(None, OF_NIKE.cik, Cik(1)) == {OF_NIKE.cik: OF_NIKE}


def test_a_filing_is_there_from_its_day_on(saved: sa.Connection) -> None:
    assert filing_index.get_filing(saved, ANNUAL.accession, as_of=date(2024, 11, 1)) == ANNUAL
    with pytest.raises(NotFound) as later:
        filing_index.get_filing(saved, ANNUAL.accession, as_of=date(2024, 10, 31))
    assert later.value.message == "the filing 0000320193-24-000123 came on 2024-11-01, after 2024-10-31"
