"""Chooses the tag that gives a line's figure when a company reports several for one period."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import ACCESSION, FILED_ON, KnownFact
from workbench.domain.statements.computed_figure import is_same
from workbench.domain.statements.concepts import Choice, ConceptMap, LineDefinition, Template

# Answers must not depend on how many years are read, and statements are read with three years more than they show.
_YEARS_AROUND = timedelta(days=730)
_SEVEN_MONTHS = timedelta(days=214)
# The lines whose figures can prove revenue; see `TagChoice.is_revenue`.
PROVING_LINES = (
    "operating_income", "income_before_tax", "costs_and_expenses", "operating_expenses", "cost_of_revenue", "gross_profit",
    "selling_general_administrative", "research_and_development",
)  # fmt: skip


class TagChoice:
    """Chooses among tags by the rule of the line (see `Choice`)."""

    def __init__(self, template: Template, facts: FactTable, unit: Callable[[LineDefinition, date], str]) -> None:
        self._lines = {line.name: line for line in template.lines}
        self._facts = facts
        self._unit = unit
        self._standards = facts.standards(ConceptMap.load().anchors)
        self._tags: dict[str, tuple[str, ...]] = {}
        self._is_reported: dict[str, bool] = {}
        self._chosen: dict[tuple[str, date | None, date], KnownFact | None] = {}
        self._contested: set[tuple[str, date | None, date]] = set()

    def candidates(self, line: LineDefinition, start: date | None, end: date) -> Iterator[KnownFact]:
        """The known facts of each of the line's tags, in the map's order."""
        return self._of_the_standard(self._facts.each(self._reported(line), self._unit(line, end), start, end))

    def _of_the_standard(self, facts: Iterator[KnownFact]) -> Iterator[KnownFact]:
        """The facts without those of another accounting standard than their period."""
        if not self._standards:
            return facts
        return (
            fact
            for fact in facts
            if not self._standards.is_of_another(
                fact.concept,
                fact.period_start,
                fact.period_end,
                first_filed_on=fact.first_filed_on,
                last_filed_on=fact.last_filed_on,
            )
        )

    def is_reported(self, line: LineDefinition) -> bool:
        """Whether the company has ever used a tag of the line, of its fallback or of its parts; else no period has a fact."""
        is_reported = self._is_reported.get(line.name)
        if is_reported is None:
            is_reported = self._is_reported[line.name] = any(tag in self._facts for tag in line.all_tags)
        return is_reported

    def _reported(self, line: LineDefinition) -> tuple[str, ...]:
        """The tags of the line that the company has ever used."""
        tags = self._tags.get(line.name)
        if tags is None:
            tags = self._tags[line.name] = tuple(tag for tag in line.tags if tag in self._facts)
        return tags

    def choose(self, line: LineDefinition, start: date | None, end: date) -> KnownFact | None:
        """The fact that gives the line for a period (`start` None: at an instant), or None."""
        key = line.name, start, end
        if key in self._chosen:
            return self._chosen[key]
        fact = self._chosen[key] = self._choose(line, start, end)
        return fact

    def is_contested(self, line: LineDefinition, start: date | None, end: date) -> bool:
        """Whether the filing of the chosen fact gives a larger figure under another tag, and nothing proves either."""
        self.choose(line, start, end)
        return (line.name, start, end) in self._contested

    def _choose(self, line: LineDefinition, start: date | None, end: date) -> KnownFact | None:
        if line.choice is Choice.PART:
            return self._part(line, start, end)
        if line.choice in (Choice.FIRST, Choice.ROLLS):
            return self._first(line, start, end)
        if line.choice is Choice.TOTAL:
            return self._total(line, start, end)
        known = [fact for fact in self._distinct(line, start, end) if not self._is_below_a_part(line, fact)]
        return self._of_several(line, known) if known else None

    def _total(self, line: LineDefinition, start: date | None, end: date) -> KnownFact | None:
        """A figure under any tag from which the subtotals follow, else one under the tags of the whole line."""
        known = list(self.candidates(line.whole_or_part, start, end))
        known = [fact for fact in known if not self._has_moved_to_a_part(fact, known)]
        proven = [fact for fact in known if self.is_revenue(fact.value, start, end)] if len(known) > 1 else []
        known = proven or [fact for fact in known if fact.concept in line.tags]
        chosen = self._of_several(line, known) if known else None
        if chosen is not None and not proven and self._is_below_another(chosen, known):
            self._contested.add((line.name, start, end))
        return chosen

    def _of_several(self, line: LineDefinition, known: list[KnownFact]) -> KnownFact:
        known = _in_use(known)
        if len({fact.value for fact in known}) == 1:
            return min(known, key=lambda fact: fact.filed_on)  # a new tag repeats the value: the first filing proves it
        if line.choice is Choice.LARGEST:
            # Only figures of one filing compare as whole and parts; between filings they may differ by a restatement.
            newest = max(fact.last_filed_on for fact in known)
            return max((fact for fact in known if fact.last_filed_on == newest), key=lambda fact: fact.value)
        return self._of_the_statement(known)

    def _has_moved_to_a_part(self, fact: KnownFact, known: list[KnownFact]) -> bool:
        """Whether a filing uses a tag for a part of its former figure, and gives the former total under another tag."""
        before = self._facts.before(fact) if fact.is_restated else None
        return before is not None and any(
            other.value > fact.value and is_same(other.value, before.value) and other.last_filed_on >= fact.since_on
            for other in known
        )

    def _part(self, line: LineDefinition, start: date | None, end: date) -> KnownFact | None:
        """The first figure that is smaller than the whole: an equal one is the whole, under another tag or rounded.

        If every figure of the whole is smaller than one of its parts, none of them is the whole, and each is a part.
        """
        first = next(self.candidates(line, start, end), None)
        whole_line = self._lines.get(line.part_of)
        if first is None or whole_line is None:
            return None
        whole = self.choose(whole_line, start, end)
        if whole is None:
            return first if self._is_below_a_part(whole_line, first) else None
        return next((fact for fact in self.candidates(line, start, end) if _is_part(fact.value, whole.value)), None)

    def _distinct(self, line: LineDefinition, start: date | None, end: date) -> Iterator[KnownFact]:
        """The candidates that do not repeat a figure of `distinct_from` (as Apple's commercial paper does, to the dollar)."""
        if not line.distinct_from:
            return self.candidates(line, start, end)
        others = [self._lines[name] for name in line.distinct_from if name in self._lines]
        same = {fact.value for other in others for fact in self.candidates(other, start, end)}
        return (fact for fact in self.candidates(line, start, end) if fact.value not in same)

    def _is_below_a_part(self, line: LineDefinition, whole: KnownFact) -> bool:
        """Whether a part of the line is no smaller than this figure, so that the figure is itself only a part.

        Cisco's 0.7 billion of depreciation in a note of 2024 may be less than the 698 million of amortization beside it.
        """
        parts = self._facts.each(line.at_least, whole.unit, whole.period_start, whole.period_end)
        return any(
            part.value != whole.value and whole.value - part.value <= _half_digit(whole.value)
            for part in self._of_the_standard(parts)
        )

    def _first(self, line: LineDefinition, start: date | None, end: date) -> KnownFact | None:
        if line.distinct_from or line.at_least:
            return next((fact for fact in self._distinct(line, start, end) if not self._is_below_a_part(line, fact)), None)
        # Most lines use this rule, and most of those use their first tag: stop at the first fact.
        first = next(self.candidates(line, start, end), None)
        if first is None or first.value or start is not None:
            return first
        # A zero balance beside a figure under another tag, filed with it or later, means that the tag is not in use.
        others = (fact for fact in self.candidates(line, start, end) if fact.value)
        return next((fact for fact in others if fact.last_filed_on >= first.last_filed_on), first)

    def _of_the_statement(self, known: list[KnownFact]) -> KnownFact:
        """The newest figure whose tag is used throughout the year, as tags of statements are and tags of notes are not.

        A filer may use `Revenues` for a figure in a note once a year (Procter & Gamble in 2014), or repeat a part of its
        revenue in a later filing that does not show the whole (Costco's net sales).
        """
        support = [self._support(fact) for fact in known]
        most = max(support)
        steady = [fact for fact, count in zip(known, support, strict=True) if 2 * count >= most]
        newest = max(fact.last_filed_on for fact in steady)
        last = [fact for fact in steady if fact.last_filed_on == newest]
        if len({fact.value for fact in last}) == 1:
            return last[0]
        filings = [self._filings(fact.concept, newest) for fact in last]
        return next(fact for fact, count in zip(last, filings, strict=True) if 2 * count >= max(filings))

    def _is_below_another(self, chosen: KnownFact, known: list[KnownFact]) -> bool:
        """Whether its last filing gives a larger figure under a tag that can be the whole: one that is used as much."""
        own = self._filings(chosen.concept, chosen.last_filed_on)
        larger = (fact for fact in known if fact.last_filed_on == chosen.last_filed_on and fact.value > chosen.value)
        return any(
            not is_same(fact.value, chosen.value)
            and 2 * self._filings(fact.concept, fact.last_filed_on) >= own
            and not self._includes(chosen, fact)
            for fact in larger
        )

    def _includes(self, chosen: KnownFact, other: KnownFact) -> bool:
        """Whether a filing gave the larger figure under the first tag for a period near: no part exceeds its whole.

        Revenue is below that from contracts with customers where hedges lose (ConocoPhillips in early 2020). Only what was
        filed by then counts, so that no later filing is needed for the figure.
        """
        return any(
            fact.value > twin.value and not is_same(fact.value, twin.value)
            for fact in self._facts.near(chosen.concept, chosen.unit, chosen.period_end, _YEARS_AROUND)
            if fact.filed_on <= chosen.filed_on
            and (twin := self._facts.find(other.concept, fact.unit, fact.period_start, fact.period_end)) is not None
            and twin.accession == fact.accession
        )

    def _filings(self, concept: str, until: date) -> int:
        """The number of filings that use a tag in the years up to a day."""
        rows = self._facts.filings((concept,))
        return len({row[ACCESSION] for row in rows if until - _YEARS_AROUND <= row[FILED_ON] <= until})

    def _support(self, fact: KnownFact) -> int:
        """The number of periods of the fact's concept that end within seven months of the fact's period end."""
        return self._facts.count_near(fact.concept, fact.period_end, _SEVEN_MONTHS)

    def is_revenue(self, value: Decimal, start: date | None, end: date, *, until: date = date.max) -> bool:
        """Whether subtotals of the statement follow from this revenue to the last digit; a part of revenue fails this.

        Only figures that were filed by `until` count.
        """

        def values(name: str) -> set[Decimal]:
            line = self._lines.get(name)
            filed = self.candidates(line.with_fallback_tags, start, end) if line else ()
            return {fact.value for fact in filed if fact.filed_on <= until}

        operating = values("operating_income")
        line = self._lines["revenue"]
        rest = (self._facts.find(tag, self._unit(line, end), start, end) for tag in line.rest_tags)
        if {value - fact.value for fact in rest if fact is not None and fact.filed_on <= until} & (
            values("revenue") - {value}
        ):
            return True
        expenses = values("costs_and_expenses") | values("operating_expenses")
        if {value - costs for costs in expenses} & (operating | values("income_before_tax")):
            return True
        gross = {value - cost for cost in values("cost_of_revenue")}
        if {profit - rest for profit in gross for rest in values("operating_expenses")} & operating:
            return True
        if gross & values("gross_profit"):
            return True
        others = {
            selling + research
            for selling in values("selling_general_administrative")
            for research in values("research_and_development") | {Decimal(0)}
        }
        return any(profit - other in operating for profit in gross for other in others)


def _in_use(facts: list[KnownFact]) -> list[KnownFact]:
    """The facts without zeros beside a figure under another tag that was filed with them or later: their tag is not in use.

    A parent's column of a note has no sales (Eaton), nor does the shell that later buys a company.
    """
    last = max((fact.last_filed_on for fact in facts if fact.value), default=None)
    return facts if last is None else [fact for fact in facts if fact.value or fact.last_filed_on > last]


def are_side_by_side(facts: Sequence[KnownFact]) -> bool:
    """Whether one filing gives different figures among these, so that each is a part of something."""
    values = {(fact.last_filed_on, fact.value) for fact in facts if fact.value}
    return len(values) > len({day for day, _ in values})


def _is_part(value: Decimal, whole: Decimal) -> bool:
    """Whether a value is smaller than the whole by more than rounding (Kimberly-Clark's 19.7 is 19.724 billion rounded)."""
    return whole - value > _half_digit(value)


def _half_digit(value: Decimal) -> Decimal:
    """Half of the last digit that is not zero: what rounding can make of a value."""
    return Decimal(5).scaleb(int(value.normalize().as_tuple().exponent) - 1)
