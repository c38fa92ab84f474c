"""Sums over periods and signs, on the figures that statements show: a part of the audit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from workbench.domain.facts.standards import are_of_one_standard
from workbench.domain.statements.concepts import ConceptMap
from workbench.domain.statements.identities import Outcome, rounding
from workbench.domain.statements.outliers import NEVER_NEGATIVE
from workbench.domain.statements.statement import (
    Figure,
    PeriodKind,
    Statement,
    StatementKind,
    StatementPeriod,
)

YEAR_SUM, TRAILING, SIGNS = "year_is_sum_of_quarters", "twelve_months_are_the_year", "figures_have_their_sign"

# Reasons that say that a figure is not there, and not that it could not be proven.
_UNREPORTED = ("not_reported", "operand_missing", "not_subtractable", "not_additive")

Statements = Mapping[tuple[StatementKind, PeriodKind], Statement]


class Compared(NamedTuple):
    """An identity in one column, with the figures compared as line, label and figure."""

    name: str
    kind: StatementKind
    period: PeriodKind
    column: StatementPeriod
    outcome: Outcome
    difference: Decimal | None = None
    figures: tuple[tuple[str, str, Figure], ...] = ()


def sum_results(statements: Statements) -> Iterator[Compared]:
    """For each flow of each year: that it is the sum of its quarters, and that the twelve months to its end are the year."""
    for kind in (StatementKind.INCOME, StatementKind.CASHFLOW):
        years = statements[kind, PeriodKind.ANNUAL]
        quarters, trailing = (statements[kind, period] for period in (PeriodKind.QUARTERLY, PeriodKind.TTM))
        for place, year in enumerate(years.periods):
            of_year = [number for number, each in enumerate(quarters.periods) if each.year_start == year.start]
            at_end = [number for number, each in enumerate(trailing.periods) if each.end == year.end]
            for row, line in enumerate(years.lines):
                whole = (f"{line.label}, {year.label}", line.figures[place])
                if not _is_flow(line.figures[place]):
                    continue
                if len(of_year) == _QUARTERS:
                    parts = [_labelled(quarters, row, number) for number in of_year]
                    yield Compared(YEAR_SUM, kind, PeriodKind.ANNUAL, year, *_compare(line.line, whole, parts))
                for number in at_end:
                    parts = [_labelled(trailing, row, number)]
                    yield Compared(TRAILING, kind, PeriodKind.ANNUAL, year, *_compare(line.line, whole, parts))


_QUARTERS = 4
_Labelled = tuple[str, Figure]


def _labelled(statement: Statement, row: int, place: int) -> _Labelled:
    line = statement.lines[row]
    return f"{line.label}, {statement.periods[place].label}", line.figures[place]


def _is_flow(figure: Figure) -> bool:
    """Whether a figure is an amount of money over its period."""
    is_money = figure.unit is not None and len(figure.unit) == len("USD")
    return figure.value is not None and is_money and all(fact.period_start is not None for fact in figure.facts)


def _compare(
    line: str, whole: _Labelled, parts: Sequence[_Labelled]
) -> tuple[Outcome, Decimal | None, tuple[tuple[str, str, Figure], ...]]:
    """Whether a figure is the sum of others, how far it is apart, and the figures compared."""
    known = [part.value for _, part in parts if part.value is not None]
    if len(known) < len(parts):
        is_refused = any(part.value is None and part.reason not in _UNREPORTED for _, part in parts)
        return Outcome.REFUSED if is_refused else Outcome.NOT_CHECKED, None, ()
    if not are_of_one_standard([fact.concept for _, figure in (whole, *parts) for fact in figure.facts]):
        return Outcome.NOT_CHECKED, None, ()
    value = whole[1].value or Decimal(0)
    difference = value - sum(known)
    terms = sum(max(1, len(figure.facts)) for _, figure in (whole, *parts))
    outcome = Outcome.HOLDS if abs(difference) <= rounding(terms, value, *known) else Outcome.BROKEN
    return outcome, difference, tuple((line, label, figure) for label, figure in (whole, *parts))


def columns_once(statements: Sequence[Statement]) -> Iterator[tuple[Statement, int]]:
    """Each column of the statements, by its place, once for each span of time.

    The last day of a year is that of its fourth quarter too, and twelve months to it are the year: the figures are the same.
    """
    seen = set()
    for statement in sorted(statements, key=lambda each: list(PeriodKind).index(each.period)):
        for place, period in enumerate(statement.periods):
            span = statement.kind, period.start, period.end
            if span not in seen:
                seen.add(span)
                yield statement, place


def sign_results(statements: Sequence[Statement]) -> Iterator[Compared]:
    """For each figure of a line that cannot be negative: that it is not. Refused where it was filed as a negative number."""
    for statement, place in columns_once(statements):
        column = statement.periods[place]
        for line in statement.lines:
            if line.line not in _never_negative(statement.kind):
                continue
            figure = line.figures[place]
            if figure.value is None:
                if figure.reason == "wrong_sign":
                    yield Compared(SIGNS, statement.kind, statement.period, column, Outcome.REFUSED)
                continue
            outcome = Outcome.HOLDS if figure.value >= 0 else Outcome.BROKEN
            figures = ((line.line, line.label, figure),)
            yield Compared(SIGNS, statement.kind, statement.period, column, outcome, figure.value, figures)


@cache
def _never_negative(kind: StatementKind) -> frozenset[str]:
    of_map = {line["name"] for line in ConceptMap.load().lines[kind] if line.get("never_negative")}
    return frozenset(of_map.union(NEVER_NEGATIVE[kind]))
