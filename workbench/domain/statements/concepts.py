"""The concept map: which XBRL tags belong to which line of a statement. The map itself is data, in `concept_map/*.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache, cached_property
from importlib import resources
from typing import Any

from workbench.domain.facts.standards import BALANCE_TOTALS
from workbench.domain.identity import Company
from workbench.domain.statements.statement import StatementKind


class UnitKind(StrEnum):
    """The kind of unit of a line; the unit itself follows from the company's reporting currency."""

    MONEY = "money"
    PER_SHARE = "per_share"
    SHARES = "shares"


class Balance(StrEnum):
    """Whether a line is a flow over the period, a balance at its end, or an opening balance (the end of the period before)."""

    DURATION = "duration"
    INSTANT = "instant"
    OPENING = "opening"


class Choice(StrEnum):
    """How one tag is chosen when a company reports several tags of a line for one period, with different values.

    FIRST: the first in the order of the map. STEADY: the newest whose tag is used throughout the year, as tags of statements
    are and tags of notes are not. TOTAL: a tag with which the rest of the statement adds up, otherwise as STEADY, but not one
    that is smaller than another of its filing. LARGEST: the largest in the newest filing, since a part is never larger than
    the whole. PART: the first that is smaller than the figure of another line, the whole; none if no tag is smaller. ROLLS:
    the tag whose opening balance plus the change in cash is its closing balance.
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

    A missing optional operand counts as zero. A condition is a line that must be missing or zero for the formula to hold. An
    operand that `is_filed` must come from filings, not from a formula of its own.
    """

    line: str
    sign: int
    is_optional: bool = False
    is_condition: bool = False
    is_filed: bool = False


