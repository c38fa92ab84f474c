"""Companies that do not report quarters: half-years, trimesters, and fiscal years alone (amounts in millions)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import FiledVersion
from workbench.domain.identity import Cik, Company
from workbench.domain.measures.comparison import calendar_period
from workbench.domain.measures.latest import latest_figures
from workbench.domain.measures.ratios import compute
from workbench.domain.measures.share_count import most_days_of
from workbench.domain.statements.assembly import assemble, calendar_of
from workbench.domain.statements.statement import Figure, PeriodKind, Statement, StatementKind

COMPANY = Company(Cik(7), "Half-Yearly plc", sic="2834")
ANNUAL, QUARTERLY, TTM = PeriodKind
INCOME = StatementKind.INCOME
TAGS = ("ifrs-full:Revenue", "ifrs-full:ProfitLoss", "ifrs-full:IncomeTaxExpenseContinuingOperations")


class Reported(NamedTuple):
    """One period in one report: revenue, profit and tax."""

    start: date
    end: date
    figures: tuple[int, int, int]
    form: str
    filed: date


def year(number: int, revenue: int) -> Reported:
    """A fiscal year in its 20-F of the next March."""
    return Reported(
        date(number, 1, 1), date(number, 12, 31), (revenue, revenue // 5, revenue // 20), "20-F", date(number + 1, 3, 1)
    )


def half(number: int, revenue: int, *, reported: int | None = None) -> Reported:
    """The first half of a year in the 6-K of the July of the year it is `reported` in."""
    figures = (revenue, revenue // 5, revenue // 20)
    return Reported(date(number, 1, 1), date(number, 6, 30), figures, "6-K", date(reported or number, 7, 28))


def quarter(number: int, place: int, revenue: int) -> Sequence[Reported]:
    """A quarter in its 10-Q, beside the year to date, in which every quarter is like this one."""
    ends = [date(number, 3, 31), date(number, 6, 30), date(number, 9, 30)]
    start = date(number, 1, 1) if place == 1 else ends[place - 2] + timedelta(days=1)
    end = ends[place - 1]
    figures = (revenue, revenue // 5, revenue // 20)
    own = Reported(start, end, figures, "10-Q", end + timedelta(days=30))
    to_date = own._replace(start=date(number, 1, 1), figures=(revenue * place, revenue // 5 * place, revenue // 20 * place))
    return [own, to_date] if place > 1 else [own]


def facts(*reported: Reported) -> FactTable:
    versions: list[FiledVersion] = [
        (number, each.end, each.start, 1, Decimal(value) * 10**6, f"0000000007-{each.filed:%y-%m%d}00", each.form, each.filed)
        for each in reported
        for number, value in enumerate(each.figures)
    ]
    return FactTable(versions, dict(enumerate(TAGS)), {1: "USD"})


def statement(period: PeriodKind, *reported: Reported) -> Statement:
    return assemble(COMPANY, INCOME, period, None, facts(*reported))


def revenue(found: Statement) -> dict[str, Figure]:
    line = next(line for line in found.lines if line.line == "revenue")
    return {period.label: figure for period, figure in zip(found.periods, line.figures, strict=True)}


def millions(found: Statement) -> dict[str, int | None]:
    figures = revenue(found)
    return {label: None if each.value is None else int(each.value / 10**6) for label, each in figures.items()}


# AstraZeneca's pattern: a 20-F for the year, a 6-K for its first half, each with the year before beside it.
HALVES = (
    year(2022, 44_400), half(2022, 22_200), year(2023, 45_800), half(2023, 22_300), half(2022, 22_200, reported=2023),
    half(2024, 25_600), half(2023, 22_300, reported=2024),
)  # fmt: skip


def test_half_years_are_interim_periods() -> None:
    found = statement(QUARTERLY, *HALVES)
    assert millions(found) == {"H1 2022": 22_200, "H2 2022": 22_200, "H1 2023": 22_300, "H2 2023": 23_500, "H1 2024": 25_600}
    assert revenue(found)["H2 2023"].formula == "fiscal year - first half"
    assert revenue(found)["H1 2024"].formula is None
    assert [(period.start, period.end) for period in found.periods[-2:]] == [
        (date(2023, 7, 1), date(2023, 12, 31)), (date(2024, 1, 1), date(2024, 6, 30)),
    ]  # fmt: skip
    assert all(period.fiscal_quarter is None and not period.is_year for period in found.periods)
    assert found.stale_reason is None
    assert {check.result for check in found.checks if check.name == "year_is_sum_of_quarters"} == {"passed"}


def test_twelve_months_follow_from_half_years() -> None:
    found = statement(TTM, *HALVES)
    # 45,800 + 25,600 - 22,300
    assert millions(found) == {"TTM H2 2022": 44_400, "TTM H1 2023": 44_500, "TTM H2 2023": 45_800, "TTM H1 2024": 49_100}
    newest = revenue(found)["TTM H1 2024"]
    assert newest.formula == "[fiscal year - first half] + half-year"
    assert [fact.value / 10**6 for fact in newest.facts] == [45_800, 22_300, 25_600]


def test_a_half_year_that_was_restated_is_not_taken_from_the_year_as_it_was_filed() -> None:
    recast = [each for each in HALVES if each.filed < date(2024, 7, 1)] + [
        half(2024, 25_600), half(2023, 21_000, reported=2024),
    ]  # fmt: skip
    assert millions(statement(TTM, *recast)) == {"TTM H2 2022": 44_400, "TTM H2 2023": 45_800}
    second = revenue(statement(QUARTERLY, *recast)).get("H2 2023")
    assert second is None or (second.value, second.reason) == (None, "operand_restated_apart")


@pytest.mark.parametrize("forms", [{"20-F": "10-K", "6-K": "10-S"}, {"20-F": "40-F"}])
def test_half_years_of_any_form(forms: dict[str, str]) -> None:
    filed = [each._replace(form=forms.get(each.form, each.form)) for each in HALVES]
    assert millions(statement(QUARTERLY, *filed)) == millions(statement(QUARTERLY, *HALVES))
    assert millions(statement(TTM, *filed)) == millions(statement(TTM, *HALVES))


def test_figures_are_old_by_how_often_a_company_reports() -> None:
    quarters = [each for place in (1, 2, 3) for each in quarter(2021, place, 100)]
    assert most_days_of(calendar_of(facts(*HALVES))) == 310
    assert most_days_of(calendar_of(facts(*quarters))) == 230
    assert most_days_of(calendar_of(facts(*quarters, year(2021, 410)))) == 230
    # A year without quarters since then: annual reports alone.
    assert most_days_of(calendar_of(facts(*quarters, year(2021, 410), year(2022, 500)))) == 490
    assert most_days_of(calendar_of(facts(year(2022, 500)))) == 490


def test_figures_of_a_share_are_neither_subtracted_nor_added() -> None:
    table = facts(*HALVES)
    lines = {line.line: line for line in assemble(COMPANY, INCOME, TTM, None, table).lines}
    assert all(figure.value is None for figure in lines["eps_basic"].figures)


def test_screens_take_the_twelve_months_of_the_newest_half_year() -> None:
    latest = {each.basis: each for each in latest_figures(COMPANY, facts(*HALVES))}
    assert {basis: each.period.label for basis, each in latest.items()} == {
        ANNUAL: "FY 2023", QUARTERLY: "H1 2024", TTM: "TTM H1 2024",
    }  # fmt: skip
    assert latest[TTM].values["revenue"] == 49_100 * 10**6


def test_quarters_that_ended_are_said_to_be_old_and_screens_refuse_them() -> None:
    # A company that files 10-Qs until 2021 and annual reports alone since.
    quarters = [each for place in (1, 2, 3) for each in quarter(2021, place, 100)]
    filed = [*quarters, year(2021, 410), year(2022, 500), year(2023, 600)]
    shown = statement(QUARTERLY, *filed)
    assert list(millions(shown))[-1] == "Q4 2021"
    assert (shown.stale_reason, shown.periods[-1].newer_year_end) == ("older_than_year", date(2023, 12, 31))
    assert [period.newer_year_end for period in shown.periods[:-1]] == [None] * 3
    ratios = compute(COMPANY, QUARTERLY, None, facts(*filed))
    assert ratios.stale_reason == "older_than_year"
    trailing = statement(TTM, *filed)
    assert millions(trailing) == {"TTM Q4 2021": 410, "TTM FY 2022": 500, "TTM FY 2023": 600}
    assert trailing.stale_reason is None
    latest = {each.basis: each.period.label for each in latest_figures(COMPANY, facts(*filed))}
    assert latest == {ANNUAL: "FY 2023", TTM: "TTM FY 2023"}


def test_a_company_may_turn_from_quarters_to_half_years() -> None:
    quarters = [each for number in (2022, 2023) for place in (1, 2, 3) if (number, place) != (2023, 3)
                for each in quarter(number, place, 100)]  # fmt: skip
    filed = [*quarters, year(2022, 410), year(2023, 450), half(2024, 260), half(2023, 200, reported=2024)]
    shown = statement(QUARTERLY, *filed)
    assert millions(shown) == {
        "Q1 2022": 100, "Q2 2022": 100, "Q3 2022": 100, "Q4 2022": 110, "Q1 2023": 100, "Q2 2023": 100, "H2 2023": 250,
        "H1 2024": 260,
    }  # fmt: skip
    trailing = millions(statement(TTM, *filed))
    assert (trailing["TTM Q2 2023"], trailing["TTM H2 2023"], trailing["TTM H1 2024"]) == (410, 450, 510)


def test_annual_reports_alone_give_twelve_months() -> None:
    filed = [year(2022, 500), year(2023, 600)]
    assert millions(statement(TTM, *filed)) == {"TTM FY 2022": 500, "TTM FY 2023": 600}
    assert statement(QUARTERLY, *filed).periods == ()


def test_trimesters() -> None:
    # Four, eight and twelve months: 100, 110 and 130 in 2023, 120 in the first four months of 2024.
    def months(number: int, last: date, value: int) -> Reported:
        return Reported(date(number, 1, 1), last, (value, value // 5, value // 20), "10-Q", last + timedelta(days=40))

    filed = [
        months(2023, date(2023, 4, 30), 100), months(2023, date(2023, 8, 31), 210), year(2023, 340),
        months(2024, date(2024, 4, 30), 120),
    ]  # fmt: skip
    shown = statement(QUARTERLY, *filed)
    assert millions(shown) == {"T1 2023": 100, "T2 2023": 110, "T3 2023": 130, "T1 2024": 120}
    assert revenue(shown)["T3 2023"].formula == "fiscal year - first eight months"
    assert millions(statement(TTM, *filed)) == {"TTM T3 2023": 340, "TTM T1 2024": 360}


@pytest.mark.parametrize(
    ("period", "places"),
    [
        (QUARTERLY, [None] * 5),
        (TTM, ["2022 Q4", "2023 Q2", "2023 Q4", "2024 Q2"]),
    ],
)
def test_twelve_months_stand_beside_those_of_other_companies(period: PeriodKind, places: list[str | None]) -> None:
    found = [calendar_period(each) for each in statement(period, *HALVES).periods]
    assert [each.label if each else None for each in found] == places


_FILED = st.lists(
    st.one_of(
        st.builds(year, st.integers(2018, 2024), st.integers(100, 900)),
        st.builds(half, st.integers(2018, 2024), st.integers(50, 400)),
        st.builds(lambda number, place, value: quarter(number, place, value)[-1], st.integers(2018, 2024), st.integers(1, 3),
                  st.integers(20, 200)),
    ),
    max_size=14,
    unique_by=lambda each: (each.start, each.end),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(_FILED, st.randoms(use_true_random=False))
def test_no_view_is_older_than_the_newest_year_without_a_word(filed: list[Reported], order: random.Random) -> None:
    calendar = calendar_of(facts(*filed))
    parts = calendar.quarters
    assert all(later.start > before.end for before, later in pairwise(parts))
    assert all(350 <= (each.end - each.start).days + 1 <= 380 for each in calendar.trailing)
    newest = calendar.years[-1].end if calendar.years else None
    assert newest is None or calendar.trailing[-1].end >= newest
    for period in (QUARTERLY, TTM):
        found = statement(period, *filed)
        if found.periods and newest:
            assert (found.periods[-1].end >= newest) == (found.stale_reason is None)
    mixed = filed.copy()
    order.shuffle(mixed)
    assert calendar_of(facts(*mixed)) == calendar
