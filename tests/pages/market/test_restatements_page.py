"""The page of values that filings changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.pages.company.test_restatement_panel import ACME, change, listed
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.facts.restatements import Change, Restatement
from workbench.pages.frame.selection import Selection
from workbench.pages.market.restatements_page import figure_name, restatement_list, restatements_page
from workbench.runtime import Workbench


def with_concept(one: Restatement, label: str, concept: str) -> Restatement:
    return replace(one, label=label, before=one.before._replace(concept=concept), after=one.after._replace(concept=concept))


def test_a_row_has_company_filing_and_the_share_of_the_change() -> None:
    (entry,) = listed(change(Change.RESTATEMENT, "Revenues", "revenue")).restated
    html = restatement_list([(ACME.cik, entry)], {ACME.cik: ACME}, Selection())
    assert ">ACM</a>" in html
    assert "10-K, 1 Feb 2025" in html
    assert "1,200,000,000 USD" in html
    assert "-8.3%" in html  # 1.1 of 1.2 billion
    assert "change=scale_error" in html
    assert "Older" not in html


def test_a_long_list_is_divided() -> None:
    (entry,) = listed(change(Change.RESTATEMENT, "Revenues", "revenue")).restated
    html = restatement_list([(ACME.cik, entry)] * 41, {ACME.cik: ACME}, Selection(offset=40))
    assert html.count(">ACM</a>") == 40
    assert "offset=80" in html
    assert "Newer" in html


@pytest.mark.parametrize(
    ("label", "concept", "lines", "name"),
    [
        ("Net sales", "us-gaap:Revenues", ("revenue",), "Net sales"),
        ("OtherAssetsNoncurrent", "us-gaap:OtherAssetsNoncurrent", ("other_noncurrent_assets",), None),
        ("DeferredStateTaxes", "us-gaap:DeferredStateTaxes", (), "Deferred state taxes"),
    ],
)
def test_a_figure_without_a_label_is_named_by_its_line_or_the_words_of_its_tag(
    label: str, concept: str, lines: tuple[str, ...], name: str | None
) -> None:
    (entry,) = listed(with_concept(change(Change.RESTATEMENT, label, *lines), label, concept)).restated
    assert entry.foremost.difference == Decimal(-100_000_000)
    assert figure_name(entry) == (name or "Other noncurrent assets")


def test_the_page_is_of_the_companies_and_the_kind_of_the_address(loaded: Workbench) -> None:
    def shown(**chosen: Any) -> str:
        panel = restatements_page(loaded, Selection(**chosen)).panels["restatements"]
        return str(panel.html)  # type: ignore[attr-defined]

    # Apple adopted a rule on how to recognise revenue early, and restated fiscal 2009 (Form 10-K/A of 25 January 2010).
    restated = shown(change="restatement", ticker="AAPL")
    assert "10-K/A, 25 Jan 2010" in restated
    assert "42,905,000,000 USD" in restated
    assert "No changed values by 1 Jan 2009." in shown(as_of=date(2009, 1, 1))
    lines, every = shown(ticker="AAPL", change="reclassification"), shown(ticker="AAPL", change="reclassification", view="all")
    assert lines != every
    assert "Statement lines</a>" in lines
    with pytest.raises(InvalidRequest, match="view"):
        shown(view="chart")
    with pytest.raises(NotFound):
        shown(ticker="ZZZZ")
    with pytest.raises(InvalidRequest, match="change must be one of"):
        shown(change="wrong")
