"""The day on which each figure of a statement became known: from then on, the statement as of a day shows it.

A figure is known from the day on which the last of its facts was first filed. Five kinds of figures differ. An opening
balance was filed as the closing balance of the period before, and is a figure of its own period once that is reported. A
comparative in a company's first reports can be older than the reports that make a column of its period. Operands of
which one was restated, or given on a new basis, are known together once the others were filed again. A filing can repeat,
under another tag, a value that was known before. And a line's tags can give several values, until filings decide for one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from types import MappingProxyType

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import FILED_ON, KnownFact
from workbench.domain.facts.periods import FiscalCalendar, FiscalPeriod
from workbench.domain.facts.splits import Split, splits_since
from workbench.domain.facts.standards import BALANCE_TOTALS
from workbench.domain.statements.computed_figure import ComputedFigure
from workbench.domain.statements.concepts import Balance, Choice, ConceptMap, LineDefinition
from workbench.domain.statements.figures import Figures
from workbench.domain.statements.identities import operands_of
from workbench.domain.statements.statement import Figure, StatementLine
from workbench.domain.statements.tag_choice import PROVING_LINES, TagChoice

# A column that ends later than this after a company's first filing is one from its own report on.
_FIRST_REPORTS = timedelta(days=400)
# Days of filing within which the columns of a company's first reports are complete: two years of quarterly reports.
_FIRST_DAYS = 10
# What is filed of periods that end up to so much earlier or later can change a choice.
_NEAR = timedelta(days=800)
_WITH_SEVERAL = (Choice.TOTAL, Choice.STEADY, Choice.LARGEST, Choice.PART)


def date_lines(lines: Sequence[StatementLine], figures: Figures, columns: Sequence[FiscalPeriod]) -> tuple[StatementLine, ...]:
    """The same lines, with `known_since` where a figure's day is not the newest filing day of its facts."""
    filed = zip(*([figure.known_on for figure in line.figures] for line in lines), strict=True)
    first = {column: min((day for day in days if day), default=date.max) for column, days in zip(columns, filed, strict=True)}
    days = KnownDays(figures, first)
    results = []
    for definition, line in zip(figures.template.lines, lines, strict=True):
        shown = tuple(
            _dated(figure, days.of(definition.name, column)) for figure, column in zip(line.figures, columns, strict=True)
        )
        results.append(replace(line, figures=shown) if shown != line.figures else line)
    return tuple(results)


def _dated(figure: Figure, day: date | None) -> Figure:
    return figure if day == figure.known_on else figure._replace(known_since=day)


def known_with_splits(facts: Sequence[KnownFact], splits: Sequence[Split]) -> date | None:
    """When a value in today's shares became known, where a split came after one of its facts; None if none did."""
    of_shares = (fact for fact in facts if splits and fact.unit.endswith("shares"))
    days = [split.first_filed_on for fact in of_shares for split in splits_since(fact, splits)]
    return max([*days, *(fact.filed_on for fact in facts)]) if days else None


