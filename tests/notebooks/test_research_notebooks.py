"""The notebooks of scores, texts, events, screens and briefs, over data whose figures are known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from db.alerts import watchlists
from db.engine import Connection, Database
from db.filings.events import save_index_events
from db.filings.filing_index import save_filings
from db.market.prices import save_bars
from tests import two_reports
from tests.database_server import clone
from tests.notebooks.together import made_together
from workbench.adapters.object_store import FolderStore
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Ticker
from workbench.domain.market.prices import DailyBar
from workbench.domain.rights.ownership import LOCAL_USER
from workbench.runtime import Workbench
from workbench.settings import Settings

FIRST_DAY = date(2023, 6, 1)
# Days of trading on which the company files its results, and its price jumps by four per cent.
RESULTS = (150, 170, 190, 210, 230)


@pytest.fixture(scope="module")
def pages(loaded: Workbench, traded: Workbench) -> dict[str, str]:
    """The page of each notebook as text."""
    of_apple, measures = made_together(
        loaded,
        [
            ("earnings_quality", ["ticker=AAPL", "as_of=2013-02-01", "periods=3"]),
            ("sector_screen", ["where=revenue > 100B", "show=net_margin", "as_of=2024-12-31"]),
            ("peer_comparison", ["companies=AAPL", "as_of=2024-12-31", "columns=3"]),
        ],
    )
    assert {"piotroski", "m_growth", "revenue", "net_margin", "gross_margin"} <= set(measures)
    of_acme, _ = made_together(
        traded,
        [
            ("filing_changes", ["ticker=ACME", "item=1A"]),
            ("risk_factors", ["ticker=ACME"]),
            ("event_study", ["companies=ACME", "items=2.02", "forms=", "days_before=2", "days_after=2"]),
            ("morning_brief", ["watchlist=forges", "days=10", f"as_of={_day(RESULTS[-1])}"]),
        ],
    )
    return of_apple | of_acme


@pytest.fixture(scope="module")
def traded(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """A company with two annual reports, a year of prices, and five reports of its results."""
    home = tmp_path_factory.mktemp("traded")
    database, objects = Database(clone(postgres_url, "traded")), FolderStore(home / "objects")
    with database.write() as connection:
        two_reports.save(connection, objects)
        trade(connection)
        watchlists.create(connection, LOCAL_USER, "forges")
        watchlists.add_members(connection, LOCAL_USER, "forges", [two_reports.ACME.cik])
    yield Workbench(Settings(home=home), database, objects)
    database.close()


def _day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def trade(connection: Connection) -> None:
    price, bars = Decimal(100), []
    for number in range(260):
        price *= Decimal("1.04") if number in RESULTS else Decimal("1.01") if number % 2 else Decimal("0.99")
        price = price.quantize(Decimal("0.000001"))
        bars.append(DailyBar(Ticker("ACME"), _day(number), price, price, price, price, 1000, price, "alpha-vantage-adjusted"))
    save_bars(connection, bars)
    filings = [
        Filing(two_reports.ACME.cik, Accession(f"0001234567-23-0001{place:02d}"), "8-K", _day(number), items=("2.02", "9.01"))
        for place, number in enumerate(RESULTS)
    ]
    save_filings(connection, filings)
    save_index_events(connection, filings)


def test_earnings_quality_scores_with_their_operands(pages: dict[str, str]) -> None:
    page = pages["earnings_quality"]
    assert "Net income was 41.7 billion USD in FY 2012, 61.0 % more than in FY 2011." in page  # 41,733 after 25,922 million
    assert "Accruals to average assets came to -6.24 % in FY 2012" in page
    assert "market_cap [" in page
    assert "Piotroski (2000)" in page
    assert "0001193125-12-444068" in page


def test_a_screen_with_its_first_company_and_sources(pages: dict[str, str]) -> None:
    page = pages["sector_screen"]
    assert "1 of 1 companies pass." in page
    assert "First is AAPL, with Revenue of 391.0 billion USD in FY 2024." in page
    assert "0000320193-24-000123" in page


def test_companies_side_by_side(pages: dict[str, str]) -> None:
    page = pages["peer_comparison"]
    assert "AAPL394,328383,285391,035" in page.replace(" ", "")  # revenue of fiscal 2022 to 2024, in millions
    assert "46.2%" in page  # gross margin of fiscal 2024: 180,683 of 391,035
    assert "0000320193-24-000123" in page


def test_what_changed_in_an_item_in_full(pages: dict[str, str]) -> None:
    page = pages["filing_changes"]
    assert "Item 1A (Risk Factors) of the 10-K filed on 2024-02-01 differs from that of 2023-02-01 in" in page
    assert two_reports.CLOUD in page
    assert two_reports.STAFF in page
    assert "As of December 31, 2022December 31, 2023, we owed" in page  # struck out and underlined, in its place
    assert str(two_reports.OLD) in page


def test_risk_factors_new_and_gone(pages: dict[str, str]) -> None:
    page = pages["risk_factors"]
    assert page.index("New risks") < page.index(two_reports.CLOUD) < page.index("Risks that are gone")
    assert page.index("Risks that are gone") < page.index(two_reports.STAFF)
    assert "Companies with like risks" not in page  # an empty section is left out


def test_an_event_study_with_its_band(pages: dict[str, str]) -> None:
    page = pages["event_study"]
    assert "Over trading days -2 to 2 around 5 filings the mean cumulative abnormal return is +" in page
    assert "Day 0" in page
    assert "MacKinlay 1997" in page
    assert "8-K item 2.02" in page


def test_a_brief_of_the_days_before(pages: dict[str, str]) -> None:
    page = pages["morning_brief"]
    assert f"From {_day(RESULTS[-1] - 9)} to {_day(RESULTS[-1])}, 1 of 1 company filed" in page
    assert "Results and financial condition (item 2.02" in page
    assert "Restatements" not in page
