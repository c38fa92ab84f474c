"""The sample company: its statements add up, its texts change, and a first start has all of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain
from pathlib import Path

import pytest

from db.alerts.deliveries import list_deliveries
from db.alerts.inbox import unread
from db.companies import resolve
from db.engine import Database
from db.facts.segments import breakdowns
from db.filings.change_lists import latest_changes
from db.filings.documents import documents_of, sections_of
from db.filings.events import latest_events
from db.market.news import list_news
from db.market.prices import price_series
from db.statements.as_known import statement
from tests.conftest import clone
from tests.notifiers import MemoryNotifier
from workbench.adapters.object_store import FolderStore
from workbench.domain.market.prices import DailyBar
from workbench.domain.statements.statement import PeriodKind, StatementKind
from workbench.ingest.filings.changes import report_changes
from workbench.ingest.starter.sample import load_sample
from workbench.ingest.starter.sample_company import CIK, NAME, TICKER, compose_bars, compose_filings
from workbench.ingest.starter.sample_figures import Statements, amount, annual, last_year, quarterly
from workbench.runtime import Workbench
from workbench.settings import Settings

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
SUMS = {
    "GrossProfit": ("RevenueFromContractWithCustomerExcludingAssessedTax", "-CostOfRevenue"),
    "OperatingIncomeLoss": (
        "GrossProfit", "-ResearchAndDevelopmentExpense", "-SellingGeneralAndAdministrativeExpense", "-RestructuringCharges",
    ),
    "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest": (
        "OperatingIncomeLoss", "-InterestExpense", "InvestmentIncomeInterest",
    ),
    "NetIncomeLoss": (
        "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest",
        "-IncomeTaxExpenseBenefit",
    ),
    "AssetsCurrent": (
        "CashAndCashEquivalentsAtCarryingValue", "AccountsReceivableNetCurrent", "InventoryNet", "OtherAssetsCurrent",
    ),
    "Assets": (
        "AssetsCurrent", "PropertyPlantAndEquipmentNet", "Goodwill", "FiniteLivedIntangibleAssetsNet", "OtherAssetsNoncurrent",
    ),
    "LiabilitiesCurrent": (
        "AccountsPayableCurrent", "AccruedLiabilitiesCurrent", "ContractWithCustomerLiabilityCurrent", "LongTermDebtCurrent",
    ),
    "Liabilities": (
        "LiabilitiesCurrent", "LongTermDebtNoncurrent", "DeferredIncomeTaxLiabilitiesNet", "OtherLiabilitiesNoncurrent",
    ),
    "StockholdersEquity": (
        "CommonStockValue", "AdditionalPaidInCapital", "RetainedEarningsAccumulatedDeficit",
        "AccumulatedOtherComprehensiveIncomeLossNetOfTax",
    ),
    "LiabilitiesAndStockholdersEquity": ("Liabilities", "StockholdersEquity"),
    "NetCashProvidedByUsedInOperatingActivities": (
        "NetIncomeLoss", "DepreciationDepletionAndAmortization", "ShareBasedCompensation", "DeferredIncomeTaxExpenseBenefit",
        "-IncreaseDecreaseInAccountsReceivable", "-IncreaseDecreaseInInventories", "-IncreaseDecreaseInOtherCurrentAssets",
        "-IncreaseDecreaseInOtherNoncurrentAssets", "IncreaseDecreaseInAccountsPayable",
        "IncreaseDecreaseInAccruedLiabilities", "IncreaseDecreaseInContractWithCustomerLiability",
        "IncreaseDecreaseInOtherNoncurrentLiabilities",
    ),
    "NetCashProvidedByUsedInInvestingActivities": ("-PaymentsToAcquirePropertyPlantAndEquipment",),
    "NetCashProvidedByUsedInFinancingActivities": (
        "-RepaymentsOfLongTermDebt", "-PaymentsOfDividends", "-PaymentsForRepurchaseOfCommonStock",
    ),
    "CashAndCashEquivalentsPeriodIncreaseDecrease": (
        "NetCashProvidedByUsedInOperatingActivities", "NetCashProvidedByUsedInInvestingActivities",
        "NetCashProvidedByUsedInFinancingActivities", "EffectOfExchangeRateOnCashAndCashEquivalents",
    ),
}  # fmt: skip


def signed(statements: Statements, name: str, column: int) -> Decimal:
    value = amount(statements, name.removeprefix("-"), column)
    return -value if name.startswith("-") else value


@pytest.mark.parametrize("column", [0, 1])
@pytest.mark.parametrize("statements", [annual(2024, 1), annual(2025, 2), quarterly(2026)], ids=["first", "second", "quarter"])
def test_every_column_adds_up(statements: Statements, column: int) -> None:
    for total, parts in SUMS.items():
        assert amount(statements, total, column) == sum(signed(statements, part, column) for part in parts), total
    instruments, services = (row.values[column].value for row in statements["segments"])
    assert instruments + services == amount(statements, "RevenueFromContractWithCustomerExcludingAssessedTax", column)
    for basis in ("Basic", "Diluted"):
        count = {"Basic": "SharesOutstandingBasic", "Diluted": "DilutedSharesOutstanding"}[basis]
        shares = amount(statements, f"WeightedAverageNumberOf{count}", column)
        per_share = amount(statements, "NetIncomeLoss", column) / shares
        assert round(per_share, 2) == amount(statements, f"EarningsPerShare{basis}", column)


@pytest.mark.parametrize("statements", [annual(2025, 2), quarterly(2026)], ids=["year", "quarter"])
def test_what_stands_at_the_end_follows_from_the_beginning(statements: Statements) -> None:
    def change(concept: str) -> Decimal:
        return amount(statements, concept) - amount(statements, concept, 1)

    def flow(concept: str) -> Decimal:
        return amount(statements, concept)

    assert change("CashAndCashEquivalentsAtCarryingValue") == flow("CashAndCashEquivalentsPeriodIncreaseDecrease")
    bought = flow("PaymentsForRepurchaseOfCommonStock")
    assert change("RetainedEarningsAccumulatedDeficit") == flow("NetIncomeLoss") - flow("PaymentsOfDividends") - bought
    assert change("AdditionalPaidInCapital") == flow("ShareBasedCompensation")
    assert change("InventoryNet") == flow("IncreaseDecreaseInInventories")
    assert change("AccountsReceivableNetCurrent") <= flow("IncreaseDecreaseInAccountsReceivable")
    fixed = change("PropertyPlantAndEquipmentNet") + change("FiniteLivedIntangibleAssetsNet")
    assert fixed == flow("PaymentsToAcquirePropertyPlantAndEquipment") - flow("DepreciationDepletionAndAmortization")


@pytest.mark.parametrize("day", [date(2026, 4, 29), date(2026, 5, 1), date(2027, 1, 1), date(2028, 2, 29)])
def test_everything_lies_before_the_day(day: date) -> None:
    filings = compose_filings(day)
    days = [each.filed_on for each in filings]
    assert days == sorted(days)
    assert days[-1] < day
    assert all(each.weekday() < 5 for each in days)
    bars = compose_bars(day)
    assert (day - bars[-1].traded_on).days <= 4
    assert bars == compose_bars(day)


def test_prices_move_like_prices() -> None:
    bars: list[DailyBar] = compose_bars(NOW.date())
    assert all(bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high for bar in bars)
    assert all(Decimal(5) < bar.close < Decimal(60) for bar in bars)


@pytest.fixture(scope="module")
def loaded_sample(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, FolderStore]]:
    database = Database(clone(postgres_url, "sample"))
    objects = FolderStore(tmp_path_factory.mktemp("sample") / "objects")
    reports = list(chain(load_sample(database, objects, MemoryNotifier(), NOW), report_changes(database, objects)))
    assert [each for each in reports if each.outcome in ("failed", "quarantined")] == []
    assert list(load_sample(database, objects, MemoryNotifier(), NOW)) == []
    yield database, objects
    database.close()


def test_statements_segments_events_and_news_are_there(loaded_sample: tuple[Database, FolderStore]) -> None:
    database, _ = loaded_sample
    with database.read() as connection:
        company = resolve(connection, TICKER.symbol)
        income = statement(connection, company, StatementKind.INCOME, PeriodKind.ANNUAL, None)
        segments = breakdowns(connection, company)
        events = latest_events(connection, ciks=[CIK])
        news = list_news(connection, CIK)
        series = price_series(connection, TICKER)
    assert "(sample company)" in company.name == NAME
    assert income.periods[-1].fiscal_year == last_year(NOW.date()) == 2025
    revenue = next(line for line in income.lines if line.line == "revenue")
    assert [figure.value for figure in revenue.figures] == [412_300_000, 447_900_000, 471_600_000]
    assert segments
    assert {event.item for event in events} == {"1.01", "2.02", "5.02", "5.07", "7.01"}
    assert len(news) == 3
    assert len(series.bars) > 500


def test_an_event_study_has_enough_events(loaded_sample: tuple[Database, FolderStore], tmp_path: Path) -> None:
    workbench = Workbench(Settings(home=tmp_path), *loaded_sample)
    study = workbench.event_study(["SAMPL"], forms=["8-K"])
    assert (study.attrs["events"], study.attrs["excluded"], study.attrs["refusal"]) == (5, {}, None)
    assert len(study) == 11  # five trading days before, the day, and five after
    assert (study.low_pct < study.high_pct).all()


def test_items_changed_and_the_inbox_says_what_came(loaded_sample: tuple[Database, FolderStore]) -> None:
    database, _ = loaded_sample
    with database.read() as connection:
        changed = {each.item: each for each in latest_changes(connection, limit=10)}
        assert set(changed) == {"1A", "7"}
        assert any("Tariffs on optical components" in each.text for each in changed["1A"].notable)
        assert unread(connection, "local") == 2
        assert {each.notice.title for each in list_deliveries(connection)} == {"SAMPL filed a 10-Q", "SAMPL filed an 8-K"}
        annual_report = [each for each in compose_filings(NOW.date()) if each.form == "10-K"][-1]
        document = documents_of(connection, annual_report.accession)[0]
        assert {"1", "1A", "7", "8"} <= {section.item for section in sections_of(connection, document.document_id)}
