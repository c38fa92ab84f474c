"""What is known of a quantity from all its filings: the newest value, who gave it first, since when; how it is looked up."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import FiledVersion, KnownFact, agree
from workbench.domain.facts.periods import Evidence
from workbench.domain.facts.source import SourceFact

CONCEPTS = {1: "us-gaap:Revenues", 2: "us-gaap:Assets", 3: "us-gaap:NetIncomeLoss"}
UNITS = {1: "USD", 2: "EUR", 3: "shares"}
START, END = date(2023, 1, 1), date(2023, 12, 31)
Q1 = date(2023, 3, 31)


def filed(
    value: str,
    on: date,
    *,
    concept: int = 1,
    start: date | None = START,
    end: date = END,
    unit: int = 1,
    form: str = "10-K",
    accession: str | None = None,
) -> FiledVersion:
    accession = accession or f"0000000007-{on.year % 100:02d}-{on.timetuple().tm_yday:06d}"
    return (concept, end, start, unit, Decimal(value), accession, form, on)


def table(*versions: FiledVersion) -> FactTable:
    """In an order of their own, which must not matter."""
    mixed = list(versions)
    random.Random(7).shuffle(mixed)
    return FactTable(mixed, CONCEPTS, UNITS)


def known(*versions: FiledVersion) -> KnownFact:
    (fact,) = table(*versions).of("us-gaap:Revenues")
    return fact


FIRST, SECOND, THIRD = date(2024, 2, 20), date(2025, 2, 20), date(2026, 2, 20)


def test_one_filing() -> None:
    fact = known(filed("500", FIRST, accession="0000000007-24-000001"))
    assert fact == KnownFact(
        "us-gaap:Revenues", "USD", START, END, Decimal(500), "0000000007-24-000001", "10-K", FIRST, FIRST, FIRST, FIRST,
        True, False,
    )  # fmt: skip
    assert not fact.is_restated
    assert fact.source() == SourceFact(
        "us-gaap:Revenues", "USD", START, END, Decimal(500), "0000000007-24-000001", "10-K", FIRST
    )


def test_a_value_filed_again_is_credited_to_the_filing_that_gave_it_first() -> None:
    fact = known(filed("500", FIRST, form="10-K"), filed("500", SECOND, form="10-K/A"), filed("500", THIRD, form="10-Q"))
    assert (fact.accession, fact.form, fact.filed_on) == ("0000000007-24-000051", "10-K", FIRST)
    assert (fact.first_filed_on, fact.since_on, fact.last_filed_on) == (FIRST, FIRST, THIRD)
    assert (fact.is_annual, fact.is_interim, fact.is_restated) == (True, True, False)


def test_a_restated_value_is_the_newest_and_known_since_it_was_first_given() -> None:
    fact = known(filed("500", FIRST), filed("450", SECOND, form="8-K"), filed("450", THIRD))
    assert (fact.value, fact.accession, fact.form, fact.filed_on) == (Decimal(450), "0000000007-25-000051", "8-K", SECOND)
    assert (fact.first_filed_on, fact.since_on, fact.last_filed_on) == (FIRST, SECOND, THIRD)
    assert fact.is_restated


def test_a_value_that_comes_back_is_credited_to_its_first_filing() -> None:
    fact = known(filed("500", FIRST), filed("450", SECOND), filed("500", THIRD))
    assert (fact.value, fact.filed_on, fact.since_on, fact.last_filed_on) == (Decimal(500), FIRST, FIRST, THIRD)
    assert not fact.is_restated


@pytest.mark.parametrize(
    ("first", "second", "is_restated"),
    [
        ("500000000", "500400000", False),  # millions: half a million apart at most
        ("500000000", "500500000", False),
        ("500000000", "500500001", True),
        ("500300000", "500349999", False),  # hundred thousands
        ("500300000", "500350000", False),
        ("500300000", "500350001", True),
        ("500301000", "500301499", False),  # thousands
        ("500301000", "500301500", False),
        ("500301000", "500301501", True),
        ("500301001", "500301002", True),  # both exact to the last digit
        ("0.50", "0.51", True),
    ],
)
def test_a_rounder_value_is_no_restatement_whichever_came_first(first: str, second: str, is_restated: bool) -> None:
    for one, other in ((first, second), (second, first)):
        fact = known(filed(one, FIRST), filed(other, SECOND))
        assert (fact.value, fact.filed_on, fact.first_filed_on) == (Decimal(other), SECOND, FIRST)
        assert fact.since_on == (SECOND if is_restated else FIRST)
        assert fact.is_restated is is_restated


def test_of_two_filings_of_one_day_the_later_accession_is_the_newer() -> None:
    one = filed("500", FIRST, accession="0000000007-24-000009")
    other = filed("501", FIRST, accession="0000000007-24-000010")
    assert (known(one, other).value, known(one, other).accession) == (Decimal(501), "0000000007-24-000010")


@pytest.mark.parametrize(
    ("form", "is_annual", "is_interim"),
    [
        ("10-K", True, False), ("10-K405", True, False), ("10-KT", True, False), ("20-F", True, False), ("40-F", True, False),
        ("10-Q", False, True), ("10-QT", False, True), ("6-K", False, True), ("8-K", False, False), ("S-1", False, False),
    ],
)  # fmt: skip
def test_which_forms_are_annual_and_which_interim(form: str, is_annual: bool, is_interim: bool) -> None:
    fact = known(filed("500", FIRST, form=form))
    assert (fact.is_annual, fact.is_interim) == (is_annual, is_interim)
    (evidence,) = table(filed("500", FIRST, form=form)).evidence("us-gaap:Revenues")
    assert evidence == Evidence(START, END, is_annual, is_interim, "USD", is_transition=form == "10-KT")


def several() -> FactTable:
    return table(
        filed("500", FIRST),
        filed("120", FIRST, end=Q1, form="10-Q"),
        filed("460", FIRST, unit=2),
        filed("900", FIRST, concept=2, start=None),
        filed("800", FIRST, concept=2, start=None, end=Q1),
        filed("890", SECOND, concept=2, start=None),
    )


def test_facts_are_found_by_concept_unit_and_period() -> None:
    facts = several()
    assert facts.concepts == {"us-gaap:Revenues", "us-gaap:Assets"}
    assert "us-gaap:Assets" in facts
    assert "us-gaap:NetIncomeLoss" not in facts

    def value(concept: str, unit: str, start: date | None, end: date) -> int | None:
        found = facts.find(f"us-gaap:{concept}", unit, start, end)
        return None if found is None else int(found.value)

    assert value("Revenues", "USD", START, END) == 500
    assert value("Revenues", "EUR", START, END) == 460
    assert value("Revenues", "USD", START, Q1) == 120
    assert value("Assets", "USD", None, END) == 890
    assert value("Assets", "USD", None, Q1) == 800
    for question in (
        ("Revenues", "USD", None, END), ("Revenues", "shares", START, END), ("Revenues", "GBP", START, END),
        ("Revenues", "USD", START, date(2023, 6, 30)), ("Assets", "USD", START, END), ("NetIncomeLoss", "USD", START, END),
    ):  # fmt: skip
        assert value(*question) is None
    assert sorted(int(fact.value) for fact in facts) == [120, 460, 500, 800, 890]
    assert sorted(int(fact.value) for fact in facts.of("us-gaap:Assets")) == [800, 890]
    assert list(facts.of("us-gaap:NetIncomeLoss")) == []


@pytest.mark.parametrize("days", [1, 7])
def test_a_first_day_up_to_a_week_off_is_the_same_period(days: int) -> None:
    near = date(2023, 1, 1 + days)
    assert table(filed("500", FIRST, start=near)).find("us-gaap:Revenues", "USD", START, END) is not None
    both = table(filed("500", FIRST), filed("501", SECOND, start=near))
    values = [both.find("us-gaap:Revenues", "USD", start, END) for start in (START, near)]
    assert [fact and fact.value for fact in values] == [Decimal(501)] * 2


def test_a_first_day_further_off_is_another_period() -> None:
    assert table(filed("500", FIRST, start=date(2023, 1, 9))).find("us-gaap:Revenues", "USD", START, END) is None


def test_of_several_first_days_near_by_the_one_filed_last_counts() -> None:
    one = filed("500", THIRD, start=date(2023, 1, 3))
    other = filed("501", FIRST, start=date(2022, 12, 30))
    found = table(one, other).find("us-gaap:Revenues", "USD", START, END)
    assert found is not None
    assert found.value == Decimal(500)
    same_day = filed("502", THIRD, start=date(2022, 12, 29), accession="0000000007-26-999999")
    found = table(one, other, same_day).find("us-gaap:Revenues", "USD", START, END)
    assert found is not None
    assert found.value == Decimal(502)


def test_what_a_filing_gave_first_is_its_own() -> None:
    facts = table(
        filed("500", FIRST, accession="A"), filed("500", SECOND, accession="B"), filed("120", SECOND, end=Q1, accession="B"),
        filed("7", SECOND, end=Q1, unit=2, accession="B"),
    )  # fmt: skip
    assert [int(fact.value) for fact in facts.filed_in("us-gaap:Revenues", "A")] == [500]
    assert sorted(int(fact.value) for fact in facts.filed_in("us-gaap:Revenues", "B")) == [7, 120]
    assert facts.filed_in("us-gaap:Revenues", "C") == []
    assert facts.filed_in("us-gaap:Assets", "A") == []


@pytest.mark.parametrize(
    ("concept", "day", "days", "count"),
    [
        ("us-gaap:Assets", END, 0, 1), ("us-gaap:Assets", END, 274, 1), ("us-gaap:Assets", END, 275, 2),
        ("us-gaap:Revenues", END, 0, 2), ("us-gaap:Revenues", END, 275, 3), ("us-gaap:Revenues", Q1, 275, 3),
        ("us-gaap:Revenues", Q1, 274, 1), ("us-gaap:NetIncomeLoss", END, 999, 0),
    ],
)  # fmt: skip
def test_facts_near_a_day_are_quantities_not_filings(concept: str, day: date, days: int, count: int) -> None:
    assert several().count_near(concept, day, timedelta(days=days)) == count


def test_evidence_gathers_the_kinds_of_report_over_all_filings_of_a_quantity() -> None:
    facts = table(filed("500", FIRST), filed("450", SECOND, form="10-Q"), filed("120", FIRST, end=Q1, form="8-K", unit=2))
    assert sorted(facts.evidence("us-gaap:Revenues"), key=lambda each: each.end) == [
        Evidence(START, Q1, False, False, "EUR"), Evidence(START, END, True, True, "USD")
    ]  # fmt: skip
    assert list(facts.evidence("us-gaap:Assets")) == []


def test_filings_come_as_they_were_given() -> None:
    rows = [filed("500", FIRST), filed("450", SECOND), filed("900", FIRST, concept=2, start=None)]
    facts = FactTable(rows, CONCEPTS, UNITS)
    assert list(facts.filings(["us-gaap:Assets", "us-gaap:Revenues", "us-gaap:None"])) == [rows[2], rows[0], rows[1]]


def test_the_currency_is_that_of_most_figures() -> None:
    anchors = frozenset({"us-gaap:Revenues", "us-gaap:NetIncomeLoss"})
    euros = [filed("1", FIRST, unit=2, end=END), filed("2", FIRST, unit=2, end=Q1), filed("3", FIRST, concept=3, unit=2)]
    dollars = [filed("1", FIRST), filed("5", FIRST, end=Q1)]
    shares = [filed("9", FIRST, unit=3, end=date(2023, month, 28)) for month in range(1, 9)]
    assert table(*euros, *dollars, *shares).reporting(anchors)[1].usual == "EUR"
    assert table(*euros[:2], *dollars).reporting(anchors)[1].usual == "USD"  # as many: the later by the alphabet
    assert table(*shares).reporting(anchors)[1].usual == "USD"
    metres = [(*row[:3], 4, *row[4:]) for row in shares]
    assert FactTable([*euros, *metres], CONCEPTS, UNITS | {4: "sqm"}).reporting(anchors)[1].usual == "EUR"
    barrels = [(*row[:3], 5, *row[4:]) for row in shares]
    assert FactTable([*euros, *barrels], CONCEPTS, UNITS | {5: "MMBOE"}).reporting(anchors)[1].usual == "EUR"
    assert table().reporting(anchors)[1].usual == "USD"


def test_the_calendar_is_read_off_the_anchors_once() -> None:
    rows = [filed(value, FIRST, concept=concept) for concept, value in ((1, "500"), (3, "50"))]
    facts = table(*rows, filed("9", FIRST, concept=2, start=date(2022, 1, 1), end=date(2022, 12, 31)))
    anchors = frozenset({"us-gaap:Revenues", "us-gaap:NetIncomeLoss"})
    calendar, currency = facts.reporting(anchors)
    assert [(year.start, year.end) for year in calendar.years] == [(START, END)]
    assert (currency.usual, dict(currency.other)) == ("USD", {})
    assert facts.reporting(anchors)[0] is calendar
    assert facts.reporting(frozenset({"us-gaap:Revenues"}))[0].years == ()


def test_lines_that_filings_prove_are_carried() -> None:
    assert table().extensions == {}
    assert FactTable([], {}, {}, {"revenue": ("acme:Sales",)}).extensions == {"revenue": ("acme:Sales",)}


def test_figures_agree_when_none_was_restated_after_another_was_last_filed() -> None:
    def fact(value: str, *, since: date = FIRST, last: date = FIRST, accession: str = "A") -> KnownFact:
        return known(filed(value, FIRST, accession=accession))._replace(since_on=since, last_filed_on=last)

    assert agree((fact("1"), fact("2", accession="B")))
    later = known(filed("3", THIRD, accession="C"))
    assert agree((fact("1"), later))  # first filed two years later, and no restatement
    restated = fact("1", since=SECOND, last=SECOND)
    assert agree((restated, fact("2")))  # one filing gave both
    assert not agree((restated, fact("2", accession="B")))
    assert agree((restated, fact("2", accession="B", last=SECOND)))
    assert agree((restated, fact("2", accession="B", last=THIRD), fact("3", accession="C", last=SECOND)))
    assert not agree((restated, fact("2", accession="B", last=THIRD), fact("3", accession="C")))


def test_periods_reported_in_another_currency_only_have_that_one() -> None:
    """As CRH's, in euros to 2019 and in dollars since; of two currencies of a period the one with more figures."""
    in_2018, in_2019 = date(2018, 12, 31), date(2019, 12, 31)
    euros = [filed("1", FIRST, unit=2, end=end, concept=concept) for end in (in_2018, in_2019) for concept in (1, 3)]
    pounds = [filed("1", FIRST, unit=4, end=in_2018)]
    dollars = [filed("1", FIRST, end=date(year, 12, 31), concept=concept) for year in (2020, 2021, 2022) for concept in (1, 3)]
    facts = FactTable([*pounds, *euros, *dollars], CONCEPTS, UNITS | {4: "GBP"})
    _, currency = facts.reporting(frozenset({"us-gaap:Revenues", "us-gaap:NetIncomeLoss"}))
    assert (currency.usual, dict(currency.other)) == ("USD", {in_2018: "EUR", in_2019: "EUR"})
    assert [currency.at(end) for end in (in_2018, in_2019, date(2020, 12, 31), END)] == ["EUR", "EUR", "USD", "USD"]
    both = filed("1", FIRST, unit=4, end=in_2019), filed("2", FIRST, unit=2, end=in_2019)
    _, currency = FactTable([*both, *dollars], CONCEPTS, UNITS | {4: "GBP"}).reporting(frozenset(CONCEPTS.values()))
    assert currency.at(in_2019) == "GBP"  # as many: the later by the alphabet


