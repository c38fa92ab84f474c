"""The sample company: its statements add up, its texts change, and a first start has all of it."""

from __future__ import annotations

from collections import defaultdict
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
from db.screens.valuation import valuation
from db.statements.as_known import statement
from tests.conftest import clone
from tests.notifiers import MemoryNotifier
from workbench.adapters.object_store import FolderStore
from workbench.domain.market.prices import DailyBar
from workbench.domain.measures.share_count import MOST_DAYS_OF_QUARTERLY
from workbench.domain.statements.statement import PeriodKind, StatementKind
from workbench.ingest.filings.changes import report_changes
from workbench.ingest.starter.sample import load_sample
from workbench.ingest.starter.sample_company import CIK, NAME, REVENUE, TICKER, compose_bars, compose_filings
from workbench.ingest.starter.sample_figures import Statements, amount, annual, last_year, quarterly
from workbench.reports.notebooks import project_notebook
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


REPORTS = {
    "first year": annual(2024, 1), "second year": annual(2025, 2),
    **{f"quarter {number}": quarterly(2025, number) for number in range(6)},
}  # fmt: skip


def by_period(statements: Statements) -> dict[str, dict[str, Decimal]]:
    """The amounts by concept, for each period or day."""
    periods: defaultdict[str, dict[str, Decimal]] = defaultdict(dict)
    for name, rows in statements.items():
        for value in (value for row in rows for value in row.values):
            periods[value.period.context][
                value.member or (f"{name}.{value.concept}" if name == "cover" else value.concept)
            ] = value.value
    return periods


@pytest.mark.parametrize("statements", REPORTS.values(), ids=REPORTS)
def test_every_column_adds_up(statements: Statements) -> None:
    periods = by_period(statements)
    assert len(periods) > 3
    for amounts in periods.values():
        for total, parts in SUMS.items():
            if total in amounts and not (total.startswith("Net") and "DepreciationDepletionAndAmortization" not in amounts):
                signs = [-1 if part.startswith("-") else 1 for part in parts]
                added = sum(sign * amounts[part.removeprefix("-")] for sign, part in zip(signs, parts, strict=True))
                assert amounts[total] == added, total
        if "InstrumentsMember" in amounts:
            assert amounts["InstrumentsMember"] + amounts["ServicesMember"] == amounts[REVENUE]
        for basis, count in (("Basic", "SharesOutstandingBasic"), ("Diluted", "DilutedSharesOutstanding")):
            if f"EarningsPerShare{basis}" in amounts:
                per_share = amounts["NetIncomeLoss"] / amounts[f"WeightedAverageNumberOf{count}"]
                assert round(per_share, 2) == amounts[f"EarningsPerShare{basis}"]


@pytest.mark.parametrize("statements", [REPORTS[name] for name in REPORTS if name != "first year"])
def test_what_stands_at_the_end_follows_from_the_beginning(statements: Statements) -> None:
    def change(concept: str) -> Decimal:
        return amount(statements, concept) - amount(statements, concept, 1)

    def flow(concept: str) -> Decimal:
        return amount({"cashflow": statements["cashflow"]}, concept)

    assert change("CashAndCashEquivalentsAtCarryingValue") == flow("CashAndCashEquivalentsPeriodIncreaseDecrease")
    bought = flow("PaymentsForRepurchaseOfCommonStock")
    assert change("RetainedEarningsAccumulatedDeficit") == flow("NetIncomeLoss") - flow("PaymentsOfDividends") - bought
    assert change("AdditionalPaidInCapital") == flow("ShareBasedCompensation")
    assert change("InventoryNet") == flow("IncreaseDecreaseInInventories")
    assert change("AccountsReceivableNetCurrent") <= flow("IncreaseDecreaseInAccountsReceivable")
    fixed = change("PropertyPlantAndEquipmentNet") + change("FiniteLivedIntangibleAssetsNet")
    assert fixed == flow("PaymentsToAcquirePropertyPlantAndEquipment") - flow("DepreciationDepletionAndAmortization")


def test_the_last_quarter_is_what_the_others_leave_of_the_year() -> None:
    nine_months, year = quarterly(2025, 2), annual(2025, 2)
    # 471.6 - 349.4 = 122.2, and 54,379 - 41,735 = 12,644 thousand, 10.3 % of it.
    assert amount(year, REVENUE) - amount(nine_months, REVENUE, 1) == 122_200_000
    assert amount(year, "NetIncomeLoss") - amount(nine_months, "NetIncomeLoss", 1) == 12_644_000


