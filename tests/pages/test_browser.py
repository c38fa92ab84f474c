"""What a person sees."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser import Visit
from tests.loaded import ACCESSION, ORCHARD

pytestmark = pytest.mark.browser


def test_a_figure_opens_its_source(visit_anywhere: Visit) -> None:
    visit_anywhere.open("company?ticker=aapl&as_of=2024-12-31")
    page = visit_anywhere.page
    expect(page.locator("h1")).to_have_text("Apple")
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
    expect(text.locator("h2")).to_have_text("Part I, Item 1A. Risk Factors")
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
    page.locator("#find").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    expect(here).to_have_text("1A")
    text = page.locator("#text article, #text .html-panel").first
    text.evaluate(
        """place => {
            const table = document.createElement("div");
            table.id = "wide";
            table.tabIndex = 0;
            table.style = "overflow-x: auto; width: 200px";
            table.innerHTML = "<div style='width: 900px; height: 20px'></div>";
            place.prepend(table);
        }"""
    )
    wide = page.locator("#wide")
    for reach in (wide.focus, wide.click):  # a wide table is moved by them, whether it was reached by key or by hand
        reach()
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    expect(here).to_have_text("1A")
    assert wide.evaluate("table => table.scrollLeft") > 0
    page.locator("nav.items a", has_text="Whole document").click()
    expect(page).to_have_url(re.compile("item=all"))
    expect(page.locator("article.document")).to_contain_text(ORCHARD)


def test_a_hit_opens_the_reader_at_its_passage(visit_anywhere: Visit) -> None:
    visit_anywhere.open("search")
    page = visit_anywhere.page
    page.locator("input[name=q]").fill("frost in the orchard")
    page.get_by_role("button", name="Search").click()
    hit = page.locator(".hits li").first
    expect(hit).to_contain_text("Apple")
    expect(hit.locator("mark").first).to_have_text("frost")
    hit.get_by_role("link").first.click()
    passage = page.locator("#passage")
    expect(passage).to_be_in_viewport()
    expect(page.locator(".document mark", has_text=ORCHARD)).to_be_visible()


@pytest.mark.parametrize("written", ["apple", "Apple+Inc.", "AAP"])
def test_a_part_of_a_name_leads_to_the_companies_that_have_it(visit: Visit, written: str) -> None:
    visit.open(f"company?ticker={written}")
    expect(visit.page.locator("table.companies tbody tr")).to_have_count(1)
    expect(visit.page.locator("table.companies tbody tr")).to_contain_text("Apple")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("company?ticker=ZZZZ", "There is no company with the ticker ZZZZ."),
        ("company?ticker=AAPL&as_of=tomorrow", "'tomorrow' is not a date such as 2024-06-30."),
        ("company?ticker=AAPL&as_of=2999-01-01", "2999-01-01 lies in the future"),
        ("company?ticker=AAPL&asof=2015-01-01", "unknown parameter 'asof'."),
        ("company?ticker=%3Cscript%3Ealert(1)%3C/script%3E", "is neither a ticker such as AAPL or BRK-B nor a CIK."),
        ("compare?ticker=AAPL,ZZZZ", "There is no company with the ticker ZZZZ."),
        ("compare?ticker=AAPL&measure=sparkle", "'sparkle' is not a statement line or a ratio."),
        ("screen?where=revenue", "'revenue' is not a filter."),
        ("screen?where=revenue%3E1%27%3Cscript%3E", "is not a number such as 250M"),
        ("reader?accession=nonsense", "'nonsense' is not an accession number"),
        ("reader?accession=0000320193-25-000079", "are not here yet."),
        (f"reader?accession={ACCESSION}&item=99", "This document has no item 99."),
        (f"reader?accession={ACCESSION}&start=5&end=99999999", "start and end must be a span within"),
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
    expect(page.locator("#peers h2")).to_have_text("Compare companies.")
    page.get_by_label("Add a company").fill("aapl")
    page.get_by_label("Add a line or ratio").select_option("gross_profit")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#query .chips").first).to_contain_text("AAPL")
    expect(page.locator("#query .chips").nth(1)).to_contain_text("Gross profit")
    page.goto(f"{page.url}&as_of=2024-12-31")
    first = page.locator(".peers tbody").first
    expect(page.locator(".peers thead").first).to_contain_text("2024")
    expect(first.locator("a.figure").first).to_have_text("391,035")
    expect(first.locator(".period").first).to_have_text("FY 2024")
    expect(page.locator(".peers tbody").nth(3).locator("a.figure").first).to_have_text("24.0%")
    page.get_by_role("link", name="Quarterly").click()
    expect(page.locator(".peers thead").first).to_contain_text("2024 Q3")
    expect(first.locator("a.figure").first).to_have_text("94,930")
    first.locator("a.figure").first.click()
    expect(page.locator(".drawer")).to_contain_text("94,930,000,000 USD")


def test_a_measure_is_drawn_and_stays_in_the_address(visit_anywhere: Visit) -> None:
    visit_anywhere.open("compare?ticker=AAPL&as_of=2024-12-31")
    page = visit_anywhere.page
    drawn = page.locator("#chart h2")
    expect(drawn).to_have_text("Revenue")
    expect(page.locator("#chart canvas").first).to_be_attached()
    page.locator(".peers thead a", has_text="Net margin").click()
    expect(drawn).to_have_text("Net margin")
    expect(page).to_have_url(re.compile("chart=net_margin"))
    expect(page.locator(".peers thead a[aria-current]")).to_have_text("Net margin")
    page.reload()
    expect(drawn).to_have_text("Net margin")
    page.locator("#chart .tabs a", has_text="Net income").click()
    expect(drawn).to_have_text("Net income")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_point_of_the_chart_gives_the_exact_figure(visit: Visit) -> None:
    visit.open("compare?ticker=AAPL&measure=revenue&as_of=2024-12-31")
    page = visit.page
    area = page.locator("#chart .bk-Canvas").bounding_box()
    assert area is not None
    tip = page.locator(".bk-Tooltip")
    for step in range(60):  # the newest year stands at the right, and its mark somewhere in that column
        page.mouse.move(area["x"] + area["width"] - 62 + step % 3, area["y"] + 40 + 3 * step)
        if tip.count() and tip.first.is_visible():
            break
    expect(tip.first).to_contain_text("Apple")
    expect(tip.first).to_contain_text("FY 2024")
    expect(tip.first).to_contain_text("391,035,000,000 USD")


def test_what_is_compared_is_taken_away_by_its_chip(visit: Visit) -> None:
    visit.open("compare?ticker=AAPL&measure=revenue,net_margin")
    page = visit.page
    expect(page.locator(".peers tbody")).to_have_count(2)
    page.get_by_role("link", name="Remove: Revenue").click()
    expect(page.locator(".peers tbody")).to_have_count(1)
    expect(page).to_have_url(re.compile("measure=net_margin$"))
    page.get_by_role("link", name="Remove: AAPL").click()
    expect(page.locator("#peers h2")).to_have_text("Compare companies.")


def test_a_name_that_is_wrong_is_taken_away_by_its_chip(visit: Visit) -> None:
    visit.open("compare?ticker=AAPL,ZZZZ&measure=revenue,sparkle")
    page = visit.page
    page.get_by_role("link", name="Remove: sparkle").click()
    expect(page.get_by_role("status")).to_contain_text("There is no company with the ticker ZZZZ.")
    page.get_by_role("link", name="Remove: ZZZZ").click()
    expect(page.locator(".peers tbody")).to_have_count(1)
    expect(page).to_have_url(re.compile("ticker=AAPL&measure=revenue$"))


def test_a_late_answer_does_not_replace_the_suggestions_for_what_is_written_now(visit: Visit) -> None:
    page = visit.page
    visit.open("company")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"destinations\?q=a$"), hold)
    with page.expect_request(re.compile("q=a$")):
        page.locator("#find").fill("a")
    page.locator("#find").fill("apple")
    expect(page.locator("#destinations [role=option]").first).to_contain_text("Apple")
    late = {"q": "a", "destinations": [{"kind": "page", "label": "Late", "note": "", "href": "late", "command": None}]}
    with page.expect_response(re.compile("q=a$")):
        held[0].fulfill(json=late)
    page.wait_for_timeout(200)
    expect(page.locator("#destinations [role=option]").first).to_contain_text("Apple")


def test_companies_are_suggested_as_one_writes(visit: Visit) -> None:
    visit.open("compare")
    page = visit.page
    page.get_by_label("Add a company").press_sequentially("MSFT,appl")
    option = page.locator("#query datalist option")
    expect(option).to_have_attribute("value", "MSFT,AAPL")
    expect(option).to_have_attribute("label", "Apple")


def test_the_list_of_companies_is_sorted_filtered_and_leads_on(visit_anywhere: Visit) -> None:
    visit_anywhere.open("company?as_of=2024-12-31")
    page = visit_anywhere.page
    row = page.locator(".companies tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Apple")
    expect(row).to_contain_text("FY 2024")
    expect(row.locator("a.figure").first).to_have_text("391,035")
    expect(row.locator("a.figure").nth(2)).to_have_text("31.5%")  # 123,216 of 391,035
    expect(page.locator("th[aria-sort]")).to_contain_text("Revenue")
    page.locator("thead a", has_text="Net income").click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Net income")
    page.locator("thead a", has_text="Net income").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Net income")
    page.get_by_label("Name, ticker or industry").fill("zebra")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("#companies")).to_contain_text("No company matches.")
    expect(page).to_have_url(re.compile("as_of=2024-12-31"))
    page.get_by_label("Name, ticker or industry").fill("appl")
    page.get_by_role("button", name="Filter").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    row.locator("a.figure").first.click()
    expect(page.locator(".drawer")).to_contain_text("391,035,000,000 USD")


def test_the_list_is_as_of_the_day_and_an_industry_narrows_it(visit: Visit) -> None:
    visit.open("company?as_of=2024-10-31")
    page = visit.page
    row = page.locator(".companies tbody tr")
    expect(row.locator("a.figure").first).to_have_text("383,285")
    expect(row.locator(".sparkline [role=img]")).to_have_attribute(
        "aria-label", re.compile("FY 2022 394.3 bn USD, FY 2023 383.3 bn")
    )
    row.get_by_role("link", name="Electronic Computers").click()
    expect(page.locator("#query .chips")).to_contain_text("Electronic Computers (SIC 3571)")
    expect(row).to_have_count(1)
    row.locator(".filed a").click()
    expect(page).to_have_url(re.compile("reader.*as_of=2024-10-31"))


def test_key_figures_lead_to_their_proof(visit_anywhere: Visit) -> None:
    visit_anywhere.open("company?ticker=AAPL&as_of=2024-10-31")
    page = visit_anywhere.page
    strip = page.locator(".strip > div")
    expect(strip.filter(has_text="Diluted").or_(strip.filter(has_text="diluted"))).to_contain_text("6.57 USD")
    revenue = strip.first
    expect(revenue).to_contain_text("385.6 bn USD")
    expect(revenue).to_contain_text("TTM Q3 2024")
    revenue.get_by_role("link").click()
    drawer = page.locator(".drawer")
    expect(drawer.locator(".value")).to_have_text("385,603,000,000 USD")
    expect(page).to_have_url(re.compile("period=ttm&figure=revenue%402024-06-29"))
    page.reload()
    expect(drawer.locator(".value")).to_have_text("385,603,000,000 USD")
    page.keyboard.press("Escape")
    strip.last.get_by_role("link").click()  # free cash flow is a ratio's figure
    expect(drawer).to_contain_text("operating_cash_flow")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_bar_that_is_pointed_at_gives_its_figure_and_another_line_is_shown(visit: Visit) -> None:
    visit.open("company?ticker=AAPL&as_of=2024-12-31")
    page = visit.page
    now = page.locator("#trends .now").first
    expect(now).to_have_text("391.0 bn USD")
    page.locator("#trends svg").first.locator("g").nth(-2).hover()
    expect(now).to_have_text("FY 2023: 383.3 bn USD")
    page.mouse.move(5, 5)
    expect(now).to_have_text("391.0 bn USD")
    page.get_by_label("Also show").select_option("eps_diluted")
    expect(now).to_have_text("6.08 USD/shares")
    expect(page).to_have_url(re.compile("measure=eps_diluted"))
    page.reload()
    expect(now).to_have_text("6.08 USD/shares")


def test_a_screen_is_built_and_its_figures_lead_to_their_proof(visit_anywhere: Visit) -> None:
    visit_anywhere.open("screen?as_of=2024-10-31")
    page = visit_anywhere.page
    page.locator("#query input.wide").fill("revenue >= 300B")
    page.get_by_role("button", name="Screen").click()
    expect(page.locator(".chips li")).to_contain_text("Revenue in the latest fiscal year at least 300 billion USD")
    expect(page.locator("#found h2").first).to_have_text("1 of 1 companies match")
    expect(page.locator("a.figure").first).to_have_text("383,285")
    page.get_by_role("link", name="net_margin@ttm > 20").click()
    expect(page.locator(".chips li")).to_have_count(2)
    expect(page.locator("a.figure").nth(1)).to_have_text("26.4%")
    page.reload()
    expect(page.locator(".chips li")).to_have_count(2)
    page.locator(".chips a").first.click()
    expect(page.locator(".chips li")).to_have_count(1)
    page.locator("#query input.wide").fill("revenue > 400B")
    page.get_by_role("button", name="Screen").click()
    expect(page.locator("#found h2").first).to_have_text("0 of 1 companies match")


def test_a_screen_by_value_leads_to_the_valuation(visit_anywhere: Visit) -> None:
    visit_anywhere.open("screen?where=revenue%20%3E%20100B&as_of=2013-03-01")
    page = visit_anywhere.page
    page.get_by_role("link", name="pe < 20").click()
    expect(page.locator(".chips li").nth(1)).to_contain_text("P/E, trailing twelve months at the last close below 20")
    form = page.get_by_role("form", name="Add a filter")
    form.get_by_label("Measure", exact=True).select_option(label="Market capitalisation")
    form.get_by_label("Comparison", exact=True).select_option(" > ")
    form.get_by_label("Value").fill("400B")
    page.get_by_role("button", name="Add filter").click()
    expect(page.locator(".chips li")).to_have_count(3)
    expect(page.locator("#found h2").first).to_have_text("1 of 1 companies match")
    expect(page.locator("a.figure").nth(2)).to_have_text("404,236")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    earnings = page.locator("td", has=page.locator("a.figure")).nth(1)
    expect(earnings).to_contain_text("2013-03-01")
    earnings.get_by_role("link").click()
    expect(page.locator(".drawer .value")).to_have_text("9.68")


def test_a_filter_is_built_by_choosing(visit_anywhere: Visit) -> None:
    visit_anywhere.open("screen?where=revenue%20%3E%20300B&as_of=2024-12-31")
    page = visit_anywhere.page
    form = page.get_by_role("form", name="Add a filter")
    form.get_by_label("Measure", exact=True).select_option(label="Net margin")
    form.get_by_label("Period").select_option(label="twelve months")
    form.get_by_label("Comparison", exact=True).select_option(" between ")
    form.get_by_label("Value").fill("20 and 30")
    page.get_by_role("button", name="Add filter").click()
    expect(page.locator(".chips li")).to_have_count(2)
    expect(page.locator(".chips li").nth(1)).to_contain_text("Net margin over the trailing twelve months from 20 % to 30 %")
    expect(page.locator("#query input.wide")).to_have_value("revenue > 300B; net_margin@ttm between 20 and 30")
    expect(page.locator("#found h2").first).to_have_text("1 of 1 companies match")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_screen_can_be_taken_along(visit: Visit) -> None:
    visit.open("screen?where=revenue%20%3E%20300B&as_of=2024-12-31")
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("link", name="XLSX").click()
    assert waiting.value.suggested_filename == "screen.xlsx"
