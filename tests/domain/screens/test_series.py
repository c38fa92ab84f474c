"""Series as they are written, over spans, by weeks and months, and in one unit."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from workbench.domain.errors import InvalidRequest
from workbench.domain.identity import Cik, Company, Listing, Ticker
from workbench.domain.market.prices import DailyBar, PriceSeries
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.screens.series import (
    CLOSE,
    Sampling,
    SeriesPoint,
    Span,
    WantedSeries,
    in_one_unit,
    parse_series,
    sampled,
    sampling_of,
    series_of_closes,
    series_of_table,
    since,
    years_before,
)
from workbench.domain.statements.statement import PeriodKind

NIKE = Company(Cik(320187), "NIKE, Inc.", (Listing(Ticker("NKE")),))
CLOSES = WantedSeries("NKE", CLOSE)


def bar(day: date, close: str, adjusted: str | None = None) -> DailyBar:
    price = Decimal(close)
    return DailyBar(
        Ticker("NKE"), day, price, price, price, price, 1, Decimal(adjusted) if adjusted else None, "alpha-vantage"
    )


def test_series_are_read_as_they_are_written() -> None:
    wanted = parse_series("nke:Revenue, 320193:pe:right; NKE:close,nke:revenue")
    assert [str(each) for each in wanted] == ["NKE:revenue", "320193:pe:right", "NKE:close"]
    assert [each.is_right for each in wanted] == [False, True, False]
    assert parse_series("") == ()


@pytest.mark.parametrize(
    "text",
    ["revenue", "NKE:", ":revenue", "NKE:revenue:up", "NKE:revenu", ",".join(["NKE:pe", *map("{}:pe".format, range(12))])],
)
def test_what_is_no_series_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        parse_series(text)


def test_a_span_ends_on_its_last_day() -> None:
    assert Span.THREE_YEARS.since(date(2024, 2, 29)) == date(2021, 2, 28)
    assert Span.ALL.since(date(2024, 2, 29)) is None
    assert years_before(date(2024, 3, 1), 1) == date(2023, 3, 1)
    assert years_before(date(5, 1, 1), 9) == date(1, 1, 1)
    assert [sampling_of(span) for span in Span] == [
        Sampling.DAILY, Sampling.WEEKLY, Sampling.WEEKLY, Sampling.MONTHLY, Sampling.MONTHLY,
    ]  # fmt: skip


def test_of_a_week_and_of_a_month_the_last_close_counts() -> None:
    # Friday 30 December 2022 and Monday 2 January 2023 are of two weeks and months; 5 and 6 January of one.
    days = [date(2022, 12, 29), date(2022, 12, 30), date(2023, 1, 2), date(2023, 1, 5), date(2023, 1, 6), date(2023, 1, 9)]
    bars = [bar(day, str(100 + number), "1") for number, day in enumerate(days)]
    series = series_of_closes(CLOSES, NIKE, PriceSeries(Ticker("NKE"), None, "alpha-vantage", tuple(bars)), ())
    assert [each.day for each in sampled(series, Sampling.WEEKLY).points] == [days[1], days[4], days[5]]
    assert [each.day for each in sampled(series, Sampling.MONTHLY).points] == [days[1], days[5]]
    assert sampled(series, Sampling.DAILY) == series
    assert [each.day for each in since(series, days[4]).points] == days[4:]


def test_closes_are_adjusted_only_where_all_are() -> None:
    first = date(2023, 1, 2)
    mixed = PriceSeries(Ticker("NKE"), None, "s", (bar(first, "100", "50"), bar(first + timedelta(1), "51")))
    series = series_of_closes(CLOSES, NIKE, mixed, ())
    assert [point.value for point in series.points] == [100, 51]
    assert "as traded" in series.note
    # A fall by half that no filing explains may be a split.
    assert series.steps == (first + timedelta(1),)
    adjusted = PriceSeries(Ticker("NKE"), None, "s", (bar(first, "100", "50"), bar(first + timedelta(1), "51", "51")))
    series = series_of_closes(CLOSES, NIKE, adjusted, ())
    assert ([point.value for point in series.points], series.steps) == ([50, 51], ())


def test_without_closes_a_series_says_why() -> None:
    none = PriceSeries(Ticker("NKE"), None, None, ())
    assert series_of_closes(CLOSES, NIKE, none, ()).reason == "no_price"
    assert series_of_closes(CLOSES, NIKE, None, ()).reason == "not_listed"


def test_values_in_another_currency_than_the_newest_are_gaps() -> None:
    points = [
        SeriesPoint(date(2022, 12, 31), "FY 2022", Decimal(90), "EUR"),
        SeriesPoint(date(2023, 12, 31), "FY 2023", None, "EUR", "not_reported"),
        SeriesPoint(date(2024, 12, 31), "FY 2024", Decimal(120), "USD"),
    ]
    series = in_one_unit(WantedSeries.parse("NKE:revenue"), NIKE, points)
    assert series.unit == "USD"
    assert [(each.value, each.reason) for each in series.points] == [
        (None, "currency_mismatch"), (None, "not_reported"), (Decimal(120), None),
    ]  # fmt: skip


def test_a_line_that_the_industry_does_not_have_is_no_zero() -> None:
    table = RatioTable(NIKE, "bank", PeriodKind.ANNUAL, None, (), ())
    series = series_of_table(WantedSeries.parse("NKE:gross_margin"), table)
    assert (series.points, series.reason) == ((), "not_reported")
