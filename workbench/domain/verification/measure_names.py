"""Lines and ratios that sentences name."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib import resources

from workbench.domain.measures.catalogue import measures


@dataclass(frozen=True, slots=True)
class NamedMeasure:
    """A name of measures in [start, end) of a sentence: the measures that it can mean, the likeliest first.

    `is_negated`: the name states a loss or an outflow, so a number beside it has the other sign.
    """

    text: str
    start: int
    end: int
    senses: tuple[str, ...]
    is_negated: bool = False


def measures_in(text: str) -> list[NamedMeasure]:
    """The lines and ratios that a text names, from left to right; a longer name wins over one within it."""
    results: list[NamedMeasure] = []
    for pattern, senses, is_negated in _names():
        for match in pattern.finditer(text):
            if all(match.end() <= each.start or each.end <= match.start() for each in results):
                results.append(NamedMeasure(match.group(), match.start(), match.end(), senses, is_negated))
    return sorted(results, key=lambda each: each.start)


@cache
def _names() -> tuple[tuple[re.Pattern[str], tuple[str, ...], bool], ...]:
    file = resources.files("workbench.domain.verification").joinpath("measure_names.toml")
    entries = tomllib.loads(file.read_text(encoding="utf-8"))["name"]
    names: dict[str, tuple[tuple[str, ...], bool]] = {}
    for entry in entries:
        for name in entry["names"]:
            names.setdefault(name.lower(), (tuple(entry["of"]), entry.get("negated", False)))
    # Two lines can bear one label: depreciation of real estate and of a whole company.
    labelled: defaultdict[str, list[str]] = defaultdict(list)
    for measure in measures().values():
        labelled[measure.label.lower()].append(measure.name)
    for label, senses in labelled.items():
        names.setdefault(label, (tuple(senses), False))
    longest_first = sorted(names.items(), key=lambda item: (-len(item[0]), item[0]))
    return tuple((_pattern(name), senses, is_negated) for name, (senses, is_negated) in longest_first)


def _pattern(name: str) -> re.Pattern[str]:
    words = r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", name))
    return re.compile(rf"(?<![\w&-]){words}(?![\w&-])", re.IGNORECASE)
