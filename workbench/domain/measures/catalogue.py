"""The measures by which companies are compared and screened: statement lines, ratios and valuation measures."""

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
    """One statement line, ratio or valuation measure. `kind` is the first statement of a line, None for others.

    `unit` is money, per_share, shares, pct (0 to 100), ratio or days. A valuation measure `is_of_price`:
    it belongs to the last close, not to a period.
    """

    name: str
    label: str
    kind: StatementKind | None
    unit: str
    is_of_price: bool = False

    @property
    def has_currency(self) -> bool:
        """Whether its figures compare only between companies that report in the same currency."""
        return self.unit in ("money", "per_share")


@cache
def measures() -> dict[str, Measure]:
    """Every line and ratio of a fiscal period by name, in the order of the statements, then of the ratios."""
    by_name: dict[str, Measure] = {}
    for kind in StatementKind:
        for line in ConceptMap.load().lines[kind]:
            by_name.setdefault(line["name"], Measure(line["name"], line["label"], kind, line.get("kind", "money")))
    for ratio in ratio_definitions().values():
        by_name.setdefault(ratio.name, Measure(ratio.name, ratio.label, None, ratio.unit.value))
    return by_name


@cache
def screened_measures() -> dict[str, Measure]:
    """Every measure for screens: those of `measures`, then the valuation measures at the last close."""
    ratios = (multiple.ratio for multiple in multiples().values())
    return measures() | {each.name: Measure(each.name, each.label, None, each.unit.value, is_of_price=True) for each in ratios}


def measure(name: str) -> Measure:
    """The line or ratio of this name, in any case; raises InvalidRequest with the nearest names as a hint."""
    return _named(name, measures())


def screened_measure(name: str) -> Measure:
    """The same as `measure`, among the measures for screens."""
    return _named(name, screened_measures())


def _named(name: str, known: Mapping[str, Measure]) -> Measure:
    match = known.get(name.strip().lower())
    if match is None:
        near = get_close_matches(name.strip().lower(), known, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "`workbench concepts list` names the lines"
        raise InvalidRequest(f"{name.strip()!r} is not a statement line or a ratio", hint=hint)
    return match
