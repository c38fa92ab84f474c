"""What the first answer of a page shows, before a script has run and a connection is open."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.browser import Visit

pytestmark = pytest.mark.browser

ADDRESS = "company?ticker=AAPL&as_of=2024-10-31"
# The sum of all shifts that no input caused.
_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (ADDRESS, "Apple"),
        ("compare?ticker=AAPL&as_of=2024-10-31", "383,285"),
        ("screen?where=revenue+>+1B", "Apple"),
        ("market", "10-K"),
    ],
)
def test_the_answer_itself_has_the_figures(chromium: BrowserContext, address: str, path: str, shown: str) -> None:
    answer = chromium.request.get(f"{address}/{path}")
    content = answer.text().partition('<div class="first"')[2].partition('type="application/json"')[0]
    assert shown in content


def test_a_page_is_read_and_clicked_before_its_scripts_have_come(visit: Visit) -> None:
    page = visit.page
    page.remove_locator_handler(visit.first)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"/panel\.min\.js"), hold)
    page.goto(f"{visit.address}/{ADDRESS}", wait_until="commit")
    expect(page.locator("h1")).to_have_text("Apple")
    expect(page.locator("thead th b").first).to_have_text("FY 2023")
    early = page.get_by_role("link", name="Balance sheet")
    early.click()
    expect(early).to_have_attribute("aria-busy", "true")
    page.wait_for_timeout(100)
    for route in held:
        route.continue_()
    expect(page.get_by_role("rowheader", name="Total assets", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("kind=balance"))
    expect(page.locator(".first")).to_have_count(0)


def test_what_is_typed_early_stays_with_the_focus(visit: Visit) -> None:
    page = visit.page
    page.remove_locator_handler(visit.first)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"/panel\.min\.js"), hold)
    page.goto(f"{visit.address}/search", wait_until="commit")
    field = page.get_by_role("searchbox").or_(page.locator("main input[name=q]")).first
    field.fill("supply of memory chips")
    for route in held:
        route.continue_()
    expect(page.locator(".first")).to_have_count(0)
    expect(field).to_have_value("supply of memory chips")
    expect(field).to_be_focused()


def test_what_is_unfolded_stays_so_until_it_is_used(visit: Visit) -> None:
    page = visit.page
    page.remove_locator_handler(visit.first)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"/panel\.min\.js"), hold)
    page.goto(f"{visit.address}/screen?where=revenue+>+1B", wait_until="commit")
    lists = page.locator("details", has_text="All lines, ratios and valuation measures")
    lists.locator("summary").click()
    expect(lists).to_have_attribute("open", "")
    for route in held:
        route.continue_()
    expect(page.locator(".first")).to_have_count(0)
    expect(lists).to_have_attribute("open", "")


@pytest.mark.parametrize(
    "path", [ADDRESS, "compare?ticker=AAPL&as_of=2024-10-31", "company", "market", "screen", "reports", "alerts"]
)
def test_nothing_moves_when_the_panels_take_over(visit_anywhere: Visit, path: str) -> None:
    page = visit_anywhere.page
    page.add_init_script(_SHIFTS)
    visit_anywhere.open(path)
    expect(page.locator(".first")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shifted") < 0.05
