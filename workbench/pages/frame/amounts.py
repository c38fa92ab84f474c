"""Figures on pages."""

from __future__ import annotations

from decimal import Decimal


def exact(value: Decimal, unit: str | None) -> str:
    """All digits as filed, grouped, with the unit: `391,035,000,000 USD`."""
    places = max(0, -int(value.normalize().as_tuple().exponent))
    return f"{value:,.{places}f} {unit or ''}".strip()
