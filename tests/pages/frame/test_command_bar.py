"""The field in the bar, the keys that lead to pages, and the menus."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import Visit
from tests.loaded import ACCESSION

pytestmark = pytest.mark.browser


def test_a_company_is_reached_by_keys_alone(visit: Visit) -> None:
    visit.open("market?as_of=2024-12-31")
    page = visit.page
    field = page.get_by_role("combobox", name="Go to a company, page or filing")
    page.keyboard.press("/")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    expect(page.get_by_role("option", name="Home")).to_be_visible()
    page.keyboard.type("appl")
    option = page.get_by_role("option", name="AAPL")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "destination-0")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"company\?ticker=AAPL&as_of=2024-12-31$"))


def test_lines_and_filings_of_the_company_at_hand(visit: Visit) -> None:
    visit.open("company?ticker=AAPL&as_of=2024-12-31")
    page = visit.page
    page.keyboard.press("Control+k")
    page.keyboard.type("net m")
    expect(page.get_by_role("option", name="Net margin")).to_be_visible()
    page.locator("#find").fill("10-k")
    expect(page.get_by_role("option").first).to_contain_text(str(ACCESSION))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"reader.accession={ACCESSION}&as_of=2024-12-31"))


def test_escape_gives_the_focus_back(visit: Visit) -> None:
    visit.open("screen")
    page = visit.page
    where = page.locator("#query input.wide")
    where.fill("")
    page.keyboard.type("a/b?g")
    expect(where).to_have_value("a/b?g")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(where).to_be_focused()


def test_letters_lead_to_pages_and_are_listed(visit: Visit) -> None:
    visit.open("market?as_of=2024-12-31")
    page = visit.page
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_contain_text("Screen")
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    page.keyboard.press("x")
    page.keyboard.press("s")
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page).to_have_url(re.compile(r"screen\?as_of=2024-12-31$"))


def test_the_menu_says_who_is_here_and_switches_the_theme(visit_anywhere: Visit) -> None:
    visit_anywhere.open("market")
    page = visit_anywhere.page
    page.locator(".menu.account summary").click()
    menu = page.locator(".menu.account .menu-list")
    expect(menu).to_contain_text("administrator")
    expect(menu.get_by_role("link", name="Sign out")).to_have_count(0)  # nobody signed in on this machine
    before = page.evaluate("document.documentElement.dataset.theme")
    menu.get_by_role("button", name="Switch between light and dark").click()
    assert page.evaluate("document.documentElement.dataset.theme") != before
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.get_by_text("More", exact=True).click()
    expect(page.get_by_role("link", name="Operations")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
