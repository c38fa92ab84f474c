"""Scripts that the page does not bear do not run, and its own do."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import Visit

pytestmark = pytest.mark.browser


def test_a_page_works_and_scripts_that_are_not_its_own_do_not_run(visit: Visit) -> None:
    page = visit.page
    visit.open("company?ticker=AAPL&as_of=2024-12-31")
    page.locator("tr", has_text="Revenue").first.locator("a.figure").first.click()
    expect(page.locator(".drawer")).to_contain_text("391,035,000,000 USD")
    visit.open("chart?series=AAPL%3Arevenue&view=index")
    expect(page.locator("canvas").first).to_be_attached()
    page.wait_for_timeout(1000)
    assert visit.complaints == []
    page.evaluate("""document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="window.ran = 1">')""")
    page.wait_for_timeout(500)
    assert page.evaluate("window.ran") is None
    (complaint,) = visit.complaints
    assert "inline event handler violates the following Content Security Policy" in complaint
    visit.complaints.clear()
