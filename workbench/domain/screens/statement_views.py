"""A statement seen in other ways: the change from a year before, the share of revenue or assets, compound growth.

Each figure is computed as ratios are: it has its formula and facts, or is refused for the reason of an operand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from workbench.domain.facts.known import FactTable
from workbench.domain.facts.periods import FiscalPeriod
from workbench.domain.facts.splits import Split
from workbench.domain.measures.ratios import RatioDefinition, Ratios, RatioTable, RatioUnit, all_figures
from workbench.domain.statements.assembly import columns_of
from workbench.domain.statements.computed_figure import Refusal
from workbench.domain.statements.concepts import UnitKind
from workbench.domain.statements.figures import Figures
from workbench.domain.statements.statement import (
    Figure,
    PeriodKind,
    Statement,
    StatementKind,
    StatementLine,
    Status,
)


class StatementView(StrEnum):
    """What a statement's figures are shown as.

    `growth` is the change from the same period of a year before in per cent, per-share figures in today's shares.
    `common_size` is the per cent of total assets on the balance sheet and of revenue on the other statements; lines that are
    not money are left out.
    """

    GROWTH = "growth"
    COMMON_SIZE = "common_size"


COMPOUND_YEARS = (3, 5, 10)
"""The spans of compound annual growth, in fiscal years up to the newest one."""

_PLACES = 4
_WHOLES = {StatementKind.BALANCE: "total_assets"}
_WHOLE_OF_FLOWS = "revenue"


@dataclass(frozen=True, slots=True)
class CompoundGrowth:
    """The compound annual growth rate of each line over `years` fiscal years up to the newest column, in per cent.

    `figures` are in the order of the view's lines.
    """

    years: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class ViewedStatement:
    """The statement's lines and columns with the figures of the view; `compound` only for growth of fiscal years."""

    view: StatementView
    table: RatioTable
    compound: tuple[CompoundGrowth, ...] = ()


def whole_of(kind: StatementKind) -> str:
    """The line of which common-size figures are per cent."""
    return _WHOLES.get(kind, _WHOLE_OF_FLOWS)


def viewed(statement: Statement, view: StatementView, facts: FactTable, splits: Iterable[Split] = ()) -> ViewedStatement:
    """The view of a statement, from facts that reach as far back as its operands.

    A figure that the statement itself refuses is refused with that reason.
    """
    figures = all_figures(statement.company, facts, tuple(splits))
    lines = [line for line in statement.lines if view is StatementView.GROWTH or _is_money(figures, line)]
    formulas = {line.line: _formula(view, line.line, statement.kind) for line in lines}
    definitions = {name: _definition(name, formula) for name, formula in formulas.items()}
    # A definition may not be called like the line that it is made of.
    ratios = Ratios(figures, definitions={_key(name): each for name, each in definitions.items()})
    columns = {column.end: column for column in columns_of(figures.calendar, statement.period)}
    shown = [columns.get(period.end) for period in statement.periods]
    rows = tuple(
        StatementLine(line.line, line.label, _row(line, definitions[line.line], ratios, shown), line.level, line.is_total)
        for line in lines
    )
    table = RatioTable(
        statement.company, figures.template.industry, statement.period, statement.as_of, statement.periods, rows,
        statement.filings_from,
    )  # fmt: skip
    has_years = view is StatementView.GROWTH and statement.period is PeriodKind.ANNUAL
    newest = shown[-1] if shown and has_years else None
    compound = () if newest is None else tuple(_compound(lines, years, figures, newest) for years in COMPOUND_YEARS)
    return ViewedStatement(view, table, compound)


def _is_money(figures: Figures, line: StatementLine) -> bool:
    return any(each.name == line.line and each.unit is UnitKind.MONEY for each in figures.template.lines)


def _formula(view: StatementView, line: str, kind: StatementKind) -> str:
    return f"{line} / prior({line}) - 1" if view is StatementView.GROWTH else f"{line} / {whole_of(kind)}"


def _key(line: str) -> str:
    return f"view of {line}"


def _definition(line: str, formula: str) -> RatioDefinition:
    return RatioDefinition(_key(line), line, "", RatioUnit.PERCENT, formula, frozenset(PeriodKind), {})


def _row(
    line: StatementLine, definition: RatioDefinition, ratios: Ratios, columns: Iterable[FiscalPeriod | None]
) -> tuple[Figure, ...]:
    return tuple(
        own._replace(unit="pct", adjusted_value=None, adjustment=None)
        if own.value is None
        else ratios.figure(definition, column)
        if column is not None
        else _refused(own, Refusal.OPERAND_MISSING, definition.formula)
        for own, column in zip(line.figures, columns, strict=True)
    )


def _refused(own: Figure, reason: Refusal, formula: str) -> Figure:
    return Figure(own.period_end, None, "pct", Status.REFUSED, reason=reason.value, formula=formula)


def _compound(lines: Iterable[StatementLine], years: int, figures: Figures, newest: FiscalPeriod) -> CompoundGrowth:
    """(newest / that of `years` fiscal years before) to the power of one over `years`, less one."""
    lines = tuple(lines)
    definitions: Mapping[str, RatioDefinition] = {
        _key(line.line): _definition(line.line, f"{line.line} / {'prior(' * years}{line.line}{')' * years}") for line in lines
    }
    ratios = Ratios(figures, definitions=definitions)
    return CompoundGrowth(years, tuple(_rate(line, definitions[_key(line.line)], ratios, newest, years) for line in lines))


def _rate(line: StatementLine, definition: RatioDefinition, ratios: Ratios, newest: FiscalPeriod, years: int) -> Figure:
    own = line.figures[-1]
    words = f"({line.line} / {line.line} of {years} fiscal years before) ^ (1 / {years}) - 1"
    if own.value is None:
        return own._replace(unit="pct", adjusted_value=None, adjustment=None)
    quotient = ratios.compute(definition.name, newest).value
    figure = ratios.figure(definition, newest)
    if quotient is None:
        return figure._replace(formula=words)
    if quotient <= 0:
        return _refused(own, Refusal.NOT_MEANINGFUL, words)
    rate = (quotient ** (Decimal(1) / years) - 1) * 100
    return figure._replace(value=round(rate, _PLACES), formula=words)
