"""A filing's calculation linkbase: how its own figures add up."""

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
    """One part of a total: a concept as `taxonomy:tag` and its weight, mostly 1 or -1."""

    concept: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Calculation:
    """A total and its terms in one role (a statement or a note) of a filing. Concepts are `taxonomy:tag`."""

    role: str
    total: str
    terms: tuple[Term, ...]

    @property
    def concepts(self) -> tuple[str, ...]:
        """The total and the concepts of its terms."""
        return (self.total, *(term.concept for term in self.terms))


class ExactFact(NamedTuple):
    """A figure of a filing for the whole company. `decimals` is its accuracy (-6: to the million); None means exact."""

    concept: str
    unit: str
    period_start: date | None
    period_end: date
    value: Decimal
    decimals: int | None


Span = tuple[str, date | None, date]  # unit, first and last day


class Sum(NamedTuple):
    """A filed total and the sum of its terms; `slack` is the largest difference that rounding can cause."""

    total: Decimal
    terms: Decimal
    slack: Decimal

    @property
    def holds(self) -> bool:
        """Whether rounding explains the difference."""
        return abs(self.total - self.terms) <= self.slack


class FiledFigures:
    """The figures of one filing by period. Where several give one quantity, the most exact: tables repeat rounded figures."""

    def __init__(self, facts: Iterable[ExactFact]) -> None:
        self._by_span: dict[Span, dict[str, ExactFact]] = {}
        for fact in facts:
            known = self._by_span.setdefault((fact.unit, fact.period_start, fact.period_end), {})
            if fact.concept not in known or _exactness(fact) > _exactness(known[fact.concept]):
                known[fact.concept] = fact

    @property
    def spans(self) -> Iterator[Span]:
        """The units and periods for which the filing has figures."""
        return iter(self._by_span)

    def find(self, concept: str, span: Span) -> ExactFact | None:
        """The figure for a period, or None."""
        return self._by_span.get(span, {}).get(concept)

    def sum_of(self, calculation: Calculation, span: Span) -> Sum | None:
        """A calculation for one period; None if the total or every term is missing.

        A missing term counts as zero. Each figure is taken as rounded to nearest, so its true value lies within half of its
        last digit, and a calculation holds when the two ranges overlap (Calculations 1.1, XBRL International 2023,
        https://www.xbrl.org/Specification/calculation-1.1).
        """
        total = self.find(calculation.total, span)
        stated = [(term.weight, fact) for term in calculation.terms if (fact := self.find(term.concept, span)) is not None]
        if total is None or not stated:
            return None
        slack = _half_digit(total) + sum((abs(weight) * _half_digit(fact) for weight, fact in stated), Decimal(0))
        return Sum(total.value, sum((weight * fact.value for weight, fact in stated), Decimal(0)), slack)


# Statements are rounded at most to a million.
_ROUNDINGS = (6, 5, 3)
_USUAL = 0.9


def as_usually_rounded(facts: Sequence[ExactFact]) -> list[ExactFact]:
    """The facts of one filing that states no accuracy, with `decimals` inferred from most figures of the same unit.

    A filing rounds all its statements in the same way: where nine in ten figures of a unit are whole millions, hundred
    thousands or thousands, such figures count as rounded to that unit, and all others as exact.
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
    """The calculations of each statement.

    Linkbases do not say which role is which statement: the role with the most totals of a statement's lines is taken as that
    statement. A note that breaks down a figure of the statement belongs to it too.
    """
    shown_on: dict[StatementKind, tuple[Calculation, ...]] = {}
    taken: set[Calculation] = set()
    for kind in StatementKind:
        role = statement_role(calculations, kind, company, industry)
        if role is None:
            shown_on[kind] = ()
            continue
        shown = {concept for each in calculations if each.role == role for concept in each.concepts}
        shown_on[kind] = tuple(
            each for each in calculations if each not in taken and (each.role == role or each.total in shown)
        )
        taken.update(shown_on[kind])
    return shown_on


def statement_role(calculations: Iterable[Calculation], kind: StatementKind, company: Company, industry: str) -> str | None:
    """The linkbase role that stands for a statement, or None."""
    template = ConceptMap.load().template(kind, industry, company)
    totals = {tag for line in template.lines if line.is_total for tag in line.tags}
    counts: dict[str, int] = {}
    for each in calculations:
        counts[each.role] = counts.get(each.role, 0) + (each.total in totals)
    best = max(counts, key=lambda role: (counts[role], role), default=None)
    return best if best is not None and counts[best] else None
