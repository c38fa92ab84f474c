"""Figures as people read them, on pages, in the terminal and in reports alike: grouped, negative ones in brackets."""

from __future__ import annotations

from decimal import Decimal

DASH = "–"
MILLION = Decimal(10**6)


def grouped(value: Decimal, places: int, sign: str = "") -> str:
    """`1,234.5%`, negative `(1,234.5%)`, rounded half to even; what is rounded to nought has no brackets."""
    text = f"{value.copy_abs():,.{places}f}"
    return f"({text}{sign})" if value < 0 and text.strip("0.") else f"{text}{sign}"


def in_units(value: Decimal, divisor: Decimal = MILLION, places: int = 0, sign: str = "") -> str:
    """Money or shares in millions, or other units of `divisor`.

    Less than half of one keeps two digits: it is never shown as nought, which it is not.
    """
    amount = value / divisor
    return grouped(amount, 1 - amount.adjusted() if amount and abs(amount) < Decimal("0.5") else places, sign)


def in_statement(value: Decimal, unit: str | None, divisor: Decimal) -> str:
    """A cell of a statement: per-share figures to the cent, pure numbers in per cent, all else `in_units`."""
    if unit == "pure":
        return grouped(value * 100, 1, "%")
    if unit is not None and "/" in unit:
        return grouped(value, 2)
    return in_units(value, divisor)


def by_unit(value: Decimal | None, unit: str | None) -> str:
    """A cell of a table whose rows differ in size and unit; a dash for none.

    Money and shares in millions, with two places below ten; per cent (`pct`) with its sign and days to one place; multiples
    (`ratio`) and amounts per share to two.
    """
    if value is None:
        return DASH
    if unit == "pct":
        return grouped(value, 1, "%")
    if unit == "days":
        return grouped(value, 1)
    if unit == "ratio" or (unit is not None and "/" in unit):
        return grouped(value, 2)
    millions = value / MILLION
    return grouped(millions, 0 if abs(millions) >= 10 or not millions else 2)
