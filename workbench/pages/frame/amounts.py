"""Figures as a reader of statements expects them: scaled, grouped, negatives in parentheses."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from workbench.domain.amounts import DASH, in_statement
from workbench.domain.statements.statement import Figure, Statement

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
    """One cell, in units of `divisor` where it is neither per share nor a ratio; a dash for none."""
    return DASH if figure.value is None else in_statement(figure.value, figure.unit, divisor)


def exact(value: Decimal, unit: str | None) -> str:
    """All digits as filed, grouped, with the unit: `391,035,000,000 USD`."""
    places = max(0, -int(value.normalize().as_tuple().exponent))
    return f"{value:,.{places}f} {unit or ''}".strip()


def _figures(statement: Statement) -> Iterable[Figure]:
    return (figure for line in statement.lines for figure in line.figures)
