"""Figures as text on pages."""

from __future__ import annotations

from decimal import Decimal


def exact(value: Decimal, unit: str | None) -> str:
    """All digits as filed, grouped, with the unit: `391,035,000,000 USD`."""
    places = max(0, -int(value.normalize().as_tuple().exponent))
    return f"{value:,.{places}f} {unit or ''}".strip()


def compact(value: Decimal, unit: str) -> str:
    """An amount in a few characters: `391.0 bn USD`, `43.3%`."""
    if unit == "pure":
        return f"{value * 100:.1f}%".replace("-", "−")
    for divisor, name in ((10**12, " tn"), (10**9, " bn"), (10**6, " m"), (10**3, " k")):
        if abs(value) >= divisor:
            return f"{value / divisor:,.1f}{name} {unit}".replace("-", "−")
    places = 2 if "/" in unit else 0
    return f"{value:,.{places}f} {unit}".replace("-", "−")
