"""False claims of kinds that change more than one value: bounds, points and percentages, growth, and calendar years."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from decimal import Decimal

from tests.search import claim_phrases as phrases
from tests.search.generated_claims import Known, period_forms, period_text, value_text
from workbench.domain.statements.statement import PeriodKind

# What is said before a number that is this much larger or smaller than the figure, which makes it false.
_BOUNDS = (
    ("more than", "1.02"), ("over", "1.02"), ("at least", "1.02"), ("not less than", "1.02"), ("exceeding", "1.02"),
    ("less than", "0.98"), ("under", "0.98"), ("at most", "0.98"), ("no more than", "0.98"), ("just under", "0.98"),
    ("about", "1.06"), ("roughly", "0.93"), ("nearly", "1.08"), ("almost", "1.08"),
)  # fmt: skip
_EXACT = {"money": "${full:,.0f}", "per_share": "${number:.4f} per share", "pct": "{percent:.4f}%"}

Make = Callable[[random.Random, Known], str | None]


def _names(chance: random.Random, known: Known) -> tuple[str, str]:
    return chance.choice(phrases.COMPANIES[known.cik][0]), chance.choice(phrases.MEASURES[known.measure])


def _period(chance: random.Random, known: Known) -> str:
    return period_text(chance.choice(period_forms(known)), known.period)


def bounded(chance: random.Random, known: Known) -> str | None:
    """A bound or an approximation that the figure does not meet."""
    value = known.figure.value
    if value is None or value <= 0 or known.unit not in _EXACT:
        return None
    word, factor = chance.choice(_BOUNDS)
    company, measure = _names(chance, known)
    text = value_text(_EXACT[known.unit], value * Decimal(factor))
    return f"{company}'s {measure} was {word} {text} in {_period(chance, known)}."


def points_for_percent(chance: random.Random, known: Known) -> str | None:
    """The change of a share in per cent said to be points, or its points with the other sign."""
    value, before = known.figure.value, known.before.value if known.before else None
    if known.unit != "pct" or value is None or before is None or before <= 0:
        return None
    points, percent = value - before, (value / before - 1) * 100
    if abs(points - percent) < 1 or abs(points) < 1:
        return None
    company, measure = _names(chance, known)
    direction = 1 if points > 0 else -1
    moved, back = (chance.choice(phrases.MOVED[each]) for each in (direction, -direction))
    claimed = chance.choice((f"{moved} {abs(percent):.1f} percentage points", f"{back} {abs(points):.1f} percentage points"))
    return f"{company}'s {measure} {claimed} in {_period(chance, known)}."


def growth(chance: random.Random, known: Known) -> str | None:
    """A change of another size or direction, or the two figures exchanged."""
    value, before = known.figure.comparable, known.before.comparable if known.before else None
    if known.unit != "money" or value is None or before is None or value <= 0 or before <= 0:
        return None
    change = (value / before - 1) * 100
    if abs(change) < 3:
        return None
    direction = 1 if change > 0 else -1
    moved, back = (chance.choice(phrases.MOVED[each]) for each in (direction, -direction))
    company, measure = _names(chance, known)
    claimed = chance.choice(
        (
            f"{back} {abs(change):.1f}%",
            f"{moved} {abs(change) + 2:.1f}%",
            f"{moved} more than {abs(change) + 2:.0f}%",
            f"{moved} from ${value:,.0f} to ${before:,.0f}",
        )
    )
    return f"{company}'s {measure} {claimed} in {_period(chance, known)}."


def calendar_year(chance: random.Random, known: Known) -> str | None:
    """A fiscal year's figure said of the calendar year of the same number, which it is not for these companies."""
    if known.kind is not PeriodKind.ANNUAL or known.is_balance or known.unit != "money" or not known.figure.value:
        return None
    company, measure = _names(chance, known)
    claimed = chance.choice(("calendar {year}", "the calendar year {year}", "calendar year {year}", "CY{year}"))
    value = value_text(_EXACT["money"], known.figure.value)
    return f"{company}'s {measure} was {value} in {claimed.format(year=known.period.fiscal_year)}."


KINDS: Mapping[str, Make] = {
    "bound": bounded,
    "points": points_for_percent,
    "growth": growth,
    "calendar": calendar_year,
}
