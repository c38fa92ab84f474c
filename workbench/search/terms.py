"""Lines and ratios that a question names: lines under the names that filings write, ratios as the lines of their formula."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, TypeVar

from workbench.domain.measures.formulas import statement_lines_of, statements_of_lines
from workbench.domain.measures.ratios import ratio_definitions
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.statement import StatementKind


@dataclass(frozen=True, slots=True)
class Expansion:
    """Words of the question that filings write as one of `filed`; `line` is that of the statements, if it is one."""

    mention_text: str
    line: str | None
    label: str
    filed: tuple[str, ...]

    @property
    def statements(self) -> tuple[StatementKind, ...]:
        """The statements that have the line; none for a name that is no line."""
        return statements_of_lines().get(self.line or "", ())


@dataclass(frozen=True, slots=True)
class RatioMention:
    """A ratio that the question names, and the lines of its formula; `ratio` is its name in the concept map, if it has one."""

    mention_text: str
    ratio: str | None
    label: str
    lines: tuple[Expansion, ...]


def expansions_in(text: str) -> list[Expansion]:
    """Lines of the statements, and names that filings spell out, which the text names; longest names first taken.

    >>> [expansion.label for expansion in expansions_in("capex plans")]
    ['Capital expenditure']
    """
    results: list[tuple[int, int, Expansion]] = []
    for pattern, expansion in _names():
        for match in pattern.finditer(text):
            if all(match.end() <= start or end <= match.start() for start, end, _ in results):
                named = Expansion(match.group(), expansion.line, expansion.label, expansion.filed)
                results.append((match.start(), match.end(), named))
    results.sort(key=lambda entry: entry[0])
    return list({expansion.label: expansion for _, _, expansion in reversed(results)}.values())[::-1]


def ratios_in(text: str) -> list[RatioMention]:
    """Ratios that the text names, with the lines of their formulas; longest names first taken.

    >>> [[line.line for line in mention.lines] for mention in ratios_in("quick ratio")]
    [['cash_and_equivalents', 'short_term_investments', 'receivables', 'current_liabilities']]
    """
    results: list[tuple[int, int, RatioMention]] = []
    for pattern, ratio in _ratio_names():
        for match in pattern.finditer(text):
            if all(match.end() <= start or end <= match.start() for start, end, _ in results):
                results.append((match.start(), match.end(), replace(ratio, mention_text=match.group())))
    results.sort(key=lambda entry: entry[0])
    return list({mention.label: mention for _, _, mention in reversed(results)}.values())[::-1]


@cache
def _names() -> tuple[tuple[re.Pattern[str], Expansion], ...]:
    names = [(name, expansion) for expansion, own in _lines().values() for name in own]
    for entry in _read("terms")["name"]:
        expansion = Expansion("", None, entry["filed"][0], tuple(entry["filed"]))
        names += [(name, expansion) for name in entry["names"]]
    return _patterns(names)


@cache
def _ratio_names() -> tuple[tuple[re.Pattern[str], RatioMention], ...]:
    names = []
    for entry in _read("ratios")["ratio"]:
        ratio = entry.get("ratio")
        label = ratio_definitions()[ratio].label if ratio else entry["label"]
        lines = entry.get("lines") or statement_lines_of(ratio)
        mention = RatioMention("", ratio, label, tuple(_line(line) for line in lines))
        names += [(name, mention) for name in {name.lower(): name for name in (*entry["names"], label)}.values()]
    return _patterns(names)


@cache
def _labels() -> Mapping[str, str]:
    return {line["name"]: str(line["label"]) for lines in ConceptMap.load().lines.values() for line in lines}


@cache
def _lines() -> Mapping[str, tuple[Expansion, tuple[str, ...]]]:
    """Lines that have other names or are filed under others, each with all its names."""
    results = {}
    for term in _read("terms")["term"]:
        label = _labels()[term["line"]]
        names = {name.lower(): name for name in (*term["names"], label)}
        results[term["line"]] = (Expansion("", term["line"], label, tuple(term["filed"])), tuple(names.values()))
    return results


def _line(name: str) -> Expansion:
    if name in _lines():
        return _lines()[name][0]
    label = _labels()[name]
    return Expansion("", name, label, (label.lower(),))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("workbench.search").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


_Meaning = TypeVar("_Meaning")


def _patterns(names: Iterable[tuple[str, _Meaning]]) -> tuple[tuple[re.Pattern[str], _Meaning], ...]:
    """Each name as a pattern, longest first; an abbreviation of three capitals may be a word in small letters."""
    ordered = sorted(names, key=lambda entry: (-len(entry[0]), entry[0]))
    return tuple(
        (re.compile(rf"(?<![\w&-]){re.escape(name)}(?![\w&-])", 0 if name.isupper() else re.IGNORECASE), meaning)
        for name, meaning in ordered
    )
