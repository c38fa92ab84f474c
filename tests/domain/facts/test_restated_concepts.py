"""What filings changed, merged over periods and in the order in which it matters."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from workbench.domain.facts.restated_concepts import RestatementList, counted, merge
from workbench.domain.facts.restatements import Change, Restatement
from workbench.domain.facts.source import SourceFact
from workbench.domain.identity import Cik, Company

ACME = Company(Cik(7), "Acme")


def change(kind: Change, concept: str, year: int, filed: int, *, lines: tuple[str, ...] = ("revenue",)) -> Restatement:
    def fact(value: int, filing: int) -> SourceFact:
        accession, day = f"0000000007-{filing % 100}-000001", date(filing, 2, 1)
        start, end = date(year, 1, 1), date(year, 12, 31)
        return SourceFact(f"us-gaap:{concept}", "USD", start, end, Decimal(value), accession, "10-K", day)

    return Restatement(kind, concept, lines, fact(100, filed - 1), fact(90, filed), "a reason")


RESTATED, MOVED, ROUNDED = Change.RESTATEMENT, Change.RECLASSIFICATION, Change.ROUNDING


def test_a_line_restated_by_one_filing_over_several_periods_is_one_entry() -> None:
    (entry,) = merge(change(RESTATED, "Revenues", year, 2010) for year in (2007, 2009, 2008))
    assert [one.after.period_end.year for one in entry.changes] == [2009, 2008, 2007]
    assert (entry.kind, entry.label, entry.foremost.after.accession) == (RESTATED, "Revenues", "0000000007-10-000001")


def test_other_filings_and_other_concepts_are_entries_of_their_own() -> None:
    entries = merge([change(RESTATED, "Revenues", 2008, 2010), change(RESTATED, "Revenues", 2008, 2011)])
    assert [entry.foremost.after.filed_on.year for entry in entries] == [2011, 2010]
    assert len(merge([change(RESTATED, "Revenues", 2008, 2010), change(RESTATED, "Assets", 2008, 2010)])) == 2


def test_of_one_filing_lines_come_in_the_order_of_statements() -> None:
    changes = [change(RESTATED, name, 2008, 2010, lines=(line,)) for name, line in (("Cash", "cash"), ("Sales", "revenue"))]
    assert [entry.label for entry in merge(changes, ["revenue", "cash"])] == ["Sales", "Cash"]


def test_the_kind_that_matters_most_names_the_entry() -> None:
    (entry,) = merge([change(ROUNDED, "Revenues", 2009, 2010), change(RESTATED, "Revenues", 2008, 2010)])
    assert (entry.kind, entry.kinds) == (RESTATED, {RESTATED, ROUNDED})
    assert entry.foremost.after.period_end.year == 2008


def test_an_old_restatement_comes_before_new_rounding_and_lines_before_notes() -> None:
    entries = merge(
        [
            change(ROUNDED, "LongTermDebt", 2024, 2026),
            change(MOVED, "OtherLiabilities", 2023, 2025),
            change(RESTATED, "AmountOfANote", 2008, 2010, lines=()),
            change(RESTATED, "Revenues", 2007, 2009),
        ]
    )
    assert [entry.label for entry in entries] == ["Revenues", "AmountOfANote", "OtherLiabilities", "LongTermDebt"]
    assert counted(entries) == {RESTATED: 2, MOVED: 1, ROUNDED: 1}
    assert list(counted(entries)) == [RESTATED, MOVED, ROUNDED]


@pytest.mark.parametrize(
    ("as_of", "first", "is_known"),
    [
        (None, date(2009, 7, 22), True),
        (date(2009, 7, 22), date(2009, 7, 22), True),
        (date(2009, 7, 21), date(2009, 7, 22), False),
        (None, None, False),
    ],
)
def test_before_the_first_filing_nothing_is_known(as_of: date | None, first: date | None, is_known: bool) -> None:
    assert RestatementList(ACME, as_of, first, {}, ()).is_known is is_known
