"""Statements as JSON: one shape for the command line, the API and notebooks."""

from __future__ import annotations

from typing import Annotated

from typing_extensions import TypedDict

from workbench.analysis.answer_types import DecimalText, IsoDate, Schema
from workbench.analysis.company_json import FilerAnswer, filer_answer
from workbench.domain.facts.source import SourceFact
from workbench.domain.statements.statement import (
    Check,
    Figure,
    PeriodKind,
    Statement,
    StatementKind,
    StatementLine,
    StatementPeriod,
    Status,
)


class PeriodAnswer(TypedDict, closed=True):
    """One column; `start` is null for a balance sheet, `fiscal_quarter` for a year, and for a half-year or trimester."""

    start: IsoDate | None
    end: IsoDate
    fiscal_year: int
    fiscal_quarter: int | None
    part: Annotated[str | None, Schema(description="The half-year or trimester, such as H1 or T3; null for other periods.")]
    is_transition: Annotated[bool, Schema(description="A transition period between two fiscal year ends.")]
    label: str


StaleReason = Annotated[
    str | None, Schema(description="Why the newest column is older than the newest fiscal year; null if it is not.")
]


IsKnown = Annotated[
    bool, Schema(description="False where no filing with figures is loaded up to `as_of`: figures are unknown, not missing.")
]
FilingsFrom = Annotated[
    IsoDate | None, Schema(description="The day of the first loaded filing with figures; given only without any period.")
]


class FactFields(TypedDict):
    """The fields of every answer that shows a fact."""

    concept: Annotated[str, Schema(description="XBRL concept, such as us-gaap:Assets.")]
    accession: str
    filed_on: IsoDate
    form: str
    unit: str
    period_start: IsoDate | None
    period_end: IsoDate
    value: Annotated[DecimalText, Schema(description="A decimal number as text, as filed.")]


class FactAnswer(FactFields, closed=True):
    """The proof of a figure: one fact as one filing reported it."""


class FigureFields(TypedDict):
    """The fields of every answer that shows a figure."""

    period_end: IsoDate
    value: Annotated[DecimalText | None, Schema(description="A decimal number as text.")]
    unit: str | None
    status: Status
    reason: Annotated[str | None, Schema(description="Why the figure is refused.")]
    formula: Annotated[str | None, Schema(description="How the figure is derived.")]
    adjusted_value: Annotated[
        DecimalText | None, Schema(description="A share figure filed before a stock split, restated in today's shares.")
    ]
    adjustment: Annotated[str | None, Schema(description="The stock splits behind `adjusted_value`.")]
    known_on: Annotated[
        IsoDate | None, Schema(description="The day on which `value` became known; null if the figure is refused.")
    ]


class FigureFieldsAlone(FigureFields, closed=True):
    """A figure without its proof: the part that answers about a figure have in common."""


class ProvenFigureFields(FigureFields):
    """The fields of every answer that shows a figure with its proof."""

    facts: list[FactAnswer]


class FigureAnswer(ProvenFigureFields, closed=True):
    """One figure: `reported`, `derived` by `formula` from `facts`, or `refused` for `reason`, and then without a value.

    `adjusted_value` restates a share figure filed before a stock split in today's shares; `adjustment` names the splits.
    """


class LineAnswer(TypedDict, closed=True):
    """One row, with a figure for each period."""

    line: str
    label: str
    level: Annotated[int, Schema(description="Depth of indentation, from 0.")]
    is_total: bool
    values: list[FigureAnswer]


class CheckAnswer(TypedDict, closed=True):
    """The result of a tie-out check of one period."""

    name: str
    period_end: IsoDate
    result: Annotated[str, Schema(description="passed, failed or not_applicable.")]
    detail: str


class StatementAnswer(TypedDict, closed=True):
    """A standardised statement as known on `as_of`; periods run from oldest to newest."""

    company: FilerAnswer
    kind: StatementKind
    period: PeriodKind
    as_of: IsoDate | None
    is_known: IsKnown
    filings_from: FilingsFrom
    periods: list[PeriodAnswer]
    stale_reason: StaleReason
    lines: list[LineAnswer]
    checks: list[CheckAnswer]


def statement_document(statement: Statement) -> StatementAnswer:
    """The statement: periods oldest first, lines in the order of the statement, figures as decimal text."""
    return {
        "company": filer_answer(statement.company),
        "kind": statement.kind,
        "period": statement.period,
        "as_of": statement.as_of.isoformat() if statement.as_of else None,
        "is_known": statement.is_known,
        "filings_from": statement.filings_from.isoformat() if statement.filings_from else None,
        "periods": [period_document(period) for period in statement.periods],
        "stale_reason": statement.stale_reason,
        "lines": [line_document(line) for line in statement.lines],
        "checks": [_check(check) for check in statement.checks],
    }


def period_document(period: StatementPeriod) -> PeriodAnswer:
    """One column of a statement."""
    return {
        "start": period.start.isoformat() if period.start else None,
        "end": period.end.isoformat(),
        "fiscal_year": period.fiscal_year,
        "fiscal_quarter": period.fiscal_quarter,
        "part": period.part,
        "is_transition": period.is_transition,
        "label": period.label,
    }


def line_document(line: StatementLine) -> LineAnswer:
    """One row of a statement."""
    return {
        "line": line.line,
        "label": line.label,
        "level": line.level,
        "is_total": line.is_total,
        "values": [figure_document(figure) for figure in line.figures],
    }


def figure_document(figure: Figure) -> FigureAnswer:
    """One figure, with its proof."""
    return {**figure_fields(figure), "facts": [fact_document(fact) for fact in figure.facts]}


def figure_fields(figure: Figure) -> FigureFieldsAlone:
    """One figure, without its proof."""
    return {
        "period_end": figure.period_end.isoformat(),
        "value": f"{figure.value:f}" if figure.value is not None else None,
        "unit": figure.unit,
        "status": figure.status,
        "reason": figure.reason,
        "formula": figure.formula,
        "adjusted_value": f"{figure.adjusted_value:f}" if figure.adjusted_value is not None else None,
        "adjustment": figure.adjustment,
        "known_on": figure.known_on.isoformat() if figure.known_on else None,
    }


def fact_document(fact: SourceFact) -> FactAnswer:
    """One fact, as filed."""
    return {
        "concept": fact.concept,
        "accession": fact.accession,
        "filed_on": fact.filed_on.isoformat(),
        "form": fact.form,
        "unit": fact.unit,
        "period_start": fact.period_start.isoformat() if fact.period_start else None,
        "period_end": fact.period_end.isoformat(),
        "value": f"{fact.value:f}",
    }


def _check(check: Check) -> CheckAnswer:
    return {
        "name": check.name,
        "period_end": check.period_end.isoformat(),
        "result": check.result,
        "detail": check.detail,
    }
