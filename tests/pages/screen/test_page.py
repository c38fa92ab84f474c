"""The screen page: its history at month ends, saved screens and the alert on what enters and leaves."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from db.market.prices import daily_bars
from db.screens.screen_history import screen_history
from db.screens.screening import judge, run_screen
from tests.browser import Visit
from workbench.domain.errors import InvalidRequest
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.domain.measures.screens import Screen, parse_filters
from workbench.domain.rights.ownership import LOCAL
from workbench.domain.screens.screen_history import ScreenHistory, ScreenMembers, ScreenMonth
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.visitor import visited_by
from workbench.pages.screen.history import history_table, months_of
from workbench.pages.screen.page import screen_page
from workbench.runtime import Workbench

KROGER = Company(Cik(56873), "KROGER CO", (Listing(Ticker("KR")),))
TARGET = Company(Cik(27419), "TARGET CORP", (Listing(Ticker("TGT")),))


def test_a_month_shows_what_was_known_then_and_names_who_came_and_went() -> None:
    both, one = frozenset({KROGER.cik, TARGET.cik}), frozenset({TARGET.cik})
    months = (
        ScreenMonth(date(2024, 1, 31), ScreenMembers(both), frozenset(), frozenset(), date(2024, 2, 29), Decimal("1.25"), 1),
        ScreenMonth(date(2024, 2, 29), ScreenMembers(one), frozenset(), frozenset({KROGER.cik}), None, None, 0),
    )
    table = history_table(ScreenHistory(Screen(), months), [TARGET, KROGER], Selection(where="revenue > 1B", view="history"))
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)[1:]
    assert "29 Feb 2024" in rows[0]
    assert 'title="KROGER CO">KR</a>' in rows[0]
    assert "+1.25%" in rows[1]
    assert "1 of 2 priced" in rows[1]
    assert "as_of=2024-01-31&amp;where=revenue+%3E+1B" in rows[1]
    assert "+1.2% from 31 Jan 2024 to 29 Feb 2024" in table
    assert "No company matches" in history_table(ScreenHistory(Screen(), months), [], Selection())
    assert [months_of(Selection(span=span)) for span in ("", "3y", "5y", "week")] == [12, 36, 60, 12]


def test_a_history_is_what_the_screen_says_as_of_each_month_end(loaded: Workbench) -> None:
    screen = Screen(parse_filters(["revenue > 150B"]), as_of=date(2013, 3, 1))
    with loaded.database.read() as connection:
        history, companies = screen_history(connection, screen, months=7)
        for month in history.months:
            found = run_screen(connection, Screen(screen.filters, as_of=month.day))
            assert sorted(row.company.cik for row in found.rows) == sorted(month.members.passing)
            assert found.undecided == len(month.members.undecided)
        closes = {
            bar.traded_on: bar.adjusted_close
            for bar in daily_bars(connection, Ticker("AAPL"), since=date(2012, 10, 31), until=date(2012, 12, 31))
        }
        with pytest.raises(InvalidRequest):
            screen_history(connection, screen, months=61)
    # Fiscal 2012 (156,508 million USD) was filed on 31 October 2012.
    entered = [month.day for month in history.months if month.entered]
    assert ([company.label for company in companies], entered) == (["AAPL"], [date(2012, 10, 31)])
    first, last = closes[date(2012, 10, 31)], closes[date(2012, 11, 30)]
    assert first is not None
    assert last is not None
    assert history.months[2].return_pct == round((last / first - 1) * 100, 2)
    assert (history.months[1].return_pct, history.months[-1].return_pct) == (None, None)


def test_what_cannot_be_evaluated_is_counted_apart(loaded: Workbench) -> None:
    with loaded.database.read() as connection:
        passing, undecided = judge(connection, Screen(parse_filters(["revenue > 1B EUR"])))
    assert (passing, [cik.number for cik in undecided]) == ([], [320193])


def test_a_column_is_chosen_and_removed(loaded: Workbench) -> None:
    selection = Selection(where="revenue > 1B", show="net_margin@ttm,total_assets")
    with visited_by(LOCAL):
        panels = screen_page(loaded, selection).panels
    query = panels["query"].html  # type: ignore[attr-defined]
    chips = re.search(r'aria-label="Columns">(.*?)</ul>', query, re.DOTALL)
    assert chips is not None
    assert re.findall(r'show=([^"&]+)"', chips[1]) == ["total_assets", "net_margin%40ttm"]
    assert "Net margin (TTM)" in panels["found"].html  # type: ignore[attr-defined]


@pytest.mark.browser
def test_a_screen_is_saved_and_seen_over_time(visit_anywhere: Visit) -> None:
    page = visit_anywhere.page
    visit_anywhere.open("screen?where=revenue+%3E+150B&as_of=2013-03-01")
    page.get_by_label("Save this screen as").fill("Giants")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="Giants")).to_have_attribute("href", re.compile(r"where=revenue"))
    page.get_by_role("link", name="History", exact=True).click()
    expect(page.locator("#found")).to_contain_text("31 Oct 2012")
    expect(page.locator("#found")).to_contain_text("AAPL")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Delete Giants").click()
    expect(page.get_by_role("link", name="Giants")).to_have_count(0)