def test_what_was_known_before_a_restatement() -> None:
    others = [
        filed("120", FIRST, end=Q1), filed("7", FIRST, start=date(2023, 4, 1)), filed("460", FIRST, unit=2),
        filed("3", FIRST, concept=3),
    ]  # fmt: skip
    facts = table(
        filed("500", FIRST), filed("480", SECOND, form="8-K"), filed("450", THIRD), filed("450", date(2027, 2, 20)), *others
    )
    fact = facts.find("us-gaap:Revenues", "USD", START, END)
    assert fact is not None
    before = facts.before(fact)
    assert before == KnownFact(
        "us-gaap:Revenues", "USD", START, END, Decimal(480), "0000000007-25-000051", "8-K", SECOND, SECOND, FIRST, SECOND,
        True, False,
    )  # fmt: skip
    first = facts.before(before)
    assert first is not None
    assert (first.value, first.accession, first.is_restated) == (Decimal(500), "0000000007-24-000051", False)
    assert facts.before(first) is None
    assert facts.before(first._replace(concept="us-gaap:Assets")) is None


VERSION = st.builds(
    filed,
    st.sampled_from(["500", "510", "4"]),
    st.dates(date(2024, 1, 1), date(2024, 1, 20)),
    concept=st.sampled_from([1, 2]),
    start=st.sampled_from([None, START]),
    end=st.sampled_from([END, Q1]),
    unit=st.sampled_from([1, 2]),
)


