"""A drawer keeps the keyboard while it is open, and gives it back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Visit

pytestmark = pytest.mark.browser

_FOCUSED = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element.closest("[role=dialog]") ? "drawer" : element.textContent.trim();
}"""


def focused(page: Page) -> str:
    """The text of the element with the focus; `drawer` for one within the drawer."""
    return str(page.evaluate(_FOCUSED))


def test_the_tab_key_stays_in_the_drawer_and_the_focus_returns(visit: Visit) -> None:
    visit.open("company?ticker=AAPL&as_of=2024-12-31")
    page = visit.page
    figure = page.locator("tr", has_text="Revenue").first.locator("a.figure").first
    figure.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".drawer")).to_contain_text("391,035,000,000 USD")
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    stops = page.locator(".drawer").locator("a, button").count()
    for key in ["Tab"] * (stops + 1) + ["Shift+Tab"] * (stops + 1):
        page.keyboard.press(key)
        assert focused(page) == "drawer"
    page.keyboard.press("Escape")
    expect(page.locator(".drawer")).to_have_count(0)
    expect(figure).to_be_focused()
    page.wait_for_timeout(300)  # the statement is drawn again, without the mark on its figure
    assert focused(page) == "391,035"


def test_the_first_stop_leads_to_the_content(visit: Visit) -> None:
    visit.open("market")
    page = visit.page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
