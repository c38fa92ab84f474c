"""Sparklines: small line charts for table cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from markupsafe import Markup

from workbench.pages.frame.templates import fragment

_WIDTH, _HEIGHT = 72, 18
_DAYS_OF_A_YEAR = 365.25


def sparkline(values: Sequence[Decimal | None]) -> Markup:
    """A sparkline of the values, oldest first, broken where one is missing; empty for fewer than two values."""
    known = [float(value) for value in values if value is not None]
    if len(known) < 2:
        return Markup()
    low, reach = min(known), (max(known) - min(known)) or 1.0
    step = _WIDTH / (len(values) - 1)
    points = [
        None if value is None else (place * step, _HEIGHT - (float(value) - low) / reach * _HEIGHT)
        for place, value in enumerate(values)
    ]
    path = "".join(
        f"{'L' if place and points[place - 1] else 'M'}{point[0]:.1f} {point[1]:.1f}{'h0' if _is_alone(points, place) else ''}"
        for place, point in enumerate(points)
        if point
    )
    last = next(point for point in reversed(points) if point)
    line = {"width": _WIDTH, "height": _HEIGHT, "path": path, "x": f"{last[0]:.1f}", "y": f"{last[1]:.1f}"}
    return fragment("frame/markup.html", "sparkline", line)


def _is_alone(points: Sequence[object], place: int) -> bool:
    """Whether a point lies between two gaps, and is drawn as a dot."""
    return not any(points[max(0, place - 1) : place]) and not any(points[place + 1 : place + 2])


def with_gaps(years: Mapping[date, Decimal | None]) -> list[Decimal | None]:
    """The values of fiscal years by end date, oldest first, with None for each missing year."""
    values: list[Decimal | None] = []
    before: date | None = None
    for end in sorted(years):
        if before is not None:
            values += [None] * (round((end - before).days / _DAYS_OF_A_YEAR) - 1)
        values.append(years[end])
        before = end
    return values
