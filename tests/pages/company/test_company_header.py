"""Who a company is, at the head of its page, and its filings."""

from __future__ import annotations

from datetime import date

from tests.domain.test_names import WALMART
from workbench.pages.company.filings_tab import filings_table
from workbench.pages.company.page import header
from workbench.pages.frame.selection import Selection


def test_as_of_a_day_before_its_name_the_company_says_what_it_was_called() -> None:
    assert "Name at the time</dt><dd>WAL MART STORES INC<" in header(WALMART, [], date(2015, 6, 30))
    assert "Name at the time" not in header(WALMART, [], date(2019, 6, 30)) + header(WALMART, [], None)


def test_before_the_index_begins_filings_are_unknown_and_not_none() -> None:
    begins_on = date(2005, 3, 31)
    before = filings_table([], Selection(as_of=date(2004, 1, 1)), begins_on)
    assert "No filings" not in before
    assert "begins on 31 Mar 2005" in before
    assert "No filings up to 1 Jun 2005" in filings_table([], Selection(as_of=date(2005, 6, 1)), begins_on)
