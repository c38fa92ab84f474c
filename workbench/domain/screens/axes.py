"""Which series share an axis: those of one unit. A chart has two axes, so a third unit is left out, and said to be."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from workbench.domain.screens.series import Series


class Axis(StrEnum):
    """The axis on which a series is drawn."""

    LEFT = "left"
    RIGHT = "right"


def axes_of(series: Sequence[Series]) -> list[Axis | None]:
    """The axis of each series; None where it has no value, or a unit beside the two of the axes.

    The first unit is that of the left axis, unless all its series are wanted on the right one; the right one takes series
    that are wanted there, all of one unit, and else the second unit.
    """
    right = next((each.unit for each in series if each.wanted.is_right and each.unit), None)
    left = next((each.unit for each in series if not each.wanted.is_right and each.unit), None)
    if right is None:
        right = next((each.unit for each in series if each.unit not in (None, left)), None)
    return [_axis(each, left, right) for each in series]


def _axis(series: Series, left: str | None, right: str | None) -> Axis | None:
    if series.unit is None or series.unit not in (left, right):
        return None
    if series.wanted.is_right and series.unit == right:
        return Axis.RIGHT
    return Axis.LEFT if series.unit == left else Axis.RIGHT
