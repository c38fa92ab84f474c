"""A comparison of companies as a long DataFrame."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from workbench.domain.measures.comparison import Comparison

_COLUMNS = (
    "measure", "label", "company", "calendar", "period", "period_end", "value", "comparable", "unit", "status", "reason",
    "known_on", "accessions",
)  # fmt: skip


def comparison_long_frame(comparison: Comparison, *, exact: bool = False) -> pd.DataFrame:
    """One row a measure, company and calendar period for which the company has reported, in the order of the comparison.

    `period` is the company's own, `value` as filed, `comparable` in today's shares where a split came after. A refused figure
    has a `reason` in place of a value.
    """
    rows = [
        (
            row.measure.name, row.measure.label, row.company.label, column.label, each.period.label, each.period.end,
            _number(each.figure.value, exact), _number(each.comparable, exact), each.figure.unit, each.figure.status.value,
            each.figure.reason, each.figure.known_on,
            ", ".join(dict.fromkeys(fact.accession for fact in each.figure.facts)),
        )
        for row in comparison.rows
        for column, each in zip(comparison.columns, row.figures, strict=True)
        if each is not None
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    for name in ("period_end", "known_on"):
        frame[name] = pd.to_datetime(frame[name])
    return frame if exact else frame.astype({"value": "float64", "comparable": "float64"})


def _number(value: Decimal | None, exact: bool) -> Decimal | float | None:
    return value if exact else float("nan") if value is None else float(value)
