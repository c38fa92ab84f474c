"""The tabs of a company's page: what each shows, what is read for it, and how one gets from one to the next."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import Visit
from tests.loaded import ACCESSION
from workbench.domain.errors import InvalidRequest
from workbench.pages.company import filings_tab, financials_tab, overview_tab, quality_tab
from workbench.pages.company.page import company_page
from workbench.pages.company.tabs import Tab, chosen_tab
from workbench.pages.frame.page import Content
from workbench.pages.frame.selection import Selection
from workbench.runtime import Workbench

DAY = date(2024, 12, 31)


def opened(workbench: Workbench, tab: str, **selected: Any) -> Content:
    return company_page(workbench, Selection(ticker="AAPL", as_of=DAY, tab=tab, **selected))


def html(content: Content, name: str) -> str:
    shown: str = content.panels[name].html  # type: ignore[attr-defined]
    return shown


@pytest.mark.parametrize(
    ("selection", "tab"),
    [
        (Selection(), Tab.OVERVIEW),
        (Selection(figure="revenue@2024-09-28"), Tab.OVERVIEW),
        (Selection(figure="net_margin@2024-09-28"), Tab.OVERVIEW),
        (Selection(figure="pe@2013-03-01"), Tab.VALUATION),
        (Selection(figure="pe@2013-03-01", tab="quality"), Tab.QUALITY),
    ],
)
def test_an_address_without_a_tab_opens_the_one_with_its_figure(selection: Selection, tab: Tab) -> None:
    assert chosen_tab(selection) is tab


def test_a_tab_that_there_is_not_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="tab must be one of overview, financials"):
        chosen_tab(Selection(tab="odd"))


@pytest.mark.parametrize(
    ("tab", "panel", "shown"),
    [
        ("", "statement", "391,035"),
        ("financials", "statement", "391,035"),
        ("valuation", "valuation", "Valuation"),
        ("segments", "segments", "Segments"),
        ("filings", "filings", ACCESSION.text),
        ("filings", "events", "Results and financial condition"),
        ("documents", "texts", f"reader?as_of=2024-12-31&amp;accession={ACCESSION}"),
        ("quality", "failed_checks", "checks"),
        ("quality", "restatements", "Restated figures"),
    ],
)
def test_the_first_answer_has_what_the_tab_is_for(loaded: Workbench, tab: str, panel: str, shown: str) -> None:
    assert shown in html(opened(loaded, tab), panel)


@pytest.mark.parametrize("tab", ["filings", "documents", "segments", "quality"])
def test_a_tab_reads_nothing_of_the_others(loaded: Workbench, monkeypatch: pytest.MonkeyPatch, tab: str) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("read for another tab")

    of_others: dict[str, list[tuple[object, str]]] = {
        "overview": [(overview_tab, "StatementPanel"), (overview_tab, "list_news"), (overview_tab, "similar_companies")],
        "financials": [(financials_tab, "StatementPanel"), (financials_tab, "ValuationPanel")],
        "segments": [(financials_tab, "breakdowns")],
        "filings": [(filings_tab, "list_events")],
        "documents": [(filings_tab, "filing_documents")],
        "quality": [(quality_tab, "check_results"), (quality_tab, "audit_company")],
    }
    for name, places in of_others.items():
        for module, function in places if name != tab else []:
            monkeypatch.setattr(module, function, refuse)
    assert opened(loaded, tab).panels


def test_key_figures_lead_to_the_overview_from_where_there_is_no_statement(loaded: Workbench) -> None:
    there, here = html(opened(loaded, "filings"), "header"), html(opened(loaded, ""), "header")
    assert "data-event" not in there
    assert re.search(r"company\?ticker=AAPL&amp;as_of=2024-12-31&amp;period=ttm&amp;figure=revenue", there)
    assert 'data-event="proof"' in here


def test_filings_by_form_and_by_page(loaded: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    of_form = html(opened(loaded, "filings", form="10-K"), "filings")
    assert ">10-Q</a>" not in of_form
    assert ">10-K</a>" in of_form
    assert "No filings of form 40-F up to 31 Dec 2024" in html(opened(loaded, "filings", form="40-F"), "filings")
    monkeypatch.setattr(filings_tab, "_FILINGS_SHOWN", 2)
    assert "offset=2" in html(opened(loaded, "filings"), "filings")
    assert html(opened(loaded, "filings"), "filings").count('title="0000320193-24') == 2


@pytest.mark.browser
def test_tabs_are_reached_by_key_and_have_addresses(visit_anywhere: Visit) -> None:
    visit_anywhere.open("company?ticker=AAPL&as_of=2024-12-31")
    page = visit_anywhere.page
    current: Callable[[], Any] = lambda: page.get_by_role("tab", selected=True)  # noqa: E731
    expect(current()).to_have_text("Overview")
    current().focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Quality")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("tab=financials"))
    expect(current()).to_have_text("Financials")
    expect(page.locator("#ratios")).to_contain_text("Net margin")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("tab", name="Quality").click()
    expect(page.locator("#audit")).to_contain_text("The audit is of the facts known today.")
    page.go_back()
    expect(current()).to_have_text("Financials")


@pytest.mark.browser
def test_a_figure_has_its_history_in_the_drawer(visit_anywhere: Visit) -> None:
    visit_anywhere.open("company?ticker=AAPL&as_of=2024-12-31&figure=revenue%402023-09-30")
    rows = visit_anywhere.page.locator(".figure-history tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("3 Nov 2023")
    expect(rows.first).to_contain_text("383,285,000,000 USD")
    expect(rows.first).to_contain_text("first reported")
    expect(rows.last).to_contain_text("1 Nov 2024")
    expect(rows.last).to_contain_text("repeated")
    rows.last.get_by_role("link", name="10-K").click()
    expect(visit_anywhere.page).to_have_url(re.compile(f"reader.*accession={ACCESSION}"))
