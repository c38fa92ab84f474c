"""The day on which each figure of a statement became known: from then on, the statement as of a day shows it.

A figure is known from the day on which the last of its facts was first filed. Four kinds of figures differ. An opening
balance was filed as the closing balance of the period before, and is a figure of its own period once that is reported. A
comparative in a company's first reports can be older than the reports that make a column of its period. Operands of
which one was restated, or given on a new basis, are known together once the others were filed again. And a filing can repeat,
under another tag, a value that was known before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.known_fact import KnownFact
from workbench.domain.facts.periods import FiscalCalendar, FiscalPeriod
from workbench.domain.facts.splits import Split, splits_since
from workbench.domain.statements.concepts import Balance, ConceptMap, LineDefinition
from workbench.domain.statements.figures import Figures
from workbench.domain.statements.statement import Figure, StatementLine, Status

# A column that ends later than this after a company's first filing is one from its own report on.
_FIRST_REPORTS = timedelta(days=400)
# Days of filing within which the columns of a company's first reports are complete: two years of quarterly reports.
_FIRST_DAYS = 10


def date_lines(lines: Sequence[StatementLine], figures: Figures, columns: Sequence[FiscalPeriod]) -> tuple[StatementLine, ...]:
    """The same lines, with `known_since` where a figure's day is not the newest filing day of its facts."""
    known = [[figure.known_on for figure in line.figures] for line in lines]
    first = [min((day for day in days if day), default=date.max) for days in zip(*known, strict=True)]
    since = _column_days(figures, columns)
    first = [max(day, since.get(column, day)) for day, column in zip(first, columns, strict=True)]
    results = []
    for definition, line, days in zip(figures.template.lines, lines, known, strict=True):
        dated = {
            place: _dated(definition, line.figures[place], figures, columns[place], first[place])
            for place, day in enumerate(days)
            if day is not None
            and (day != first[place] or definition.balance is Balance.OPENING or _is_of_several_filings(line.figures[place]))
        }
        shown = tuple(dated.get(place, figure) for place, figure in enumerate(line.figures))
        results.append(replace(line, figures=shown) if dated else line)
    return tuple(results)


def known_with_splits(facts: Sequence[KnownFact], splits: Sequence[Split]) -> date | None:
    """When a value in today's shares became known, where a split came after one of its facts; None if none did."""
    of_shares = (fact for fact in facts if splits and fact.unit.endswith("shares"))
    days = [split.first_filed_on for fact in of_shares for split in splits_since(fact, splits)]
    return max([*days, *(fact.filed_on for fact in facts)]) if days else None


def _dated(line: LineDefinition, figure: Figure, figures: Figures, column: FiscalPeriod, first_day: date) -> Figure:
    """The figure with its day; `first_day` is the earliest day of any figure of its column."""
    day = figure.known_on
    if day is None:
        return figure
    if line.balance is Balance.OPENING:
        first_day = max(first_day, _first_reported(figures, column))
    elif figure.status is Status.REPORTED and day > first_day:
        fact = figure.facts[0]
        same = (other for other in figures.candidates(line, fact.period_start, fact.period_end) if other.value == fact.value)
        day = min((other.filed_on for other in same), default=day)
    elif figure.status is Status.DERIVED:
        day = max(day, _agreed_from(line, figures, figures.compute(line.name, column).facts))
    day = max(day, first_day)
    return figure if day == figure.known_on else figure._replace(known_since=day)


def _is_of_several_filings(figure: Figure) -> bool:
    return figure.status is Status.DERIVED and len({fact.accession for fact in figure.facts}) > 1


def _agreed_from(line: LineDefinition, figures: Figures, facts: Sequence[KnownFact]) -> date:
    """The day from which operands agree: each was filed again once the last of them had been restated, or given recast."""
    if len({fact.accession for fact in facts}) == 1:
        return date.min
    days = [fact.since_on for fact in facts if fact.is_restated]
    restated_on = max(filter(None, (*days, figures.recast_on(line, facts))), default=None)
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


def _column_days(figures: Figures, columns: Sequence[FiscalPeriod]) -> dict[FiscalPeriod, date]:
    """The day from which on a company has each column, of those that its first reports make."""
    anchors = ConceptMap.load().anchors
    first_filed_on = next(iter(figures.facts.filing_dates(anchors)), date.max)
    if not columns or columns[0].end - _FIRST_REPORTS > first_filed_on:
        return {}
    left = {_key(column): column for column in columns if column.end - _FIRST_REPORTS <= first_filed_on}
    days: dict[FiscalPeriod, date] = {}
    for day, calendar in _calendars(figures.facts, anchors):
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
