"""The drawing of a chart answer by HoloViews: lines on one or two axes, and marks along the bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import holoviews as hv  # type: ignore[import-untyped]
import panel as pn
from markupsafe import Markup

from workbench.analysis.screens.chart_json import ChartAnswer, SeriesAnswer
from workbench.analysis.screens.comparison_chart import scale_of
from workbench.domain.amounts import is_money
from workbench.domain.screens.axes import Axis
from workbench.domain.screens.chart import MarkKind
from workbench.pages.frame.amounts import exact
from workbench.pages.frame.charts import COLOURS, DASHES, remove_decoration
from workbench.pages.frame.templates import fragment

DRAWING_HEIGHT = 380
_GRID = "#8590a033"
_MARK_COLOUR = "#8590a0"
_MARKERS = {MarkKind.FILINGS: "triangle", MarkKind.EVENTS: "diamond", MarkKind.SPLITS: "square"}
# Each value of a sparse series has a visible mark; of a dense one the mark is only what a pointer finds.
_MOST_VISIBLE = 60
_TOOLS = ["save", "xpan", "xbox_zoom", "reset"]
UNIT_WORDS = {
    "pct": "%",
    "ratio": "times",
    "pp": "percentage points",
    "index": "first value = 100",
    "USD/shares": "USD a share",
}


@dataclass(frozen=True, slots=True)
class AxisScale:
    """The unit of an axis: heights are values divided by `divisor`, which `label` names."""

    divisor: Decimal
    label: str

    @classmethod
    def of(cls, series: Sequence[SeriesAnswer], axis: Axis) -> AxisScale:
        """The scale of the series on this axis."""
        own = [each for each in series if each["axis"] is axis]
        unit = own[0]["unit"] or "" if own else ""
        largest = max((abs(value) for each in own for value in values_of(each)), default=Decimal(0))
        divisor, scale = scale_of(largest) if is_money(unit) or unit == "shares" else (Decimal(1), "")
        return cls(divisor, " ".join(filter(None, (scale, unit_words(unit)))))


def unit_words(unit: str | None) -> str:
    """A unit for readers: `USD a share`, `%`, `times`."""
    if unit is not None and unit.endswith("/shares"):
        return f"{unit.removesuffix('/shares')} a share"
    return UNIT_WORDS.get(unit or "", unit or "")


def values_of(series: SeriesAnswer) -> list[Decimal]:
    """The values of a series without its gaps."""
    return [Decimal(point["value"]) for point in series["points"] if point["value"] is not None]


def chart_pane(answer: ChartAnswer) -> pn.pane.HoloViews:
    """The drawing as a pane with pan, zoom, reset and an image to save; empty axes without any value."""
    return pn.pane.HoloViews(  # type: ignore[no-untyped-call]
        drawing(answer), sizing_mode="stretch_width", height=DRAWING_HEIGHT, linked_axes=False
    )


def drawing(answer: ChartAnswer) -> hv.Overlay:
    """A line a series, broken at gaps; pointing at a value shows company, day, period and the exact figure with its unit."""
    scales = {axis: AxisScale.of(answer["series"], axis) for axis in Axis}
    drawn: list[hv.Element] = []
    for number, series in enumerate(answer["series"]):
        if series["axis"] is not None:
            drawn += _line(series, scales[series["axis"]], number)
    drawn += _marks(answer, scales[Axis.LEFT])
    has_right = any(each["axis"] is Axis.RIGHT for each in answer["series"])
    return hv.Overlay(drawn or [hv.Curve([], "day", "left")]).opts(
        hv.opts.Overlay(
            responsive=True, height=DRAWING_HEIGHT, xlabel="", show_grid=True, show_legend=False, multi_y=has_right, title="",
            gridstyle={"grid_line_color": _GRID, "xgrid_line_color": None}, hooks=[remove_decoration], padding=(0.02, 0.1),
            active_tools=[], toolbar="above",
        )
    )  # fmt: skip


def legend(answer: ChartAnswer) -> Markup:
    """The legend as markup: a canvas neither wraps on a narrow screen nor works with screen readers."""
    has_right = any(each["axis"] is Axis.RIGHT for each in answer["series"])
    lines = [
        {
            "name": f"{series['company']['name']}, {series['label']}",
            "label": _legend_label(series, has_right=has_right),
            "dash": _dash(number),
            "colour": _colour(number),
        }
        for number, series in enumerate(answer["series"])
        if series["axis"] is not None
    ]
    return fragment("frame/pickers.html", "chart_legend", lines)


def label_of(series: SeriesAnswer) -> str:
    """`AAPL Revenue`."""
    return f"{series['company']['ticker'] or series['company']['name']} {series['label']}"


def _legend_label(series: SeriesAnswer, *, has_right: bool) -> str:
    where = f", {series['axis'].value} axis" if has_right and series["axis"] else ""
    return f"{label_of(series)} ({unit_words(series['unit'])}{where})"


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def _dash(number: int) -> str:
    return DASHES[number // len(COLOURS) % len(DASHES)]


def _line(series: SeriesAnswer, scale: AxisScale, number: int) -> list[hv.Element]:
    axis = series["axis"] or Axis.LEFT
    heights = [(date.fromisoformat(point["day"]), _height(point["value"], scale)) for point in series["points"]]
    name, unit = label_of(series), unit_words(series["unit"])
    rows = [
        (
            date.fromisoformat(point["day"]), _height(value, scale), name,
            " ".join(filter(None, (point["period"], point["day"]))), exact(Decimal(value), unit),
        )
        for point in series["points"]
        if (value := point["value"]) is not None
    ]  # fmt: skip
    shared: dict[str, Any] = {"color": _colour(number), "yaxis": axis.value, "default_tools": _TOOLS, "ylabel": scale.label}
    curve = hv.Curve(heights, "day", axis.value, label=name).opts(
        hv.opts.Curve(line_width=2, line_dash=_dash(number), **shared)
    )
    is_dense = len(rows) > _MOST_VISIBLE
    points = hv.Scatter(rows, "day", [axis.value, "series", "when", "amount"], label=name).opts(
        hv.opts.Scatter(
            size=7, alpha=0 if is_dense else 1, tools=["hover"],
            hover_tooltips=[("", "@series"), ("", "@when"), ("", "@amount")], **shared,
        )
    )  # fmt: skip
    return [curve, points]


def _height(value: str | None, scale: AxisScale) -> float:
    """The height of a value on its axis; not a number for a gap."""
    return float(Decimal(value) / scale.divisor) if value is not None else float("nan")


def _marks(answer: ChartAnswer, scale: AxisScale) -> list[hv.Element]:
    values = [
        float(value / scale.divisor) for each in answer["series"] if each["axis"] is Axis.LEFT for value in values_of(each)
    ]
    if not values or not answer["marks"]:
        return []
    low = min(values) - 0.08 * ((max(values) - min(values)) or abs(max(values)) or 1)
    elements = []
    for kind, marker in _MARKERS.items():
        rows = [
            (
                date.fromisoformat(mark["day"]),
                low,
                mark["company"]["ticker"] or mark["company"]["name"],
                mark["day"],
                mark["label"],
            )
            for mark in answer["marks"]
            if mark["kind"] is kind
        ]
        if rows:
            elements.append(
                hv.Scatter(rows, "day", ["left", "company", "when", "label"], label=kind.value).opts(
                    hv.opts.Scatter(
                        size=8, marker=marker, color=_MARK_COLOUR, fill_alpha=0.4, yaxis="left", default_tools=_TOOLS,
                        ylabel=scale.label, tools=["hover"], hover_tooltips=[("", "@company"), ("", "@when"), ("", "@label")],
                    )
                )
            )  # fmt: skip
    return elements
