"""What a person sees of what changed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import Visit
from tests.two_reports import CLOUD, NEW, OLD, STAFF

pytestmark = pytest.mark.browser


def test_the_words_that_changed_are_marked(visit_anywhere: Visit) -> None:
    visit_anywhere.open("changes?ticker=ACME")
    page = visit_anywhere.page
    expect(page.locator("h1")).to_have_text("Part I, Item 1A. Risk Factors")
    rows = page.locator(".changes li")
    expect(rows).to_have_count(5)
    reworded = rows.filter(has=page.locator(".tag", has_text="reworded"))
    expect(reworded.locator("del")).to_have_text("port")
    expect(reworded.locator("ins").first).to_have_text("ports")
    expect(rows.filter(has_text="removed").locator("del")).to_have_text(STAFF)


def test_one_kind_and_a_link_to_one_change(visit: Visit) -> None:
    visit.open("changes?ticker=ACME&item=1A")
    page = visit.page
    page.get_by_role("link", name="Added 1").click()
    expect(page).to_have_url(re.compile("change=added"))
    expect(page.locator(".changes li")).to_have_count(1)
    page.get_by_role("link", name="link", exact=True).click()
    expect(page).to_have_url(re.compile(rf"from={OLD}&to={NEW}"))
    expect(page.locator("#passage ins")).to_have_text(CLOUD)


def test_both_wordings_open_in_the_reader(visit: Visit) -> None:
    visit.open("changes?ticker=ACME&change=removed")
    visit.page.get_by_role("link", name="in the older filing").click()
    expect(visit.page).to_have_url(re.compile(rf"accession={OLD}"))
    expect(visit.page.locator("#passage")).to_have_text(STAFF)
    visit.page.get_by_role("link", name="Changes").click()
    # The older report has none before it.
    expect(visit.page.get_by_role("status")).to_contain_text(f"No 10-K of ACME before {OLD}")


def test_where_nothing_is_before_other_reports_are_offered(visit: Visit) -> None:
    visit.open(f"changes?ticker=ACME&to={OLD}&as_of=2024-06-01")
    offered = visit.page.locator(".suggestions", has_text="Compare 10-Q, 1 May 2023 to 1 May 2024")
    expect(visit.page.locator(".suggestions")).to_have_count(2)
    offered.get_by_role("link", name="Part II, Item 1A").click()
    expect(visit.page.locator("h1")).to_have_text("Part II, Item 1A. Risk Factors")
    expect(visit.page.locator(".changes li")).to_have_count(2)
    expect(visit.page).to_have_url(re.compile("as_of=2024-06-01"))


def test_other_filings_can_be_chosen(visit: Visit) -> None:
    visit.open("changes?ticker=ACME")
    page = visit.page
    page.locator("select[name=to]").select_option(label="10-Q, filed 1 May 2024")
    page.locator("select[name=from]").select_option(label="10-Q, filed 1 May 2023")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("h1")).to_have_text("Part II, Item 1A. Risk Factors")
    expect(page.locator(".changes li")).to_have_count(2)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("changes?ticker=ZZZZ", "There is no company with the ticker ZZZZ."),
        ("changes?ticker=ACME&item=9", "No filing of ACME with an item 9 is here."),
        ("changes?ticker=ACME&change=odd", "Change must be one of added, removed"),
        ("changes?ticker=ACME&as_of=2023-12-31", "No 10-K of ACME before"),
    ],
)
def test_what_is_asked_wrongly_gets_one_clear_message(visit: Visit, path: str, message: str) -> None:
    visit.open(path)
    expect(visit.page.get_by_role("status")).to_have_count(1)
    expect(visit.page.get_by_role("status").locator("h1")).to_contain_text(message)