def near(facts: FactTable, concept: str) -> list[int]:
    return [facts.count_near(concept, day, timedelta(0)) for day in (Q1, END)]


@given(first=st.lists(VERSION, max_size=12), later=st.lists(VERSION, max_size=12), is_read=st.booleans())
def test_facts_that_come_later_are_known_as_if_all_had_come_at_once(
    first: list[FiledVersion], later: list[FiledVersion], *, is_read: bool
) -> None:
    before, at_once = FactTable(first, CONCEPTS, UNITS), FactTable([*first, *later], CONCEPTS, UNITS)
    if is_read:
        read = sorted(before, key=repr), [near(before, concept) for concept in before.concepts]
    after = before.with_later(later)
    assert sorted(after, key=repr) == sorted(at_once, key=repr)
    assert after.concepts == at_once.concepts
    for concept in after.concepts:
        assert near(after, concept) == near(at_once, concept)
        assert sorted(after.evidence(concept), key=repr) == sorted(at_once.evidence(concept), key=repr)
    if is_read:
        assert (sorted(before, key=repr), [near(before, concept) for concept in before.concepts]) == read


# Coca-Cola's second quarter of 2011: the report of that year begins it on 2 April, the one that restates it on 3 April.
APRIL, NEXT_DAY, JULY = date(2011, 4, 2), date(2011, 4, 3), date(2011, 7, 1)
REPORTED, RESTATED = date(2011, 8, 1), date(2012, 7, 26)


