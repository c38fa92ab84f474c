"""What is read from a table of facts, and what the table knows of that."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.facts.test_known import CONCEPTS, END, FIRST, Q1, SECOND, START, THIRD, UNITS, VERSION, filed, table
from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import FiledVersion


def test_facts_that_end_on_a_day_or_near_it() -> None:
    facts = table(
        filed("500", FIRST),
        filed("450", SECOND),
        filed("120", FIRST, end=Q1),
        filed("7", FIRST, unit=2),
        filed("9", FIRST, concept=2),
    )
    assert sorted(int(fact.value) for fact in facts.on("us-gaap:Revenues", END)) == [7, 450]
    assert list(facts.on("us-gaap:Revenues", FIRST)) == []
    near = facts.near("us-gaap:Revenues", "USD", END, timedelta(days=274))
    assert [int(fact.value) for fact in near] == [450]
    near = facts.near("us-gaap:Revenues", "USD", END, timedelta(days=275))
    assert sorted(int(fact.value) for fact in near) == [120, 450]
    assert list(facts.near("us-gaap:Revenues", "GBP", END, timedelta(days=275))) == []
    assert facts.filing_days(("us-gaap:Assets", "us-gaap:Revenues"), END) == {FIRST, SECOND}
    assert facts.filing_days(("us-gaap:Assets",), Q1) == set()
    assert facts.filing_dates(frozenset({"us-gaap:Revenues"})) == [FIRST, SECOND]


def test_a_table_knows_the_newest_filing_that_was_read() -> None:
    """What nobody read does not count: a restatement of the first quarter, and another concept of the year."""
    rows = [
        filed("500", FIRST), filed("120", FIRST, end=Q1), filed("130", SECOND, end=Q1), filed("900", THIRD, concept=2),
        filed("50", SECOND, concept=3),
    ]  # fmt: skip
    facts = table(*rows)
    assert facts.read_until == date.min
    assert facts.find("us-gaap:Revenues", "USD", START, END) is not None
    assert facts.find("us-gaap:Profit", "USD", START, END) is None
    assert facts.read_until == FIRST
    assert facts.find("us-gaap:Revenues", "USD", None, Q1) is None  # not there, beside a fact that was filed again
    assert facts.read_until == SECOND
    for read in (
        lambda facts: list(facts.of("us-gaap:Assets")),
        lambda facts: list(facts.on("us-gaap:Assets", END)),
        lambda facts: list(facts.near("us-gaap:Assets", "USD", END, timedelta(0))),
        lambda facts: facts.filing_days(("us-gaap:Assets",), END),
        lambda facts: facts.filed_in("us-gaap:Assets", rows[3][5]),
        lambda facts: facts.count_near("us-gaap:Assets", END, timedelta(0)),
    ):
        facts = table(*rows)
        read(facts)
        assert facts.read_until == THIRD


@given(versions=st.lists(VERSION, max_size=12), concept=st.sampled_from([1, 2]))
def test_what_was_read_is_the_same_from_what_was_filed_by_that_day(versions: list[FiledVersion], concept: int) -> None:
    def read(facts: FactTable) -> list[object]:
        name = CONCEPTS[concept]
        return [facts.find(name, unit, start, Q1) for unit in ("USD", "EUR") for start in (None, START)]

    facts = FactTable(versions, CONCEPTS, UNITS)
    expected = read(facts)
    assert read(FactTable([row for row in versions if row[7] <= facts.read_until], CONCEPTS, UNITS)) == expected
