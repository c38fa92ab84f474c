"""Formats figures for pages, terminal and reports: grouped digits, negative figures in brackets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

DASH = "–"
MILLION = Decimal(10**6)


def grouped(value: Decimal, places: int, sign: str = "") -> str:
    """`1,234.5%`, negative `(1,234.5%)`, rounded half to even; a value that rounds to zero has no brackets."""
    text = f"{value.copy_abs():,.{places}f}"
    return f"({text}{sign})" if value < 0 and text.strip("0.") else f"{text}{sign}"


def in_units(value: Decimal, divisor: Decimal = MILLION, places: int = 0, sign: str = "") -> str:
    """Money or shares in millions, or other units of `divisor`.

    A value below half a unit is shown with two digits, so that it never appears as zero.
    """
    amount = value / divisor
    return grouped(amount, 1 - amount.adjusted() if amount and abs(amount) < Decimal("0.5") else places, sign)


@dataclass(frozen=True, slots=True)
class StatementUnits:
    """The format of a statement's amounts: divided by `divisor`, which `scale` names, in `currency`.

    `currency` is that of most amounts, empty without amounts; amounts in other currencies show theirs. `scale` is empty if
    amounts are shown in full.
    """

    divisor: Decimal
    scale: str
    currency: str

    @property
    def words(self) -> str:
        """For a heading: `USD millions`, `JPY`, `millions`."""
        return f"{self.currency} {self.scale}".strip()

    def text(self, value: Decimal | None, unit: str | None) -> str:
        """One figure: per-share amounts to the cent, pure numbers in per cent, all else in the scale; a dash for none."""
        if value is None:
            return DASH
        if unit == "pure":
            return grouped(value * 100, 1, "%")
        if unit is not None and "/" in unit:
            return grouped(value, 2)
        amount = in_units(value, self.divisor)
        return f"{amount} {unit}" if is_money(unit) and unit != self.currency else amount


_SCALES = (
    (Decimal(10**15), Decimal(10**9), "billions"),  # from here on millions would have ten digits
    (Decimal(10**8), MILLION, "millions"),
    (Decimal(10**5), Decimal(10**3), "thousands"),
    (Decimal(0), Decimal(1), ""),
)


def statement_units(figures: Iterable[tuple[Decimal | None, str | None]]) -> StatementUnits:
    """The units in which a statement with these figures (value and unit) is shown on pages, in the terminal and in reports.

    The largest amount in the main currency keeps three digits before the point; with ten or more in millions it is in
    billions. Millions for a statement without amounts.
    """
    amounts = [(abs(value), unit) for value, unit in figures if value and unit is not None and is_money(unit)]
    if not amounts:
        return StatementUnits(MILLION, "millions", "")
    currency = Counter(unit for _, unit in amounts).most_common(1)[0][0]
    largest = max(value for value, unit in amounts if unit == currency)
    divisor, scale = next((divisor, scale) for least, divisor, scale in _SCALES if largest >= least)
    return StatementUnits(divisor, scale, currency)


def is_money(unit: str | None) -> bool:
    """Whether the unit is a currency by its three letters: neither shares, nor per share, nor a pure number."""
    return unit is not None and len(unit) == 3 and unit.isalpha() and unit.isupper()


def by_unit(value: Decimal | None, unit: str | None) -> str:
    """A figure in a table whose rows differ in size and unit; a dash for None.

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
