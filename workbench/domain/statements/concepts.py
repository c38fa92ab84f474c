"""The concept map: which XBRL tags reach which line of a statement. The map itself is data, in `concept_map/*.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from workbench.domain.identity import Company
from workbench.domain.statements.statement import StatementKind


class UnitKind(StrEnum):
    """What a line counts; the unit itself follows from the company's reporting currency."""

    MONEY = "money"
    PER_SHARE = "per_share"
    SHARES = "shares"


class Balance(StrEnum):
    """Whether a line is a flow over the period, or stands at its end (or at the start: the end of the one before)."""

    DURATION = "duration"
    INSTANT = "instant"
    OPENING = "opening"


class Choice(StrEnum):
    """How one tag is chosen when a company reports several for one period, with different values.

    FIRST in the order of the map. STEADY: the newest whose tag is used through the year, as the statement's own is. TOTAL:
    first of all one that the rest of the statement adds up with, then as STEADY. LARGEST: in the newest filing, since for
    costs that never turn negative a part is never more than the whole. PART: the first that is less than what another line,
    the whole, has from another tag; nothing where no tag says less than the whole. ROLLS: the one that the change in cash
    leads to from its own figure at the start.
    """

    FIRST = "first"
    STEADY = "steady"
    TOTAL = "total"
    LARGEST = "largest"
    PART = "part"
    ROLLS = "rolls"


@dataclass(frozen=True, slots=True)
class Operand:
    """One term of a formula: a line, added (+1) or subtracted (-1).

    A missing optional one counts as nothing. A condition is one that must be missing or nothing for the formula to hold. One
    that `is_filed` counts from filings alone, not by a formula of its own.
    """

    line: str
    sign: int
    is_optional: bool = False
    is_condition: bool = False
    is_filed: bool = False


@dataclass(frozen=True, slots=True)
class LineDefinition:
    """A line of a statement for one industry: its tags as `taxonomy:tag` in order of preference, and its formula, if any.

    `last_tags` serve where nothing of either is reported. `overlap` is an operand that a total under them can show to be
    counted twice; where no total does, operands that are `alike` refuse the sum. `distinct_from` is a line whose figure,
    under one of these tags too, is the same thing. A figure below one under the tags of `at_least`, a part of it, is no whole.
    `part_of` names the line of the same statement that takes this one in, where the choice is PART. A negative figure under a
    tag of one that `is_never_negative` has a wrong sign. What the formula gives must be what the terms of `must_equal` add up
    to where all of them are filed. The last tags serve `only_without` figures of these lines.
    """

    name: str
    label: str
    tags: tuple[str, ...]
    level: int = 0
    is_total: bool = False
    unit: UnitKind = UnitKind.MONEY
    balance: Balance = Balance.DURATION
    choice: Choice = Choice.FIRST
    formula: tuple[Operand, ...] = ()
    part_of: str = ""
    last_tags: tuple[str, ...] = ()
    overlap: str = ""
    alike: tuple[str, ...] = ()
    distinct_from: str = ""
    at_least: tuple[str, ...] = ()
    is_never_negative: bool = False
    must_equal: tuple[Operand, ...] = ()
    only_without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """The lines of one statement of one industry, in their order on the page."""

    industry: str
    kind: StatementKind
    lines: tuple[LineDefinition, ...]

    def with_tags(self, tags: Mapping[str, tuple[str, ...]]) -> Template:
        """The same with further tags of lines, by the line's name, after those the map prefers."""
        if not tags:
            return self
        return replace(self, lines=tuple(replace(each, tags=each.tags + tags.get(each.name, ())) for each in self.lines))


