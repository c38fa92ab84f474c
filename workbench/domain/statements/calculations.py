"""How a filing says its own figures add up: the calculations of its linkbase."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from workbench.domain.identity import Company
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.statement import StatementKind


class Term(NamedTuple):
    """One part of a total: a concept as `taxonomy:tag`, and what it is multiplied by, most often 1 or -1."""

    concept: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Calculation:
    """A total and its terms, in one role (a statement or a note) of a filing. Concepts are `taxonomy:tag`."""

    role: str
    total: str
    terms: tuple[Term, ...]

    @property
    def concepts(self) -> tuple[str, ...]:
        """The total and the concepts of its terms."""
        return (self.total, *(term.concept for term in self.terms))


class ExactFact(NamedTuple):
    """A figure of a filing for the company as a whole. `decimals`: how exact it is (-6: to the million), None for exactly."""

    concept: str
    unit: str
    period_start: date | None
    period_end: date
    value: Decimal
    decimals: int | None


Span = tuple[str, date | None, date]  # unit, first and last day


class Sum(NamedTuple):
    """What a total is, and what its terms come to; `slack` is how far apart rounding can take them."""

    total: Decimal
    terms: Decimal
    slack: Decimal

    @property
    def holds(self) -> bool:
        """Whether rounding explains the difference."""
        return abs(self.total - self.terms) <= self.slack


class FiledFigures:
    """The figures of one filing by period; of several for one quantity the most exact, as tables repeat rounded ones."""

    def __init__(self, facts: Iterable[ExactFact]) -> None:
        self._by_span: dict[Span, dict[str, ExactFact]] = {}
        for fact in facts:
            known = self._by_span.setdefault((fact.unit, fact.period_start, fact.period_end), {})
            if fact.concept not in known or _exactness(fact) > _exactness(known[fact.concept]):
                known[fact.concept] = fact

    @property
    def spans(self) -> Iterator[Span]:
        """The units and periods anything is stated for."""
        return iter(self._by_span)

    def find(self, concept: str, span: Span) -> ExactFact | None:
        """The figure for a period, or None."""
        return self._by_span.get(span, {}).get(concept)

    def sum_of(self, calculation: Calculation, span: Span) -> Sum | None:
        """A calculation for one period; None without its total or without any term.

        A term that is not stated counts as nothing. Every figure is taken as rounded to the nearest, so that it stands for
        half its last digit more or less, and a calculation holds when the two ranges meet (Calculations 1.1, XBRL
        International 2023, https://www.xbrl.org/Specification/calculation-1.1).
        """
        total = self.find(calculation.total, span)
        stated = [(term.weight, fact) for term in calculation.terms if (fact := self.find(term.concept, span)) is not None]
        if total is None or not stated:
            return None
        slack = _half_digit(total) + sum((abs(weight) * _half_digit(fact) for weight, fact in stated), Decimal(0))
        return Sum(total.value, sum((weight * fact.value for weight, fact in stated), Decimal(0)), slack)


# Statements are rounded to a million at most.
_ROUNDINGS = (6, 5, 3)
_USUAL = 0.9


def as_usually_rounded(facts: Sequence[ExactFact]) -> list[ExactFact]:
    """The facts of one filing that does not say how exact they are, with `decimals` as most of their unit have them.

    A filing rounds its statements alike: where nine in ten figures of a unit are whole millions, hundred thousands or
    thousands, such a figure counts as rounded to those, and any other as exact.
    """
    by_unit: dict[str, list[ExactFact]] = {}
    for fact in facts:
        by_unit.setdefault(fact.unit, []).append(fact)
    return [
        fact._replace(decimals=_decimals(fact, digits))
        for known in by_unit.values()
        for digits in [_usual(known)]
        for fact in known
    ]


def _usual(facts: Sequence[ExactFact]) -> int:
    values = [fact.value for fact in facts if fact.value]
    whole = (digits for digits in _ROUNDINGS if sum(_is_whole(value, digits) for value in values) >= _USUAL * len(values))
    return next(whole, 0) if values else 0


def _decimals(fact: ExactFact, digits: int) -> int | None:
    return -digits if digits and _is_whole(fact.value, digits) else None


def _is_whole(value: Decimal, digits: int) -> bool:
    return value % Decimal(1).scaleb(digits) == 0


def _exactness(fact: ExactFact) -> tuple[float, Decimal]:
    return (float("inf") if fact.decimals is None else fact.decimals), fact.value


def _half_digit(fact: ExactFact) -> Decimal:
    return Decimal(0) if fact.decimals is None else Decimal("0.5").scaleb(-fact.decimals)


def by_statement(
    calculations: Sequence[Calculation], company: Company, industry: str
) -> Mapping[StatementKind, tuple[Calculation, ...]]:
    """Those calculations that a statement shows, by the statement.

    Linkbases do not say which role is which statement: it is the one with the most totals of that statement's lines. A note
    that divides what stands on the statement belongs to it as well.
    """
    found: dict[StatementKind, tuple[Calculation, ...]] = {}
    taken: set[Calculation] = set()
    for kind in StatementKind:
        role = statement_role(calculations, kind, company, industry)
        if role is None:
            found[kind] = ()
            continue
        shown = {concept for each in calculations if each.role == role for concept in each.concepts}
        found[kind] = tuple(each for each in calculations if each not in taken and (each.role == role or each.total in shown))
        taken.update(found[kind])
    return found


def statement_role(calculations: Iterable[Calculation], kind: StatementKind, company: Company, industry: str) -> str | None:
    """The role of a linkbase that is a statement, or None."""
    template = ConceptMap.load().template(kind, industry, company)
    totals = {tag for line in template.lines if line.is_total for tag in line.tags}
    counts: dict[str, int] = {}
    for each in calculations:
        counts[each.role] = counts.get(each.role, 0) + (each.total in totals)
    best = max(counts, key=lambda role: (counts[role], role), default=None)
    return best if best is not None and counts[best] else None