def quarter_of_two_dates(*further: FiledVersion) -> FactTable:
    return table(
        filed("2797", REPORTED, start=APRIL, end=JULY, form="10-Q"),
        filed("2800", RESTATED, start=NEXT_DAY, end=JULY, form="10-Q"),
        *further,
    )


@pytest.mark.parametrize("start", [APRIL, NEXT_DAY, date(2011, 4, 1)])
def test_the_newest_value_counts_whichever_day_it_dates_the_start_to(start: date) -> None:
    found = quarter_of_two_dates()
    fact = found.find("us-gaap:Revenues", "USD", start, JULY)
    assert fact is not None
    assert (fact.value, fact.period_start, fact.filed_on, fact.is_restated) == (Decimal(2800), NEXT_DAY, RESTATED, True)
    before = found.before(fact)
    assert before is not None
    assert (before.value, before.period_start, before.filed_on) == (Decimal(2797), APRIL, REPORTED)
    assert found.given_from(fact, date(2011, 9, 1)) == RESTATED
    earlier = found.until(date(2011, 12, 31), ["us-gaap:Revenues"]).find("us-gaap:Revenues", "USD", start, JULY)
    assert (earlier and earlier.value) == Decimal(2797)


def test_of_two_starts_in_one_filing_each_has_its_value() -> None:
    # A note gives the calendar quarter beside that of the 52-week year.
    both = filed("2790", RESTATED, start=APRIL, end=JULY, form="10-Q")
    found = quarter_of_two_dates(both)
    values = [found.find("us-gaap:Revenues", "USD", start, JULY) for start in (APRIL, NEXT_DAY)]
    assert [fact and fact.value for fact in values] == [Decimal(2790), Decimal(2800)]


def test_a_longer_period_with_the_same_end_is_another() -> None:
    half = filed("4700", RESTATED, start=date(2011, 1, 1), end=JULY, form="10-Q")
    found = quarter_of_two_dates(half)
    values = [found.find("us-gaap:Revenues", "USD", start, JULY) for start in (date(2011, 1, 1), APRIL)]
    assert [fact and fact.value for fact in values] == [Decimal(4700), Decimal(2800)]
