"""A company that moves the end of its fiscal year: the transition period is no year, and its quarters say so (in millions)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.domain.statements.test_half_years import (
    ANNUAL,
    COMPANY,
    QUARTERLY,
    TTM,
    Reported,
    facts,
    millions,
    revenue,
    statement,
)
from workbench.domain.measures.latest import latest_figures
from workbench.domain.measures.ratios import compute

DAY = timedelta(days=1)


def report(start: date, end: date, value: int, form: str, filed: date | None = None) -> Reported:
    return Reported(start, end, (value, value // 5, value // 20), form, filed or end + timedelta(days=40))


def fiscal_year(start: date, ends: list[date], quarters: tuple[int, int, int, int]) -> list[Reported]:
    """Three quarterly reports with their year-to-dates, and the annual report."""
    reported, begins, total = [], start, 0
    for end, value in zip(ends[:3], quarters, strict=False):
        total += value
        reported += [report(begins, end, value, "10-Q"), report(start, end, total, "10-Q")][: 2 if begins != start else 1]
        begins = end + DAY
    return [*reported, report(start, ends[3], total + quarters[3], "10-K")]


def to_june(year: int) -> list[date]:
    return [date(year - 1, 9, 30), date(year - 1, 12, 31), date(year, 3, 31), date(year, 6, 30)]


# Years to June 2021 and 2022, six months to December 2022 in a 10-KT with those of 2021 beside them, then calendar years.
BEFORE = [
    *fiscal_year(date(2020, 7, 1), to_june(2021), (100, 110, 120, 130)),
    *fiscal_year(date(2021, 7, 1), to_june(2022), (200, 220, 240, 260)),
]
FIRST_QUARTER = report(date(2022, 7, 1), date(2022, 9, 30), 300, "10-Q")
TRANSITION = [
    FIRST_QUARTER,
    report(date(2022, 7, 1), date(2022, 12, 31), 620, "10-KT", date(2023, 2, 20)),
    report(date(2021, 7, 1), date(2021, 12, 31), 420, "10-KT", date(2023, 2, 20)),
]
CALENDAR = fiscal_year(
    date(2023, 1, 1), [date(2023, 3, 31), date(2023, 6, 30), date(2023, 9, 30), date(2023, 12, 31)], (330, 340, 350, 360)
)


def test_the_transition_period_is_no_fiscal_year() -> None:
    every = [*BEFORE, *TRANSITION, *CALENDAR]
    assert millions(statement(ANNUAL, *every)) == {"FY 2021": 460, "FY 2022": 920, "FY 2023": 1_380}
    table = compute(COMPANY, ANNUAL, None, facts(*every))
    growth = next(line for line in table.lines if line.line == "revenue_growth").figures
    # A year and a half lies between the last two: no growth over it.
    assert [(figure.value, figure.reason) for figure in growth] == [
        (None, "operand_missing"),
        (100, None),
        (None, "operand_missing"),
    ]


@pytest.mark.parametrize("later", [[], CALENDAR[:1], CALENDAR])
def test_its_quarters_are_named_so_from_its_report_on(later: list[Reported]) -> None:
    shown = millions(statement(QUARTERLY, *BEFORE, *TRANSITION, *later))
    assert (shown["TP Q1 2022"], shown["TP Q2 2022"]) == (300, 320)
    assert not {"Q1 2023", "Q2 2023"} & shown.keys() or later
    # Before the report on it, its first quarter looks like that of a year to June 2023.
    assert millions(statement(QUARTERLY, *BEFORE, FIRST_QUARTER))["Q1 2023"] == 300


def test_twelve_months_run_through_the_change() -> None:
    shown = millions(statement(TTM, *BEFORE, *TRANSITION, *CALENDAR))
    assert [shown[label] for label in ("TTM TP Q2 2022", "TTM Q1 2023", "TTM Q4 2023")] == [1_120, 1_210, 1_380]
    assert revenue(statement(QUARTERLY, *BEFORE, *TRANSITION))["TP Q2 2022"].formula == "first half - first quarter"


def test_screens_take_the_newest_year_and_the_twelve_months_to_the_transition_period() -> None:
    latest = {each.basis: each.period.label for each in latest_figures(COMPANY, facts(*BEFORE, *TRANSITION))}
    assert latest == {ANNUAL: "FY 2022", QUARTERLY: "TP Q2 2022", TTM: "TTM TP Q2 2022"}