@dataclass(frozen=True)
class LineDefinition:
    """A line of a statement for one industry: its tags as `taxonomy:tag` in order of preference, and its formula, if any.

    `fallback_tags`: tags to use when neither tags nor formula give a figure, unless a line of `fallback_unless` has one.
    `part_tags`: tags of one part of the line; see `workbench.domain.statements.parts`.
    `proven_by`: terms that the whole line equals.
    `overlap`: an operand that a total under the fallback tags can show to be counted twice.
    `possible_duplicates`: operands that refuse the sum if their figures are equal and no such total is filed.
    `distinct_from`: lines whose figure a company may repeat under these tags; an equal figure belongs to that line.
    `at_least`: tags of parts of this line; a figure smaller than one of them is not the whole line.
    `rest_tags`: tags of what the whole line has beside one of its tags, which proves the whole.
    `part_of`: the line of the same statement that includes this one, where the choice is PART.
    `is_never_negative`: a negative figure has the wrong sign.
    `is_with_total_assets`: every balance sheet gives it, so a value that was filed without the total assets of that day does
    not replace one that was filed with them.
    `must_equal`: terms whose sum the formula's result must equal, where all of them are filed.
    `at_most`: terms whose sum no figure of the line can exceed, where all of them are known.
    `formula_unless`: tags of balances, or of flows in the filings of the operands, that show that the formula leaves something
    out.
    `whole_of`: terms whose first one, or whose sum, is the line where the first one leads from revenue to operating income.
    `sign_of`: terms whose sum with the other sign is the line with the wrong one.
    `starts_from`, `on_the_way`, `leads_to`: the statement leads from the first terms over the second ones, or some of them, to
    the third line, and this line lies between; see `workbench.domain.statements.subtotals`.
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
    fallback_tags: tuple[str, ...] = ()
    overlap: str = ""
    possible_duplicates: tuple[str, ...] = ()
    distinct_from: tuple[str, ...] = ()
    at_least: tuple[str, ...] = ()
    rest_tags: tuple[str, ...] = ()
    is_never_negative: bool = False
    is_with_total_assets: bool = False
    must_equal: tuple[Operand, ...] = ()
    at_most: tuple[Operand, ...] = ()
    sign_of: tuple[Operand, ...] = ()
    formula_unless: tuple[str, ...] = ()
    whole_of: tuple[Operand, ...] = ()
    fallback_unless: tuple[str, ...] = ()
    part_tags: tuple[str, ...] = ()
    proven_by: tuple[Operand, ...] = ()
    starts_from: tuple[Operand, ...] = ()
    on_the_way: tuple[Operand, ...] = ()
    leads_to: str = ""

    @cached_property
    def all_tags(self) -> tuple[str, ...]:
        """The tags, the fallback tags and the tags of parts, in order of preference."""
        return tuple(dict.fromkeys((*self.tags, *self.fallback_tags, *self.part_tags)))

    @cached_property
    def whole_or_part(self) -> LineDefinition:
        """The line with all of its tags."""
        return replace(self, name=f"{self.name} or its parts", tags=self.all_tags)

    @cached_property
    def with_fallback_tags(self) -> LineDefinition:
        """The line with its fallback tags behind its tags."""
        return replace(self, name=f"{self.name} with fallback tags", tags=(*self.tags, *self.fallback_tags))

    @cached_property
    def by_fallback_tags(self) -> LineDefinition:
        """The line by its fallback tags alone."""
        return replace(self, name=f"{self.name} by fallback tags", tags=self.fallback_tags)

    @cached_property
    def in_parts(self) -> LineDefinition:
        """The line by the tags that are of parts of it, or may be."""
        return replace(self, name=f"{self.name} in parts", tags=(*self.fallback_tags, *self.part_tags))

    @cached_property
    def of_unproven_parts(self) -> LineDefinition:
        """The line by the tags that are of one part only."""
        return replace(self, name=f"{self.name} of unproven parts", tags=self.part_tags)

    @property
    def formula_text(self) -> str:
        """The formula as a reader writes it, such as `revenue - cost_of_revenue`; empty without one."""
        return " ".join(f"{'+' if term.sign > 0 else '-'} {term.line}" for term in self.formula).removeprefix("+ ")


@dataclass(frozen=True, slots=True)
class Template:
    """The lines of one statement of one industry, in their order on the page."""

    industry: str
    kind: StatementKind
    lines: tuple[LineDefinition, ...]

    def with_tags(self, tags: Mapping[str, tuple[str, ...]]) -> Template:
        """The template with further tags, by line name, placed after the tags of the map."""
        if not tags:
            return self
        lines = (replace(each, tags=each.tags + tags[each.name]) if each.name in tags else each for each in self.lines)
        return replace(self, lines=tuple(lines))


@dataclass(frozen=True)
class ConceptMap:
    """All templates, read once from the package's data. A report's manifest records their `version`."""

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
        """The map of this version of the workbench."""
        head = read_data("map")
        lines = {kind: tuple(read_data(kind.value)["line"]) for kind in StatementKind}
        return cls(head["version"], frozenset(head["anchors"]), tuple(head["industry"]), head["override"], lines)

    @property
    def industry_names(self) -> tuple[str, ...]:
        """The industries that have a template."""
        return ("commercial", *(str(industry["name"]) for industry in self.industries))

    @property
    def industry_evidence(self) -> frozenset[str]:
        """Tags whose presence shows the industry of a company without a SIC code."""
        return frozenset(tag for industry in self.industries for tag in industry["reports"])

    def industry_of(self, company: Company, reported: Collection[str] = ()) -> str:
        """The industry template for a company: by its SIC code, else by the tags it reports, else `commercial`.

        A financial company that reports interest on deposits is a bank, even without a bank's SIC code (a card issuer: 6199).
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
        """The lines of a statement for an industry, with the company's own overrides, if any."""
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
        """Every tag of this statement's lines in any industry, and those that show the industry, the fiscal periods and the
        accounting standard."""
        if kind not in self._tags:
            tags = set(self.industry_evidence | self.anchors).union(BALANCE_TOTALS)
            for line in self.lines[kind]:
                lists = [line.get(key, ()) for key in (*_TAG_LISTS, "at_least", "rest_tags", "formula_unless")]
                lists += [tags for key in _TAG_LISTS for tags in line.get(f"{key}_for", {}).values()]
                lists += [own[line["name"]].get("tags", ()) for own in self.overrides.values() if line["name"] in own]
                tags.update(_qualified(tag) for each in lists for tag in each)
            self._tags[kind] = frozenset(tags)
        return self._tags[kind]


