"""The figure that a question asks for: one that is proven, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.domain.measures.catalogue import measures
from workbench.domain.statements.statement import StatementPeriod
from workbench.domain.verification.claim import Claim, Unclear
from workbench.domain.verification.judgement import Finding, JudgedFigure, Table, TableKey, figure_of, period_kinds
from workbench.domain.verification.stated_periods import StatedPeriod


@dataclass(frozen=True, slots=True)
class AskedFigure:
    """A figure that is asked for. `reason` is None exactly if `figure` is proven; a refused figure has both.

    `others` are the figures of what else the name of the measure can mean, where they differ: net income with and without
    noncontrolling interests.
    """

    claim: Claim
    figure: JudgedFigure | None = None
    reason: Finding | Unclear | None = None
    others: tuple[JudgedFigure, ...] = ()


def find_figure(claim: Claim, tables: Mapping[TableKey, Table]) -> AskedFigure:
    """The figure of the likeliest measure that the claim's words can mean, by the tables of `tables_needed`.

    If a year and a quarter end on the day that is named and their figures differ, neither is chosen.
    """
    if claim.company is None:
        return AskedFigure(claim, reason=Finding.COMPANY_NOT_LOADED)
    if claim.measure is None or claim.period is None:
        return AskedFigure(claim, reason=claim.unclear)
    # A name falls to its next meaning only if the company never has the line: Costco's net sales are no revenue.
    senses = [each for each in claim.measure.senses if _has_figures(each, tables)] or claim.measure.senses[:1]
    best, *rest = (_answer(claim, each, claim.period, tables) for each in senses)
    if best.reason is not None or best.figure is None:
        return best
    values = {_value(best.figure)}
    others = []
    for each in rest:
        if each.figure is not None and each.reason is None and _value(each.figure) not in values:
            values.add(_value(each.figure))
            others.append(each.figure)
    return AskedFigure(claim, best.figure, others=tuple(others))


def _answer(claim: Claim, sense: str, period: StatedPeriod, tables: Mapping[TableKey, Table]) -> AskedFigure:
    kind = measures()[sense].kind
    own = [table for each in period_kinds(period) if (table := tables.get((kind, each))) is not None]
    columns = (
        _newest(own) if _is_newest(period) else [(each, one) for each in own for one in each.periods if period.is_of(one)]
    )
    if not columns:
        return AskedFigure(claim, reason=Finding.PERIOD_NOT_LOADED)
    figures = [figure_of(table, line, column) for table, column in columns for line in table.lines if line.line == sense]
    proven = [each for each in figures if each.figure.value is not None]
    if not figures or (not proven and figures[0].figure.reason == Finding.NOT_REPORTED):
        return AskedFigure(claim, figures[0] if figures else None, Finding.NOT_REPORTED)
    if not proven:
        return AskedFigure(claim, figures[0], Finding.FIGURE_REFUSED)
    is_open = period.kind is None and len(proven) < len(columns)
    if is_open or len({_value(each) for each in proven}) > 1:
        return AskedFigure(claim, reason=Finding.PERIOD_IS_YEAR_OR_QUARTER)
    return AskedFigure(claim, proven[0])


def _has_figures(sense: str, tables: Mapping[TableKey, Table]) -> bool:
    lines = (line for table in tables.values() for line in table.lines if line.line == sense)
    return any(figure.value is not None for line in lines for figure in line.figures)


def _is_newest(period: StatedPeriod) -> bool:
    return period.fiscal_year is None and period.last_day is None


def _newest(tables: Sequence[Table]) -> list[tuple[Table, StatementPeriod]]:
    """The newest column of the first table whose columns do not end before the newest fiscal year."""
    fresh = [(each, each.periods[-1]) for each in tables if each.periods and each.periods[-1].newer_year_end is None]
    return fresh[:1]


def _value(judged: JudgedFigure) -> tuple[object, object]:
    return judged.figure.value, judged.figure.unit
