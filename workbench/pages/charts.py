"""Charts drawn by HoloViews."""

from __future__ import annotations

import holoviews as hv  # type: ignore[import-untyped]
import panel as pn

from workbench.analysis.frames import price_frame
from workbench.domain.prices import PriceSeries

hv.extension("bokeh", logo=False)

# These hold on both the light and the dark ground, because a canvas cannot follow the theme of the page.
_LINE = "#2f7fc8"
_QUIET = "#8590a0"
_GRID = "#8590a033"
_HEIGHT = 260


def price_chart(series: PriceSeries) -> pn.pane.HoloViews:
    """Daily closes (adjusted ones where the source gives them) as one line with pan, zoom and hover; at least one bar."""
    frame = price_frame(series.bars).reset_index()
    shown = "adjusted_close" if is_adjusted(series) else "close"
    values = list(dict.fromkeys((shown, "close", "volume_shares")))
    curve = hv.Curve(frame, "traded_on", values).opts(
        hv.opts.Curve(
            responsive=True, height=_HEIGHT, color=_LINE, line_width=1.6, xlabel="", ylabel="", show_grid=True,
            gridstyle={"grid_line_color": _GRID, "xgrid_line_color": None}, tools=["xpan", "xbox_zoom", "xwheel_zoom"],
            default_tools=["reset"], active_tools=["xpan"], autohide_toolbar=True, yformatter="%.0f", yaxis="right",
            hover_tooltips=[
                ("Day", "@traded_on{%F}"), *([("Adjusted close", "@adjusted_close{0,0.00} USD")] if shown != "close" else []),
                ("Close", "@close{0,0.00} USD"), ("Volume", "@volume_shares{0,0}"),
            ],
            hover_formatters={"@traded_on": "datetime"}, hover_mode="vline", hooks=[_quieten],
        )
    )  # fmt: skip
    return pn.pane.HoloViews(curve, sizing_mode="stretch_width", height=_HEIGHT, linked_axes=False)  # type: ignore[no-untyped-call]


def is_adjusted(series: PriceSeries) -> bool:
    """Whether every bar has an adjusted close, so that a split makes no step in the line."""
    return all(bar.adjusted_close is not None for bar in series.bars)


def _quieten(plot: hv.plotting.bokeh.CurvePlot, _: hv.Curve) -> None:
    figure = plot.state
    figure.background_fill_color = None
    figure.border_fill_color = None
    figure.outline_line_color = None
    figure.toolbar.logo = None
    figure.min_border = 0
    for axis in figure.axis:
        axis.axis_line_color = None
        axis.major_tick_line_color = None
        axis.minor_tick_line_color = None
        axis.major_label_text_color = _QUIET
        axis.major_label_text_font_size = "12px"
        axis.major_label_text_font = "system-ui, sans-serif"
