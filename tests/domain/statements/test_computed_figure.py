"""Where figures agree but for rounding, and where days still stand together: each bound from both sides."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from workbench.domain.facts.known_fact import KnownFact, agree
from workbench.domain.statements.computed_figure import (
    ComputedFigure,
    Refusal,
    adds_up,
    is_same,
    refused,
    rolls,
    stood_together,
    sum_holds,
)
from workbench.domain.statements.statement import Figure, Status

DAY = timedelta(days=1)
FILED = date(2024, 2, 20)


def fact(
    value: str = "1",
    *,
    accession: str = "0000000007-24-000001",
    first: date = FILED,
    since: date | None = None,
    last: date | None = None,
) -> KnownFact:
    return KnownFact(
        "us-gaap:Revenues", "USD", date(2023, 1, 1), date(2023, 12, 31), Decimal(value), accession, "10-K", first,
        last or since or first, first, since or first, True, False,
    )  # fmt: skip


def cell(value: str | None, **days: date) -> ComputedFigure:
    return (
        ComputedFigure(None, Refusal.NOT_REPORTED)
        if value is None
        else ComputedFigure(Decimal(value), facts=(fact(value, **days),))
    )


@pytest.mark.parametrize(
    ("one", "other", "terms", "is_one"),
    [
        ("12345678", "12345678", [], True),
        ("12345678", "12348178", [], True),  # 2,500 apart: five figures in thousands, each rounded by 500
        ("12348178", "12345678", [], True),
        ("12345678", "12348179", [], False),
        ("100000000", "102500000", [], True),  # 2.5 million apart: five figures in millions
        ("100000000", "102500001", [], False),
        ("12345678", "14845678", ["5000000"], True),  # one of the terms is in millions
        ("12345678", "14845679", ["5000000"], False),
        ("12345678", "12348179", ["5000001"], False),
        ("0", "2500", [], True),  # nothing is no round figure
        ("0", "2501", [], False),
        ("7", "2508", ["0"], False),
        ("-1200", "1300", [], True),
        ("-1200", "1301", [], False),
        ("300000", "2800000", [], True),  # hundred thousands are round as well
        ("300001", "2800001", [], False),
    ],
)
def test_two_figures_are_one_but_for_the_rounding_of_five(one: str, other: str, terms: list[str], is_one: bool) -> None:
    assert is_same(Decimal(one), Decimal(other), *map(Decimal, terms)) is is_one


@pytest.mark.parametrize(
    ("first", "change", "last", "does"),
    [
        ("100", "50", "150", True),
        ("100", "50", "170", True),  # tens: two of them apart
        ("100", "50", "130", True),
        ("100", "50", "180", False),
        ("100", "50", "120", False),
        ("101", "50", "153", True),  # units
        ("101", "50", "154", False),
        ("101", "-50", "49", True),
        ("1.5", "0.5", "2.2", True),
        ("1.5", "0.5", "2.3", False),
        ("1000000000", "1000000000", "2002000000", True),  # a million is the roundest there is
        ("1000000000", "1000000000", "2003000000", False),
        ("1000000000", "1000000000", "3000000000", False),
        ("0", "0", "0", True),
        ("0", "50", "50", True),
        ("0", "50", "71", False),
        ("40", "0", "60", True),
        ("40", "0", "70", False),
    ],
)
def test_a_change_leads_from_one_balance_to_another(first: str, change: str, last: str, does: bool) -> None:
    assert rolls(Decimal(first), Decimal(change), Decimal(last)) is does


@pytest.mark.parametrize(("gap", "together"), [(-1, True), (0, True), (1, False)])
def test_figures_of_one_day_stood_together_and_those_of_the_next_did_not(gap: int, together: bool) -> None:
    replaced = fact(first=FILED, last=FILED + 30 * DAY)
    newer = fact(first=FILED + (30 + gap) * DAY)
    assert stood_together(replaced, newer) is together
    assert stood_together(newer, replaced) is together


@pytest.mark.parametrize(("gap", "does"), [(-1, False), (0, True), (1, True)])
def test_an_operand_filed_again_on_the_day_of_the_restatement_agrees_with_it(gap: int, does: bool) -> None:
    restated = fact(since=FILED + 300 * DAY)
    other = fact("2", accession="0000000007-24-000002", last=FILED + (300 + gap) * DAY)
    assert agree((restated, other)) is does
    assert agree((other, restated)) is does


def test_what_one_filing_restates_agrees_with_itself() -> None:
    restated = fact(since=FILED + 300 * DAY)
    assert agree((restated, fact("2", last=FILED)))  # of the same accession
    assert agree(())


def test_a_year_is_the_sum_of_its_quarters_but_for_rounding() -> None:
    quarters = [cell(value) for value in ("1000001", "2000002", "3000003", "4000004")]
    assert adds_up(cell("10000010"), quarters) is True
    assert adds_up(cell("10002510"), quarters) is True
    assert adds_up(cell("10002511"), quarters) is False
    assert adds_up(cell("10000010"), [*quarters[:3], cell(None)]) is None
    assert adds_up(cell(None), quarters) is None
    assert sum_holds(cell("10000010"), quarters) is True
    assert sum_holds(cell("10002511"), quarters) is False


def test_one_quarter_in_millions_makes_the_rounding_that_of_millions() -> None:
    assert adds_up(cell("7000006"), [cell(value) for value in ("5000000", "1", "2", "3")]) is True
    assert adds_up(cell("7000006"), [cell(value) for value in ("5000001", "1", "2", "2")]) is False


def test_a_sum_with_a_quarter_restated_apart_is_unknown() -> None:
    quarters = [cell(value) for value in ("1000001", "2000002", "3000003", "4000004")]
    restated = cell("10000010", since=FILED + 300 * DAY)
    restated = restated._replace(facts=(restated.facts[0]._replace(accession="0000000007-25-000001"),))
    assert sum_holds(restated, quarters) is None
    assert adds_up(restated, quarters) is True


@pytest.mark.parametrize(
    ("reasons", "told"),
    [
        ((Refusal.NOT_REPORTED,), Refusal.OPERAND_MISSING),
        ((Refusal.NOT_SUBTRACTABLE, Refusal.NOT_REPORTED), Refusal.NOT_SUBTRACTABLE),
        ((Refusal.MAY_COUNT_TWICE, Refusal.NOT_ADDITIVE), Refusal.NOT_ADDITIVE),
        ((Refusal.QUARTERS_DISAGREE, Refusal.OPERAND_RESTATED_APART), Refusal.QUARTERS_DISAGREE),
        ((Refusal.SCALE_ERROR, Refusal.NOT_LISTED, Refusal.STALE_PRICE), Refusal.NOT_LISTED),
        ((Refusal.STALE_PRICE, Refusal.NO_PRICE), Refusal.NO_PRICE),
        ((), Refusal.OPERAND_MISSING),
    ],
)
def test_the_gravest_reason_is_told(reasons: tuple[Refusal, ...], told: Refusal) -> None:
    known = cell("5")._replace(reason=Refusal.NOT_LISTED)  # an operand with a value says nothing against the sum
    assert refused(known, *(ComputedFigure(None, reason) for reason in reasons)) == ComputedFigure(None, told)


def test_a_figure_as_a_reader_sees_it() -> None:
    end = date(2023, 12, 31)
    as_filed = cell("7")
    assert as_filed.figure(end, "EUR") == Figure(
        end, Decimal(7), "USD", Status.REPORTED, facts=(as_filed.facts[0].source(),)
    )  # fmt: skip
    before_a_split = as_filed._replace(adjusted_value=Decimal(14), adjustment="2 for 1 in A", formula="one + other")
    assert before_a_split.figure(end, "EUR") == Figure(
        end, Decimal(7), "USD", Status.DERIVED, formula="one + other", facts=(as_filed.facts[0].source(),),
        adjusted_value=Decimal(14), adjustment="2 for 1 in A",
    )  # fmt: skip
    assert cell(None).figure(end, "EUR") == Figure(end, None, "EUR", Status.REFUSED, reason="not_reported")