@dataclass(frozen=True)
class ConceptMap:
    """All templates, read once from the package's data. `version` names them in a report's manifest."""

    version: str
    anchors: frozenset[str]
    industries: tuple[Mapping[str, Any], ...]
    overrides: Mapping[str, Mapping[str, Mapping[str, Any]]]
    lines: Mapping[StatementKind, tuple[Mapping[str, Any], ...]] = field(repr=False)
    _templates: dict[tuple[StatementKind, str, str], Template] = field(default_factory=dict, init=False, repr=False)
    _tags: dict[StatementKind, frozenset[str]] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    @cache
    def load(cls) -> ConceptMap:
        """The map that ships with this version of the workbench."""
        head = read_data("map")
        lines = {kind: tuple(read_data(kind.value)["line"]) for kind in StatementKind}
        return cls(head["version"], frozenset(head["anchors"]), tuple(head["industry"]), head["override"], lines)

    @property
    def industry_names(self) -> tuple[str, ...]:
        """The industries that have a template."""
        return ("commercial", *(str(industry["name"]) for industry in self.industries))

    @property
    def industry_evidence(self) -> frozenset[str]:
        """Tags whose presence tells the industry of a company without a SIC code."""
        return frozenset(tag for industry in self.industries for tag in industry["reports"])

    def industry_of(self, company: Company, reported: Collection[str] = ()) -> str:
        """The industry template for a company: by its SIC code, else by what it reports, else `commercial`.

        A company of no special SIC code that reports deposits' interest is a bank all the same (a card issuer under 6199).
        """
        number = int(company.sic) if company.sic and company.sic.isdigit() else 0
        for industry in self.industries:
            if any(low <= number <= high for low, high in industry["sic"]):
                return str(industry["name"])
        if number == 0 or 6000 <= number < 7000:  # the SIC's division of finance, insurance and real estate
            for industry in self.industries:
                if any(tag in reported for tag in industry["reports"]):
                    return str(industry["name"])
        return "commercial"

    def template(self, kind: StatementKind, industry: str, company: Company | None = None) -> Template:
        """The lines of a statement for an industry, with the company's own overrides where there are any."""
        cik = str(company.cik) if company else ""
        key = (kind, industry, cik if cik in self.overrides else "")
        if key not in self._templates:
            self._templates[key] = self._template(kind, industry, self.overrides.get(cik, {}))
        return self._templates[key]

    def _template(self, kind: StatementKind, industry: str, own: Mapping[str, Mapping[str, Any]]) -> Template:
        lines = tuple(
            define_line({**line, **own.get(line["name"], {})}, kind, industry)
            for line in self.lines[kind]
            if is_for(line, industry)
        )
        return Template(industry, kind, lines)

    def all_tags(self, kind: StatementKind) -> frozenset[str]:
        """Every tag that reaches a line of this statement in any industry, and those that tell industry and periods."""
        if kind not in self._tags:
            found = set(self.industry_evidence | self.anchors)
            for line in self.lines[kind]:
                lists = [line["tags"], *line.get("tags_for", {}).values(), line.get("last_tags", ()), line.get("at_least", ())]
                lists += [own[line["name"]].get("tags", ()) for own in self.overrides.values() if line["name"] in own]
                found.update(_qualified(tag) for tags in lists for tag in tags)
            self._tags[kind] = frozenset(found)
        return self._tags[kind]


def read_data(name: str) -> dict[str, Any]:
    """One of the map's files, without its ending."""
    return tomllib.loads((resources.files("workbench.domain") / "concept_map" / f"{name}.toml").read_text(encoding="utf-8"))


def _qualified(tag: str) -> str:
    return tag if ":" in tag else f"us-gaap:{tag}"


def is_for(entry: Mapping[str, Any], industry: str) -> bool:
    """Whether an entry of the map is meant for an industry: `industries` are the only ones, `not_industries` left out."""
    return industry in entry.get("industries", (industry,)) and industry not in entry.get("not_industries", ())


def define_line(line: Mapping[str, Any], kind: StatementKind, industry: str) -> LineDefinition:
    """An entry of the map as the line of an industry's statement."""
    usual = Balance.INSTANT if kind is StatementKind.BALANCE else Balance.DURATION
    return LineDefinition(
        name=line["name"],
        label=line["label"],
        tags=tuple(_qualified(tag) for tag in line.get("tags_for", {}).get(industry, line["tags"])),
        level=line.get("level", 0),
        is_total=line.get("total", False),
        unit=UnitKind(line.get("kind", "money")),
        balance=Balance(line.get("balance", usual)),
        choice=Choice(line.get("choose", "part" if "part_of" in line else "first")),
        formula=parse_formula(line.get("formula_for", {}).get(industry, line.get("formula", ""))),
        part_of=line.get("part_of", ""),
        last_tags=tuple(_qualified(tag) for tag in line.get("last_tags", ())),
        overlap=line.get("overlap", ""),
        alike=tuple(line.get("alike", ())),
        distinct_from=line.get("distinct_from", ""),
        at_least=tuple(_qualified(tag) for tag in line.get("at_least", ())),
        is_never_negative=line.get("never_negative", False),
        must_equal=parse_formula(line.get("must_equal", "")),
        only_without=tuple(line.get("only_without", ())),
    )


def parse_formula(text: str) -> tuple[Operand, ...]:
    """Reads `a - b + c? - d!`: names of lines, the first without a sign; `?` optional, `!` a condition, `*` to be filed."""
    operands = []
    sign = 1
    for word in text.split():
        if word in "+-":
            sign = 1 if word == "+" else -1
        else:
            marks = {"is_optional": "?", "is_condition": "!", "is_filed": "*"}
            operands.append(Operand(word.rstrip("?!*"), sign, **{name: word.endswith(mark) for name, mark in marks.items()}))
    return tuple(operands)
