"""The panel of restated figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from workbench.domain.facts.restated_concepts import RestatementList, counted, merge
from workbench.domain.facts.restatements import Change, Restatement
from workbench.domain.facts.source import SourceFact
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.pages.company.restatement_panel import restatement_table
from workbench.pages.frame.selection import Selection

ACME = Company(Cik(7), "Acme", (Listing(Ticker("ACM")),))


def change(kind: Change, label: str, *lines: str, year: int = 2023) -> Restatement:
    def fact(value: str, filed: date) -> SourceFact:
        accession = f"0000000007-{filed.year % 100}-000001"
        return SourceFact(
            "us-gaap:Revenues", "USD", date(year, 1, 1), date(year, 12, 31), Decimal(value), accession, "10-K", filed
        )

    before, after = fact("1200000000", date(2024, 2, 1)), fact("1100000000", date(2025, 2, 1))
    return Restatement(kind, label, lines, before, after, "a <total> of the statement changed")


def listed(*changes: Restatement, as_of: date | None = None) -> RestatementList:
    entries = merge(changes)
    return RestatementList(ACME, as_of, date(2009, 7, 22), counted(entries), tuple(entries))


def test_changes_of_lines_are_shown_with_their_filing() -> None:
    changes = listed(change(Change.RESTATEMENT, "Revenues", "revenue"), change(Change.RETAG, "A note's <figure>", year=2022))
    html = restatement_table(changes, Selection())
    assert "1,200,000,000 USD" in html
    assert "1,100,000,000 USD" in html
    assert "accession=0000000007-25-000001" in html
    assert "10-K, 1 Feb 2025" in html
    assert "a &lt;total&gt; of the statement changed" in html
    assert "+ 1 other period<" in html
    assert "1 restatement" in html


def test_nothing_restated_is_said() -> None:
    assert "No restated figures" in restatement_table(listed(), Selection())
    of_a_note = listed(change(Change.RETAG, "A note's <figure>"))
    assert "No restated figures" in restatement_table(of_a_note, Selection())


def test_before_the_first_filing_it_is_unknown_and_not_none() -> None:
    html = restatement_table(listed(as_of=date(2005, 1, 1)), Selection(as_of=date(2005, 1, 1)))
    assert "No restated figures" not in html
    assert "Restated figures are unknown" in html
    assert "22 Jul 2009" in html
