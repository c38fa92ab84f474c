"""The markup beside a chart: its heading with legend and notes, the table of its values, the list of its marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import urlencode

from markupsafe import Markup

from workbench.analysis.screens.chart_json import ChartAnswer, IndexBaseAnswer, SeriesAnswer, SeriesPointAnswer
from workbench.domain.amounts import by_unit
from workbench.domain.measures.catalogue import screened_measures
from workbench.domain.screens.series import CLOSE, Sampling
from workbench.domain.screens.series_views import SeriesView
from workbench.domain.statements.reasons import why_not
from workbench.pages.chart.drawing import label_of, legend, unit_words
from workbench.pages.frame.amounts import exact
from workbench.pages.frame.markup import day, href
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.templates import fragment

_TEMPLATE = "chart/page.html"
OLDEST_FIRST = "day"
_TITLES = {
    SeriesView.AS_IS: "Figures as they are",
    SeriesView.INDEX: "Indexed: the first positive value of the span is 100",
    SeriesView.GROWTH: "Change from a year before",
    SeriesView.PER_SHARE: "Money per average diluted share",
}
_CLOSES = {
    Sampling.DAILY: "every day",
    Sampling.WEEKLY: "the last day of each week",
    Sampling.MONTHLY: "the last day of each month",
}


def chart_head(answer: ChartAnswer) -> Markup:
    """What the chart shows, its legend, and what a reader must know: series that are not drawn, bases, sources of closes."""
    notes = [note for series in answer["series"] for note in _notes(series, answer)]
    has_closes = any(series["measure"] == CLOSE.name and series["points"] for series in answer["series"])
    if has_closes:
        notes.append(f"Closes of {_CLOSES[answer['sampling']]}.")
    return fragment(_TEMPLATE, "head", _TITLES[answer["view"]], legend(answer), list(dict.fromkeys(notes)))


def _notes(series: SeriesAnswer, answer: ChartAnswer) -> list[str]:
    name = label_of(series)
    notes = [f"{name}: {series['note']}"] if series["note"] else []
    if series["reason"]:
        notes.append(f"{name}: {why_not(series['reason'])}.")
    elif not series["points"]:
        notes.append(f"{name}: nothing between {answer['since'] or 'the beginning'} and {answer['until']}.")
    elif series["unit"] is None:
        reasons = dict.fromkeys(point["reason"] for point in series["points"] if point["reason"])
        notes.append(f"{name} has no value: {'; '.join(why_not(reason) for reason in reasons)}.")
    elif series["axis"] is None:
        notes.append(f"{name} is not drawn: it is in {unit_words(series['unit'])}, and both axes have other units.")
    if series["base"]:
        notes.append(f"{name}: 100 is {_base(series['base'])}.")
    return notes


def _base(base: IndexBaseAnswer) -> str:
    when = base["period"] or day(date.fromisoformat(base["day"]))
    return f"{exact(Decimal(base['value']), unit_words(base['unit']))} ({when})"


def value_table(answer: ChartAnswer, selection: Selection, *, parameters: Sequence[tuple[str, str]]) -> Markup:
    """The values by calendar period, or by day where some have no fiscal period: what is drawn, and series that are not.

    The newest first unless `sort` says otherwise. `parameters` are those of the chart, for its file.
    """
    is_oldest_first = selection.sort == OLDEST_FIRST
    name: Literal["calendar", "day"] = "calendar" if _are_aligned(answer) else "day"
    placed = [{_place(point, name): point for point in series["points"]} for series in answer["series"]]
    rows = [
        {
            "day": each if name == "calendar" else day(date.fromisoformat(each)),
            "figures": [
                _cell(series, points.get(each), answer, selection)
                for series, points in zip(answer["series"], placed, strict=True)
            ],
        }
        for each in sorted({place for points in placed for place in points}, reverse=not is_oldest_first)
    ]
    columns = [
        {"label": label_of(series), "title": series["company"]["name"], "unit": _column_unit(series["unit"])}
        for series in answer["series"]
    ]
    target = replace(selection, sort="" if is_oldest_first else OLDEST_FIRST)
    order = {
        "label": "Period" if name == "calendar" else "Day",
        "sort": "ascending" if is_oldest_first else "descending", "arrow": "▲" if is_oldest_first else "▼",
        "href": href("chart", target), "query": target.query(),
    }  # fmt: skip
    csv = f"api/v1/series?{urlencode([*parameters, ('format', 'csv')])}"
    text = "– = refused; point at it for the reason. Figures lead to their sources."
    return fragment(_TEMPLATE, "values", order, columns, rows, csv, text)


def _are_aligned(answer: ChartAnswer) -> bool:
    """Whether every point has a calendar period, and no series two points in one."""
    places = [[point["calendar"] for point in series["points"]] for series in answer["series"]]
    return all(None not in own and len(set(own)) == len(own) for own in places)


def _place(point: SeriesPointAnswer, name: Literal["calendar", "day"]) -> str:
    return point["day"] if name == "day" else point["calendar"] or ""


def _column_unit(unit: str | None) -> str:
    is_amount = unit is not None and (unit == "shares" or (len(unit) == 3 and unit.isupper()))
    return f"{unit_words(unit)} millions" if is_amount else unit_words(unit)


def _cell(
    series: SeriesAnswer, point: SeriesPointAnswer | None, answer: ChartAnswer, selection: Selection
) -> dict[str, Any] | None:
    if point is None:
        return None
    value = Decimal(point["value"]) if point["value"] is not None else None
    classes = "figure" + ("" if value is not None else " refused") + (" negative" if value is not None and value < 0 else "")
    return {
        "classes": classes,
        "why": why_not(point["reason"])
        if point["reason"]
        else exact(value, unit_words(series["unit"]))
        if value is not None
        else "",
        "href": _source(series, point, answer, selection),
        "text": _text(value, series["unit"]),
        "period": " ".join(filter(None, (point["period"], day(date.fromisoformat(point["day"])) if point["period"] else ""))),
    }


def _text(value: Decimal | None, unit: str | None) -> str:
    if unit == "pp" and value is not None:
        return f"{value:+.1f}"
    return by_unit(value, "ratio" if unit == "index" else unit)


def _source(series: SeriesAnswer, point: SeriesPointAnswer, answer: ChartAnswer, selection: Selection) -> str:
    """The company's page with the sources of the figure; of a valuation measure as of its day, of a close its page."""
    name = series["company"]["ticker"] or str(series["company"]["cik"])
    target = Selection(ticker=name, as_of=selection.as_of)
    item = screened_measures().get(series["measure"])
    if item is None:
        return href("company", target)
    target = replace(target, figure=f"{item.name}@{point['day']}")
    if item.is_of_price:
        return href("company", replace(target, as_of=date.fromisoformat(point["day"])))
    return href("company", replace(target, period=answer["period"], kind=item.kind or target.kind))


def mark_table(answer: ChartAnswer, selection: Selection) -> Markup:
    """The marks, newest first, each with its filing; empty without marks."""
    rows = [
        {
            "day": day(date.fromisoformat(mark["day"])),
            "company": mark["company"]["ticker"] or mark["company"]["name"],
            "label": mark["label"],
            "href": href("reader", Selection(accession=mark["accession"], as_of=selection.as_of)),
        }
        for mark in reversed(answer["marks"])
    ]
    return fragment(_TEMPLATE, "marks", rows)
