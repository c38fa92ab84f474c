"""Since when figures and facts are known, as DataFrames."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd

from workbench.analysis.frames import shown_lines
from workbench.domain.facts.fact import Fact
from workbench.domain.measures.comparison import Comparison
from workbench.domain.measures.ratios import RatioTable
from workbench.domain.statements.statement import Statement


def known_frame(table: Statement | RatioTable, *, empty_lines: bool = False) -> pd.DataFrame:
    """The day on which each figure became known: one row a line or ratio, one column a period end, oldest first.

    Rows and columns are those of `statement_frame` and `ratio_frame` without their words; NaT for a refused figure.
    """
    lines = shown_lines(table, empty_lines=empty_lines)
    index = pd.Index([line.line for line in lines], name="line" if isinstance(table, Statement) else "ratio", dtype="str")
    columns = pd.Index([pd.Timestamp(period.end) for period in table.periods], name="period_end")
    return _days([[figure.known_on for figure in line.figures] for line in lines], index, columns)


def known_comparison_frame(comparison: Comparison) -> pd.DataFrame:
    """The same for the rows and columns of `comparison_frame`; NaT also where a company has reported no such period."""
    names = [(row.measure.name, row.company.label) for row in comparison.rows]
    index = pd.MultiIndex.from_tuples(names, names=["measure", "company"])
    columns = pd.Index([column.label for column in comparison.columns], name="calendar", dtype="str")
    rows = [[each.figure.known_on if each else None for each in row.figures] for row in comparison.rows]
    return _days(rows, index, columns)


def _days(rows: Sequence[Sequence[date | None]], index: pd.Index, columns: pd.Index) -> pd.DataFrame:
    frame = pd.DataFrame(rows, index=index, columns=columns, dtype=object)
    return frame.apply(pd.to_datetime) if len(columns) else frame


def facts_frame(facts: Iterable[Fact], *, exact: bool = False) -> pd.DataFrame:
    """One row a fact, in the order given: concept, unit, period, value, dimensions (text, empty for the company), filing.

    `known_on` is the day on which this value was first filed: earlier than `filed_on` in a filing that repeats it.
    """
    facts = list(facts)
    first: defaultdict[object, date] = defaultdict(lambda: date.max)
    for fact in facts:
        first[_quantity(fact), fact.value] = min(first[_quantity(fact), fact.value], fact.filed_on)
    rows = [
        {
            "concept": str(fact.concept),
            "unit": fact.unit,
            "period_start": fact.period_start,
            "period_end": fact.period_end,
            "value": fact.value if exact else float(fact.value),
            "dimensions": ", ".join(f"{axis}={member}" for axis, member in fact.dimensions),
            "accession": fact.accession.text,
            "form": fact.form,
            "filed_on": fact.filed_on,
            "known_on": first[_quantity(fact), fact.value],
        }
        for fact in facts
    ]
    days = ["period_start", "period_end", "filed_on", "known_on"]
    frame = pd.DataFrame(rows, columns=["concept", "unit", *days[:2], "value", "dimensions", "accession", "form", *days[2:]])
    frame[days] = frame[days].apply(pd.to_datetime)
    return frame


def _quantity(fact: Fact) -> tuple[object, ...]:
    return fact.concept, fact.unit, fact.period_start, fact.period_end, fact.dimensions
