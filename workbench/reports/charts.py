"""Charts of reports, by HoloViews: as wide as the page or half of it; paper shows them smaller, see report.css."""

from __future__ import annotations

from collections.abc import Iterable

import holoviews as hv  # type: ignore[import-untyped]
import pandas as pd

# A palette for colour-blind readers that also works in print (Okabe and Ito 2008).
COLORS = ("#0a5ba8", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#5b6675", "#a6761d")
# The lines after the last colour begin again with the first, and are told apart by their dashes.
_DASHES = ("solid", "dashed", "dotted")
_SIZE = (486, 310)
_WIDE = (980, 330)
_LEGEND = {
    "legend_position": "bottom",
    "legend_opts": {"border_line_color": None, "padding": 0, "spacing": 6, "label_text_font_size": "8pt"},
}
# What a mark and a letter of a legend take, in pixels at 8 points, on the wide side: a legend that is too wide is cut.
_MARK_PIXELS, _LETTER_PIXELS = 34, 6.2


def setup() -> None:
    """Makes charts work in the notebook and, without a network, in the report; call it in the first cell of code."""
    hv.extension("bokeh", inline=True, logo=False)


def bars(amounts: pd.DataFrame, title: str, unit: str) -> hv.Bars | None:
    """A group of bars a row of `amounts`, one bar a column; None without a figure.

    Small amounts are drawn as they are, others in thousands, millions or billions. `unit` is a currency, or a word in small
    letters.
    """
    if amounts.empty:
        return None
    divisor, name = _magnitude(amounts)
    is_grouped = len(amounts.columns) > 1
    long = (amounts / divisor).rename_axis("period").reset_index().melt("period", var_name="line", value_name="amount")
    bars = hv.Bars(long, ["period", "line"] if is_grouped else "period", "amount")
    color = {"cmap": list(COLORS[: len(amounts.columns)])} if is_grouped else {"color": COLORS[0]}
    return bars.opts(
        hv.opts.Bars(
            **color, **_frame(f"{title}, {_in_unit(unit, name)}"), **_LEGEND, multi_level=False, line_color=None,
            bar_width=0.75, show_legend=is_grouped,
        )
    )  # fmt: skip


def lines(values: pd.DataFrame, title: str) -> hv.Overlay | None:
    """One line a column of `values`, over its rows in their order, with gaps for what is not given; None without a figure."""
    if values.empty:
        return None
    curves = [
        hv.Curve((list(values.index), values[name].to_numpy()), "period", "value", label=str(name)).opts(
            hv.opts.Curve(
                color=COLORS[place % len(COLORS)],
                line_dash=_DASHES[place // len(COLORS) % len(_DASHES)],
                line_width=2,
            )
        )
        for place, name in enumerate(values.columns)
    ]
    return hv.Overlay(curves).opts(hv.opts.Overlay(**_frame(title), **_legend(values.columns)))


def price_line(closes: pd.Series | None, title: str) -> hv.Curve | None:
    """Closes by their days, over the whole width of a page; None without closes."""
    if closes is None:
        return None
    curve = hv.Curve((closes.index, closes.to_numpy()), "day", "close")
    return curve.opts(hv.opts.Curve(**_frame(title, _WIDE) | {"xrotation": 0}, color=COLORS[0], line_width=1.4))


def band(values: pd.DataFrame, title: str, *, low: str, middle: str, high: str, xlabel: str) -> hv.Overlay | None:
    """The column `middle` as a line over the index, within its band from `low` to `high`; None without a row."""
    if values.empty:
        return None
    area = hv.Area((values.index, values[low], values[high]), xlabel, vdims=["low", "high"], label="Confidence band")
    line = hv.Curve((values.index, values[middle]), xlabel, "value", label="Mean over events")
    shown = area.opts(hv.opts.Area(color=COLORS[4], alpha=0.35, line_color=None)) * line.opts(
        hv.opts.Curve(color=COLORS[0], line_width=2)
    )
    frame = _frame(title, _WIDE) | {"xrotation": 0, "xlabel": xlabel}
    return shown.opts(hv.opts.Overlay(**frame, **_legend(["Confidence band", "Mean over events"])))


def side_by_side(*charts: hv.Element | None) -> hv.Layout | None:
    """Two charts that fit the width of a page; those that had nothing to draw are left out."""
    drawn = [chart for chart in charts if chart is not None]
    return hv.Layout(drawn).opts(hv.opts.Layout(shared_axes=False, toolbar=None)).cols(2) if drawn else None


def _in_unit(unit: str, name: str) -> str:
    """`USD millions`, `thousands of words`, or the unit alone."""
    if not name:
        return unit
    return f"{unit} {name}" if unit.isupper() else f"{name} of {unit}"


def _magnitude(amounts: pd.DataFrame) -> tuple[float, str]:
    largest = amounts.abs().to_numpy(float, na_value=0).max(initial=0)
    for divisor, name in ((1e9, "billions"), (1e6, "millions"), (1e3, "thousands")):
        if largest >= 2 * divisor:
            return divisor, name
    return 1, ""


def _legend(labels: Iterable[object]) -> dict[str, object]:
    """A legend of lines below the chart, in as many columns as fit its width."""
    widest = max((len(str(label)) for label in labels), default=0)
    return _LEGEND | {"legend_cols": max(1, int(_SIZE[0] / (_MARK_PIXELS + _LETTER_PIXELS * widest)))}


def _frame(title: str, size: tuple[int, int] = _SIZE) -> dict[str, object]:
    return {
        "title": title, "width": size[0], "height": size[1], "xlabel": "", "ylabel": "", "toolbar": None,
        "show_grid": True, "gridstyle": {"grid_line_color": "#e2e6ec", "xgrid_line_color": None}, "xrotation": 45,
        "fontsize": {"title": 9.5, "xticks": 8, "yticks": 8, "legend": 8}, "hooks": [_quieten],
    }  # fmt: skip


def _quieten(plot: hv.plotting.bokeh.ElementPlot, _: hv.Element) -> None:
    figure = plot.state
    figure.outline_line_color = None
    figure.title.text_color = "#5b6675"
    figure.title.text_font = figure.axis.major_label_text_font = "sans-serif"
    figure.axis.axis_line_color = "#c9d0d9"
    figure.axis.major_tick_line_color = figure.axis.minor_tick_line_color = None