def read_data(name: str) -> dict[str, Any]:
    """The content of one of the map's files, by its name without `.toml`."""
    return tomllib.loads((resources.files("workbench.domain") / "concept_map" / f"{name}.toml").read_text(encoding="utf-8"))


# The lists of tags of a line; `<list>_for` has those of an industry.
_TAG_LISTS = ("tags", "fallback_tags", "part_tags")


def _qualified(tag: str) -> str:
    return tag if ":" in tag else f"us-gaap:{tag}"


def _tags(line: Mapping[str, Any], key: str, industry: str) -> tuple[str, ...]:
    return tuple(_qualified(tag) for tag in line.get(f"{key}_for", {}).get(industry, line.get(key, ())))


def is_for(entry: Mapping[str, Any], industry: str) -> bool:
    """Whether an entry of the map applies to an industry: only to `industries`, if given, and never to `not_industries`."""
    return industry in entry.get("industries", (industry,)) and industry not in entry.get("not_industries", ())


def define_line(line: Mapping[str, Any], kind: StatementKind, industry: str) -> LineDefinition:
    """The line of an industry's statement from an entry of the map."""
    usual = Balance.INSTANT if kind is StatementKind.BALANCE else Balance.DURATION
    return LineDefinition(
        name=line["name"],
        label=line["label"],
        tags=_tags(line, "tags", industry),
        level=line.get("level", 0),
        is_total=line.get("total", False),
        unit=UnitKind(line.get("kind", "money")),
        balance=Balance(line.get("balance", usual)),
        choice=Choice(line.get("choose", "part" if "part_of" in line else "first")),
        formula=parse_formula(line.get("formula_for", {}).get(industry, line.get("formula", ""))),
        part_of=line.get("part_of", ""),
        fallback_tags=_tags(line, "fallback_tags", industry),
        part_tags=_tags(line, "part_tags", industry),
        proven_by=parse_formula(line.get("proven_by", "")),
        starts_from=parse_formula(line.get("starts_from", "")),
        on_the_way=parse_formula(line.get("on_the_way", "")),
        leads_to=line.get("leads_to", ""),
        overlap=line.get("overlap", ""),
        possible_duplicates=tuple(line.get("possible_duplicates", ())),
        distinct_from=tuple(line.get("distinct_from", ())),
        at_least=tuple(_qualified(tag) for tag in line.get("at_least", ())),
        rest_tags=tuple(_qualified(tag) for tag in line.get("rest_tags", ())),
        is_never_negative=line.get("never_negative", False),
        is_with_total_assets=line.get("with_total_assets", False),
        must_equal=parse_formula(line.get("must_equal", "")),
        at_most=parse_formula(line.get("at_most", "")),
        sign_of=parse_formula(line.get("sign_of", "")),
        formula_unless=tuple(_qualified(tag) for tag in line.get("formula_unless", ())),
        fallback_unless=tuple(line.get("fallback_unless", ())),
        whole_of=parse_formula(line.get("whole_of", "")),
    )


@cache
def parse_formula(text: str) -> tuple[Operand, ...]:
    """Parses `a - b + c? - d!`: line names, the first without a sign; `?` optional, `!` condition, `*` must be filed."""
    operands = []
    sign = 1
    for word in text.split():
        if word in "+-":
            sign = 1 if word == "+" else -1
        else:
            marks = {"is_optional": "?", "is_condition": "!", "is_filed": "*"}
            operands.append(Operand(word.rstrip("?!*"), sign, **{name: word.endswith(mark) for name, mark in marks.items()}))
    return tuple(operands)
