"""Statements of the recorded companies against figures read in their filings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from db.companies import resolve
from db.engine import Database
from db.statements.as_known import statement
from workbench.domain.identity import Cik, Company
from workbench.domain.statements.statement import Figure, PeriodKind, Statement, StatementKind, Status

INCOME, BALANCE, CASHFLOW = StatementKind.INCOME, StatementKind.BALANCE, StatementKind.CASHFLOW
ANNUAL, QUARTERLY = PeriodKind.ANNUAL, PeriodKind.QUARTERLY
COMPLETE = ("AAPL", "NVDA", "GOOGL", "PG", "WMT", "NKE", "MCD")

pytestmark = pytest.mark.mirror


def ask(
    recorded: Database, ticker: str, kind: StatementKind, period: PeriodKind = ANNUAL, as_of: date | None = None
) -> Statement:
    with recorded.read() as connection:
        return statement(connection, resolve(connection, ticker), kind, period, as_of)


def figure(found: Statement, line: str, label: str) -> Figure:
    column = [period.label for period in found.periods].index(label)
    return next(row for row in found.lines if row.line == line).figures[column]


@pytest.mark.parametrize(
    ("ticker", "kind", "line", "label", "value", "accession"),
    [
        ("AAPL", INCOME, "revenue", "FY 2024", 391_035_000_000, "0000320193-24-000123"),
        ("AAPL", INCOME, "gross_profit", "FY 2024", 180_683_000_000, "0000320193-24-000123"),
        ("NVDA", INCOME, "revenue", "FY 2025", 130_497_000_000, "0001045810-25-000023"),
        ("NVDA", INCOME, "net_income", "FY 2025", 72_880_000_000, "0001045810-25-000023"),
        ("WMT", INCOME, "revenue", "FY 2025", 680_985_000_000, "0000104169-25-000021"),
        ("WMT", INCOME, "operating_income", "FY 2025", 29_348_000_000, "0000104169-25-000021"),
        ("NKE", INCOME, "revenue", "FY 2024", 51_362_000_000, "0000320187-24-000044"),
        ("COST", INCOME, "net_income", "FY 2023", 6_292_000_000, "0000909832-23-000042"),
        ("MCD", INCOME, "revenue", "FY 2024", 25_920_000_000, "0000063908-25-000012"),
        ("MCD", BALANCE, "total_assets", "FY 2024", 55_182_000_000, "0000063908-25-000012"),
        ("GOOGL", INCOME, "net_income", "FY 2024", 100_118_000_000, "0001652044-25-000014"),
        ("GOOG", INCOME, "revenue", "FY 2024", 350_018_000_000, "0001652044-25-000014"),
        ("SNOW", INCOME, "revenue", "FY 2025", 3_626_396_000, "0001640147-25-000052"),
        ("SNOW", INCOME, "net_income", "FY 2025", -1_285_640_000, "0001640147-25-000052"),
        ("DIS", INCOME, "revenue", "FY 2024", 91_361_000_000, "0001744489-24-000276"),
        ("PG", INCOME, "net_income", "FY 2024", 14_879_000_000, "0000080424-24-000083"),
        # Recast without the beauty businesses, by an 8-K before the next annual report repeated it.
        ("PG", INCOME, "revenue", "FY 2014", 74_401_000_000, "0000080424-15-000101"),
    ],
)
def test_annual_figures(
    recorded: Database, *, ticker: str, kind: StatementKind, line: str, label: str, value: int, accession: str
) -> None:
    found = figure(ask(recorded, ticker, kind), line, label)
    assert (found.value, found.unit, found.status) == (Decimal(value), "USD", Status.REPORTED)
    assert [fact.accession for fact in found.facts] == [accession]


@pytest.mark.parametrize(
    ("ticker", "line", "label", "value", "operands"),
    [
        ("NVDA", "revenue", "Q4 2025", 39_331_000_000, (130_497_000_000, 91_166_000_000)),
        ("NVDA", "net_income", "Q4 2025", 22_091_000_000, (72_880_000_000, 50_789_000_000)),
        ("NKE", "revenue", "Q4 2024", 12_606_000_000, (51_362_000_000, 38_756_000_000)),
        ("COST", "net_income", "Q4 2025", 2_610_000_000, (8_099_000_000, 5_489_000_000)),
        ("WMT", "operating_income", "Q4 2025", 7_859_000_000, (29_348_000_000, 21_489_000_000)),
    ],
)
def test_fourth_quarters(
    recorded: Database, *, ticker: str, line: str, label: str, value: int, operands: tuple[int, int]
) -> None:
    found = figure(ask(recorded, ticker, INCOME, QUARTERLY), line, label)
    assert (found.value, found.status) == (Decimal(value), Status.DERIVED)
    assert tuple(fact.value for fact in found.facts) == operands


def test_a_share_count_is_given_for_a_fourth_quarter_only_where_it_was_filed(recorded: Database) -> None:
    found = figure(ask(recorded, "NVDA", INCOME, QUARTERLY), "eps_diluted", "Q4 2025")
    assert (found.value, found.reason) == (None, "not_subtractable")


@pytest.mark.parametrize(
    ("as_of", "value", "accession"),
    [
        (date(2009, 12, 31), 36_537_000_000, "0001193125-09-214859"),
        # The 10-K/A of January 2010 took up the new rules for iPhone revenue, back to 2007.
        (date(2010, 1, 25), 42_905_000_000, "0001193125-10-012091"),
        (None, 42_905_000_000, "0001193125-10-012091"),
    ],
)
def test_before_and_after_a_restatement(recorded: Database, as_of: date | None, value: int, accession: str) -> None:
    found = figure(ask(recorded, "AAPL", INCOME, as_of=as_of), "revenue", "FY 2009")
    assert (found.value, found.facts[0].accession) == (Decimal(value), accession)


def test_nothing_filed_later_is_known(recorded: Database) -> None:
    day = date(2016, 6, 30)
    for kind in StatementKind:
        for period in PeriodKind:
            found = ask(recorded, "PG", kind, period, day)
            assert max(fact.filed_on for line in found.lines for cell in line.figures for fact in cell.facts) <= day


def test_a_transition_period(recorded: Database) -> None:
    found = ask(recorded, "UAA", INCOME, QUARTERLY, date(2023, 6, 1))
    transition = next(period for period in found.periods if period.is_transition)
    assert (transition.start, transition.end, transition.label) == (date(2022, 1, 1), date(2022, 3, 31), "TP Q1 2022")
    assert figure(found, "revenue", "TP Q1 2022").value == 1_300_945_000
    years = [period.fiscal_year for period in ask(recorded, "UAA", INCOME).periods]
    assert years[-6:] == [2020, 2021, 2023, 2024, 2025, 2026]


@pytest.mark.parametrize("ticker", COMPLETE)
@pytest.mark.parametrize("kind", [INCOME, CASHFLOW])
def test_quarters_add_up_to_the_year_or_are_refused(recorded: Database, ticker: str, kind: StatementKind) -> None:
    quarterly = ask(recorded, ticker, kind, QUARTERLY)
    results = [check for check in quarterly.checks if check.name == "year_is_sum_of_quarters"][-10:]
    differences = [words for check in results if check.result == "failed" for words in check.detail.split("; ")]
    assert [words for words in differences if not words.endswith("(not restated together)")] == []
    assert sum(check.result == "passed" for check in results) >= 8
    for line in quarterly.lines:
        assert all((cell.value is None) == (cell.reason is not None) for cell in line.figures)


@pytest.mark.parametrize("ticker", [*COMPLETE, "COST", "KMB", "APH", "UAA", "SNOW", "MRVL", "DIS"])
def test_columns_follow_one_another(recorded: Database, ticker: str) -> None:
    quarters = ask(recorded, ticker, INCOME, QUARTERLY).periods
    assert all((later.start or date.min).toordinal() - earlier.end.toordinal() == 1 for earlier, later in pairwise(quarters))
    labels = [period.label for period in quarters]
    assert len(set(labels)) == len(labels)


def test_the_newest_periods(recorded: Database) -> None:
    with recorded.read() as connection:
        company = resolve(connection, "AAPL")
        found = statement(connection, company, BALANCE, ANNUAL, date(2025, 1, 1), limit_periods=2)
    assert [(period.start, period.end) for period in found.periods] == [(None, date(2023, 9, 30)), (None, date(2024, 9, 28))]
    assert all(len(line.figures) == 2 for line in found.lines)


@pytest.mark.parametrize("ticker", ["AAPL", "UAA", "COST"])
def test_fewer_periods_are_the_end_of_all_of_them(recorded: Database, ticker: str) -> None:
    with recorded.read() as connection:
        company = resolve(connection, ticker)
        for kind in StatementKind:
            for period, count in ((ANNUAL, 3), (QUARTERLY, 5)):
                for as_of in (None, date(2022, 12, 1)):
                    everything = statement(connection, company, kind, period, as_of)
                    found = statement(connection, company, kind, period, as_of, limit_periods=count)
                    assert found.periods == everything.periods[-count:]
                    for line, whole in zip(found.lines, everything.lines, strict=True):
                        assert line.figures == whole.figures[-count:], (line.line, kind, period, count, as_of)


def test_a_company_without_facts_has_no_periods(recorded: Database) -> None:
    with recorded.read() as connection:
        found = statement(connection, Company(Cik(999), "None Such"), INCOME, ANNUAL, None)
    assert (found.periods, found.checks) == ((), ())
