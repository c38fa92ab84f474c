"""What companies are compared and screened by: the lines of the three statements, and the ratios made of them."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from workbench.domain.concepts import ConceptMap
from workbench.domain.errors import InvalidRequest
from workbench.domain.ratios import ratio_definitions
from workbench.domain.statements import StatementKind


@dataclass(frozen=True, slots=True)
class Measure:
    """One line or ratio. `kind` is the statement a line stands on (the first of two), None for a ratio.

    `unit` is what it counts: money, per_share, shares, pct (0 to 100), ratio or days.
    """

    name: str
    label: str
    kind: StatementKind | None
    unit: str

    @property
    def has_currency(self) -> bool:
        """Whether figures of companies that report in different currencies do not compare."""
        return self.unit in ("money", "per_share")


@cache
def measures() -> dict[str, Measure]:
    """Every measure by name, in the order of the statements, then of the ratios."""
    found: dict[str, Measure] = {}
    for kind in StatementKind:
        for line in ConceptMap.load().lines[kind]:
            found.setdefault(line["name"], Measure(line["name"], line["label"], kind, line.get("kind", "money")))
    for ratio in ratio_definitions().values():
        found.setdefault(ratio.name, Measure(ratio.name, ratio.label, None, ratio.unit.value))
    return found


def measure(name: str) -> Measure:
    """The measure of this name, whatever its case; raises InvalidRequest, with the nearest names as a hint."""
    known = measures()
    found = known.get(name.strip().lower())
    if found is None:
        near = get_close_matches(name.strip().lower(), known, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "`workbench concepts list` names the lines"
        raise InvalidRequest(f"{name.strip()!r} is no line of a statement and no ratio", hint=hint)
    return found
