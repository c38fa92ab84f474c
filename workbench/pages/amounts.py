"""Figures as a reader of statements expects them: scaled, grouped, negatives in parentheses."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal

from workbench.domain.statements import Figure, Statement

DASH = "–"
_SCALES = ((Decimal(1_000_000), "millions"), (Decimal(1_000), "thousands"), (Decimal(1), "units"))


def scale_of(statement: Statement) -> tuple[Decimal, str]:
    """Divisor and name for a statement's amounts: millions, unless the largest amount would then have under three digits."""
    amounts = [
        abs(figure.value)
        for figure in _figures(statement)
        if figure.value is not None and is_money(figure.unit) and figure.value
    ]
    largest = max(amounts, default=Decimal(10**9))
    return next((scale for scale in _SCALES if largest / scale[0] >= 100), _SCALES[-1])


def currency_of(statement: Statement) -> str:
    """The unit most amounts are in, `USD` for a statement without any."""
    units = [figure.unit for figure in _figures(statement) if figure.unit and is_money(figure.unit)]
    return max(set(units), key=units.count, default="USD")


def is_money(unit: str | None) -> bool:
    """Whether the unit is a plain currency: neither shares, nor per share, nor a pure number."""
    return unit is not None and len(unit) == 3 and unit.isupper()


def scaled(figure: Figure, divisor: Decimal) -> str:
    """One cell: per-share figures to the cent, ratios in per cent, all else divided by `divisor`; a dash for none."""
    if figure.value is None:
        return DASH
    if figure.unit == "pure":
        return f"{_grouped(figure.value * 100, 1)}%"
    if figure.unit is not None and "/" in figure.unit:
        return _grouped(figure.value, 2)
    amount = figure.value / divisor
    if amount and abs(amount) < Decimal("0.5"):
        return _grouped(amount, 1 - amount.adjusted())  # never shown as nought, which it is not
    return _grouped(amount, 0)


def exact(value: Decimal, unit: str | None) -> str:
    """All digits as filed, grouped, with the unit: `391,035,000,000 USD`."""
    places = max(0, -int(value.normalize().as_tuple().exponent))
    return f"{value:,.{places}f} {unit or ''}".strip()


def _grouped(value: Decimal, places: int) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    text = f"{abs(rounded):,.{places}f}"
    return f"({text})" if rounded < 0 else text


def _figures(statement: Statement) -> Iterable[Figure]:
    return (figure for line in statement.lines for figure in line.figures)
