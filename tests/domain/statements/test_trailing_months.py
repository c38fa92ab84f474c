"""The trailing twelve months, by hand: four quarters, or the year before with its year-to-date exchanged for this one's."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.domain.statements.test_figures import FILED, H1, NINE, Q1, START, YEAR, Filings, a_year, figure
from workbench.domain.statements.statement import Figure, PeriodKind, Status

NEXT = date(2024, 1, 1)
NEXT_Q1, NEXT_H1 = date(2024, 3, 31), date(2024, 6, 30)
REPORTED = {NEXT_Q1: date(2024, 5, 1), NEXT_H1: date(2024, 8, 1)}
RESEARCH = "ResearchAndDevelopmentExpense"


def two_years() -> Filings:
    """Net income in each quarter, by which the calendar is known, and the start of the year after."""
    filings = a_year()
    for tag, unit in (("NetIncomeLoss", 100), ("IncomeTaxExpenseBenefit", 20)):
        for end, start, count in ((NEXT_Q1, NEXT, 1), (NEXT_H1, NEXT, 2), (NEXT_H1, NEXT_Q1 + timedelta(days=1), 1)):
            filings.add(tag, start, end, str(unit * count), filed=REPORTED[end])
    return filings


def twelve_months(filings: Filings, label: str, line: str = "research_and_development") -> Figure:
    return figure(filings.statement(period=PeriodKind.TTM), line, label)


def test_the_year_before_with_its_half_exchanged_for_this_years() -> None:
    filings = two_years()
    filings.add(RESEARCH, START, YEAR, "500")
    filings.add(RESEARCH, START, H1, "210", filed=FILED[H1])
    filings.add(RESEARCH, NEXT, NEXT_H1, "290", filed=REPORTED[NEXT_H1])
    found = twelve_months(filings, "TTM Q2 2024")
    assert (found.value, found.status) == (Decimal(580), Status.DERIVED)  # 500 + 290 - 210
    assert found.formula == "fiscal year + year to date - year to date of that year"
    assert [(fact.period_start, fact.period_end, fact.value) for fact in found.facts] == [
        (START, YEAR, Decimal(500)), (NEXT, NEXT_H1, Decimal(290)), (START, H1, Decimal(210))
    ]  # fmt: skip


def test_the_first_quarter_is_a_year_to_date_too() -> None:
    filings = two_years()
    filings.add(RESEARCH, START, YEAR, "500")
    filings.add(RESEARCH, START, Q1, "90", filed=FILED[Q1])
    filings.add(RESEARCH, NEXT, NEXT_Q1, "125", filed=REPORTED[NEXT_Q1])
    assert twelve_months(filings, "TTM Q1 2024").value == Decimal(535)


def test_a_loss_of_the_year_to_date_is_taken_off_and_that_of_the_year_before_put_back() -> None:
    filings = two_years()
    filings.add(RESEARCH, START, YEAR, "-40")
    filings.add(RESEARCH, START, Q1, "-30", filed=FILED[Q1])
    filings.add(RESEARCH, NEXT, NEXT_Q1, "-5", filed=REPORTED[NEXT_Q1])
    assert twelve_months(filings, "TTM Q1 2024").value == Decimal(-15)  # -40 - 5 + 30


@pytest.mark.parametrize("missing", ["year", "part", "current"])
def test_without_one_of_the_three_there_are_no_twelve_months(missing: str) -> None:
    filings = two_years()
    for name, start, end, value in (
        ("year", START, YEAR, "500"), ("part", START, Q1, "90"), ("current", NEXT, NEXT_Q1, "125")
    ):  # fmt: skip
        if name != missing:
            filings.add(RESEARCH, start, end, value, filed=FILED.get(end) or REPORTED[end])
    found = twelve_months(filings, "TTM Q1 2024")
    assert (found.value, found.status) == (None, Status.REFUSED)


def test_a_part_that_was_restated_since_the_year_was_filed_is_refused() -> None:
    filings = two_years()
    filings.add(RESEARCH, START, YEAR, "500")
    filings.add(RESEARCH, START, Q1, "90", filed=FILED[Q1])
    filings.add(RESEARCH, START, Q1, "60", filed=REPORTED[NEXT_Q1])
    filings.add(RESEARCH, NEXT, NEXT_Q1, "125", filed=REPORTED[NEXT_Q1])
    found = twelve_months(filings, "TTM Q1 2024")
    assert (found.value, found.status) == (None, Status.REFUSED)


def test_where_the_four_quarters_are_known_they_are_added_up() -> None:
    found = twelve_months(two_years(), "TTM Q2 2024", "net_income")
    assert found.value == Decimal(500)  # 100 in Q3, 200 in Q4 (500 - 300), 100 and 100
    assert [fact.value for fact in found.facts] == [Decimal(each) for each in (100, 500, 300, 100, 100)]
    assert twelve_months(two_years(), "TTM Q4 2023", "net_income").value == Decimal(500)  # the year itself
    assert [fact.period_end for fact in twelve_months(two_years(), "TTM Q4 2023", "net_income").facts] == [YEAR]


def test_nine_months_are_no_year_to_date_of_a_half() -> None:
    filings = two_years()
    filings.add(RESEARCH, START, YEAR, "500")
    filings.add(RESEARCH, START, NINE, "300", filed=FILED[NINE])
    filings.add(RESEARCH, NEXT, NEXT_H1, "290", filed=REPORTED[NEXT_H1])
    assert twelve_months(filings, "TTM Q2 2024").value is None
