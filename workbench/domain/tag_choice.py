"""Which of a line's tags gives the figure when a company reports several for one period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from workbench.domain.concepts import Choice, LineDefinition, Template
from workbench.domain.periods import length_of
from workbench.domain.vintages import FactTable, KnownFact


class TagChoice:
    """Chooses among tags by the rule of the line (see `Choice`)."""

    def __init__(self, template: Template, facts: FactTable, unit: Callable[[LineDefinition], str]) -> None:
        self._lines = {line.name: line for line in template.lines}
        self._facts = facts
        self._unit = unit

    def candidates(self, line: LineDefinition, start: date | None, end: date) -> Iterator[KnownFact]:
        """What is known under each of the line's tags, in the map's order."""
        unit = self._unit(line)
        find = self._facts.find
        for tag in line.tags:
            fact = find(tag, unit, start, end)
            if fact is not None:
                yield fact

    def choose(self, line: LineDefinition, start: date | None, end: date) -> KnownFact | None:
        """The fact that gives the line for a period (`start` None: at an instant), or None."""
        candidates = self.candidates(line, start, end)
        first = next(candidates, None)
        if first is None or line.choice is Choice.FIRST:
            return first
        known = [first, *candidates]
        newest = max(fact.filed_on for fact in known)
        # One filing tells the whole and its parts apart; figures of different filings may differ by a restatement.
        known = [fact for fact in known if fact.filed_on == newest]
        if len({fact.value for fact in known}) == 1:
            return known[0]
        if line.choice is Choice.LARGEST:
            return max(known, key=lambda fact: fact.value)
        return self._total(known)

    def _total(self, known: list[KnownFact]) -> KnownFact:
        """The total among figures that differ: proven by the statement it heads, or shown for the most periods.

        `Revenues` is the total by its definition, but filers have put it on a figure in a note (Procter & Gamble in 2014:
        its sales outside developed markets), and totals on a tag meant for a part (Under Armour to 2016).
        """
        proven = [fact for fact in known if self._adds_up(fact)]
        if proven:
            return proven[0]
        columns = [self._columns(fact) for fact in known]
        return known[columns.index(max(columns))]

    def _adds_up(self, revenue: KnownFact) -> bool:
        """Whether the filing's own subtotals follow from this revenue."""
        value = self._beside(revenue)
        cost, expenses, operating = value("cost_of_revenue"), value("operating_expenses"), value("operating_income")
        left = [revenue.value - costs for costs in (value("costs_and_expenses"), expenses) if costs is not None]
        results = {result for result in (operating, value("income_before_tax")) if result is not None}
        if any(rest in results for rest in left):
            return True
        if cost is None:
            return False
        gross = revenue.value - cost
        if gross == value("gross_profit"):
            return True
        selling = value("selling_general_administrative")
        if operating is None or selling is None:
            return False
        return gross - selling - (value("research_and_development") or Decimal(0)) == operating

    def _beside(self, revenue: KnownFact) -> Callable[[str], Decimal | None]:
        """Reads other lines of the same filing and period."""

        def value(name: str) -> Decimal | None:
            line = self._lines.get(name)
            if line is None:
                return None
            for fact in self.candidates(line, revenue.period_start, revenue.period_end):
                if fact.accession == revenue.accession:
                    return fact.value
            return None

        return value

    def _columns(self, fact: KnownFact) -> int:
        """For how many periods of this length the fact's filing reports its concept: a statement shows more than a note."""
        if fact.period_start is None:
            return 1
        length = length_of(fact.period_start, fact.period_end)
        counts = Counter(
            length_of(other.period_start, other.period_end)
            for other in self._facts.of(fact.concept)
            if other.accession == fact.accession and other.period_start is not None
        )
        return counts[length]
