"""Comparisons and screens over HTTP: JSON, and files to take along."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import httpx
import pytest
from pyarrow import parquet

from db.companies import save_company
from db.engine import Database
from db.facts.loading import load_facts
from db.market.prices import save_bars
from db.screens.company_metrics import refresh_company
from tests.api.conftest import APPLE
from tests.api.test_statements import facts
from tests.conftest import clone
from workbench.adapters.object_store import FolderStore
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.identity import Accession, Ticker
from workbench.domain.market.prices import DailyBar
from workbench.runtime import Workbench

pytestmark = pytest.mark.anyio

COMPARISON = "/api/v1/comparison?ticker=AAPL&measure=revenue,total_assets"
SCREEN = "/api/v1/screen?where=revenue+%3E+300B;sic+in+3571"


def share_figures() -> Iterator[Fact]:
    """What Apple's annual report of 2024 counts its shares by."""
    year, end = date(2023, 10, 1), date(2024, 9, 28)
    for taxonomy, tag, unit, start, day, value in (
        ("dei", "EntityCommonStockSharesOutstanding", "shares", None, date(2024, 10, 18), "15115823000"),
        ("us-gaap", "WeightedAverageNumberOfSharesOutstandingBasic", "shares", year, end, "15343783000"),
        ("us-gaap", "EarningsPerShareBasic", "USD/shares", year, end, "6.11"),
    ):
        yield Fact(
            APPLE.cik, Concept(taxonomy, tag), unit, start, day, Decimal(value), Accession("0000320193-24-000123"), "10-K",
            date(2024, 11, 1),
        )  # fmt: skip


def closes() -> Iterator[DailyBar]:
    """200.00 on each of forty days."""
    price = Decimal("200.00")
    for back in range(40):
        day = date(2024, 11, 8) - timedelta(days=back)
        yield DailyBar(Ticker("AAPL"), day, price, price, price, price, 1, None, "alpha-vantage")


@pytest.fixture(scope="module")
def screened(postgres_url: str) -> Iterator[Database]:
    """A database of Apple's fiscal years 2022 to 2024."""
    database = Database(clone(postgres_url, "api_peers"))
    with database.write() as connection:
        save_company(connection, APPLE)
        load_facts(connection, APPLE.cik, [*facts(), *share_figures()])
        refresh_company(connection, APPLE.cik)
        save_bars(connection, closes())
    yield database
    database.close()


@pytest.fixture
def workbench(workbench: Workbench, screened: Database, objects: FolderStore) -> Workbench:
    return Workbench(workbench.settings, screened, objects)


async def test_companies_side_by_side(client: httpx.AsyncClient) -> None:
    found = (await client.get(f"{COMPARISON}&columns=2&as_of=2024-12-31")).json()
    assert [column["label"] for column in found["columns"]] == ["2023", "2024"]
    revenue, assets = found["rows"]
    assert [figure["value"] for figure in revenue["figures"]] == ["383285000000", "391035000000"]
    assert [figure["value"] for figure in assets["figures"]] == ["352583000000", "364980000000"]
    assert revenue["figures"][1]["facts"][0]["accession"] == "0000320193-24-000123"
    assert revenue["figures"][1]["period"]["label"] == "FY 2024"


async def test_a_screen_as_of_a_day(client: httpx.AsyncClient) -> None:
    found = (await client.get(f"{SCREEN}&as_of=2024-10-31")).json()
    assert found["sentence"] == (
        "Companies as known on 2024-10-31: Revenue in the latest fiscal year above 300 billion USD; SIC code 3571."
    )
    (apple,) = found["companies"]
    assert (apple["company"]["ticker"], apple["figures"][0]["value"]) == ("AAPL", "383285000000")
    now = (await client.get(SCREEN)).json()
    assert now["companies"][0]["figures"][0] == {
        "metric": "revenue", "value": "391035000000", "unit": "USD", "period": "FY 2024", "period_end": "2024-09-28"
    }  # fmt: skip
    nobody = (await client.get("/api/v1/screen?where=revenue+%3E+900B")).json()
    assert (nobody["companies"], nobody["matched"], nobody["looked_at"]) == ([], 0, 1)


async def test_a_screen_by_value(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/v1/screen?where=market_cap+%3E+1T&show=pe&as_of=2024-11-08")).json()
    assert (
        found["sentence"] == "Companies as known on 2024-11-08: Market capitalisation at the last close above 1 trillion USD."
    )
    assert [(metric["metric"], metric["basis"]) for metric in found["metrics"]] == [("market_cap", "close"), ("pe", "close")]
    (apple,) = found["companies"]
    # 15,115,823,000 shares at 200.00, over 93,736 million.
    assert [(figure["value"], figure["unit"], figure["period"]) for figure in apple["figures"]] == [
        ("3023164600000.00", "USD", "2024-11-08"), ("32.2519", "ratio", "2024-11-08")
    ]  # fmt: skip
    file = await client.get("/api/v1/screen?where=pe+%3C+40&as_of=2024-11-08&format=csv")
    rows = list(csv.DictReader(io.StringIO(file.text)))
    assert [(row["measure"], row["basis"], row["value"]) for row in rows] == [("pe", "close", "32.2519")]
    assert "200.00 [AAPL, close of 2024-11-08, alpha-vantage] * shares" in rows[0]["formula"]
    now = (await client.get("/api/v1/screen?where=market_cap+%3E+1T")).json()
    assert (now["matched"], now["undecided"], now["looked_at"]) == (0, 1, 1)  # no close of the last week


@pytest.mark.parametrize("address", [COMPARISON, SCREEN])
async def test_files_hold_the_proof_of_each_figure(client: httpx.AsyncClient, address: str) -> None:
    answer = await client.get(f"{address}&format=csv")
    assert answer.headers["content-disposition"].endswith('.csv"')
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert ("391035000000", "0000320193-24-000123") in [(row["value"], row["accessions"]) for row in rows]
    table = parquet.read_table(io.BytesIO((await client.get(f"{address}&format=parquet")).content))
    assert table.num_rows == len(rows)
    book = await client.get(f"{address}&format=xlsx")
    assert book.headers["content-type"].endswith("spreadsheetml.sheet")
    assert zipfile.is_zipfile(io.BytesIO(book.content))


@pytest.mark.parametrize(
    ("address", "status", "detail"),
    [
        ("/api/v1/comparison?ticker=ZZZZ&measure=revenue", 404, "ZZZZ"),
        ("/api/v1/comparison?ticker=AAPL&measure=sparkle", 400, "'sparkle' is not a statement line"),
        ("/api/v1/comparison?ticker=AAPL", 422, "measure"),
        ("/api/v1/comparison?ticker=,&measure=revenue", 400, "1 to 25 companies"),
        ("/api/v1/screen?where=revenue", 400, "'revenue' is not a filter"),
        ("/api/v1/screen?where=revenue%3E1&sort=sparkle", 400, "'sparkle' is not a statement line"),
        ("/api/v1/screen?format=pdf", 422, "format"),
        ("/api/v1/screen?as_of=2999-01-01", 400, "future"),
    ],
)
async def test_a_wrong_question_is_one_clear_problem(
    client: httpx.AsyncClient, address: str, status: int, detail: str
) -> None:
    answer = await client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert detail in answer.json()["detail"]
