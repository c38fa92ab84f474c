"""The definitions of scores; they are data, in `scores.toml`, in the notation of ratios."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from workbench.domain.measures.ratios import RatioDefinition, define_ratio, ratio_definitions
from workbench.domain.statements.concepts import is_for
from workbench.domain.statements.statement import PeriodKind


class Criterion(StrEnum):
    """When a part earns its point."""

    POSITIVE = "positive"
    ZERO = "zero"

    def points(self, value: Decimal) -> Decimal:
        """1 for a value that passes, else 0."""
        return Decimal(int(value > 0 if self is Criterion.POSITIVE else value == 0))


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One part of a score: a ratio, and either its weight or the test that earns a point."""

    ratio: RatioDefinition
    weight: Decimal = Decimal(1)
    test: Criterion | None = None

    def points(self, value: Decimal) -> Decimal:
        """What a value of the part adds to the score."""
        return self.test.points(value) if self.test else self.weight * value


@dataclass(frozen=True)
class Score:
    """A score of a published study; `unit` is pct, points or score, `reading` what the study says of a value."""

    name: str
    label: str
    unit: str
    source: str
    reading: str
    parts: tuple[ScorePart, ...]
    constant: Decimal
    restricted_to: Mapping[str, tuple[str, ...]]

    def is_for(self, industry: str) -> bool:
        """Whether the score was made for companies of this industry."""
        return is_for(self.restricted_to, industry)

    @property
    def formula(self) -> str:
        """The sum over its parts by their names."""
        terms = [
            part.ratio.name if part.test or part.weight == 1 else f"{part.weight} * {part.ratio.name}" for part in self.parts
        ]
        return " + ".join(([f"{self.constant}"] if self.constant else []) + terms)


@cache
def scores() -> Mapping[str, Score]:
    """Every score by its name, in their order."""
    file = resources.files("workbench.domain.scores") / "scores.toml"
    return {entry["name"]: _score(entry) for entry in tomllib.loads(file.read_text(encoding="utf-8"))["score"]}


@cache
def part_definitions() -> Mapping[str, RatioDefinition]:
    """Every ratio, and every part of a score, by its name."""
    return {**ratio_definitions(), **{part.ratio.name: part.ratio for score in scores().values() for part in score.parts}}


def _score(entry: Mapping[str, Any]) -> Score:
    restricted = {key: tuple(entry[key]) for key in ("industries", "not_industries") if key in entry}
    parts = tuple(_part(part, entry) for part in entry["part"])
    constant = Decimal(entry.get("constant", "0"))
    words = (entry["label"], entry["unit"], entry["source"], entry["reading"])
    return Score(entry["name"], *words, parts, constant, restricted)


def _part(part: Mapping[str, Any], entry: Mapping[str, Any]) -> ScorePart:
    of_year = {"group": entry["name"], "unit": "ratio", "periods": [PeriodKind.ANNUAL.value]}
    test = Criterion(part["test"]) if "test" in part else None
    return ScorePart(define_ratio({**part, **of_year}), Decimal(part.get("weight", "1")), test)
