"""The first page: what a visitor follows, and what is new."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from db.companies import save_company
from db.engine import Database
from db.filings.filing_index import save_filings
from db.screens.company_metrics import KeyFigures
from tests.browser import Visit
from workbench.domain.filings.expected import ExpectedReport
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.domain.market.movers import Mover
from workbench.domain.statements.statement import PeriodKind
from workbench.ingest.starter.sample_company import CIK, NAME, TICKER
from workbench.pages.frame.selection import Selection
from workbench.pages.home.page import calendar, watched_row
from workbench.pages.home.tour import tour
from workbench.runtime import Workbench

COSTCO = Company(Cik(909832), "Costco Wholesale Corp", (Listing(Ticker("COST")),))
REPORT = ExpectedReport(COSTCO.cik, "10-Q", date(2022, 12, 21), Accession("0000909832-22-000049"))


def figures(basis: PeriodKind, label: str, growth: str) -> KeyFigures:
    return KeyFigures(basis, label, date(2023, 9, 3), "USD", {"revenue_growth": Decimal(growth)})


def test_a_row_has_the_newest_of_each() -> None:
    move = Mover(
        COSTCO, Ticker("COST"), "alpha-vantage", date(2023, 10, 10), date(2023, 10, 11),
        Decimal(560), Decimal(574), is_adjusted=True, close=Decimal(574),
    )  # fmt: skip
    both = [figures(PeriodKind.ANNUAL, "FY 2023", "6.7"), figures(PeriodKind.TTM, "TTM Q1 2024", "6.2")]
    row = watched_row(COSTCO, move, REPORT, both, Selection())
    assert (row["close"], row["change"], row["direction"]) == ("574.00", "+2.50%", "up")
    assert (row["growth"], row["period"]) == ("6.2%", "TTM Q1 2024")
    assert row["expected"] == "10-Q, 20 Dec 2023"


def test_what_is_unknown_is_a_dash() -> None:
    row = watched_row(COSTCO, None, None, [], Selection())
    assert {row[name] for name in ("close", "change", "growth", "expected")} == {"–"}


def test_an_expected_day_leads_to_the_filing_that_it_follows_from() -> None:
    text = calendar([REPORT], {COSTCO.cik: COSTCO}, Selection(as_of=date(2023, 12, 1)))
    assert "20 Dec 2023" in text
    assert "reader?as_of=2023-12-01&amp;accession=0000909832-22-000049" in text
    assert "No report is expected within 45 days." in calendar([], {}, Selection())


def test_first_steps_are_offered_with_the_sample_company_alone(loaded: Workbench, database: Database) -> None:
    with loaded.database.read() as connection:
        assert tour(connection) is None
    report = Filing(CIK, Accession(f"{CIK.padded}-26-000002"), "10-K", date(2026, 2, 20))
    with database.write() as connection:
        save_company(connection, Company(CIK, NAME, (Listing(TICKER, "NYSE"),)))
        save_filings(connection, [report])
        steps = str(tour(connection))
    assert steps.count("<li>") == 5
    assert f"reader?accession={report.accession}" in steps
    assert "company?ticker=NKE&amp;as_of=2015-12-31" in steps


@pytest.mark.browser
def test_a_company_is_followed_and_let_go(visit_anywhere: Visit) -> None:
    page = visit_anywhere.page
    visit_anywhere.open("home")
    expect(page.locator("#filings")).to_contain_text("AAPL")
    expect(page.locator("#watchlist")).to_contain_text("Companies that you follow stand here")
    page.get_by_label("Follow a company").fill("aapl")
    page.get_by_role("button", name="Follow", exact=True).click()
    row = page.locator("#watchlist tbody tr")
    expect(row).to_contain_text("Apple")
    page.get_by_label("Follow a company").fill("NOBODY")
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.locator("#watchlist [role=alert]")).to_contain_text("NOBODY")
    page.get_by_role("button", name="Stop following AAPL").click()
    expect(row).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visit_anywhere.complaints[:] = [each for each in visit_anywhere.complaints if "404" not in each]
