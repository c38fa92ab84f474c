"""Trends as small bars: drawn here as SVG, so they follow the theme, print sharply and cost nothing to load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from html import escape

from workbench.analysis.statements.trends import Trend

_GAP = 0.28


def trend_bars(trends: Sequence[Trend], lines: Mapping[str, str] | None = None, chosen: str = "") -> str:
    """One small chart a trend, each with its newest value; a bar that is pointed at gives its own.

    `lines` by name are what can be chosen to be drawn first, besides.
    """
    if not trends:
        return ""
    options = "".join(
        f'<option value="{escape(name)}"{" selected" if name == chosen else ""}>{escape(label)}</option>'
        for name, label in (lines or {}).items()
    )
    choice = (
        '<label class="right small muted">Also show <select data-event="measure" aria-label="Also show">'
        f'<option value="">nothing else</option>{options}</select></label>'
        if options
        else ""
    )
    charts = "".join(_chart(trend) for trend in trends)
    return f'<div class="head"><h2>Trends</h2>{choice}</div><div class="trends">{charts}</div>'


def _chart(trend: Trend) -> str:
    known = [float(value) for value in trend.values if value is not None]
    top, bottom = max(0.0, *known), min(0.0, *known)
    reach = (top - bottom) or 1.0
    zero = top / reach * 100
    bars = "".join(
        _bar(trend, place, value, float(value) / reach * 100, zero)
        for place, value in enumerate(trend.values)
        if value is not None
    )
    place, newest = next((place, value) for place, value in reversed(list(enumerate(trend.values))) if value is not None)
    first, last = trend.periods[0].label, trend.periods[-1].label
    # A value that is not of the last column says of which it is.
    of = f' <span class="small muted">{trend.periods[place].label}</span>' if trend.periods[place].label != last else ""
    return (
        f'<div class="trend"><div class="small muted">{escape(trend.label)}</div>'
        f'<div class="now">{escape(compact(newest, trend.unit))}{of}</div>'
        f'<svg viewBox="0 0 100 100" preserveAspectRatio="none" role="group" aria-label="{escape(trend.label)}">{bars}'
        f'<line x1="0" x2="100" y1="{zero:.2f}" y2="{zero:.2f}"/></svg>'
        f'<div class="years"><span>{first}</span><span>{last}</span></div></div>'
    )


def _bar(trend: Trend, place: int, value: Decimal, height: float, zero: float) -> str:
    """The bar, over a column as high as the chart that can be pointed at however low the bar is."""
    count = len(trend.values)
    width = 100 / count
    drawn = max(abs(height), 0.8)  # a bar near zero is still seen
    classes = " ".join(name for name, holds in (("last", place == count - 1), ("negative", height < 0)) if holds)
    reading = escape(f"{trend.periods[place].label}: {compact(value, trend.unit)}")
    return (
        f'<g role="img" aria-label="{reading}" data-reading="{reading}"><rect class="column" '
        f'x="{place * width:.2f}" y="0" width="{width:.2f}" height="100"/><rect class="{classes}" '
        f'x="{(place + _GAP / 2) * width:.2f}" y="{zero - drawn if height >= 0 else zero:.2f}" '
        f'width="{(1 - _GAP) * width:.2f}" height="{drawn:.2f}"/></g>'
    )


def compact(value: Decimal, unit: str) -> str:
    """An amount in a few characters: `391.0 bn USD`, `43.3%`."""
    if unit == "pure":
        return f"{value * 100:.1f}%".replace("-", "−")
    for divisor, name in ((10**12, " tn"), (10**9, " bn"), (10**6, " m"), (10**3, " k")):
        if abs(value) >= divisor:
            return f"{value / divisor:,.1f}{name} {unit}".replace("-", "−")
    places = 2 if "/" in unit else 0
    return f"{value:,.{places}f} {unit}".replace("-", "−")
