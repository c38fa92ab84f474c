"""The panel of restated figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from workbench.domain.facts.restatements import Change, Restatement, RestatementList
from workbench.domain.facts.source import SourceFact
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.pages.company.restatement_panel import restatement_table
from workbench.pages.frame.selection import Selection

ACME = Company(Cik(7), "Acme", (Listing(Ticker("ACM")),))


def change(kind: Change, label: str, *lines: str) -> Restatement:
    def fact(value: str, filed: date) -> SourceFact:
        accession = f"0000000007-{filed.year % 100}-000001"
        return SourceFact(
            "us-gaap:Revenues", "USD", date(2023, 1, 1), date(2023, 12, 31), Decimal(value), accession, "10-K", filed
        )

    before, after = fact("1200000000", date(2024, 2, 1)), fact("1100000000", date(2025, 2, 1))
    return Restatement(kind, label, lines, before, after, "a <total> of the statement changed")


def test_changes_of_lines_are_shown_with_their_filing() -> None:
    changes = (change(Change.RESTATEMENT, "Revenues", "revenue"), change(Change.RETAG, "A note's <figure>"))
    html = restatement_table(RestatementList(ACME, None, {Change.RESTATEMENT: 1, Change.RETAG: 1}, changes), Selection())
    assert "1,200,000,000 USD" in html
    assert "1,100,000,000 USD" in html
    assert "accession=0000000007-25-000001" in html
    assert "a &lt;total&gt; of the statement changed" in html
    assert "A note" not in html
    assert "1 restatement, 1 retag" in html


def test_nothing_restated_is_said() -> None:
    assert "No restated figures" in restatement_table(RestatementList(ACME, None, {}, ()), Selection())
