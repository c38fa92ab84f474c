"""Figures that the rest of their statement refutes.

A total of segments under the tag of operating income is no line of the statement. Other figures are larger than what they are
a part of, have the other sign, or are one line of the whole that their tag names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.statements.computed_figure import ComputedFigure, Refusal, is_same
from workbench.domain.statements.concepts import LineDefinition, Operand

_FromTags = Callable[[LineDefinition, FiscalPeriod], ComputedFigure]
_Value = Callable[[str], Decimal | None]


class Subtotals:
    """Judges filed subtotals of lines that name the way on which they must lie (see `LineDefinition.on_the_way`)."""

    def __init__(self, lines: Mapping[str, LineDefinition], years: Sequence[FiscalPeriod], from_tags: _FromTags) -> None:
        self._lines = lines
        self._years = years
        self._from_tags = from_tags
        self._beside: dict[tuple[str, FiscalPeriod], bool] = {}

    def is_beside(self, line: LineDefinition, period: FiscalPeriod) -> bool:
        """Whether the statement leads past the line: the same steps, without it, close two years to the last digit.

        The years are the one of the period and the one before, or the first two. A subtotal that some of the steps lead to
        in one of these years is a line of the statement.
        """
        if not line.on_the_way:
            return False
        place = max((n for n, year in enumerate(self._years) if year.start <= period.start), default=0)
        years = self._years[max(place - 1, 0) :][:2]
        if len(years) < 2:
            return False
        key = line.name, years[0]
        if key not in self._beside:
            self._beside[key] = self._is_passed(line, years)
        return self._beside[key]

    def _is_passed(self, line: LineDefinition, years: Sequence[FiscalPeriod]) -> bool:
        sums = [self._sums(line, year) for year in years]
        goals = [self._value(line.leads_to, year) for year in years]
        if not all(sums) or None in goals:
            return False
        if any(self._value(line.name, year) in each for each, year in zip(sums, years, strict=True)):
            return False
        return tuple(goals) in zip(*sums, strict=True)

    def _sums(self, line: LineDefinition, year: FiscalPeriod) -> Sequence[Decimal]:
        """What each set of steps leads to from the start of the way; empty where the start is not filed.

        The sets stand in one order in every year: those without a step before the same ones with it.
        """
        start = [self._signed(term, year) for term in line.starts_from]
        if None in start:
            return ()
        sums = [sum((value for value in start if value is not None), Decimal(0))]
        for term in line.on_the_way:
            step = self._signed(term, year) or Decimal(0)
            sums += [each + step for each in sums] if step else sums
        return sums

    def _signed(self, term: Operand, year: FiscalPeriod) -> Decimal | None:
        value = self._value(term.line, year)
        return None if value is None else term.sign * value

    def _value(self, name: str, year: FiscalPeriod) -> Decimal | None:
        line = self._lines.get(name)
        return self._from_tags(line, year).value if line is not None else None


def refutation(line: LineDefinition, value: Decimal, value_of: _Value) -> Refusal | None:
    """Why a value cannot be the figure of a line (see `LineDefinition.at_most`, `sign_of`, `whole_of`).

    `value_of` gives the figures of other lines in the same column.
    """
    terms = _values(line.at_most, value_of)
    total = sum(terms, Decimal(0))
    if terms and value > total and not is_same(value, total, *terms):
        return Refusal.CONTRADICTED
    if line.whole_of and _is_one_line_of_several(line, value, value_of):
        return Refusal.CONTRADICTED
    terms = _values(line.sign_of, value_of)
    return Refusal.WRONG_SIGN if value and terms and value == -sum(terms, Decimal(0)) else None


def _values(terms: Sequence[Operand], value_of: _Value) -> list[Decimal]:
    """The values of the terms with their signs; empty if one of them is not known."""
    values = [term.sign * value for term in terms if (value := value_of(term.line)) is not None]
    return values if len(values) == len(terms) else []


def _is_one_line_of_several(line: LineDefinition, value: Decimal, value_of: _Value) -> bool:
    """Whether a figure is one line of the whole that its tag names: the statement has the whole under another tag."""
    total, *others = (value_of(term.line) for term in line.whole_of)
    revenue, operating = value_of("revenue"), value_of("operating_income")
    if total is None or revenue is None or operating is None or not is_same(revenue - total, operating, revenue, total):
        return False
    rest = total - sum((other for other in others if other is not None), Decimal(0))
    return not any(is_same(value, whole, revenue, total) for whole in (total, rest))
