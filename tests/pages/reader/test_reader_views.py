"""Find in filing, two filings side by side, and the way to other filings: in the first answer and in the browser."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from db.engine import Database
from db.filings.filing_documents import filing_documents
from tests import inline_filing
from tests.browser import Visit
from tests.two_reports import ACME, AMENDED, CLOUD, DOLLAR, NEW, NEW_RISKS, OLD, QUARTERS, STAFF
from workbench.adapters.object_store import FolderStore
from workbench.pages.frame.selection import Selection
from workbench.pages.reader.page import reader_page
from workbench.runtime import Workbench
from workbench.settings import Settings


def shown(workbench: Workbench, name: str, **selected: object) -> str:
    html: str = reader_page(workbench, Selection(**selected)).panels[name].html  # type: ignore[arg-type, attr-defined]
    return html


def test_the_first_match_is_open_and_all_are_counted(reports: Workbench) -> None:
    items = shown(reports, "items", accession=NEW.text, q="PORTS of oakland")
    assert "1 of 1" in items
    assert f'href="reader?accession={NEW}" aria-label="Clear the search"' in items
    text = shown(reports, "text", accession=NEW.text, q="PORTS of oakland")
    assert '<mark id="passage">ports of Oakland</mark>' in text
    # `state` stands in the words of Item 1 alone, so an item without it stays open.
    stays = shown(reports, "items", accession=NEW.text, q="state of the union", item="1A")
    assert re.search(r"– of \d+", stays)
    assert "aria-current=true" in stays.split(">1A<")[0].rsplit("<a", 1)[1]


def test_words_that_are_nowhere_and_words_that_are_too_short(reports: Workbench) -> None:
    assert "No match" in shown(reports, "items", accession=NEW.text, q="platypus")
    assert "Words to find have 2 to 200 characters." in shown(reports, "items", accession=NEW.text, q="x")


def test_a_comparison_has_every_paragraph_of_both(reports: Workbench) -> None:
    text = shown(reports, "text", accession=NEW.text, item="1A", from_=OLD.text)
    assert "10-K, filed 1 Feb 2023" in text
    assert "10-K, filed 1 Feb 2024" in text
    assert "<del>port</del>" in text
    assert "<ins>ports</ins>" in text
    assert f"<del>{STAFF}</del>" in text
    assert f"<ins>{CLOUD}</ins>" in text
    assert text.count(DOLLAR) == 2
    only = shown(reports, "text", accession=NEW.text, item="1A", from_=OLD.text, show="changes")
    assert "unchanged paragraph" in only
    assert "Risk Factors</td>" not in only
    assert "Only an item of a filing" in shown(reports, "text", accession=NEW.text, item="all", from_=OLD.text)


def test_the_filings_of_the_company_lead_on(reports: Workbench) -> None:
    header = shown(reports, "header", accession=NEW.text)
    assert f"reader?accession={OLD}" in header
    assert "← 10-K, filed 1 Feb 2023" in header
    assert 'rel="next"' not in header
    assert header.count("<li>") == 5
    assert "https://www.sec.gov/Archives/edgar/data/1234567/000123456724000010/0001234567-24-000010-index.htm" in header
    then = shown(reports, "header", accession=QUARTERS[0].text, as_of=date(2024, 2, 15))
    assert then.count("<li>") == 3


def test_each_filing_is_listed_once_and_none_from_later(reports: Workbench) -> None:
    with reports.database.read() as connection:
        every = filing_documents(connection, ACME.cik)
        then = filing_documents(connection, ACME.cik, as_of=date(2024, 2, 1))
    assert [each.accession for each in every] == [QUARTERS[1], AMENDED, NEW, QUARTERS[0], OLD]
    assert [each.accession for each in then] == [NEW, QUARTERS[0], OLD]


@pytest.mark.browser
def test_matches_are_walked_through_and_have_addresses(visit_anywhere: Visit) -> None:
    visit_anywhere.open(f"reader?accession={NEW}")
    page = visit_anywhere.page
    page.get_by_role("searchbox", name="Find in filing").fill("our")
    page.get_by_role("searchbox", name="Find in filing").press("Enter")
    expect(page).to_have_url(re.compile("q=our"))
    place = page.locator(".found [role=status]")
    expect(place).to_have_text("1 of 3")
    expect(page.locator("#passage")).to_be_in_viewport()
    first = page.locator("#passage").evaluate("mark => mark.closest('[data-start]').dataset.start")
    page.get_by_role("link", name="Next match").click()
    expect(place).to_have_text("2 of 3")
    expect(page).to_have_url(re.compile(r"start=\d+&end=\d+&q=our"))
    second = page.url
    assert page.locator("#passage").evaluate("mark => mark.closest('[data-start]').dataset.start") != first
    page.locator(".section-head h2").click()
    page.keyboard.press("n")
    expect(place).to_have_text("3 of 3")
    page.keyboard.press("p")
    expect(place).to_have_text("2 of 3")
    expect(page).to_have_url(second)
    page.reload()
    expect(place).to_have_text("2 of 3")
    expect(page.locator("#passage")).to_have_text(re.compile("our", re.IGNORECASE))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
def test_an_item_beside_that_of_an_earlier_filing(visit_anywhere: Visit) -> None:
    visit_anywhere.open(f"reader?accession={NEW}&item=1A")
    page = visit_anywhere.page
    page.get_by_text("Side by side").click()
    page.locator(".section-head .menu-list").get_by_role("link", name="10-K, filed 1 Feb 2023").click()
    expect(page).to_have_url(re.compile(f"from={OLD}"))
    rows = page.locator(".aligned tr.pair")
    expect(rows.filter(has_text="ports of Oakland").locator("del")).to_have_text("port")
    expect(rows.filter(has_text=STAFF).locator("del")).to_have_text(STAFF)
    page.get_by_role("link", name="Changes 5").click()
    expect(page).to_have_url(re.compile("show=changes"))
    expect(rows).to_have_count(5)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.reload()
    expect(rows).to_have_count(5)
    page.get_by_role("link", name="Close the comparison").click()
    expect(page.locator("article.document")).to_contain_text(NEW_RISKS[1])
    page.go_back()
    expect(rows).to_have_count(5)


@pytest.mark.browser
def test_a_print_has_the_text_alone(visit: Visit) -> None:
    visit.open(f"reader?accession={NEW}&item=1A&q=our")
    page = visit.page
    page.emulate_media(media="print")
    expect(page.locator("article.document")).to_be_visible()
    for part in (".items", ".find-in", ".filing-nav", ".pager", ".bar nav"):
        expect(page.locator(part).first).to_be_hidden()


@pytest.mark.browser
def test_marked_words_are_noted_and_the_note_leads_back(visit: Visit) -> None:
    visit.open(f"reader?accession={NEW}&item=1A")
    page = visit.page
    page.locator("article.document p", has_text=CLOUD).click(click_count=3)
    page.get_by_role("button", name="Note or link this passage").click()
    expect(page.locator("#passage")).to_have_text(CLOUD)
    expect(page).to_have_url(re.compile(r"start=\d+&end=\d+"))
    page.get_by_text("Note on the chosen passage").click()
    page.get_by_label("Note", exact=True).fill("Which provider?")
    page.get_by_role("button", name="Save note").click()
    page.get_by_text("Notes (1)").click()
    expect(page.locator(".notes li")).to_contain_text("Which provider?")
    page.locator("nav.items a", has_text="Properties").click()
    expect(page.locator("article.document")).to_contain_text("One forge.")
    page.locator(".notes .quote").click()  # what is unfolded stays so until it was used
    expect(page.locator("#passage")).to_have_text(CLOUD)
    page.get_by_text("Notes (1)").click()
    page.get_by_role("button", name="Delete the note").click()
    expect(page.locator(".noted")).to_have_count(0)


@pytest.mark.browser
def test_a_filing_is_marked_as_reviewed_and_back(visit: Visit) -> None:
    visit.open(f"reader?accession={OLD}")
    page = visit.page
    page.get_by_role("button", name="Mark as reviewed").click()
    expect(page.locator(".filing-nav")).to_contain_text("Reviewed on")
    page.reload()
    page.get_by_role("button", name="Mark as not reviewed").click()
    expect(page.get_by_role("button", name="Mark as reviewed")).to_be_visible()


def test_words_that_the_reader_does_not_have_are_no_passage(reports: Workbench) -> None:
    content = reader_page(reports, Selection(accession=NEW.text, item="1A"))
    panel = content.panels["text"]
    before = panel.html  # type: ignore[attr-defined]
    for value in ("x|our", "0|platypus", "0", "12345678901|our", f"0|{'our ' * 2000}"):
        panel._on_event("quote", value)  # type: ignore[attr-defined]
        assert panel.html == before  # type: ignore[attr-defined]
    panel._on_event("quote", "0|ports of  Oakland and")  # type: ignore[attr-defined]
    assert '<mark id="passage">ports of Oakland and</mark>' in panel.html  # type: ignore[attr-defined]


def test_a_figure_of_inline_xbrl_says_what_it_reports(database: Database, objects: FolderStore, tmp_path: Path) -> None:
    inline_filing.ingest(database, objects, inline_filing.build(tmp_path / "edgar"))
    workbench = Workbench(Settings(home=tmp_path), database, objects)
    text = shown(workbench, "text", accession=inline_filing.ACCESSION.text, item="8")
    titles = dict(re.findall(r'<span data-fact="(f-\d)" title="([^"]*)"', text))
    assert titles["f-1"] == "us-gaap:Revenues: 5,000,000 USD, 1 Jan 2023 to 31 Dec 2023"
    assert (
        titles["f-2"]
        == f"{titles['f-1'].replace('5,000,000', '3,200,000')}\nus-gaap:StatementBusinessSegmentsAxis: acme:AnvilsMember"
    )
    assert titles["f-5"] == "us-gaap:Assets: 1,000,000 USD, at 31 Dec 2023"
    # Nil, of another company, and not a number.
    assert set(titles) == {"f-1", "f-2", "f-5", "f-8"}