class KnownDays:
    """The day on which each figure of a company's lines became known. Each is found once.

    `first` has, for columns of a statement, the earliest day of any of their figures: no figure is known before.
    """

    def __init__(self, figures: Figures, first: Mapping[FiscalPeriod, date] = MappingProxyType({})) -> None:
        self._figures = figures
        self._lines = {line.name: line for line in figures.template.lines}
        self._chosen = ChosenSince(figures)
        self._first = first
        self._days: dict[tuple[str, FiscalPeriod], date | None] = {}

    def of(self, name: str, period: FiscalPeriod) -> date | None:
        """The day of a line's figure for a period; None for a refused figure."""
        key = name, period
        if key not in self._days:
            line, computed = self._lines.get(name), self._figures.compute(name, period)
            self._days[key] = None if line is None or computed.value is None else self._day(line, computed, period)
        return self._days[key]

    def _day(self, line: LineDefinition, computed: ComputedFigure, period: FiscalPeriod) -> date:
        first = max(self._first.get(period, date.min), self._column_day(period))
        if line.balance is Balance.OPENING:
            first = max(first, _first_reported(self._figures, period))
        if computed.formula is None:
            fact = computed.facts[0]
            is_first = fact.filed_on <= first and not self._chosen.has_alternatives(line, fact)
            return first if is_first else max(first, self._chosen.first_day(line, fact))
        operands = operands_of(computed) if line.formula else set()
        if operands and operands <= self._lines.keys():
            days = [day for each in operands if (day := self.of(each, period)) is not None]
        else:
            days = [fact.filed_on for fact in computed.facts]
        return max(first, *days, agreed_from(self._figures, computed.facts, line))

    def _column_day(self, period: FiscalPeriod) -> date:
        is_early = period.end - _FIRST_REPORTS <= self._first_filed_on
        return self._columns.get(period, date.min) if is_early else date.min

    @cached_property
    def _first_filed_on(self) -> date:
        return next(iter(self._figures.facts.filing_dates(ConceptMap.load().anchors)), date.max)

    @cached_property
    def _columns(self) -> Mapping[FiscalPeriod, date]:
        calendar = self._figures.calendar
        columns = (*calendar.years, *calendar.quarters, *calendar.trailing)
        early = [each for each in columns if each.end - _FIRST_REPORTS <= self._first_filed_on]
        return _column_days(self._figures.facts, early)


def agreed_from(figures: Figures, facts: Sequence[KnownFact], line: LineDefinition | None = None) -> date:
    """The day from which operands agree: each was filed again once the last of them had been restated, or given recast."""
    if len({fact.accession for fact in facts}) <= 1:
        return date.min
    days = [fact.since_on for fact in facts if fact.is_restated]
    restated_on = max(filter(None, (*days, figures.recast_on(line, facts) if line else None)), default=None)
    if restated_on is None:
        return date.min
    return max(figures.facts.given_from(fact, restated_on) for fact in facts)


def _first_reported(figures: Figures, column: FiscalPeriod) -> date:
    """The day of the first filing that gives a figure of the period itself."""
    own = (
        max(fact.first_filed_on for fact in computed.facts)
        for line in figures.template.lines
        if line.balance is not Balance.OPENING and (computed := figures.compute(line.name, column)).facts
    )
    return min(own, default=date.min)


def _column_days(facts: FactTable, columns: Sequence[FiscalPeriod]) -> dict[FiscalPeriod, date]:
    """The day from which on a company has each column, of those that its first reports make."""
    left = {_key(column): column for column in columns}
    days: dict[FiscalPeriod, date] = {}
    for day, calendar in _calendars(facts, ConceptMap.load().anchors):
        there = {_key(each) for each in (*calendar.years, *calendar.quarters, *calendar.trailing)}
        days |= {left.pop(key): day for key in left.keys() & there}
        if not left:
            break
    return days


def _calendars(facts: FactTable, anchors: frozenset[str]) -> Iterator[tuple[date, FiscalCalendar]]:
    """The company's calendar as known on each of the first days on which it filed, oldest first."""
    for day in facts.filing_dates(anchors)[:_FIRST_DAYS]:
        yield day, facts.calendar_on(day, anchors)


def _key(column: FiscalPeriod) -> tuple[date, bool, int]:
    """Twelve months are those of a year as well as of a quarter's end."""
    months = 12 if column.is_trailing or column.quarter is None else column.months
    return column.end, column.is_trailing, months


