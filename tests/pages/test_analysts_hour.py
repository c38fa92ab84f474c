"""What an analyst does in an hour, from the home page to a report that arrives; then by keyboard alone.

The pages complain of nothing: no error in the console, no request to another host. Layout shift and times are printed.
"""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import Visit, open_page, serve
from tests.conftest import clone
from tests.loaded import for_other_processes, loaded_workbench
from tests.notifiers import MemoryNotifier
from workbench.ingest.alerts.notices import look
from workbench.ingest.filings.changes import report_changes
from workbench.ingest.operations.metrics import refresh_metrics
from workbench.ingest.search.passages import embed_missing
from workbench.ingest.starter.sample import load_sample
from workbench.reports.schedules import run_due
from workbench.runtime import Workbench

pytestmark = pytest.mark.browser

_SHIFTS = """
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.shifted = (window.shifted ?? 0) + each.value;
}).observe({ type: "layout-shift", buffered: true });
"""
# The web vitals' limit of a page that does not jump.
_MOST_SHIFT = 0.1


@pytest.fixture(scope="module")
def office(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """A workbench with Apple's figures and the sample company: reports, prices, an inbox, a watchlist."""
    with loaded_workbench(clone(postgres_url, "analyst"), tmp_path_factory.mktemp("analyst")) as workbench:
        database, objects = workbench.database, workbench.objects
        loaded = list(
            chain(load_sample(database, objects, MemoryNotifier(), datetime.now(UTC)), report_changes(database, objects))
        )
        assert [each for each in loaded if each.outcome in ("failed", "quarantined")] == []
        embed_missing(database, workbench.embedder)
        refresh_metrics(database)
        yield workbench


@pytest.fixture
def desk(chromium: BrowserContext, office: Workbench) -> Iterator[Visit]:
    with serve(office) as address, open_page(chromium) as page:
        page.add_init_script(_SHIFTS)
        visit = Visit(page, address)
        yield visit
    assert visit.complaints == []


class Clock:
    """Prints how long each step took and how far the page has shifted since it was opened."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._since = time.perf_counter()

    def note(self, step: str) -> None:
        now = time.perf_counter()
        shift = self._page.evaluate("window.shifted ?? 0")
        print(f"{step}: {now - self._since:.1f} s, layout shift {shift:.4f}")  # noqa: T201 (the measurement)
        assert shift < _MOST_SHIFT, step
        self._since = now


def test_an_analysts_hour(desk: Visit, office: Workbench, tmp_path: Path) -> None:
    clock = Clock(desk.page)
    _from_home_to_a_figure(desk, clock)
    _chart(desk, clock)
    _screen(desk, clock)
    _compare(desk, clock, tmp_path)
    _read(desk, clock)
    _report(desk, office, clock)


def _from_home_to_a_figure(desk: Visit, clock: Clock) -> None:
    page = desk.page
    desk.open("home")
    expect(page.locator("#watchlist")).to_contain_text("SAMPL")
    expect(page.locator("#inbox")).to_contain_text("SAMPL filed a 10-Q")
    expect(page.locator("#tour")).to_be_visible()
    page.get_by_role("button", name="Hide", exact=True).click()
    page.reload()
    expect(page.locator("#watchlist")).to_contain_text("SAMPL")
    expect(page.locator("#tour")).to_be_hidden()
    clock.note("home")
    page.keyboard.press("/")
    page.keyboard.type("sampl")
    expect(page.locator("#destinations [role=option]").first).to_contain_text("Harrow Lake Instruments")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Harrow Lake Instruments")
    clock.note("search to company")
    page.locator("#statement tr", has_text="Revenue").locator("a.figure").first.click()
    drawer = page.locator(".drawer")
    expect(drawer).to_contain_text("10-K, filed")
    expect(drawer.locator(".figure-history")).to_contain_text("first reported")
    value = drawer.locator(".value").inner_text()
    drawer.get_by_role("button", name="Copy with its source").click()
    expect(drawer.get_by_role("button", name=re.compile("Copied|The browser refused"))).to_be_visible()
    clock.note("figure with its history")
    printed = drawer.locator(".in-filing").first
    million = int(re.sub(r"\D", "", value)) // 10**6
    printed.click()
    passage = page.locator("#passage")
    expect(passage).to_be_in_viewport()
    expect(passage).to_contain_text(re.compile(rf"{million % 1000:03d}|{million}"))
    clock.note("element in the filing")
    page.go_back()
    expect(page.locator(".drawer .value")).to_have_text(value)


def _chart(desk: Visit, clock: Clock) -> None:
    page = desk.page
    desk.open("chart?series=SAMPL:revenue,SAMPL:close&span=3y")
    page.get_by_role("link", name="8-K", exact=True).click()
    expect(page).to_have_url(re.compile("marks=events"))
    expect(page.locator("canvas").first).to_be_attached()
    expect(page.get_by_text(re.compile(r"Marks \(\d+\)"))).to_be_visible()
    clock.note("chart with events")


def _screen(desk: Visit, clock: Clock) -> None:
    page = desk.page
    desk.open("screen")
    page.get_by_label("Filters", exact=True).fill("revenue > 100M")
    page.get_by_role("button", name="Screen", exact=True).click()
    expect(page.locator("#found tbody tr", has_text="SAMPL")).to_be_visible()
    page.get_by_label("Save this screen as").fill("Not small")
    page.get_by_role("button", name="Save", exact=True).click()
    saved = page.locator(".views li", has_text="Not small")
    saved.get_by_text("Share", exact=True).click()
    saved.get_by_label("researcher").check()
    saved.get_by_role("button", name="Save").click()
    expect(saved.locator("summary")).to_have_text("Shared with researcher")
    page.get_by_role("button", name="Add alert").click()
    expect(page.get_by_text("The alert is added.")).to_be_visible()
    clock.note("screen saved, shared and alerted")


def _compare(desk: Visit, clock: Clock, folder: Path) -> None:
    page = desk.page
    desk.open("compare?ticker=AAPL,SAMPL&measure=revenue,net_margin")
    expect(page.locator("tbody", has_text="Median").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    file = folder / "comparison.xlsx"
    download.value.save_as(file)
    with zipfile.ZipFile(file) as workbook:
        parts = "".join(workbook.read(name).decode() for name in workbook.namelist() if name.endswith(".xml"))
    assert "<f>MEDIAN(" in parts
    assert "0000320193-25-000079" in parts  # Apple's 10-K of fiscal 2025
    clock.note("comparison exported and opened")


def _read(desk: Visit, clock: Clock) -> None:
    page = desk.page
    desk.open("company?ticker=SAMPL&tab=filings")
    page.locator("tr", has_text="10-K").get_by_role("link", name="10-K", exact=True).first.click()
    page.get_by_role("searchbox", name="Find in filing").fill("supplier")
    page.keyboard.press("Enter")
    expect(page.locator("mark#passage")).to_contain_text(re.compile("supplier", re.IGNORECASE))
    page.get_by_role("link", name="Next match").click()
    expect(page).to_have_url(re.compile("start="))
    page.get_by_text("Note on the chosen passage").click()
    page.get_by_label("Note", exact=True).fill("One supplier fewer than a year ago.")
    page.get_by_role("button", name="Save note").click()
    page.get_by_text("Notes (1)").click()
    expect(page.locator(".notes")).to_contain_text("One supplier fewer")
    clock.note("found in the filing and noted")
    page.locator("nav.items a", has_text="Risk Factors").first.click()
    expect(page.locator(".section-head")).to_contain_text("Risk Factors")
    page.locator(".section-head details.menu", has_text="Side by side").locator("summary").click()
    page.locator(".section-head details.menu a").first.click()
    expect(page.locator("#text ins").first).to_be_visible()
    clock.note("side by side with the year before")


def _report(desk: Visit, office: Workbench, clock: Clock) -> None:
    page = desk.page
    desk.open("reports?notebook=company_review")
    page.get_by_text("Schedule Company review").click()
    form = page.locator("details.schedule form")
    form.get_by_label("Name").fill("sample-daily")
    form.get_by_label("Runs (UTC)").select_option("0 6 * * *")
    form.get_by_label("Ticker").fill("SAMPL")
    form.get_by_label("Periods").fill("2")
    form.get_by_role("button", name="Schedule", exact=True).click()
    expect(page.locator("#schedules tbody tr")).to_contain_text("every day at 6:00")
    clock.note("report scheduled")
    (ran,) = run_due(for_other_processes(office), datetime.now(UTC) + timedelta(days=2))
    assert ran.outcome == "saved", ran.error
    look(office.database, now=datetime.now(UTC))
    desk.open("reports")
    row = page.locator("#runs tbody tr", has_text="Schedule: sample-daily")
    expect(row).to_contain_text("finished")
    with page.expect_popup() as opened:
        row.get_by_role("link", name="Company review").click()
    expect(opened.value.locator("h1").first).to_contain_text("Harrow Lake Instruments")
    opened.value.close()
    clock.note("report received")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Remove sample-daily").click()
    expect(page.locator("#schedules")).to_contain_text("No scheduled reports")


def test_the_same_way_by_keyboard_alone(desk: Visit) -> None:
    page, keys = desk.page, desk.page.keyboard
    desk.open("home")
    keys.press("/")
    keys.type("sampl")
    expect(page.locator("#destinations [role=option]").first).to_contain_text("Harrow Lake")
    keys.press("Enter")
    expect(page.locator("h1")).to_contain_text("Harrow Lake Instruments")
    expect(desk.first).to_have_count(0)
    _tab_to(page, lambda words: re.fullmatch(r"\d{2,4}", words) is not None)  # the first figure of the statement
    keys.press("Enter")
    expect(page.locator(".drawer")).to_contain_text("10-K, filed")
    keys.press("Escape")
    expect(page.locator(".drawer")).to_have_count(0)
    for letter, heading in (("s", "Screen"), ("m", "Market"), ("b", "Start"), ("r", "Reports")):
        keys.press("g")
        keys.press(letter)
        expect(page).to_have_title(re.compile(heading))
        expect(page.locator(".html-panel").first).to_be_attached()
        expect(desk.first).to_have_count(0)
    _tab_to(page, lambda words: words == "Company review")
    keys.press("Enter")
    expect(page).to_have_url(re.compile("notebook=company_review"))
    expect(page.get_by_text("Schedule Company review")).to_be_visible()
    expect(desk.first).to_have_count(0)
    _tab_to(page, lambda words: words == "Schedule Company review")
    keys.press("Enter")
    _tab_to(page, lambda words: words == "Name")
    keys.type("by-keyboard")
    _tab_to(page, lambda words: words == "Schedule")
    keys.press("Enter")
    expect(page.locator("#schedules tbody tr")).to_contain_text("by-keyboard")
    _tab_to(page, lambda words: words == "Remove by-keyboard")
    page.on("dialog", lambda dialog: dialog.accept())
    keys.press("Enter")
    expect(page.locator("#schedules")).to_contain_text("No scheduled reports")


def _tab_to(page: Page, is_it: Callable[[str], bool], most: int = 120) -> None:
    """Presses Tab until the element with the focus has a name that `is_it` accepts."""
    name = """() => {
        let element = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        const label = element.labels?.[0]?.innerText;
        return (element.getAttribute("aria-label") ?? label ?? element.innerText ?? "").trim();
    }"""
    for _ in range(most):
        page.keyboard.press("Tab")
        if is_it(page.evaluate(name)):
            return
    raise AssertionError("no such element is reached by Tab")
