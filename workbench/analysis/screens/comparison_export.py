"""A comparison as a table to save; in a workbook, medians, ranges and simple ratios are formulas over its figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

from workbench.analysis.exports import Cell, ColumnFormula, Export, ExportedFigure, QuotientFormula
from workbench.domain.identity import Company
from workbench.domain.measures.catalogue import Measure
from workbench.domain.measures.comparison import ComparedRow, Comparison
from workbench.domain.measures.ratios import RatioUnit, ratio_definitions
from workbench.domain.screens.comparison_summary import ColumnSummary, MeasureSummary, rows_of, summary_of
from workbench.domain.statements.statement import PeriodKind

_QUOTIENT = re.compile(r"(\w+) / (\w+)")
_PLACES = 4
_SUMMARIES = (("Median", "MEDIAN"), ("Lowest", "MIN"), ("Highest", "MAX"))

# Where the row of each company's measure stands below the header.
_Places = Mapping[tuple[Company, str], int]


def comparison_export(comparison: Comparison) -> Export:
    """The comparison as a table: a row a measure and company, a column a calendar period; a refused figure is empty.

    Share figures filed before a stock split stand there in today's shares, and as filed among `figures`. Below the companies
    of a measure stand its median, lowest and highest figure, unless its figures are in several currencies.
    """
    kind = {"annual": "Fiscal years", "quarterly": "Fiscal quarters", "ttm": "Trailing twelve months"}[comparison.period]
    unit = "year" if comparison.period is PeriodKind.ANNUAL else "quarter"
    when = f", as known on {comparison.as_of}" if comparison.as_of else ""
    return Export(
        name="Comparison",
        title="Companies compared",
        notes=(f"{kind}, aligned by calendar {unit}{when}. Share figures from before a split are in today's shares.",),
        header=("Measure", "Company", "CIK", "Unit", *(column.label for column in comparison.columns)),
        rows=tuple(_rows(comparison)),
        figures=tuple(
            ExportedFigure(
                row.company, row.measure, comparison.period.value, column.label, compared.period.label, compared.figure
            )
            for row in comparison.rows
            for column, compared in zip(comparison.columns, row.figures, strict=True)
            if compared is not None
        ),
    )


def _rows(comparison: Comparison) -> Iterator[tuple[Cell, ...]]:
    summaries = {item: summary_of(comparison, item) for item in _measures(comparison)}
    places: dict[tuple[Company, str], int] = {}
    place = 0
    for item, summary in summaries.items():
        for row in rows_of(comparison, item):
            places[row.company, item.name] = place
            place += 1
        place += len(_SUMMARIES) if summary is not None else 0
    by_name = {(row.company, row.measure.name): row for row in comparison.rows}
    for item, summary in summaries.items():
        rows = rows_of(comparison, item)
        for row in rows:
            yield _company_row(row, by_name, places)
        if summary is not None:
            first = places[rows[0].company, item.name]
            yield from _summary_rows(summary, first, first + len(rows) - 1)


def _measures(comparison: Comparison) -> list[Measure]:
    return list(dict.fromkeys(row.measure for row in comparison.rows))


def _company_row(row: ComparedRow, rows: Mapping[tuple[Company, str], ComparedRow], places: _Places) -> tuple[Cell, ...]:
    units = [compared.figure.unit for compared in row.figures if compared is not None]
    cells = (_cell(row, column, rows, places) for column in range(len(row.figures)))
    return (row.measure.label, row.company.label, str(row.company.cik), units[-1] if units else None, *cells)


def _cell(
    row: ComparedRow, column: int, rows: Mapping[tuple[Company, str], ComparedRow], places: _Places
) -> Decimal | QuotientFormula | None:
    """The figure, as a formula where it is one row of the table over another, and equal to that."""
    compared = row.figures[column]
    value = compared.comparable if compared is not None else None
    definition = ratio_definitions().get(row.measure.name) if row.measure.kind is None else None
    parts = _QUOTIENT.fullmatch(definition.formula) if definition is not None else None
    if value is None or definition is None or parts is None or definition.unit not in (RatioUnit.PERCENT, RatioUnit.RATIO):
        return value
    operands = [_value(rows.get((row.company, name)), column) for name in parts.groups()]
    over, under = operands
    times = 100 if definition.unit is RatioUnit.PERCENT else 1
    if over is None or not under or _rounded(over / under * times) != value:
        return value
    first, second = (places[row.company, name] for name in parts.groups())
    return QuotientFormula(first, second, times, _PLACES, value)


def _value(row: ComparedRow | None, column: int) -> Decimal | None:
    compared = row.figures[column] if row is not None else None
    return compared.comparable if compared is not None else None


def _rounded(value: Decimal) -> Decimal:
    """As a spreadsheet rounds: halves away from zero."""
    return value.quantize(Decimal(1).scaleb(-_PLACES), rounding=ROUND_HALF_UP)


def _summary_rows(summary: MeasureSummary, first: int, last: int) -> Iterator[tuple[Cell, ...]]:
    for label, function in _SUMMARIES:
        values = (_of(each, label) for each in summary.columns)
        cells = (ColumnFormula(function, first, last, value) if value is not None else None for value in values)
        yield (summary.measure.label, label, None, summary.unit, *cells)


def _of(summary: ColumnSummary | None, label: str) -> Decimal | None:
    if summary is None:
        return None
    return {"Median": summary.median, "Lowest": summary.lowest, "Highest": summary.highest}[label]
