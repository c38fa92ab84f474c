"""Charts drawn by HoloViews."""

from __future__ import annotations

import holoviews as hv  # type: ignore[import-untyped]
import panel as pn
from bokeh.models import NoOverlap
from markupsafe import Markup

from workbench.analysis.frames import price_frame
from workbench.analysis.screens.comparison_chart import ChartLine, MeasureChart
from workbench.domain.market.prices import PriceSeries
from workbench.pages.frame.amounts import exact
from workbench.pages.frame.templates import fragment

hv.extension("bokeh", logo=False)

# These work on light and dark backgrounds, because a canvas cannot follow the theme of the page.
_LINE = "#2f7fc8"
_QUIET = "#8590a0"
_GRID = "#8590a033"
CHART_HEIGHT = 260
_COMPARISON_HEIGHT = 320
# Distinguishable for colour-blind people, each at least 3:1 against both backgrounds (WCAG 2.2, 1.4.11); from the ninth
# company on the colours repeat with other dashes and marks.
COLOURS = ("#2f7fc8", "#c96a12", "#128a68", "#b8559b", "#8a7a1f", "#7a68d8", "#c04a4a", "#6f7a88")
DASHES = ("solid", "dashed", "dotted")
_MARKS = ("circle", "square", "triangle")


def price_chart(series: PriceSeries) -> pn.pane.HoloViews:
    """Daily closes (adjusted ones where the source gives them) as one line with pan, zoom and hover; at least one bar."""
    frame = price_frame(series.bars).reset_index()
    shown = "adjusted_close" if is_adjusted(series) else "close"
    values = list(dict.fromkeys((shown, "close", "volume_shares")))
    curve = hv.Curve(frame, "traded_on", values).opts(
        hv.opts.Curve(
            responsive=True, height=CHART_HEIGHT, color=_LINE, line_width=1.6, xlabel="", ylabel="", show_grid=True,
            gridstyle={"grid_line_color": _GRID, "xgrid_line_color": None}, tools=["xpan", "xbox_zoom", "xwheel_zoom"],
            default_tools=["reset"], active_tools=["xpan"], autohide_toolbar=True, yformatter="%.0f", yaxis="right",
            hover_tooltips=[
                ("Day", "@traded_on{%F}"), *([("Adjusted close", "@adjusted_close{0,0.00} USD")] if shown != "close" else []),
                ("Close", "@close{0,0.00} USD"), ("Volume", "@volume_shares{0,0}"),
            ],
            hover_formatters={"@traded_on": "datetime"}, hover_mode="vline", hooks=[remove_decoration],
        )
    )  # fmt: skip
    return pn.pane.HoloViews(curve, sizing_mode="stretch_width", height=CHART_HEIGHT, linked_axes=False)  # type: ignore[no-untyped-call]


def comparison_chart(chart: MeasureChart) -> pn.pane.HoloViews:
    """A line a company over the calendar's periods; a missing figure is a gap. Its legend is `chart_legend`."""
    return pn.pane.HoloViews(  # type: ignore[no-untyped-call]
        comparison_lines(chart), sizing_mode="stretch_width", height=_COMPARISON_HEIGHT, linked_axes=False
    )


def comparison_lines(chart: MeasureChart) -> hv.Overlay:
    """The lines of `comparison_chart`; a point shows company, fiscal period and exact figure when pointed at."""
    ticks = [(place, column.label) for place, column in enumerate(chart.columns)]
    drawn = [part for number, line in enumerate(chart.lines) for part in _line(chart, line, number)]
    unit = " ".join(filter(None, (chart.scale, _UNITS.get(chart.unit, chart.unit))))
    return hv.Overlay(drawn).opts(
        hv.opts.Overlay(
            responsive=True, height=_COMPARISON_HEIGHT, xlabel="", ylabel=unit, xticks=ticks, show_grid=True,
            gridstyle={"grid_line_color": _GRID, "xgrid_line_color": None}, default_tools=[], toolbar=None, title="",
            xlim=(-0.35, len(ticks) - 0.65), padding=(0, 0.12),
            show_legend=False, hooks=[remove_decoration],
        )
    )  # fmt: skip


def chart_legend(chart: MeasureChart) -> Markup:
    """The legend as markup, since a canvas neither wraps on a narrow screen nor works with screen readers."""
    lines = [
        {
            "name": line.company.display_name,
            "label": line.company.label,
            "dash": DASHES[number // len(COLOURS) % len(DASHES)],
            "colour": COLOURS[number % len(COLOURS)],
        }
        for number, line in enumerate(chart.lines)
    ]
    return fragment("frame/pickers.html", "chart_legend", lines)


_UNITS = {"pct": "%", "ratio": "times", "index": "first figure = 100"}


def _line(chart: MeasureChart, line: ChartLine, number: int) -> list[hv.Element]:
    """The line, broken where a figure is missing, and a mark for each figure, so that one between two gaps is visible."""
    known = {point.place: point for point in line.points}
    label, colour = line.company.label, COLOURS[number % len(COLOURS)]
    style = number // len(COLOURS)
    heights = [
        float(known[place].value / chart.divisor) if place in known else float("nan") for place in range(len(chart.columns))
    ]
    marks = [
        (
            place, float(point.value / chart.divisor), line.company.display_name, point.period_label,
            exact(point.value, _UNITS.get(chart.unit, chart.unit)),
        )
        for place, point in known.items()
    ]  # fmt: skip
    curve = hv.Curve(list(enumerate(heights)), "place", "height", label=label).opts(
        hv.opts.Curve(color=colour, line_width=2, line_dash=DASHES[style % len(DASHES)], default_tools=[])
    )
    points = hv.Scatter(marks, "place", ["height", "company", "period", "amount"], label=label).opts(
        hv.opts.Scatter(
            color=colour, size=8, marker=_MARKS[style % len(_MARKS)], default_tools=[], tools=["hover"],
            hover_tooltips=[("Company", "@company"), ("Period", "@period"), (chart.measure.label, "@amount")],
        )
    )  # fmt: skip
    return [curve, points]


def is_adjusted(series: PriceSeries) -> bool:
    """Whether every bar has an adjusted close, so that a split makes no step in the line."""
    return all(bar.adjusted_close is not None for bar in series.bars)


def remove_decoration(plot: hv.plotting.bokeh.ElementPlot, _: hv.Dimensioned) -> None:
    """A hook of HoloViews: a chart without frame and ground, whose text is read on light and dark pages."""
    figure = plot.state
    figure.background_fill_color = None
    figure.border_fill_color = None
    figure.outline_line_color = None
    figure.toolbar.logo = None
    figure.title.visible = False
    figure.min_border = 0
    for axis in figure.axis:
        axis.major_label_policy = NoOverlap(min_distance=6)
        axis.axis_line_color = None
        axis.major_tick_line_color = None
        axis.minor_tick_line_color = None
        axis.major_label_text_color = _QUIET
        axis.major_label_text_font_size = "12px"
        axis.major_label_text_font = "system-ui, sans-serif"
        axis.axis_label_text_color = _QUIET
        axis.axis_label_text_font = "system-ui, sans-serif"
        axis.axis_label_text_font_style = "normal"
