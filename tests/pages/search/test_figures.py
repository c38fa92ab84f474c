"""A question for a figure on the search page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import Visit

pytestmark = pytest.mark.browser


def test_a_question_for_a_figure_gets_it_with_its_proof_above_the_passages(visit_anywhere: Visit) -> None:
    visit_anywhere.open("search?q=What+was+Apple%27s+revenue+in+fiscal+2024%3F")
    page = visit_anywhere.page
    answer = page.get_by_label("Figures", exact=True)
    expect(answer).to_contain_text("Apple · Revenue FY 2024, to 28 Sep 2024")
    expect(answer).to_contain_text("391.0 bn USD")
    expect(answer).to_contain_text("391,035,000,000 USD")
    expect(answer).to_contain_text("10-K filed 1 Nov 2024")
    answer.locator("a.value").click()
    expect(page.locator(".drawer")).to_contain_text("0000320193-24-000123")
    visit_anywhere.open("search?q=Apple%27s+services+revenue+in+fiscal+2024")
    expect(
        page.get_by_text("No figure: These words may ask for another figure than those of the statements: services.")
    ).to_be_visible()
