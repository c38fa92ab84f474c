"""A statement as flat rows, for CSV: one row a line and period."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.domain.measures.ratios import RatioTable
from workbench.domain.statements.statement import Statement

HEADER = (
    "line", "label", "period_start", "period_end", "fiscal_year", "fiscal_quarter", "value", "unit", "status", "reason",
    "formula", "concepts", "accessions", "adjusted_value", "adjustment",
)  # fmt: skip


def rows(statement: Statement | RatioTable) -> Iterator[tuple[str | int | None, ...]]:
    """Values under `HEADER`, line by line, periods oldest first; several facts of a figure are joined by a space.

    `adjusted_value` is a share figure filed before a split in today's shares, `adjustment` says by which splits.
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
                f"{figure.value:f}" if figure.value is not None else None,
                figure.unit,
                figure.status.value,
                figure.reason,
                figure.formula,
                " ".join(fact.concept for fact in figure.facts),
                " ".join(fact.accession for fact in figure.facts),
                f"{figure.adjusted_value:f}" if figure.adjusted_value is not None else None,
                figure.adjustment,
            )
