"""Trends as small bar charts in SVG: they follow the theme, print sharply and load at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from workbench.analysis.statements.trends import Trend
from workbench.pages.frame.amounts import compact
from workbench.pages.frame.markup import choices
from workbench.pages.frame.templates import fragment

_GAP = 0.28


def trend_bars(trends: Sequence[Trend], lines: Mapping[str, str] | None = None, chosen: str = "") -> Markup:
    """One small chart a trend with its newest value; pointing at a bar shows the value of that bar.

    `lines` are the further lines, label by name, that the user can add as the first chart.
    """
    options = choices([(name, label, "") for name, label in (lines or {}).items()], chosen)
    return fragment("company/trend_bars.html", "trends", [_chart(trend) for trend in trends], options)


def _chart(trend: Trend) -> dict[str, Any]:
    known = [float(value) for value in trend.values if value is not None]
    top, bottom = max(0.0, *known), min(0.0, *known)
    reach = (top - bottom) or 1.0
    zero = top / reach * 100
    bars = [
        _bar(trend, place, value, float(value) / reach * 100, zero)
        for place, value in enumerate(trend.values)
        if value is not None
    ]
    place, newest = next((place, value) for place, value in reversed(list(enumerate(trend.values))) if value is not None)
    newest_label, last = trend.periods[place].label, trend.periods[-1].label
    return {
        "label": trend.label,
        "newest": compact(newest, trend.unit),
        # A newest value from an earlier column is shown with its period.
        "newest_period": newest_label if newest_label != last else "",
        "bars": bars,
        "zero": f"{zero:.2f}",
        "first": trend.periods[0].label,
        "last": last,
    }


def _bar(trend: Trend, place: int, value: Decimal, height: float, zero: float) -> dict[str, str]:
    """The bar over a column of full height, so that low bars can be pointed at too."""
    count = len(trend.values)
    width = 100 / count
    drawn = max(abs(height), 0.8)  # a bar near zero stays visible
    return {
        "reading": f"{trend.periods[place].label}: {compact(value, trend.unit)}",
        "classes": " ".join(name for name, holds in (("last", place == count - 1), ("negative", height < 0)) if holds),
        "column_x": f"{place * width:.2f}",
        "column_width": f"{width:.2f}",
        "x": f"{(place + _GAP / 2) * width:.2f}",
        "y": f"{zero - drawn if height >= 0 else zero:.2f}",
        "width": f"{(1 - _GAP) * width:.2f}",
        "height": f"{drawn:.2f}",
    }
