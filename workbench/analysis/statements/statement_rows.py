"""A statement as flat rows, for tables: one row a line and period."""

from __future__ import annotations

from collections.abc import Iterator

from typing_extensions import TypedDict

from workbench.analysis.answer_types import DecimalText, IsoDate
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.statements.statement import Statement


class FigureRow(TypedDict, closed=True):
    """One figure of a statement or table of ratios as a row."""

    line: str
    label: str
    period_start: IsoDate | None
    period_end: IsoDate
    fiscal_year: int
    fiscal_quarter: int | None
    part: str | None
    value: DecimalText | None
    unit: str | None
    status: str
    reason: str | None
    formula: str | None
    concepts: str
    accessions: str
    adjusted_value: DecimalText | None
    adjustment: str | None
    known_on: IsoDate | None


HEADER = tuple(FigureRow.__annotations__)


def rows(statement: Statement | RatioTable) -> Iterator[tuple[str | int | None, ...]]:
    """Values under `HEADER`, line by line, periods oldest first; several facts of a figure are joined by a space.

    `part` is the half-year or trimester (`H1`, `T3`) of a company that does not report quarters. `adjusted_value` is a share
    figure filed before a split in today's shares, `adjustment` says by which splits. `known_on` is the day on which the value
    became known.
    """
    for line in statement.lines:
        for period, figure in zip(statement.periods, line.figures, strict=True):
            yield (
                line.line,
                line.label,
                period.start.isoformat() if period.start else None,
                period.end.isoformat(),
                period.fiscal_year,
                period.fiscal_quarter,
                period.part,
                f"{figure.value:f}" if figure.value is not None else None,
                figure.unit,
                figure.status.value,
                figure.reason,
                figure.formula,
                " ".join(fact.concept for fact in figure.facts),
                " ".join(fact.accession for fact in figure.facts),
                f"{figure.adjusted_value:f}" if figure.adjusted_value is not None else None,
                figure.adjustment,
                figure.known_on.isoformat() if figure.known_on else None,
            )
