"""Ratios, the market, reports and operations, as a person sees them."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from db.engine import Connection
from db.screens.company_list import list_companies
from flows.task_worker import TaskWorker
from tests.browser import Visit
from workbench.domain.measures.company_list import CompanyList, CompanyQuestion
from workbench.pages.market import company_list
from workbench.reports.report_queue import ReportQueue
from workbench.runtime import Workbench

pytestmark = pytest.mark.browser


def test_a_ratio_opens_its_formula_and_its_facts(visit_anywhere: Visit) -> None:
    visit_anywhere.open("company?ticker=AAPL&as_of=2024-12-31&tab=financials")
    page = visit_anywhere.page
    margin = page.locator("#ratios tr", has_text="Net margin").locator("a.figure").first
    expect(margin).to_have_text("24.0%")  # 93,736 of 391,035
    expect(page.locator("#ratios tr.group").first).to_contain_text("Margins")
    expect(page.locator("#ratios .sparkline svg").first).to_be_attached()
    margin.click()
    drawer = page.locator(".drawer")
    expect(drawer.locator(".value")).to_have_text("24.0%")
    expect(drawer.locator(".formula")).to_contain_text("net_income")
    expect(drawer).to_contain_text("93,736,000,000 USD")
    expect(drawer).to_contain_text("391,035,000,000 USD")
    expect(page).to_have_url(re.compile(r"figure=net_margin%402024-09-28"))
    page.reload()
    expect(drawer.locator(".formula")).to_contain_text("net_income")


def test_ratios_follow_the_periods_of_the_statement(visit: Visit) -> None:
    visit.open("company?ticker=AAPL&as_of=2024-12-31&tab=financials")
    expect(visit.page.locator("#ratios thead th b").first).to_have_text("FY 2024")
    visit.page.get_by_role("link", name="TTM").click()
    expect(visit.page.locator("#ratios thead th b").first).to_have_text("TTM Q4 2024")


def test_a_measure_of_value_opens_close_count_and_facts(visit_anywhere: Visit) -> None:
    visit_anywhere.open("company?ticker=AAPL&as_of=2013-03-01&tab=valuation")
    page = visit_anywhere.page
    card = page.locator("#valuation")
    expect(card).to_contain_text("AAPL at 430.47 USD, close of 1 Mar 2013, bokeh-sampledata")
    expect(card.locator("tr", has_text="Market capitalisation").locator("a.figure")).to_have_text("404,236")
    earnings = card.locator("tr", has_text="P/E, trailing twelve months").locator("a.figure")
    expect(earnings).to_have_text("9.68")
    expect(card.locator(".sparkline svg").first).to_be_attached()
    earnings.click()
    drawer = page.locator(".drawer")
    expect(drawer.locator(".formula")).to_contain_text("430.47 [AAPL, close of 2013-03-01, bokeh-sampledata] * shares")
    expect(drawer).to_contain_text("939,058,000 shares")
    expect(page).to_have_url(re.compile(r"figure=pe%402013-03-01"))
    page.reload()
    expect(drawer.locator(".value")).to_have_text("9.68")
    drawer.locator(".close").click()
    expect(drawer).to_have_count(0)


def test_a_stale_close_leads_to_the_day_it_is_of(visit: Visit) -> None:
    visit.open("company?ticker=AAPL&tab=valuation")
    card = visit.page.locator("#valuation")
    expect(card).to_contain_text("No valuation: the last closing price is more than a week old.")
    card.get_by_role("link", name="Show the valuation as of 1 Mar 2013").click()
    expect(card).to_contain_text("404,236")


def test_the_market_by_company_and_form(visit_anywhere: Visit) -> None:
    visit_anywhere.open("market?as_of=2024-12-31")
    page = visit_anywhere.page
    rows = page.locator("#filings tbody tr")
    expect(rows.first).to_contain_text("AAPL")
    expect(page.locator("#events")).to_contain_text("Results and financial condition")
    expect(page.locator("#news")).to_contain_text("No news is stored")
    expect(page.locator("#failed_checks")).to_contain_text("shown as of now only")
    page.locator("#query input[name=form]").fill("10-K")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("form=10-K"))
    expect(rows.first).to_contain_text("1 Nov 2024")
    rows.first.get_by_role("link", name="10-K").click()
    expect(page).to_have_url(re.compile("reader.*accession=0000320193-24-000123"))


def test_price_moves_say_between_which_days(visit: Visit) -> None:
    visit.open("market")
    moves = visit.page.locator("#movers")
    expect(moves).to_contain_text("The newest price is of 1 Mar 2013.")
    visit.open("market?span=year&as_of=2013-03-08")
    expect(moves).to_contain_text("1 Mar 2013")
    # AAPL closed at 430.47 on 1 March 2013, below the 544.47 of 1 March 2012.
    expect(moves.locator("tr", has_text="AAPL").locator("td").nth(1)).to_have_text("430.47")
    expect(moves.locator("tr", has_text="AAPL").locator(".down")).to_have_text(re.compile(r"-\d+\.\d\d%"))
    visit.page.get_by_role("link", name="Week").click()
    expect(visit.page).to_have_url(re.compile("span=week"))


def test_operations_show_schedule_runs_and_parts(visit_anywhere: Visit) -> None:
    visit_anywhere.open("operations")
    page = visit_anywhere.page
    expect(page.locator("#runs")).to_contain_text("starter AAPL")
    expect(page.locator("#jobs")).to_contain_text("This process runs no jobs")
    expect(page.locator("#parts tr", has_text="database")).to_contain_text("ok")
    page.get_by_role("link", name="Quarantine").click()
    expect(page).to_have_url(re.compile("outcome=quarantined"))
    expect(page.locator("#runs")).to_contain_text("No such runs")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture
def worker(loaded: Workbench) -> Iterator[None]:
    """Works off the queue of tasks, as `workbench up` does beside serving."""
    worker = TaskWorker(loaded)
    worker.start()
    yield
    worker.stop()


@pytest.mark.usefixtures("worker")
def test_a_report_is_run_from_the_page_and_two_are_compared(visit: Visit, loaded: Workbench) -> None:
    asked = {"ticker": "AAPL", "as_of": "2024-10-31", "periods": 1}
    first = ReportQueue(loaded).start_named("company_review", asked)
    visit.open("reports?notebook=company_review&as_of=2024-12-31")
    page = visit.page
    expect(page.locator("#runs tbody tr", has_text="as of 2024-10-31").first).to_contain_text("finished", timeout=120_000)
    page.locator("#query input[name='parameters.ticker']").fill("NOSUCH")
    page.locator("#query input[name='parameters.periods']").fill("many")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#query [role=alert]")).to_contain_text("Periods is a whole number")
    visit.complaints.clear()  # the browser notes the refusal in its console
    page.locator("#query input[name='parameters.ticker']").fill("AAPL")
    page.locator("#query input[name='parameters.periods']").fill("1")
    page.get_by_role("button", name="Run", exact=True).click()
    newest = page.locator("#runs tbody tr").first
    expect(newest).to_contain_text("as of 2024-12-31")
    expect(newest).to_contain_text("finished", timeout=120_000)
    newest.get_by_role("link", name=f"Compare with {first}").click()
    comparison = page.locator("#comparison")
    expect(comparison).to_contain_text("filed between")
    expect(comparison).to_contain_text("0000320193-24-000123")
    with page.expect_popup() as opened:
        page.locator("#runs tbody tr").first.get_by_role("link", name="Company review").click()
    expect(opened.value.locator("body")).to_contain_text("391,035")
    with page.expect_download() as download:
        page.locator("#runs tbody tr").first.get_by_role("link", name="XLSX").click()
    assert download.value.suggested_filename.endswith(".xlsx")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("market?span=decade", "span must be one of day, week, month, year"),
        ("market?ticker=ZZZZ", "There is no company with the ticker ZZZZ."),
        ("operations?outcome=odd", "outcome must be one of"),
        ("reports?notebook=nothing", "there is no notebook"),
        ("reports?report=1&other=999999", "there is no report 999999"),
    ],
)
def test_what_is_asked_wrongly(visit: Visit, path: str, message: str) -> None:
    visit.open(path)
    expect(visit.page.get_by_role("status").locator("h1")).to_contain_text(re.compile(re.escape(message), re.IGNORECASE))


def test_revenue_trends_appear_when_they_are_prepared(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    is_prepared = threading.Event()

    def listed(connection: Connection, question: CompanyQuestion) -> CompanyList:
        found = list_companies(connection, question)
        if is_prepared.is_set():
            return found
        return replace(found, lines=tuple(replace(line, years=(), is_trend_pending=True) for line in found.lines))

    monkeypatch.setattr(company_list, "list_companies", listed)
    monkeypatch.setattr(company_list, "_TRENDS_AGAIN_MS", 200)
    visit.open("company")
    table = visit.page.locator("#companies")
    expect(table).to_contain_text("Revenue trends are being prepared.")
    expect(table.locator("td.sparkline")).to_have_text("being prepared")
    is_prepared.set()
    expect(table.locator("td.sparkline svg")).to_be_attached()
    expect(table).not_to_contain_text("being prepared")
