"""Charts over the loaded company: figures, valuation measures and closes as known on a day, with their marks."""

from __future__ import annotations

from datetime import date

import pytest

from db.screens.chart import read_chart
from workbench.analysis.screens.chart_json import CHART_HEADER, ChartAnswer, SeriesAnswer, chart_answer, chart_rows
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.screens.chart import parse_chart
from workbench.domain.statements.statement import PeriodKind
from workbench.runtime import Workbench

MARCH_2013 = date(2013, 3, 1)


def chart(
    loaded: Workbench, as_of: date | None = None, period: PeriodKind = PeriodKind.ANNUAL, **parameters: str
) -> ChartAnswer:
    with loaded.database.read() as connection:
        return chart_answer(read_chart(connection, parse_chart(parameters, period, as_of)))


def last(series: SeriesAnswer) -> tuple[str, str | None, str | None]:
    point = series["points"][-1]
    return point["day"], point["period"], point["value"]


def test_units_get_an_axis_each_and_a_third_one_none(loaded: Workbench) -> None:
    answer = chart(loaded, date(2024, 12, 31), series="AAPL:revenue,AAPL:net_margin,AAPL:eps_diluted")
    assert [(each["unit"], each["axis"]) for each in answer["series"]] == [
        ("USD", "left"), ("pct", "right"), ("USD/shares", None),
    ]  # fmt: skip
    assert [last(each) for each in answer["series"]] == [
        ("2024-09-28", "FY 2024", "391035000000"), ("2024-09-28", "FY 2024", "23.9713"), ("2024-09-28", "FY 2024", "6.08"),
    ]  # fmt: skip
    assert answer["series"][0]["points"][-1]["accessions"] == ["0000320193-24-000123"]


def test_a_chart_is_as_known_on_its_day(loaded: Workbench) -> None:
    answer = chart(loaded, MARCH_2013, series="AAPL:revenue,AAPL:close,AAPL:pe", span="1y")
    revenue, closes, multiples = answer["series"]
    assert last(revenue) == ("2012-09-29", "FY 2012", "156508000000")
    assert last(closes) == ("2013-03-01", None, "430.470000")
    assert len(closes["points"]) > 240
    assert last(multiples) == ("2012-12-29", None, "11.4865")
    days = [day for each in answer["series"] for point in each["points"] for day in (point["day"], point["known_on"]) if day]
    assert min(days) >= "2012-03-01"
    assert max(days) <= "2013-03-01"


def test_growth_of_the_first_year_of_a_span_uses_the_year_before(loaded: Workbench) -> None:
    (series,) = chart(loaded, date(2024, 12, 31), series="AAPL:revenue", view="growth", span="1y")["series"]
    # 391,035 over 383,285 million USD.
    assert [(point["period"], point["value"]) for point in series["points"]] == [("FY 2024", "2.0220")]


def test_a_refused_figure_is_a_gap_with_its_reason(loaded: Workbench) -> None:
    (series,) = chart(loaded, None, PeriodKind.QUARTERLY, series="AAPL:eps_diluted")["series"]
    gaps = [point for point in series["points"] if point["value"] is None]
    assert gaps
    assert {point["reason"] for point in gaps} == {"not_subtractable"}
    assert {point["period"][:2] for point in gaps if point["period"]} == {"Q4"}


def test_marks_are_of_the_span_and_filed_by_its_last_day(loaded: Workbench) -> None:
    answer = chart(loaded, date(2024, 12, 31), series="AAPL:revenue", span="5y", marks="filings,events,splits")
    assert all("2019-12-31" <= mark["day"] <= "2024-12-31" for mark in answer["marks"])
    labels = {(mark["day"], mark["label"]) for mark in answer["marks"]}
    assert ("2024-11-01", "10-K") in labels
    assert [mark["label"] for mark in answer["marks"] if mark["kind"] == "splits"] == ["split 4 for 1"]
    assert "Results and financial condition" in {mark["label"] for mark in answer["marks"] if mark["kind"] == "events"}
    assert chart(loaded, date(2024, 12, 31), series="AAPL:revenue")["marks"] == []


def test_rows_of_the_file_are_the_points_of_the_chart(loaded: Workbench) -> None:
    answer = chart(loaded, MARCH_2013, series="AAPL:revenue,AAPL:pe,AAPL:close", view="index", span="3y")
    rows = [dict(zip(CHART_HEADER, row, strict=True)) for row in chart_rows(answer)]
    assert len(rows) == sum(len(each["points"]) for each in answer["series"])
    assert {row["unit"] for row in rows if row["value"] is not None} == {"index"}
    assert {row["view"] for row in rows} == {"index"}
    assert all((row["value"] is None) == (row["reason"] is not None) for row in rows)


def test_a_chart_without_series_or_of_an_unknown_company_is_refused(loaded: Workbench) -> None:
    with pytest.raises(InvalidRequest):
        chart(loaded)
    with pytest.raises(NotFound):
        chart(loaded, series="ZZZZ:revenue")
    with pytest.raises(InvalidRequest):
        chart(loaded, series="AAPL:revenue", view="upside-down")
