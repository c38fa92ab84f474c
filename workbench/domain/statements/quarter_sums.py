"""Quarters that do not make their year: the figures that keep a year from being the sum of its quarters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import KnownFact
from workbench.domain.facts.periods import FiscalCalendar, FiscalPeriod
from workbench.domain.facts.standards import are_of_one_standard
from workbench.domain.statements.computed_figure import ComputedFigure, adds_up, is_same, sum_holds
from workbench.domain.statements.concepts import Balance, LineDefinition, UnitKind

_Compute = Callable[[str, FiscalPeriod], ComputedFigure]
_IsOpen = Callable[[str, FiscalPeriod], bool]
_MixesBases = Callable[[LineDefinition, Sequence[KnownFact]], bool]


class QuarterSums:
    """Compares the years of a company's lines with their quarters, trimesters or half-years.

    `compute` gives a figure whether or not its year adds up, `is_open` says whether that figure is just being proven,
    `mixes_bases` whether facts cannot be compared.
    """

    def __init__(
        self, facts: FactTable, calendar: FiscalCalendar, compute: _Compute, is_open: _IsOpen, mixes_bases: _MixesBases
    ) -> None:
        self._facts = facts
        self._compute = compute
        self._is_open = is_open
        self._mixes_bases = mixes_bases
        self._years: Mapping[date, FiscalPeriod] = {year.start: year for year in calendar.years}
        self._quarters: dict[date, list[FiscalPeriod]] = {}
        for quarter in calendar.quarters:
            self._quarters.setdefault(quarter.year_start, []).append(quarter)
        self._breaking: dict[tuple[str, date], Sequence[ComputedFigure]] = {}

    def breaking(self, line: LineDefinition | None, period: FiscalPeriod) -> Sequence[ComputedFigure]:
        """The quarters of the period's year that keep it from being their sum; none for a line that the template lacks.

        Where the year was restated apart from its quarters, only those that are known to be astray all the same.
        """
        year = self._years.get(period.year_start)
        if line is None or line.unit is not UnitKind.MONEY or line.balance is not Balance.DURATION or year is None:
            return ()
        key = line.name, year.start
        breaking = self._breaking.get(key)
        if breaking is None:
            quarters = self._quarters.get(year.start, [])
            if any(self._is_open(line.name, quarter) for quarter in quarters):
                return ()
            breaking = self._of_year(line, year, quarters)
            # While a figure is being proven it is unknown only because of that.
            if not self._is_open(line.name, year):
                self._breaking[key] = breaking
        return breaking

    def _of_year(self, line: LineDefinition, year: FiscalPeriod, quarters: Sequence[FiscalPeriod]) -> Sequence[ComputedFigure]:
        if sum(quarter.months for quarter in quarters) != 12:
            return ()
        whole, *parts = (self._compute(line.name, each) for each in (year, *quarters))
        facts = [fact for each in (whole, *parts) for fact in each.facts]
        if not are_of_one_standard([fact.concept for fact in facts]):
            return ()  # a year that was restated to other standards than its quarters says nothing about them
        holds = sum_holds(whole, parts)
        if holds is None or (not holds and self._mixes_bases(line, facts)):
            return self._restated_apart(whole, parts, year, quarters)
        return () if holds else _not_of_the_year(whole, parts)

    def _restated_apart(
        self, whole: ComputedFigure, parts: Sequence[ComputedFigure], year: FiscalPeriod, quarters: Sequence[FiscalPeriod]
    ) -> Sequence[ComputedFigure]:
        """A separate restatement may explain a difference, but not one within a filing, nor a quarter under another tag."""
        astray = [part for part in parts if self._is_astray(part, year, quarters)]
        if astray or whole.formula is not None or adds_up(whole, parts) is not False:
            return astray
        others = _of_other_concepts(whole, parts)
        return parts if _is_all_but(whole, parts, others) else [part for part in others if part.formula is None]

    def _is_astray(self, part: ComputedFigure, year: FiscalPeriod, quarters: Sequence[FiscalPeriod]) -> bool:
        """Whether the filing that gave a quarter also gave its year and the other quarters, and they do not add up there.

        A note can put the parts of a figure under the tag of the whole (General Electric, quarters of 2009 and 2010), or the
        quarters of one year under the dates of another.
        """
        if part.formula is not None or len(part.facts) != 1:
            return False
        (fact,) = part.facts
        filed = self._facts.filed_by(fact.accession, fact.concept, fact.unit)
        whole, *values = (filed.get((each.start, each.end)) for each in (year, *quarters))
        known = [value for value in values if value is not None]
        return whole is not None and len(known) == len(values) and not is_same(whole, sum(known, Decimal(0)), *known)


def _not_of_the_year(whole: ComputedFigure, parts: Sequence[ComputedFigure]) -> Sequence[ComputedFigure]:
    """The quarters from other concepts than the year's; all of them if there are none, or if the rest is the whole year."""
    others = _of_other_concepts(whole, parts)
    return parts if _is_all_but(whole, parts, others) else others or parts


def _of_other_concepts(whole: ComputedFigure, parts: Sequence[ComputedFigure]) -> list[ComputedFigure]:
    return [part for part in parts if part.concepts != whole.concepts]


def _is_all_but(whole: ComputedFigure, parts: Sequence[ComputedFigure], others: Sequence[ComputedFigure]) -> bool:
    """Whether the rest is the whole year already, so that nothing is left for the others (Oracle's last quarter of 2018)."""
    rest = [part.value for part in parts if part.value is not None and part not in others]
    is_whole = whole.value is not None and is_same(whole.value, sum(rest, Decimal(0)), *rest)
    return is_whole and any(part.value for part in others)
