"""What companies are compared and screened by: lines of the three statements, ratios made of them, measures of value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from workbench.domain.errors import InvalidRequest
from workbench.domain.measures.ratios import ratio_definitions
from workbench.domain.measures.valuation import multiples
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.statement import StatementKind


@dataclass(frozen=True, slots=True)
class Measure:
    """One line, ratio or measure of value. `kind` is the statement a line stands on (the first of two), None for another.

    `unit` is what it counts: money, per_share, shares, pct (0 to 100), ratio or days. A measure of value `is_of_price`: it is
    of the last close, not of a period.
    """

    name: str
    label: str
    kind: StatementKind | None
    unit: str
    is_of_price: bool = False

    @property
    def has_currency(self) -> bool:
        """Whether figures of companies that report in different currencies do not compare."""
        return self.unit in ("money", "per_share")


@cache
def measures() -> dict[str, Measure]:
    """Every line and ratio by name, in the order of the statements, then of the ratios: what a fiscal period has."""
    found: dict[str, Measure] = {}
    for kind in StatementKind:
        for line in ConceptMap.load().lines[kind]:
            found.setdefault(line["name"], Measure(line["name"], line["label"], kind, line.get("kind", "money")))
    for ratio in ratio_definitions().values():
        found.setdefault(ratio.name, Measure(ratio.name, ratio.label, None, ratio.unit.value))
    return found


@cache
def screened_measures() -> dict[str, Measure]:
    """Every measure that companies are screened by: those of `measures`, then what a company costs at its last close."""
    worth = (multiple.ratio for multiple in multiples().values())
    return measures() | {each.name: Measure(each.name, each.label, None, each.unit.value, is_of_price=True) for each in worth}


def measure(name: str) -> Measure:
    """The line or ratio of this name, whatever its case; raises InvalidRequest, with the nearest names as a hint."""
    return _named(name, measures())


def screened_measure(name: str) -> Measure:
    """The same among all that companies are screened by."""
    return _named(name, screened_measures())


def _named(name: str, known: Mapping[str, Measure]) -> Measure:
    found = known.get(name.strip().lower())
    if found is None:
        near = get_close_matches(name.strip().lower(), known, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "`workbench concepts list` names the lines"
        raise InvalidRequest(f"{name.strip()!r} is no line of a statement and no ratio", hint=hint)
    return found