@pytest.mark.parametrize(
    "day", [date(2026, 4, 29), date(2026, 5, 1), date(2026, 8, 3), date(2026, 11, 30), date(2027, 1, 1), date(2028, 2, 29)]
)
def test_everything_lies_before_the_day(day: date) -> None:
    filings = compose_filings(day)
    days = [each.filed_on for each in filings]
    assert days == sorted(days)
    assert days[-1] < day
    assert len({each.accession for each in filings}) == len(filings)
    # A valuation refuses the share count of an older report.
    assert (day - filings[-1].report_on).days <= MOST_DAYS_OF_QUARTERLY
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
        twelve = statement(connection, company, StatementKind.INCOME, PeriodKind.TTM, None)
        segments = breakdowns(connection, company)
        events = latest_events(connection, ciks=[CIK])
        news = list_news(connection, CIK)
        series = price_series(connection, TICKER)
    assert "(sample company)" in company.name == NAME
    assert income.periods[-1].fiscal_year == last_year(NOW.date()) == 2025
    revenue = next(line for line in income.lines if line.line == "revenue")
    assert [figure.value for figure in revenue.figures] == [412_300_000, 447_900_000, 471_600_000]
    assert segments
    # Twelve months to March 2026: 471.6 - 113.2 + 121.7 million.
    revenue = next(line for line in twelve.lines if line.line == "revenue")
    assert twelve.periods[-1].end == date(2026, 3, 31)
    assert revenue.figures[-1].value == 480_100_000
    assert {event.item for event in events} == {"1.01", "2.02", "5.02", "5.07", "7.01"}
    assert len(news) == 3
    assert len(series.bars) > 500


def test_its_valuation_is_current(loaded_sample: tuple[Database, FolderStore]) -> None:
    database, _ = loaded_sample
    with database.read() as connection:
        company = resolve(connection, TICKER.symbol)
        known = {each.line: each.figure.value for each in valuation(connection, company, NOW.date()).lines}
        close = price_series(connection, TICKER, as_of=NOW.date()).bars[-1].close
    assert known["market_cap"] == close * 46_050_000  # on the cover of the report for March
    net_income = Decimal(54_379 - 13_327 + 15_602) * 1000
    assert known["pe"] == pytest.approx(close * 46_050_000 / net_income)


def test_an_event_study_has_enough_events(loaded_sample: tuple[Database, FolderStore], tmp_path: Path) -> None:
    workbench = Workbench(Settings(home=tmp_path), *loaded_sample)
    study = workbench.event_study(["SAMPL"], forms=["8-K"])
    assert (study.attrs["events"], study.attrs["excluded"], study.attrs["refusal"]) == (5, {}, None)
    assert len(study) == 11  # five trading days before, the day, and five after
    assert (study.low_pct < study.high_pct).all()


def test_the_notebooks_of_text_and_events_have_something_to_show_by_default(
    loaded_sample: tuple[Database, FolderStore], tmp_path: Path
) -> None:
    workbench = Workbench(Settings(home=tmp_path), *loaded_sample)
    defaults = {name: project_notebook(name).defaults for name in ("event_study", "filing_changes", "risk_factors")}
    asked = defaults["event_study"]
    study = workbench.event_study(asked["companies"], items=asked["items"].split(), forms=asked["forms"].split(", "))
    assert (study.attrs["refusal"], study.attrs["events"]) == (None, 6)
    assert len(workbench.changes(defaults["filing_changes"]["ticker"], defaults["filing_changes"]["item"])) > 0
    assert len(workbench.text_history(defaults["risk_factors"]["ticker"], "1A")) > 0


def test_items_changed_and_the_inbox_says_what_came(loaded_sample: tuple[Database, FolderStore]) -> None:
    database, _ = loaded_sample
    with database.read() as connection:
        changed = {each.item: each for each in latest_changes(connection, limit=10)}
        assert set(changed) == {"1A", "7", "I-2", "II-1A"}
        assert any("Tariffs on optical components" in each.text for each in changed["1A"].notable)
        assert unread(connection, "local") == 2
        assert {each.notice.title for each in list_deliveries(connection)} == {"SAMPL filed a 10-Q", "SAMPL filed an 8-K"}
        annual_report = [each for each in compose_filings(NOW.date()) if each.form == "10-K"][-1]
        document = documents_of(connection, annual_report.accession)[0]
        assert {"1", "1A", "7", "8"} <= {section.item for section in sections_of(connection, document.document_id)}
