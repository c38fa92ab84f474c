"""The marts, built by a real dbt where there is one: named by WORKBENCH_TEST_DBT, or found on PATH."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from db.companies import save_company
from db.engine import Database
from db.facts.loading import load_facts
from db.filings.filing_index import save_filings
from db.market.prices import save_bars
from db.operations.marts import mart_rows, marts
from workbench.adapters.dbt import DbtMarts, find_dbt
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import NotFound, SetupError
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.domain.market.prices import DailyBar
from workbench.ingest.operations.marts import DOCUMENTATION, REPORT, build_marts
from workbench.ingest.operations.metrics import refresh_metrics

_ROOT = Path(__file__).parents[2]
_DBT = os.environ.get("WORKBENCH_TEST_DBT", "dbt")
_CIK = Cik(104169)
_needs_dbt = pytest.mark.skipif(find_dbt(_DBT) is None, reason=f"there is no dbt at {_DBT!r} (WORKBENCH_TEST_DBT)")


def _fact(tag: str, year: int, value: int) -> Fact:
    is_instant = tag in ("Assets", "LiabilitiesAndStockholdersEquity")
    return Fact(
        cik=_CIK,
        concept=Concept("us-gaap", tag),
        unit="USD",
        period_start=None if is_instant else date(year, 2, 1),
        period_end=date(year + 1, 1, 31),
        value=Decimal(value),
        accession=Accession(f"0000104169-{(year + 1) % 100:02d}-000001"),
        form="10-K",
        filed_on=date(year + 1, 3, 20),
    )


def _bar(day: date, close: str, adjusted: str | None, source: str) -> DailyBar:
    price = Decimal(close)
    return DailyBar(Ticker("WMT"), day, price, price, price, price, 100, Decimal(adjusted) if adjusted else None, source)


@pytest.fixture
def filled(database: Database) -> Database:
    facts = [
        _fact(tag, year, value + year)
        for tag, value in (
            ("Revenues", 600),
            ("NetIncomeLoss", 15),
            ("Assets", 250),
            ("LiabilitiesAndStockholdersEquity", 250),
        )
        for year in (2022, 2023)
    ]
    days = (date(2024, 1, 30), date(2024, 1, 31), date(2024, 2, 29), date(2024, 4, 30))
    bars = [_bar(day, close, None, "raw") for day, close in zip(days, ("160", "165", "58", "59"), strict=True)]
    bars += [_bar(day, close, close, "adjusted") for day, close in zip(days, ("53", "50", "55", "60"), strict=True)]
    with database.write() as connection:
        save_company(connection, Company(_CIK, "Walmart Inc.", (Listing(Ticker("WMT"), "NYSE"),), fiscal_year_end="0131"))
        load_facts(connection, _CIK, facts)
        filings = [Filing(_CIK, Accession(f"0000104169-24-{n:06d}"), "8-K", date(2024, 2, n)) for n in (1, 2)]
        save_filings(connection, filings)
        save_bars(connection, bars)
    refresh_metrics(database)
    return database


@pytest.fixture
def builder(database: Database, tmp_path: Path) -> DbtMarts:
    return DbtMarts(_DBT, database.url, project=_ROOT / "db/dbt", folder=tmp_path / "dbt", timeout_seconds=120)


def _rows(database: Database, name: str) -> Iterator[dict[str, object]]:
    with database.read() as connection:
        columns, rows = mart_rows(connection, name)
    return (dict(zip(columns, row, strict=True)) for row in rows)


@_needs_dbt
def test_marts_are_built_tested_told_of_and_the_same_when_built_again(
    filled: Database, objects: FolderStore, builder: DbtMarts
) -> None:
    first = {each.subject: each for each in build_marts(filled, objects, builder)}
    assert {each.outcome for each in first.values()} == {"saved", "unchanged"}, first
    assert first["annual_statements"].saved == {"rows of annual_statements": 2}
    years = [
        (row["ticker"], row["fiscal_year"], row["revenue"], row["total_assets"]) for row in _rows(filled, "annual_statements")
    ]
    assert years == [("WMT", 2023, Decimal(2622), Decimal(2272)), ("WMT", 2024, Decimal(2623), Decimal(2273))]
    annual = next(row for row in _rows(filled, "latest_metrics") if row["basis"] == "annual")
    assert (annual["period_label"], annual["net_income"], annual["known_from"]) == (
        "FY 2024",
        Decimal(2038),
        date(2024, 3, 20),
    )
    returns = {(row["source"], row["month_on"]): row["return_ratio"] for row in _rows(filled, "monthly_returns")}
    assert returns[("adjusted", date(2024, 2, 1))] == Decimal("0.1")  # 55 over 50
    assert returns[("adjusted", date(2024, 4, 1))] is None  # March is missing
    assert returns[("raw", date(2024, 2, 1))] is None  # a split looks like a fall of two thirds
    filings = {(row["form"], row["month_on"]): (row["filings"], row["companies"]) for row in _rows(filled, "filings_by_month")}
    assert filings[("8-K", date(2024, 2, 1))] == (2, 1)
    page = objects.get(REPORT).decode()
    assert "unique_together (cik, period_end)" in page
    assert "http" not in page
    assert b"annual_statements" in objects.get(DOCUMENTATION)
    with filled.read() as connection:
        before = marts(connection)
    assert {each.outcome for each in build_marts(filled, objects, builder)} == {"unchanged"}
    with filled.read() as connection:
        assert marts(connection) == before


@_needs_dbt
def test_a_broken_expectation_is_quarantined_and_the_other_tables_are_built(
    filled: Database, objects: FolderStore, builder: DbtMarts
) -> None:
    with filled.write() as connection:
        connection.execute(sa.text("update stock_prices set high = close / 2 where traded_on = date '2024-02-29'"))
        connection.execute(sa.text("update annual_figures set figures = figures || '{\"total_assets\": 1}'"))
    reports = {each.subject: each for each in build_marts(filled, objects, builder)}
    assert reports["stock_prices"].outcome == "quarantined"
    assert "2 rows break it" in (reports["stock_prices"].error or "")
    assert reports["annual_statements"].dropped == {"row beside expectation: balance_sheets_balance": 2}
    assert {row["ticker"] for row in _rows(filled, "latest_metrics")} == {"WMT"}


def test_without_dbt_there_is_one_clear_error_and_nothing_changes(
    database: Database, objects: FolderStore, tmp_path: Path
) -> None:
    for program in ("no-such-dbt", str(tmp_path / "dbt")):
        builder = DbtMarts(program, database.url, project=_ROOT / "db/dbt", folder=tmp_path / "run", timeout_seconds=5)
        with pytest.raises(SetupError, match="there is no dbt") as refused:
            list(build_marts(database, objects, builder))
        assert "WORKBENCH_MARTS__DBT" in (refused.value.hint or "")
    assert list(objects.list("")) == []


def test_a_dbt_that_cannot_begin_or_hangs_says_so(database: Database, tmp_path: Path) -> None:
    program = tmp_path / "dbt"
    for script, reason in (
        ("echo 'Could not find adapter type postgres!'; exit 2", "Could not find adapter"),
        ("sleep 30", "longer"),
    ):
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        builder = DbtMarts(str(program), database.url, project=_ROOT / "db/dbt", folder=tmp_path / "run", timeout_seconds=2)
        with pytest.raises(SetupError, match=reason):
            builder.build()


def test_a_mart_that_is_not_there_is_not_found(connection: sa.Connection) -> None:
    with pytest.raises(NotFound, match="companies"):
        mart_rows(connection, "companies")
