"""What may come in: schemas of the rows that sources send, checked a column at a time, not row by row.

Parsers make values of what is spelled; here is what values may be. pandera takes over a second to import and to get ready, so
that is left until the first rows come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from workbench.domain.facts.fact import Fact
from workbench.domain.market.prices import DailyBar

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

Row = TypeVar("Row")

_FIRST, _LAST = date(1900, 1, 1).toordinal(), date(2100, 1, 1).toordinal()
_EDGAR_BEGAN = date(1993, 1, 1).toordinal()
_LONGEST_DAYS = 36_525  # a century
# Far above the largest sums reported in the currencies with the smallest units (some 1e16).
_LARGEST = 1e24


def fitting_facts(facts: Sequence[Fact]) -> tuple[tuple[Fact, ...], Counter[str]]:
    """The facts that can be such, in their order, and how many were refused, by reason."""
    return _fitting(facts, _fact_schema, {
        # Days as numbers: 0 for the first day of an instant, which lies in no period.
        "period_start": [0 if fact.period_start is None else fact.period_start.toordinal() for fact in facts],
        "period_end": [fact.period_end.toordinal() for fact in facts],
        "filed_on": [fact.filed_on.toordinal() for fact in facts],
        "value": [float(fact.value) for fact in facts],
    })  # fmt: skip


def fitting_bars(bars: Sequence[DailyBar]) -> tuple[tuple[DailyBar, ...], Counter[str]]:
    """The bars that can be a trading day, in their order, and how many were refused, by a reason code."""
    return _fitting(bars, _bar_schema, {
        "traded_on": [bar.traded_on.toordinal() for bar in bars],
        "open": [float(bar.open) for bar in bars],
        "high": [float(bar.high) for bar in bars],
        "low": [float(bar.low) for bar in bars],
        "close": [float(bar.close) for bar in bars],
        "adjusted_close": [np.nan if bar.adjusted_close is None else float(bar.adjusted_close) for bar in bars],
        "volume_shares": [float(bar.volume_shares) for bar in bars],
    })  # fmt: skip


def _fitting(rows: Sequence[Row], schema: Any, columns: Mapping[str, list[Any]]) -> tuple[tuple[Row, ...], Counter[str]]:
    if not rows:
        return (), Counter()
    import pandas as pd
    from pandera.errors import SchemaErrors

    frame = pd.DataFrame({name: np.asarray(values) for name, values in columns.items()}, copy=False)
    try:
        schema().validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        reasons: dict[int, str] = {}
        for place, reason in zip(cases["index"], cases["check"], strict=True):
            reasons[int(place)] = min(reasons.get(int(place), reason), reason)
        return tuple(row for place, row in enumerate(rows) if place not in reasons), Counter(reasons.values())
    return tuple(rows), Counter()


@cache
def _fact_schema() -> DataFrameSchema:
    from pandera.pandas import Check, Column, DataFrameSchema

    beyond = "fact of a day that no filing is about"
    return DataFrameSchema(
        {
            "period_start": Column(int, Check(lambda days: (days == 0) | days.between(_FIRST, _LAST), error=beyond)),
            "period_end": Column(int, Check.in_range(_FIRST, _LAST, error=beyond)),
            "filed_on": Column(int, Check.in_range(_EDGAR_BEGAN, _LAST, error="fact filed on a day that EDGAR has not seen")),
            "value": Column(float, Check(lambda values: values.abs() < _LARGEST, error="fact whose value is out of range")),
        },
        checks=[
            Check(lambda frame: frame.period_start <= frame.period_end, error="fact whose period ends before it starts"),
            Check(
                lambda frame: (frame.period_start == 0) | (frame.period_end - frame.period_start <= _LONGEST_DAYS),
                error="fact of more than a century",
            ),
        ],
    )


@cache
def _bar_schema() -> DataFrameSchema:
    from pandera.pandas import Check, Column, DataFrameSchema

    price = Column(float, Check.gt(0, error="price_not_positive"))
    adjusted = Column(float, Check.gt(0, error="adjusted_close_not_positive"), nullable=True)
    return DataFrameSchema(
        {
            "traded_on": Column(int, Check.in_range(_FIRST, _LAST, error="not_a_date")),
            "open": price,
            "high": price,
            "low": price,
            "close": price,
            "adjusted_close": adjusted,
            "volume_shares": Column(float, Check.ge(0, error="volume_negative")),
        },
        checks=[Check(lambda frame: frame.high >= frame.low, error="high_below_low")],
    )
