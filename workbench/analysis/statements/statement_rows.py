"""A statement as flat rows, for CSV: one row a line and period."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.domain.measures.ratios import RatioTable
from workbench.domain.statements.statement import Statement

HEADER = (
    "line", "label", "period_start", "period_end", "fiscal_year", "fiscal_quarter", "part", "value", "unit", "status",
    "reason", "formula", "concepts", "accessions", "adjusted_value", "adjustment", "known_on",
)  # fmt: skip


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
