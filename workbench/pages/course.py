"""The course of a figure as a line of a few pixels, for a cell of a table."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

_WIDTH, _HEIGHT = 72, 18


def course(values: Sequence[Decimal | None]) -> str:
    """A line of a few pixels through the values, oldest first, broken where one is missing; nothing for fewer than two."""
    known = [float(value) for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, reach = min(known), (max(known) - min(known)) or 1.0
    step = _WIDTH / (len(values) - 1)
    points = [
        None if value is None else (place * step, _HEIGHT - (float(value) - low) / reach * _HEIGHT)
        for place, value in enumerate(values)
    ]
    path = "".join(
        f"{'L' if place and points[place - 1] else 'M'}{point[0]:.1f} {point[1]:.1f}"
        for place, point in enumerate(points)
        if point
    )
    last = next(point for point in reversed(points) if point)
    return (
        f'<svg viewBox="-2 -2 {_WIDTH + 4} {_HEIGHT + 4}" width="{_WIDTH}" height="{_HEIGHT}" aria-hidden="true">'
        f'<path d="{path}"/><circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="2"/></svg>'
    )
