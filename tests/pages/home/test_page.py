"""The first page: what a visitor follows, and what is new."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from markupsafe import Markup
from playwright.sync_api import expect

from db.alerts import watchlists
from db.companies import save_company
from db.engine import Database
from db.filings.events import event_openings, latest_events
from db.filings.filing_index import save_filings
from db.screens.company_metrics import KeyFigures
from db.tables import documents, passages
from tests.browser import Visit
from tests.loaded import APPLE
from workbench.domain.errors import DatabaseUnavailable
from workbench.domain.filings.events import EventOpening, MarketEvent
from workbench.domain.filings.expected import ExpectedReport
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.domain.market.movers import Mover
from workbench.domain.rights.ownership import LOCAL, Caller
from workbench.domain.rights.roles import Role
from workbench.domain.statements.statement import PeriodKind
from workbench.ingest.starter.sample_company import CIK, NAME, TICKER
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.visitor import visited_by
from workbench.pages.home.page import HomePanel, watched_row
from workbench.pages.home.sections import Scope, calendar, drawn
from workbench.pages.home.tour import tour
from workbench.pages.market.page import event_feed
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


def test_a_section_that_fails_is_a_line_and_the_others_stay(loaded: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("a row that cannot be read")

    monkeypatch.setattr("workbench.pages.home.sections.latest_events", broken)
    with visited_by(LOCAL):
        parts = HomePanel(loaded, Selection()).parts
    assert "This part could not be shown." in parts["events"].html
    assert "AAPL" in parts["filings"].html
    assert [name for name, part in parts.items() if "could not be shown" in part.html] == ["events"]


def test_a_database_that_is_away_is_an_error_of_the_page(loaded: Workbench) -> None:
    def away(*_: object) -> Markup:
        raise DatabaseUnavailable("the database does not answer")

    with pytest.raises(DatabaseUnavailable):
        drawn(loaded.database, "events", away, Scope((), "", Selection()))


def test_the_first_answer_shows_the_watchlist_with_its_trend(loaded: Workbench) -> None:
    ada = Caller("ada", Role.ANALYST)
    with loaded.database.write() as connection:
        watchlists.create(connection, "ada", "Phones")
        watchlists.add_members(connection, "ada", "Phones", [APPLE])
    try:
        with visited_by(ada):
            shown = str(HomePanel(loaded, Selection()).parts["watchlist"].html)
        with visited_by(Caller("eve", Role.ANALYST)):
            other = str(HomePanel(loaded, Selection()).parts["watchlist"].html)
    finally:
        with loaded.database.write() as connection:
            watchlists.delete(connection, "ada", "Phones")
    assert "Stop following AAPL" in shown
    # Five fiscal years, the newest last, as Apple's 10-K of fiscal 2024 reports them.
    assert "FY 2024 391.0 bn USD" in shown
    assert "<svg" in shown
    assert "AAPL" not in other


def test_an_event_begins_to_say_what_it_is_about_and_leads_to_the_place() -> None:
    accession = Accession("0000909832-23-000040")
    event = MarketEvent(COSTCO.cik, accession, "2.02", "results", "8-K", date(2023, 9, 26), date(2023, 9, 26), "both")
    text = "Item 2.02. Results of Operations and Financial Condition\nOn September 26, 2023, <Costco> issued a press release."
    shown = event_feed([event], {COSTCO.cik: COSTCO}, Selection(), {(accession, "2.02"): EventOpening(text, 1200, 1310)})
    assert "On September 26, 2023, &lt;Costco&gt; issued a press release." in shown
    assert "Item 2.02. Results" not in shown
    assert "reader?accession=0000909832-23-000040&amp;start=1200&amp;end=1310" in shown


def test_the_opening_of_an_event_is_the_first_passage_of_its_item(loaded: Workbench, database: Database) -> None:
    text = "Item 2.02 Results.\nNet sales for the quarter were $77.4 billion."
    filing = Filing(COSTCO.cik, Accession("0000909832-23-000040"), "8-K", date(2023, 9, 26), items=("2.02", "9.01"))
    with database.write() as connection:
        save_company(connection, COSTCO)
        save_filings(connection, [filing])
        document = connection.scalar(
            sa.insert(documents)
            .values(
                origin="filing", name="cost.htm", cik=COSTCO.cik.number, accession=filing.accession.text, form="8-K",
                filed_on=filing.filed_on, sha256="0" * 64, text_sha256="1" * 64, extractor="html/1", chars=len(text),
            )
            .returning(documents.c.document_id)
        )  # fmt: skip
        rows = [
            {"ordinal": place, "start_char": place * 100, "end_char": place * 100 + 50, "text": words}
            for place, words in enumerate((text, "It continues."))
        ]
        connection.execute(sa.insert(passages).values(document_id=document, item="2.02"), rows)
        events = latest_events(connection, ciks=[COSTCO.cik])
        openings = event_openings(connection, events)
    assert [each.item for each in events] == ["2.02"]
    assert openings == {(filing.accession, "2.02"): EventOpening(text, 0, 50)}
    assert openings[filing.accession, "2.02"].excerpt() == "Net sales for the quarter were $77.4 billion."


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
