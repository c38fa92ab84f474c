"""One unit an axis, two axes a chart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.identity import Cik, Company
from workbench.domain.screens.axes import Axis, axes_of
from workbench.domain.screens.series import Series, WantedSeries

NOVO = Company(Cik(353278), "NOVO NORDISK A S")


def series(unit: str | None, *, is_right: bool = False) -> Series:
    return Series(WantedSeries.parse(f"NVO:revenue{':right' if is_right else ''}"), NOVO, unit, ())


def test_a_second_unit_gets_the_right_axis_and_a_third_none() -> None:
    assert axes_of([series("DKK"), series("USD"), series("DKK"), series("pct"), series(None)]) == [
        Axis.LEFT, Axis.RIGHT, Axis.LEFT, None, None,
    ]  # fmt: skip


def test_a_series_is_drawn_on_the_right_axis_if_it_is_wanted_there() -> None:
    assert axes_of([series("USD"), series("USD", is_right=True)]) == [Axis.LEFT, Axis.RIGHT]
    assert axes_of([series("USD", is_right=True), series("USD", is_right=True)]) == [Axis.RIGHT, Axis.RIGHT]
    # The right axis is of the first unit that is wanted there; another one stays on the left if that is its unit.
    assert axes_of([series("USD"), series("pct", is_right=True), series("DKK", is_right=True)]) == [
        Axis.LEFT, Axis.RIGHT, None,
    ]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(["USD", "DKK", "pct", "USD/shares", None]), st.booleans()), max_size=8))
def test_units_never_share_an_axis(wanted: list[tuple[str | None, bool]]) -> None:
    found = [series(unit, is_right=is_right) for unit, is_right in wanted]
    units: dict[Axis, set[str | None]] = {Axis.LEFT: set(), Axis.RIGHT: set()}
    for each, axis in zip(found, axes_of(found), strict=True):
        if axis is not None:
            units[axis].add(each.unit)
    assert all(len(each) <= 1 for each in units.values())
    assert None not in units[Axis.LEFT] | units[Axis.RIGHT]
