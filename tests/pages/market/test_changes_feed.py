"""The feed of changed wording, as markup."""

from __future__ import annotations

from datetime import date

from tests.two_reports import ACME, NEW, OLD
from workbench.domain.filings.changes import ChangedItem, ChangeKind, NotableChange
from workbench.domain.identity import Cik
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment
from workbench.pages.market.changes_feed import changed_rows, names_of, nothing

ITEM = ChangedItem(
    ACME.cik, "1A", "10-K", date(2024, 2, 1), OLD, NEW, 0.31, 1, (NotableChange(ChangeKind.ADDED, 90.5, "Ships <late>."),)
)


def test_a_row_leads_to_the_comparison_on_the_day() -> None:
    rows = changed_rows([ITEM], names_of([ACME]), Selection(as_of=date(2024, 6, 30)))
    assert rows[0]["href"] == f"changes?ticker=ACME&as_of=2024-06-30&item=1A&from={OLD}&to={NEW}"
    assert (rows[0]["count"], rows[0]["share"]) == ("1 change", "31% of the words differ")
    shown = fragment("market/changes_feed.html", "card", rows, "changes", "")
    assert "Risk factors" in shown
    assert "Ships &lt;late&gt;." in shown
    assert ">added</span>" in shown


def test_an_item_of_an_unknown_company_is_left_out_and_an_empty_feed_says_why() -> None:
    assert changed_rows([ITEM], names_of([]), Selection()) == []
    assert Cik(1) not in names_of([ACME])
    assert "No report was compared by 30 Jun 2024." in nothing(Selection(as_of=date(2024, 6, 30)))
