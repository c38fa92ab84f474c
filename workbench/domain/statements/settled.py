"""Columns of a statement that no later filing changed: as known now they are what they were on an earlier day.

A column follows from the facts that are read for it. If all of them were filed by a day, the column as known on that day is
the column as known now: facts that are not there now were not there then. So a statement as of a past day is the columns that
were settled by then and, after them, those computed from what was known on that day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple

from workbench.domain.facts.known import FactTable, is_currency
from workbench.domain.facts.known_fact import END, FILED_ON
from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.facts.splits import Split, adjustment_words, in_new_shares
from workbench.domain.statements.assembly import (
    columns_of,
    has_figures,
    statement_line,
    statement_lines,
    statement_period,
    statement_periods,
    with_columns,
)
from workbench.domain.statements.concepts import ConceptMap, Template
from workbench.domain.statements.figures import Figures
from workbench.domain.statements.outliers import HAVE_THEIR_SCALE, scale_checks
from workbench.domain.statements.statement import Check, Figure, PeriodKind, Statement, StatementColumn, StatementKind
from workbench.domain.statements.tie_out import checks_of_columns, in_order

# Fiscal periods follow from the anchors reported for the years around them: from this long before a period to its end.
_AROUND = timedelta(days=380)
# A column is computed until its fiscal year, the year after and the reports on both are there.
_YOUNG = timedelta(days=550)
# Facts are read of periods that end up to two years after a column, for a choice of tags, and a check compares it with the
# column after it, which ends up to 400 days later.
_REACH = timedelta(days=730 + 400)
# How far back the fiscal periods of the two parts of a statement are compared where the parts meet.
_OVERLAP = timedelta(days=400)


class SettledColumn(NamedTuple):
    """A column of the statement as known now, and the day since which it is what it is; None if that is not known."""

    column: StatementColumn
    settled_on: date | None


def unchanged_before(facts: FactTable, since: date) -> date | None:
    """The day before which columns end that filings from `since` on leave as they were without them; None if there is none.

    A column follows from facts of periods near its own, and from the fiscal periods and the currency of the company.
    """
    anchors = ConceptMap.load().anchors
    ends = [row[END] for row in facts.filings(facts.concepts) if row[FILED_ON] >= since]
    if not ends or facts.standards(anchors):
        return None
    first = min(ends) - _REACH
    (before, currency), (after, currency_after) = (
        facts.until(day, anchors).reporting(anchors) for day in (since - timedelta(days=1), date.max)
    )
    if currency.other or currency_after.other or currency.usual != currency_after.usual:
        return None
    calendars = (
        [[each for each in columns_of(of, period) if each.end < first] for period in PeriodKind] for of in (before, after)
    )
    return first if next(calendars) == next(calendars) else None


def settled_columns(
    figures: Figures, kind: StatementKind, floor: date | None, after: Mapping[PeriodKind, date] = MappingProxyType({})
) -> dict[PeriodKind, list[SettledColumn]]:
    """Every column of a company's statement by kind of period, oldest first; the days ascend.

    Of a kind in `after` those alone that end later than its day, the end of the column before them.
    `floor` is a day before which no column is settled, None if
    none ever is. Raises ValueError for figures that have been asked for one before: what was read for it would not be seen.
    """
    if figures.are_used:
        raise ValueError("the figures have been used")
    figures.facts.read_until = date.min  # other statements have read the same facts
    every = {period: columns_of(figures.calendar, period) for period in PeriodKind}
    columns = {period: [each for each in every[period] if each.end > after.get(period, date.min)] for period in PeriodKind}
    walk = sorted(((column, period) for period in PeriodKind for column in columns[period]), key=lambda each: each[0].end)
    evidence = _Evidence(figures.facts)
    floor = None if evidence.is_ambiguous else floor
    shown: dict[PeriodKind, list[FiscalPeriod]] = {period: [] for period in PeriodKind}
    results: dict[PeriodKind, list[SettledColumn]] = {period: [] for period in PeriodKind}
    # Oldest first: what newer columns share with older ones was read for those, on days that count for both.
    for column, period in walk:
        if not has_figures(figures, column):
            continue
        own = tuple(line.figures[0] for line in statement_lines(figures, [column]))
        checks = tuple(checks_of_columns(figures, kind, [column]))
        if floor is not None:
            known_on = max((figure.known_on for figure in own if figure.known_on is not None), default=date.min)
            floor = max(floor, figures.facts.read_until, evidence.filed_until(column), known_on, column.end + _YOUNG)
        shown[period].append(column)
        results[period].append(SettledColumn(StatementColumn(statement_period(column, kind), own, checks), floor))
    before = {period: next((each for each in every[period] if each.end == after.get(period)), None) for period in PeriodKind}
    return {period: _finished(figures, kind, shown[period], results[period], before[period]) for period in PeriodKind}


def _finished(
    figures: Figures,
    kind: StatementKind,
    shown: Sequence[FiscalPeriod],
    columns: Sequence[SettledColumn],
    before: FiscalPeriod | None,
) -> list[SettledColumn]:
    """The columns with what follows from their neighbours."""
    scales = scale_checks(figures, kind, shown, before=before)
    periods = statement_periods(shown, figures.calendar, lambda year: has_figures(figures, year), kind)
    return [
        SettledColumn(StatementColumn(period, each.column.figures, (*each.column.checks, scale)), each.settled_on)
        for each, period, scale in zip(columns, periods, scales, strict=True)
    ]


def with_known_splits(column: StatementColumn, splits: Sequence[Split], as_of: date) -> StatementColumn:
    """A settled column with its share figures in the shares of a day; `splits` are all that its figures are adjusted for."""
    known = [split for split in splits if split.first_filed_on <= as_of]
    return column._replace(figures=tuple(_in_shares_of(known, figure) for figure in column.figures))


def _in_shares_of(known: Sequence[Split], figure: Figure) -> Figure:
    """The figure adjusted for those of the splits alone: it was filed before all others."""
    if figure.adjustment is None or figure.value is None:
        return figure
    since = [split for split in known if split.words in figure.adjustment]
    adjusted = in_new_shares(figure.value, since, figure.unit or "") if since else None
    return figure._replace(adjusted_value=adjusted, adjustment=adjustment_words(since) or None)


class _Evidence:
    """From when on filings have shown what a company's fiscal periods are."""

    def __init__(self, facts: FactTable) -> None:
        anchors = ConceptMap.load().anchors
        currencies = {each.unit for anchor in anchors for each in facts.evidence(anchor) if is_currency(each.unit)}
        self.is_ambiguous = len(currencies) > 1 or bool(facts.standards(anchors))
        self._days: defaultdict[date, date] = defaultdict(lambda: date.min)
        for row in facts.filings(anchors):
            self._days[row[END]] = max(self._days[row[END]], row[FILED_ON])

    def filed_until(self, column: FiscalPeriod) -> date:
        """The newest day on which evidence of a period was filed."""
        first = min(column.start, column.year_start) - _AROUND
        return max((day for end, day in self._days.items() if first <= end <= column.end), default=date.min)


