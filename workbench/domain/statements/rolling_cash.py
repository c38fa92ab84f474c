"""Cash as the statement of cash flows defines it: the balance that the change in cash connects with the one before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import KnownFact
from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.statements.computed_figure import ComputedFigure, rolls
from workbench.domain.statements.concepts import Balance, LineDefinition
from workbench.domain.statements.tag_choice import TagChoice


def instant_of(line: LineDefinition, period: FiscalPeriod) -> date:
    """The day of a balance: the last day of the period, for an opening balance the day before its first."""
    return period.start - timedelta(days=1) if line.balance is Balance.OPENING else period.end


class RollingCash:
    """Balances of lines whose tag is the one that rolls forward."""

    def __init__(
        self,
        facts: FactTable,
        choice: TagChoice,
        years: Mapping[date, FiscalPeriod],
        unit: Callable[[LineDefinition, date], str],
        compute: Callable[[str, FiscalPeriod], ComputedFigure],
    ) -> None:
        self._facts = facts
        self._choice = choice
        self._years = years
        self._unit = unit
        self._compute = compute

    def balance(self, line: LineDefinition, period: FiscalPeriod) -> KnownFact | None:
        """Cash under the tag whose balances at start and end differ by the change in cash, in the period or its year.

        Companies include restricted cash, or cash held for sale, in one of the two statements only, and report both figures.
        """
        unit, day = self._unit(line, period.end), instant_of(line, period)
        for each in (period, self._years.get(period.year_start)):
            change = self._compute("net_change_in_cash", each).value if each else None
            if each is None or change is None:
                continue
            before = each.start - timedelta(days=1)
            for tag in line.tags:
                first, last = self._facts.find(tag, unit, None, before), self._facts.find(tag, unit, None, each.end)
                pair = self._rolled(first, change, last)
                if pair is not None:
                    rolled = {before: pair[0], each.end: pair[1]}.get(day)
                    return rolled or self._facts.find(tag, unit, None, day)
        return self._choice.choose(line, None, day)

    def _rolled(self, first: KnownFact | None, change: Decimal, last: KnownFact | None) -> tuple[KnownFact, KnownFact] | None:
        """The balances that the change in cash connects: the newest values, else values from before a restatement.

        A later filing can restate one balance alone (restricted cash included since) or date it to another day.
        """
        pairs = ((one, other) for one in self._facts.values_of(first) for other in self._facts.values_of(last))
        return next((pair for pair in pairs if rolls(pair[0].value, change, pair[1].value)), None)
