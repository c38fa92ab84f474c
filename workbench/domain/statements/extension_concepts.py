"""Extension concepts: the map does not list them, but a filing's own calculations prove which line they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from workbench.domain.identity import Company
from workbench.domain.statements.calculations import Calculation, FiledFigures, Span, statement_role
from workbench.domain.statements.concepts import ConceptMap, Operand, Template, parse_formula, read_data
from workbench.domain.statements.statement import StatementKind


class ExtensionMapping(NamedTuple):
    """A concept mapped to a line of a statement, for one period of one filing. `line` is the line's name."""

    kind: StatementKind
    line: str
    concept: str
    unit: str
    period_start: date | None
    period_end: date


class _Identity(NamedTuple):
    """Lines whose signed sum is zero: the total with -1, its operands with their signs."""

    signs: Mapping[str, int]
    required: frozenset[str]

    @property
    def is_whole(self) -> bool:
        """Whether every line of it is required."""
        return len(self.required) == len(self.signs)


def extension_mappings(
    calculations: Sequence[Calculation], figures: FiledFigures, company: Company, industry: str
) -> list[ExtensionMapping]:
    """The concepts of a filing that its calculations prove to be a line, in order of their periods.

    A concept is proven when all of this holds: the calculation is on the statement; the map lists every other concept of the
    calculation, for lines at the same places of one of the map's identities; the concept stands at the place of the only line
    left; the calculation adds up within rounding; and the filing reports no listed tag of that line for that period.
    """
    listed = frozenset().union(*(ConceptMap.load().all_tags(kind) for kind in StatementKind))
    mappings: set[ExtensionMapping] = set()
    for kind in StatementKind:
        role = statement_role(calculations, kind, company, industry)
        template = ConceptMap.load().template(kind, industry, company)
        for calculation in calculations:
            if calculation.role == role:
                mappings.update(_extensions(calculation, template, listed, figures))
    return sorted(mappings, key=lambda each: (each.period_end, each.period_start or each.period_end, each))


def _extensions(
    calculation: Calculation, template: Template, listed: frozenset[str], figures: FiledFigures
) -> Iterator[ExtensionMapping]:
    unlisted = [concept for concept in calculation.concepts if concept not in listed]
    for concept in unlisted:
        for span in figures.spans:
            stated = [each for each in calculation.concepts if each == concept or figures.find(each, span) is not None]
            if figures.find(concept, span) is None or any(each in unlisted and each != concept for each in stated):
                continue
            line = _place(calculation, concept, stated, template)
            total = figures.sum_of(calculation, span)
            if line is None or total is None or not total.holds or _is_stated(line, template, figures, span):
                continue
            yield ExtensionMapping(template.kind, line, concept, *span)


def _is_stated(line: str, template: Template, figures: FiledFigures, span: Span) -> bool:
    tags = next(each.tags for each in template.lines if each.name == line)
    return any(figures.find(tag, span) is not None for tag in tags)


def _place(calculation: Calculation, unknown: str, stated: Sequence[str], template: Template) -> str | None:
    """The only line that the unknown concept can be by the map's identities; None if there is none or more than one."""
    signs = {term.concept: 1 if term.weight > 0 else -1 for term in calculation.terms if abs(term.weight) == 1}
    signs[calculation.total] = -1
    if any(concept not in signs for concept in stated):
        return None
    places = {
        place
        for identity in _identities(template.kind)
        # A total of only some lines of an identity may be a subtotal rather than the line itself.
        if (identity.is_whole or unknown != calculation.total)
        and (place := _place_in(identity, {concept: signs[concept] for concept in stated}, unknown, template)) is not None
    }
    return places.pop() if len(places) == 1 else None


def _place_in(identity: _Identity, signs: Mapping[str, int], unknown: str, template: Template) -> str | None:
    lines = {line.name: line for line in template.lines if line.name in identity.signs}
    taken: set[str] = set()
    for concept, sign in signs.items():
        if concept == unknown:
            continue
        own = [name for name, line in lines.items() if concept in line.all_tags and identity.signs[name] == sign]
        if len(own) != 1 or own[0] in taken:
            return None
        taken.add(own[0])
    left = identity.required - taken
    if len(left) != 1:
        return None
    (line,) = left
    return line if line in lines and identity.signs[line] == signs[unknown] else None


@cache
def _identities(kind: StatementKind) -> tuple[_Identity, ...]:
    return tuple(_identity(text) for text in read_data("calculations")[kind.value]["identities"])


def _identity(text: str) -> _Identity:
    total, _, rest = text.partition("=")
    operands: tuple[Operand, ...] = (Operand(total.strip(), -1), *parse_formula(rest))
    required = frozenset(operand.line for operand in operands if not operand.is_optional)
    return _Identity({operand.line: operand.sign for operand in operands}, required)
