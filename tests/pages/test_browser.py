"""What a person sees."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import Visit
from tests.loaded import ACCESSION, ORCHARD

pytestmark = pytest.mark.browser


def test_a_figure_opens_its_source(visit_anywhere: Visit) -> None:
    visit_anywhere.open("company?ticker=aapl&as_of=2024-12-31")
    page = visit_anywhere.page
    expect(page.locator("h1")).to_have_text("Apple Inc.")
    expect(page.locator("thead th b").first).to_have_text("FY 2024")
    page.locator("tr", has_text="Revenue").first.locator("a.figure").first.click()
    drawer = page.locator(".drawer")
    expect(drawer).to_contain_text("391,035,000,000 USD")
    expect(drawer).to_contain_text("0000320193-24-000123")
    expect(drawer).to_contain_text("10-K, filed 1 Nov 2024")
    expect(page).to_have_url(re.compile(r"figure=revenue%402024-09-28"))
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)


def test_the_same_address_shows_the_same_page(visit: Visit) -> None:
    visit.open("company?ticker=AAPL&as_of=2024-12-31")
    page = visit.page
    page.get_by_role("link", name="Balance sheet").click()
    page.get_by_role("link", name="Quarterly").click()
    expect(page).to_have_url(re.compile("kind=balance&period=quarterly"))
    expect(page.locator("thead th b").first).to_have_text("Q4 2024")
    assets = page.locator("tr", has_text="Total assets").locator("a.figure").first
    expect(assets).to_have_text("364,980")
    page.reload()
    expect(assets).to_have_text("364,980")
    page.go_back()
    expect(page.locator("thead th b").first).to_have_text("FY 2024")


def test_the_as_of_date_changes_what_is_known(visit: Visit) -> None:
    visit.open("company?ticker=AAPL&as_of=2024-10-31")
    expect(visit.page.locator("thead th b").first).to_have_text("FY 2023")
    visit.page.locator("#as-of").fill("2024-11-01")
    expect(visit.page).to_have_url(re.compile("as_of=2024-11-01"))
    expect(visit.page.locator("thead th b").first).to_have_text("FY 2024")


def test_prices_say_where_they_end(visit: Visit) -> None:
    visit.open("company?ticker=AAPL")
    prices = visit.page.locator("#prices")
    expect(prices).to_contain_text("1 Mar 2013")
    expect(prices).to_contain_text("bokeh-sampledata")
    expect(prices.locator("canvas").first).to_be_attached()


def test_an_item_in_the_reader(visit_anywhere: Visit) -> None:
    visit_anywhere.open(f"reader?accession={ACCESSION}&item=1A")
    text = visit_anywhere.page.locator("#text")
    expect(text.locator("h2")).to_have_text("Part I, item 1A. Risk Factors")
    expect(text).to_contain_text(ORCHARD)
    visit_anywhere.page.locator("#items a", has_text="1").first.click()
    expect(text).to_contain_text("We grow fruit & press it.")
    expect(visit_anywhere.page).to_have_url(re.compile("item=1$"))


def test_arrow_keys_go_from_item_to_item_but_not_within_a_field(visit: Visit) -> None:
    visit.open(f"reader?accession={ACCESSION}&item=1A")
    page = visit.page
    here = page.locator("nav.items [aria-current] .number")
    expect(here).to_have_text("1A")
    after = page.locator('[data-key="ArrowRight"]').get_attribute("data-value")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(f"item={after}"))
    page.keyboard.press("ArrowLeft")
    expect(here).to_have_text("1A")
    page.get_by_placeholder("Ticker or CIK").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    expect(here).to_have_text("1A")
    page.locator("nav.items a", has_text="Whole document").click()
    expect(page).to_have_url(re.compile("item=all"))
    expect(page.locator("article.document")).to_contain_text(ORCHARD)


def test_a_hit_opens_the_reader_at_its_passage(visit_anywhere: Visit) -> None:
    visit_anywhere.open("search")
    page = visit_anywhere.page
    page.locator("input[name=q]").fill("frost in the orchard")
    page.get_by_role("button", name="Search").click()
    hit = page.locator(".hits li").first
    expect(hit).to_contain_text("Apple Inc.")
    expect(hit.locator("mark").first).to_have_text("frost")
    hit.get_by_role("link").first.click()
    passage = page.locator("#passage")
    expect(passage).to_be_in_viewport()
    expect(page.locator(".document mark", has_text=ORCHARD)).to_be_visible()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("company?ticker=ZZZZ", "There is no company with the ticker ZZZZ."),
        ("company?ticker=AAPL&as_of=tomorrow", "'tomorrow' is not a date such as 2024-06-30."),
        ("company?ticker=AAPL&as_of=2999-01-01", "2999-01-01 lies in the future"),
        ("company?ticker=%3Cscript%3Ealert(1)%3C/script%3E", "is neither a ticker such as AAPL or BRK-B nor a CIK."),
        ("compare?ticker=AAPL,ZZZZ", "There is no company with the ticker ZZZZ."),
        ("compare?ticker=AAPL&measure=sparkle", "'sparkle' is no line of a statement and no ratio."),
        ("screen?where=revenue", "'revenue' is no filter."),
        ("screen?where=revenue%3E1%27%3Cscript%3E", "is no number such as 250M"),
        ("reader?accession=nonsense", "'nonsense' is not an accession number"),
        ("reader?accession=0000320193-25-000079", "are not here yet."),
        (f"reader?accession={ACCESSION}&item=99", "This document has no item 99."),
        (f"reader?accession={ACCESSION}&start=5&end=99999999", "start and end are a span within"),
        (f"reader?accession={ACCESSION}&as_of=2024-01-31", "did not exist on 31 Jan 2024"),
    ],
)
def test_what_is_asked_wrongly_gets_one_clear_message(visit: Visit, path: str, message: str) -> None:
    visit.open(path)
    expect(visit.page.get_by_role("status")).to_have_count(1)
    expect(visit.page.get_by_role("status").locator("h1")).to_contain_text(re.compile(re.escape(message), re.IGNORECASE))


def test_companies_side_by_side(visit_anywhere: Visit) -> None:
    visit_anywhere.open("compare")
    page = visit_anywhere.page
    expect(page.locator("h2")).to_have_text("Compare companies.")
    page.locator("#query input[name=ticker]").fill("aapl")
    page.locator("#query input[name=measure]").fill("revenue, net_margin")
    page.get_by_role("button", name="Compare").click()
    expect(page).to_have_url(re.compile("ticker=aapl&measure=revenue"))
    page.goto(f"{page.url}&as_of=2024-12-31")
    first = page.locator(".peers tbody").first
    expect(page.locator(".peers thead").first).to_contain_text("2024")
    expect(first.locator("a.figure").first).to_have_text("391,035")
    expect(first.locator(".period").first).to_have_text("FY 2024")
    expect(page.locator(".peers tbody").nth(1).locator("a.figure").first).to_have_text("24.0%")
    page.get_by_role("link", name="Quarterly").click()
    expect(page.locator(".peers thead").first).to_contain_text("2024 Q3")
    expect(first.locator("a.figure").first).to_have_text("94,930")
    first.locator("a.figure").first.click()
    expect(page.locator(".drawer")).to_contain_text("94,930,000,000 USD")


def test_a_screen_is_built_and_its_figures_lead_to_their_proof(visit_anywhere: Visit) -> None:
    visit_anywhere.open("screen?as_of=2024-10-31")
    page = visit_anywhere.page
    page.locator("#query input[name=where]").fill("revenue >= 300B")
    page.get_by_role("button", name="Screen").click()
    expect(page.locator(".chips li")).to_contain_text("Revenue in the latest fiscal year at least 300 billion USD")
    expect(page.locator("#found h2").first).to_have_text("1 of 1 companies pass")
    expect(page.locator("a.figure").first).to_have_text("383,285")
    page.get_by_role("link", name="net_margin@ttm > 20").click()
    expect(page.locator(".chips li")).to_have_count(2)
    expect(page.locator("a.figure").nth(1)).to_have_text("26.4%")
    page.reload()
    expect(page.locator(".chips li")).to_have_count(2)
    page.locator(".chips a").first.click()
    expect(page.locator(".chips li")).to_have_count(1)
    page.locator("#query input[name=where]").fill("revenue > 400B")
    page.get_by_role("button", name="Screen").click()
    expect(page.locator("#found h2").first).to_have_text("0 of 1 companies pass")


def test_a_screen_can_be_taken_along(visit: Visit) -> None:
    visit.open("screen?where=revenue%20%3E%20300B&as_of=2024-12-31")
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("link", name="XLSX").click()
    assert waiting.value.suggested_filename == "screen.xlsx"
