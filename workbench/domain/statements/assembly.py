"""From known facts to the standardised statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import islice

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.periods import FiscalCalendar, FiscalPeriod
from workbench.domain.facts.share_classes import LINES_OF_CLASS, label_with_class
from workbench.domain.facts.splits import Split
from workbench.domain.identity import Company
from workbench.domain.statements.computed_figure import ComputedFigure
from workbench.domain.statements.concepts import ConceptMap, LineDefinition, Template
from workbench.domain.statements.figures import Figures
from workbench.domain.statements.known_on import date_lines
from workbench.domain.statements.statement import (
    Figure,
    PeriodKind,
    Statement,
    StatementKind,
    StatementLine,
    StatementPeriod,
)
from workbench.domain.statements.tie_out import checks


def assemble(
    company: Company,
    kind: StatementKind,
    period: PeriodKind,
    as_of: date | None,
    facts: FactTable,
    *,
    limit_periods: int | None = None,
    splits: Sequence[Split] = (),
) -> Statement:
    """The statement that these facts prove; see `Statement` for its shape.

    Columns are the fiscal periods of the company's own annual and quarterly reports (the newest `limit_periods` of them),
    without periods for which no line has a figure. Share figures filed before one of the `splits` are also given in today's
    shares. The statement has every line of the industry's template; a line without a proven figure is refused.
    """
    figures = figures_of(company, kind, facts, splits)
    return statement_from(company, figures, kind, period, as_of, limit_periods=limit_periods)


def statement_from(
    company: Company,
    figures: Figures,
    kind: StatementKind,
    period: PeriodKind,
    as_of: date | None,
    *,
    limit_periods: int | None = None,
) -> Statement:
    """The statement from figures that are already built, for callers that assemble several statements of them."""
    with_figures = (column for column in reversed(columns_of(figures.calendar, period)) if has_figures(figures, column))
    shown = list(islice(with_figures, limit_periods))[::-1]
    return with_columns(Statement(company, kind, period, as_of, (), ()), figures, shown, before=next(with_figures, None))


def has_figures(figures: Figures, column: FiscalPeriod) -> bool:
    """Whether any line of the statement has a figure for a period."""
    return figures.has_any((line.name for line in figures.template.lines), column)


def with_columns(
    statement: Statement, figures: Figures, shown: Sequence[FiscalPeriod], *, before: FiscalPeriod | None
) -> Statement:
    """The statement with these columns for its own, oldest first; `before` is the one before the first, see `checks`."""
    periods = statement_periods(shown, figures.calendar, partial(has_figures, figures), statement.kind)
    results = tuple(checks(figures, statement.kind, shown, before=before))
    return replace(statement, periods=periods, lines=statement_lines(figures, shown), checks=results)


def statement_lines(figures: Figures, shown: Sequence[FiscalPeriod]) -> tuple[StatementLine, ...]:
    """Every line of the template for these columns, with the day on which each figure became known."""
    lines = tuple(
        statement_line(
            line,
            tuple(figures.compute(line.name, column).figure(column.end, figures.unit(line, column.end)) for column in shown),
        )
        for line in figures.template.lines
    )
    return date_lines(lines, figures, shown)


def statement_line(line: LineDefinition, figures: tuple[Figure, ...]) -> StatementLine:
    """One row of a statement; the label names the share class of figures that are of one class."""
    label = line.label
    if line.name in LINES_OF_CLASS.values():
        label = label_with_class(label, {fact.concept for figure in figures for fact in figure.facts})
    return StatementLine(line.name, label, figures, line.level, line.is_total)


def statement_periods(
    shown: Sequence[FiscalPeriod],
    calendar: FiscalCalendar,
    has_figures: Callable[[FiscalPeriod], bool],
    kind: StatementKind | None = None,
) -> tuple[StatementPeriod, ...]:
    """The columns that a reader sees, the last one with the end of a later fiscal year that has figures, if there is one."""
    columns = [statement_period(column, kind) for column in shown]
    if columns:
        later = (year.end for year in reversed(calendar.years) if year.end > columns[-1].end and has_figures(year))
        columns[-1] = replace(columns[-1], newer_year_end=next(later, None))
    return tuple(columns)


def columns_of(calendar: FiscalCalendar, period: PeriodKind) -> tuple[FiscalPeriod, ...]:
    """The periods of a kind, oldest first."""
    if period is PeriodKind.TTM:
        return calendar.trailing
    return calendar.years if period is PeriodKind.ANNUAL else calendar.quarters


def figures_of(company: Company, kind: StatementKind, facts: FactTable, splits: Sequence[Split] = ()) -> Figures:
    """The figures of one statement's lines that these facts prove, for any period of the company's calendar."""
    concept_map = ConceptMap.load()
    template = concept_map.template(kind, concept_map.industry_of(company, facts.concepts), company)
    return figures_in(template, facts, splits)


def calendar_of(facts: FactTable) -> FiscalCalendar:
    """The fiscal years and quarters that these facts cover."""
    calendar, _ = facts.reporting(ConceptMap.load().anchors)
    return calendar


def figures_in(template: Template, facts: FactTable, splits: Sequence[Split] = ()) -> Figures:
    """The figures of a template's lines; the facts give the company's calendar and currency."""
    calendar, currency = facts.reporting(ConceptMap.load().anchors)
    return Figures(template.with_tags(facts.extensions), facts, calendar, currency, splits)


class CompanyFigures(Figures):
    """Every figure of a company's statements and of further lines. Each figure is computed once, for its statement.

    A line of a statement is what that statement shows: lines of one statement do not prove lines of another. Further lines
    can follow from lines of any statement. A line of two statements is that of the first.
    """

    def __init__(self, statements: Mapping[StatementKind, Figures], further: Sequence[LineDefinition]) -> None:
        self.statements = statements
        self._shown_by: dict[str, Figures] = {}
        lines = {line.name: line for line in further}
        first = statements[StatementKind.INCOME]
        for figures in statements.values():
            for line in figures.template.lines:
                if lines.setdefault(line.name, line) is line:
                    self._shown_by[line.name] = figures
        template = Template(first.template.industry, StatementKind.INCOME, tuple(lines.values()))
        super().__init__(template, first.facts, *first.facts.reporting(ConceptMap.load().anchors), first.splits)

    def compute(self, name: str, period: FiscalPeriod) -> ComputedFigure:
        """As `Figures.compute`."""
        figures = self._shown_by.get(name)
        return super().compute(name, period) if figures is None else figures.compute(name, period)

    def unchecked(self, name: str, period: FiscalPeriod) -> ComputedFigure:
        """As `Figures.unchecked`."""
        figures = self._shown_by.get(name)
        return super().unchecked(name, period) if figures is None else figures.unchecked(name, period)


def statement_period(period: FiscalPeriod, kind: StatementKind | None = None) -> StatementPeriod:
    """The column that a reader sees for a period; a balance sheet column has no start."""
    return StatementPeriod(
        start=None if kind is StatementKind.BALANCE else period.start,
        end=period.end,
        fiscal_year=period.fiscal_year,
        fiscal_quarter=period.quarter if period.months == _QUARTER else None,
        is_transition=period.is_transition,
        year_start=period.year_start,
        is_trailing=period.is_trailing,
        part=f"{_PARTS[period.months]}{period.quarter}" if period.quarter and period.months in _PARTS else None,
    )


# Months of interim periods, and how those that are no quarters are called.
_QUARTER, _PARTS = 3, {4: "T", 6: "H"}
