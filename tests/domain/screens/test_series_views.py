"""Views of series: indexed, growth, per share; what is not meaningful is a gap with a reason.

Revenue and net income of Boeing, diluted shares, as its 10-K of fiscal 2023 gives them, in millions.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.identity import Cik, Company
from workbench.domain.screens.series import CLOSE, Series, SeriesPoint, WantedSeries, years_before
from workbench.domain.screens.series_views import growth, indexed, per_share
from workbench.domain.statements.statement import StatementPeriod

BOEING = Company(Cik(12927), "BOEING CO")
REVENUE = {2020: "58158", 2021: "62286", 2022: "66608", 2023: "77794"}
INCOME = {2020: "-11873", 2021: "-4202", 2022: "-4935", 2023: "-2222"}
SHARES = {2020: "568.6", 2021: "587.6", 2022: "595.2", 2023: "606.1"}


def year(number: int, quarter: int | None = None) -> StatementPeriod:
    end = date(number, 12, 31) if quarter is None else date(number, quarter * 3, 28)
    return StatementPeriod(None, end, number, quarter)


def annual(name: str, values: dict[int, str | None], unit: str = "USD") -> Series:
    points = tuple(
        SeriesPoint(
            date(each, 12, 31), f"FY {each}", Decimal(value) if value else None, unit, None if value else "not_reported",
            date(each + 1, 1, 31), year(each), (f"a{each}",),
        )
        for each, value in values.items()
    )  # fmt: skip
    return Series(WantedSeries.parse(f"BA:{name}"), BOEING, unit, points)


def closes(values: dict[date, str], steps: tuple[date, ...] = ()) -> Series:
    points = tuple(SeriesPoint(day, "", Decimal(value), "USD/shares", None, day) for day, value in values.items())
    return Series(WantedSeries("BA", CLOSE), BOEING, "USD/shares", points, steps=steps)


def shown(series: Series) -> list[tuple[str | None, str | None]]:
    return [(f"{point.value}" if point.value is not None else None, point.reason) for point in series.points]


def test_an_index_begins_at_100_with_the_first_positive_value() -> None:
    series, base = indexed(annual("revenue", {2019: None, **REVENUE}))
    assert shown(series) == [
        (None, "not_reported"), ("100.0000", None), ("107.0979", None), ("114.5294", None), ("133.7632", None),
    ]  # fmt: skip
    assert base is not None
    assert (base.label, base.value, series.unit) == ("FY 2020", Decimal(58158), "index")


def test_losses_have_no_index() -> None:
    series, base = indexed(annual("net_income", dict(INCOME)))
    assert (base, series.unit) == (None, None)
    assert {reason for _, reason in shown(series)} == {"not_meaningful"}


def test_growth_is_over_the_year_before_and_of_percentages_in_points() -> None:
    assert shown(growth(annual("revenue", dict(REVENUE)))) == [
        (None, "operand_missing"), ("7.0979", None), ("6.9390", None), ("16.7938", None),
    ]  # fmt: skip
    margins = growth(annual("net_margin", {2022: "-7.4090", 2023: "-2.8563"}, "pct"))
    assert (margins.unit, shown(margins)[1]) == ("pp", ("4.5527", None))
    assert shown(growth(annual("net_income", dict(INCOME))))[1] == (None, "not_meaningful")


def test_growth_of_a_quarter_is_over_the_same_quarter() -> None:
    points = tuple(
        SeriesPoint(date(number, quarter * 3, 28), "", Decimal(number * 10 + quarter), "USD", period=year(number, quarter))
        for number, quarter in ((2022, 1), (2022, 4), (2023, 1), (2023, 2))
    )
    series = growth(Series(WantedSeries.parse("BA:revenue"), BOEING, "USD", points))
    assert shown(series) == [
        (None, "operand_missing"), (None, "operand_missing"), ("0.0495", None), (None, "operand_missing"),
    ]  # fmt: skip


def test_a_grown_value_names_the_filings_of_both_years() -> None:
    point = growth(annual("revenue", dict(REVENUE))).points[1]
    assert (point.accessions, point.known_on) == (("a2021", "a2020"), date(2022, 1, 31))


def test_growth_of_closes_is_over_the_last_day_up_to_a_year_before() -> None:
    days = {date(2022, 1, 14): "200", date(2022, 1, 18): "150", date(2023, 1, 17): "220", date(2023, 1, 30): "230"}
    # 17 January 2022 was a holiday: the close of the 14th counts. A year before the 30th no close is within a week.
    assert shown(growth(closes(days)))[2:] == [("10.0000", None), (None, "operand_missing")]


def test_a_split_between_two_closes_as_traded_refuses_what_compares_them() -> None:
    days = {date(2022, 6, 1): "400", date(2023, 6, 1): "110", date(2024, 6, 3): "121"}
    series = closes(days, steps=(date(2022, 8, 25),))
    assert shown(growth(series)) == [(None, "operand_missing"), (None, "share_basis_unknown"), ("10.0000", None)]
    assert shown(indexed(series)[0]) == [("100.0000", None), (None, "share_basis_unknown"), (None, "share_basis_unknown")]


def test_money_a_share_is_of_the_shares_of_its_period() -> None:
    shares = annual("weighted_average_shares_diluted", dict(SHARES), "shares")
    series = per_share(annual("revenue", dict(REVENUE)), shares)
    assert (series.unit, shown(series)[-1]) == ("USD/shares", ("128.3518", None))
    missing = per_share(annual("revenue", dict(REVENUE)), annual("weighted_average_shares_diluted", {2022: None}, "shares"))
    assert shown(missing)[1:3] == [(None, "operand_missing"), (None, "not_reported")]
    ratio = annual("current_ratio", {2023: "1.14"}, "ratio")
    assert per_share(ratio, shares) == ratio


def test_a_market_value_has_no_average_shares() -> None:
    value = replace(annual("revenue", dict(REVENUE)), wanted=WantedSeries.parse("BA:market_cap"))
    assert {reason for _, reason in shown(per_share(value, None))} == {"not_meaningful"}


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=12), st.integers(0, 11))
def test_a_view_never_looks_at_later_points(values: list[int], cut: int) -> None:
    """What is shown up to a day is the same whatever comes after it."""
    start = date(2015, 3, 31)
    everything = {start + timedelta(days=91 * place): str(value) for place, value in enumerate(values)}
    earlier = dict(list(everything.items())[: cut + 1])
    for view in (growth, lambda series: indexed(series)[0]):
        assert shown(view(closes(everything)))[: len(earlier)] == shown(view(closes(earlier)))


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2023, 2, 28)])
def test_a_year_before_is_a_day_of_the_calendar(day: date) -> None:
    assert years_before(day, 1) == date(day.year - 1, 2, 28)
