"""A statement as a workbook: laid out as shown, with formulas that give what was filed, and the source of each figure."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from db.companies import resolve
from db.statements.as_known import statement
from workbench.analysis.exports import Export, ExportFormat, SumFormula, write_export
from workbench.analysis.statements.statement_export import statement_export
from workbench.domain.identity import Cik, Company
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
from workbench.runtime import Workbench


def exported(workbench: Workbench, kind: StatementKind) -> Export:
    with workbench.database.read() as connection:
        return statement_export(statement(connection, resolve(connection, "AAPL"), kind, PeriodKind.ANNUAL, None))


def test_a_workbook_computes_what_was_filed(loaded: Workbench) -> None:
    export = exported(loaded, StatementKind.INCOME)
    book = openpyxl.load_workbook(io.BytesIO(write_export(export, ExportFormat.XLSX)))
    sheet = book["AAPL-income-annual"] if "AAPL-income-annual" in book.sheetnames else book.worksheets[0]
    lines = {str(row[0].value).strip(): row for row in sheet.iter_rows() if row[0].value}
    year = next(cell.column - 1 for cell in lines["Line"] if cell.value == "FY 2024")
    assert lines["Period end"][year].value.date().isoformat() == "2024-09-28"
    # Form 10-K for fiscal 2024: net sales, cost of sales and gross margin in millions of dollars.
    revenue, cost, gross = (lines[name][year] for name in ("Revenue", "Cost of revenue", "Gross profit"))
    assert (revenue.value, cost.value) == (391_035_000_000, 210_352_000_000)
    assert gross.value == f"={revenue.coordinate}-{cost.coordinate}"
    sources = [[cell.value for cell in row] for row in book["Provenance"].iter_rows(min_row=2)]
    (source,) = [row for row in sources if row[2] == "Gross profit" and row[4] == "FY 2024"]
    assert source[6] == "180683000000"
    assert "us-gaap:GrossProfit" in source


def test_a_total_is_the_sum_of_the_lines_under_it_where_these_are_all() -> None:
    # NVIDIA, Form 10-K for fiscal 2025, in millions of dollars; the second column leaves the inventories out.
    end = date(2025, 1, 26)
    filed = {
        "cash_and_equivalents": (8_589, 8_589), "short_term_investments": (34_621, 34_621), "receivables": (23_065, 23_065),
        "inventory": (10_080, None), "prepaid_and_other_current_assets": (3_771, 3_771), "current_assets": (80_126, 80_126),
    }  # fmt: skip
    lines = tuple(
        StatementLine(
            name,
            name,
            tuple(Figure(end, None if value is None else Decimal(value), "USD", Status.REPORTED) for value in values),
            level=0 if name == "current_assets" else 1,
            is_total=name == "current_assets",
        )
        for name, values in filed.items()
    )
    periods = (StatementPeriod(None, end, 2025, None), StatementPeriod(None, end, 2026, None))
    shown = Statement(Company(Cik(1045810), "NVIDIA CORP"), StatementKind.BALANCE, PeriodKind.ANNUAL, None, periods, lines)
    whole, partly = statement_export(shown).rows[-1][2:]
    assert whole == SumFormula(tuple((place, 1) for place in range(2, 7)), Decimal(80_126))
    assert partly == Decimal(80_126)


@pytest.mark.parametrize("kind", list(StatementKind))
def test_formulas_equal_the_figures_and_run_in_no_circle(loaded: Workbench, kind: StatementKind) -> None:
    export = exported(loaded, kind)
    formulas = 0
    for column in range(2, len(export.header)):
        cells = [row[column] for row in export.rows]

        def computed(place: int, cells: list[object] = cells, depth: int = 0) -> Decimal:
            assert depth < len(cells), "a formula leads back to its own cell"
            cell = cells[place]
            if isinstance(cell, SumFormula):
                return sum((sign * computed(term, cells, depth + 1) for term, sign in cell.terms), Decimal(0))
            assert isinstance(cell, Decimal)
            return cell

        for place, cell in enumerate(cells):
            if isinstance(cell, SumFormula):
                formulas += 1
                assert computed(place) == cell.value
    assert formulas > 10


def test_a_change_of_currency_and_a_failed_check_are_said() -> None:
    # After CRH, which reported in euro until 2019 and in dollars from 2020; the figures are made.
    ends = (date(2019, 12, 31), date(2020, 12, 31))
    figures = tuple(
        Figure(end, Decimal(value), unit, Status.REPORTED)
        for end, value, unit in zip(ends, (25, 27), ("EUR", "USD"), strict=True)
    )
    shown = Statement(
        Company(Cik(849395), "CRH PLC"),
        StatementKind.INCOME,
        PeriodKind.ANNUAL,
        None,
        tuple(StatementPeriod(None, end, end.year, None) for end in ends),
        (StatementLine("revenue", "Revenue", figures),),
        (Check("gross_profit_is_revenue_less_cost", ends[1], "failed", "1 apart"),),
    )
    export = statement_export(shown)
    assert export.rows[1] == ("Currency", None, "EUR", "USD")
    assert export.rows[2][:2] == ("Revenue", None)
    assert export.notes[1:] == ("Check that fails: gross_profit_is_revenue_less_cost on 2020-12-31, 1 apart",)
