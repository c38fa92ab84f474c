"""Companies side by side: figures read in their filings, aligned by calendar quarter."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from db.companies import resolve
from db.engine import Database
from db.screens.comparison import compare
from workbench.domain.errors import InvalidRequest
from workbench.domain.measures.catalogue import measure
from workbench.domain.measures.comparison import Comparison
from workbench.domain.statements.statement import PeriodKind


def ask(  # noqa: PLR0917
    recorded: Database, tickers: str, measures: str, period: PeriodKind, as_of: date | None, columns: int
) -> Comparison:
    with recorded.read() as connection:
        companies = [resolve(connection, ticker) for ticker in tickers.split()]
        return compare(connection, companies, [measure(name) for name in measures.split()], period, as_of, columns=columns)


def cells(found: Comparison, ticker: str, name: str) -> list[tuple[str, Decimal | None] | None]:
    row = next(row for row in found.rows if row.company.label == ticker and row.measure.name == name)
    return [(cell.period.label, cell.figure.value) if cell else None for cell in row.figures]


@pytest.mark.mirror
def test_years_that_end_in_other_months_stand_under_one_calendar_year(recorded: Database) -> None:
    found = ask(recorded, "AAPL NVDA WMT NKE PG", "revenue", PeriodKind.ANNUAL, date(2025, 6, 30), 2)
    assert [column.label for column in found.columns] == ["2023", "2024"]
    million = Decimal(1_000_000)
    assert cells(found, "AAPL", "revenue") == [("FY 2023", 383285 * million), ("FY 2024", 391035 * million)]
    assert cells(found, "NVDA", "revenue") == [("FY 2024", 60922 * million), ("FY 2025", 130497 * million)]
    assert cells(found, "WMT", "revenue") == [("FY 2024", 648125 * million), ("FY 2025", 680985 * million)]
    assert cells(found, "NKE", "revenue") == [("FY 2023", 51217 * million), ("FY 2024", 51362 * million)]
    assert cells(found, "PG", "revenue") == [("FY 2023", 82006 * million), ("FY 2024", 84039 * million)]


@pytest.mark.mirror
def test_quarters_of_twelve_and_sixteen_weeks_fill_four_calendar_quarters(recorded: Database) -> None:
    found = ask(recorded, "COST AAPL", "revenue total_assets", PeriodKind.QUARTERLY, date(2024, 11, 10), 4)
    assert [column.label for column in found.columns] == ["2023 Q4", "2024 Q1", "2024 Q2", "2024 Q3"]
    million = Decimal(1_000_000)
    assert cells(found, "COST", "revenue") == [
        ("Q1 2024", 57799 * million), ("Q2 2024", 58442 * million), ("Q3 2024", 58515 * million), ("Q4 2024", 79697 * million),
    ]  # fmt: skip
    assert cells(found, "AAPL", "revenue")[3] == ("Q4 2024", 94930 * million)
    assert cells(found, "AAPL", "total_assets")[3] == ("Q4 2024", 364980 * million)
    assert [(row.measure.name, row.company.label) for row in found.rows] == [
        ("revenue", "COST"), ("revenue", "AAPL"), ("total_assets", "COST"), ("total_assets", "AAPL"),
    ]  # fmt: skip


@pytest.mark.mirror
def test_what_was_not_reported_by_then_is_no_figure(recorded: Database) -> None:
    found = ask(recorded, "AAPL COST", "revenue", PeriodKind.QUARTERLY, date(2024, 10, 31), 1)
    assert [column.label for column in found.columns] == ["2024 Q3"]
    assert cells(found, "AAPL", "revenue") == [None]  # its annual report came on 1 November


@pytest.mark.mirror
def test_ratios_stand_beside_lines(recorded: Database) -> None:
    found = ask(recorded, "AAPL", "net_margin revenue", PeriodKind.TTM, date(2025, 2, 15), 2)
    assert [column.label for column in found.columns] == ["2024 Q3", "2024 Q4"]
    # Net income 93,736 of revenue 391,035 in fiscal 2024; twelve months to December 2024: 391,035 - 119,575 + 124,300.
    assert cells(found, "AAPL", "net_margin")[0] == ("TTM Q4 2024", Decimal("23.9713"))
    assert cells(found, "AAPL", "revenue")[1] == ("TTM Q1 2025", Decimal(395_760_000_000))


@pytest.mark.mirror
def test_too_many_and_unknown_are_refused(recorded: Database) -> None:
    with pytest.raises(InvalidRequest, match="1 to 25 companies"):
        ask(recorded, "", "revenue", PeriodKind.ANNUAL, None, 4)
    with pytest.raises(InvalidRequest, match="'revenu' is not a statement line") as refused:
        measure("revenu")
    assert refused.value.hint is not None
    assert "revenue" in refused.value.hint