def joined(statement: Statement, template: Template, columns: Sequence[StatementColumn]) -> Statement:
    """The statement with these columns for its own, oldest first, each with a figure for every line of the template."""
    lines = tuple(
        statement_line(line, tuple(column.figures[place] for column in columns)) for place, line in enumerate(template.lines)
    )
    checks = in_order(check for column in columns for check in column.checks)
    return replace(statement, periods=tuple(column.period for column in columns), lines=lines, checks=checks)


def continued(earlier: Statement, figures: Figures, *, limit_periods: int | None) -> Statement | None:
    """The statement of settled columns, and the figures' own columns after them: the newest `limit_periods`.

    `figures` are those of the facts known on `earlier.as_of`, from three years before its last column on. None if they have
    no later column, or other fiscal periods before.
    """
    last = earlier.periods[-1].end
    columns = [column for column in columns_of(figures.calendar, earlier.period) if last - _OVERLAP < column.end]
    columns = [column for column in columns if has_figures(figures, column)]
    before, later = ([each for each in columns if (each.end > last) is is_later] for is_later in (False, True))
    known = [replace(each, newer_year_end=None) for each in earlier.periods if last - _OVERLAP < each.end]
    if not later or known != [statement_period(each, earlier.kind) for each in before]:
        return None
    dropped = 0 if limit_periods is None else max(0, len(later) - limit_periods)
    newest = with_columns(earlier, figures, later[dropped:], before=(before[-1], *later)[dropped])
    room = len(earlier.periods) if limit_periods is None else limit_periods - len(newest.periods)
    if room <= 0:
        return newest
    return _appended(_newest(earlier, room), newest, _scale(figures, earlier, before, later[0]))


def _scale(figures: Figures, earlier: Statement, before: Sequence[FiscalPeriod], after: FiscalPeriod) -> Check:
    """The result for the last settled column that follows from the columns around it."""
    neighbours = [column for column in columns_of(figures.calendar, earlier.period) if column.end < before[-1].end]
    shown = {period.end for period in earlier.periods}
    previous = next((column for column in reversed(neighbours) if column.end in shown), None)
    return next(scale_checks(figures, earlier.kind, before[-1:], before=previous, after=after))


def _newest(statement: Statement, count: int) -> Statement:
    ends = {period.end for period in statement.periods[-count:]}
    lines = tuple(replace(line, figures=line.figures[-count:]) for line in statement.lines)
    checks = tuple(check for check in statement.checks if check.period_end in ends)
    return replace(statement, periods=statement.periods[-count:], lines=lines, checks=checks)


def _appended(earlier: Statement, later: Statement, scale: Check) -> Statement:
    """The two as one; `scale` replaces that result of the last of the earlier columns."""
    template_lines = zip(earlier.lines, later.lines, strict=True)
    lines = tuple(replace(new, figures=old.figures + new.figures) for old, new in template_lines)
    left = (check for check in earlier.checks if (check.name, check.period_end) != (HAVE_THEIR_SCALE, scale.period_end))
    return replace(
        later,
        periods=(*(replace(period, newer_year_end=None) for period in earlier.periods), *later.periods),
        lines=lines,
        checks=in_order((*left, scale, *later.checks)),
    )