class ChosenSince:
    """Finds since when a filed value has been a line's figure, though the line's tags give several for the period.

    Which of them is the figure depends on other figures of the statement, on how often filings use a tag, and on what was
    filed last. So the choice is made again, on what was known on each day, until it gives the value.
    """

    def __init__(self, figures: Figures) -> None:
        self._template = figures.template
        self._facts = figures.facts
        self._unit = figures.unit
        self._choice = TagChoice(self._template, self._facts, self._unit)
        self._standards = self._facts.standards(ConceptMap.load().anchors)
        self._lines = {line.name: line for line in self._template.lines}

    def has_alternatives(self, line: LineDefinition, fact: KnownFact) -> bool:
        """Whether filings give another value under the line's tags, or those of its whole, and the choice can fall on it."""
        if line.choice not in _WITH_SEVERAL and not self._standards:
            return False
        return any(each.value != fact.value or each.is_restated for each in self._given(line, fact))

    def first_day(self, line: LineDefinition, fact: KnownFact) -> date:
        """The first day on which the filings until then make the value of this fact the line's figure for its period."""
        tags = line.tags if fact.concept in line.tags else (fact.concept,)
        same = self._facts.each(tags, fact.unit, fact.period_start, fact.period_end)
        values = (version for each in same for version in self._facts.values_of(each))
        first = min((each.filed_on for each in values if each.value == fact.value), default=fact.filed_on)
        if not self.has_alternatives(line, fact) or self._is_settled(line, fact, first):
            return first
        days = (day for day in self._days(line, fact) if day >= first)
        return next((day for day in days if self._is_chosen(line, fact, day)), fact.filed_on)

    def _is_settled(self, line: LineDefinition, fact: KnownFact, day: date) -> bool:
        """Whether every value of the period was filed by a day, once and for all, and that alone decides the choice."""
        given = list(self._given(line, fact))
        values = {each.value for each in given if each.filed_on <= day}
        if self._standards or any(each.is_restated or each.value not in values for each in given):
            return False
        if line.choice is Choice.LARGEST:
            return fact.value == max(values)
        whole, span = self._lines.get(line.part_of, line), (fact.period_start, fact.period_end)
        if whole.choice is not Choice.TOTAL:
            return False
        proven = {value for value in values if self._choice.is_revenue(value, *span, until=day)}
        return len(proven) == 1 and (line is not whole or fact.value in proven)

    def _given(self, line: LineDefinition, fact: KnownFact) -> Iterator[KnownFact]:
        """What filings give for the period of the fact under the line's tags, or under those of its whole."""
        whole = self._lines.get(line.part_of, line)
        # Of other lines, the tags of parts are asked only where the tags have no figure.
        tags = whole.all_tags if whole.choice is Choice.TOTAL else dict.fromkeys((*line.tags, *whole.tags, fact.concept))
        return self._facts.each(tags, fact.unit, fact.period_start, fact.period_end)

    def _concepts(self, line: LineDefinition) -> set[str]:
        """The concepts that the choice of a line depends on."""
        whole = self._lines.get(line.part_of, line)
        concepts = {*line.all_tags, *line.at_least, *whole.all_tags, *whole.at_least, *whole.rest_tags}
        if whole.choice is Choice.TOTAL:
            concepts.update(tag for name in PROVING_LINES if name in self._lines for tag in self._lines[name].all_tags)
        return concepts.union(ConceptMap.load().anchors, BALANCE_TOTALS) if self._standards else concepts

    def _days(self, line: LineDefinition, fact: KnownFact) -> Iterator[date]:
        """The days on which filings gave figures that the choice depends on, for periods near that of the fact; ascending."""
        near = self._facts.filings(self._concepts(line))
        yield from sorted({row[FILED_ON] for row in near if abs(row[FILED_ON] - fact.period_end) <= _NEAR} | {fact.filed_on})

    def _is_chosen(self, line: LineDefinition, fact: KnownFact, day: date) -> bool:
        known = self._facts.until(day, self._concepts(line), ending_from=fact.period_end - _NEAR)
        choice = TagChoice(self._template, known, self._unit)
        chosen = choice.choose(line, fact.period_start, fact.period_end)
        if chosen is None or chosen.value != fact.value:
            return False
        return not choice.is_contested(line, fact.period_start, fact.period_end)
