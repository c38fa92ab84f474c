"""Ratios, restatements and checks over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal

import httpx
import pytest

from api.app import create_app
from db.companies import save_company
from db.engine import Database
from db.facts.loading import load_facts
from tests.api.conftest import APPLE, settings_at
from workbench.adapters.object_store import FolderStore
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.identity import Accession
from workbench.ingest.operations.metrics import refresh_metrics
from workbench.runtime import Workbench

pytestmark = pytest.mark.anyio


def facts(year: int, **values: str) -> list[Fact]:
    """What an annual report filed in this year says of 2023, and of the balance sheet at its end."""
    span = date(2023, 1, 1), date(2023, 12, 31)
    accession = Accession(f"0000320193-{year % 100}-000001")
    return [
        Fact(
            APPLE.cik, Concept("us-gaap", tag), "USD", None if tag.startswith(("Assets", "Liab")) else span[0], span[1],
            Decimal(value), accession, "10-K", date(year, 2, 1),
        )
        for tag, value in values.items()
    ]  # fmt: skip


@pytest.fixture
async def figures(database: Database, objects: FolderStore, tmp_path: object) -> AsyncIterator[httpx.AsyncClient]:
    first = facts(
        2024, Revenues="1000000000", NetIncomeLoss="-50000000", IncomeTaxExpenseBenefit="10000000",
        GrossProfit="400000000", Assets="900000000", LiabilitiesAndStockholdersEquity="800000000",
    )  # fmt: skip
    with database.write() as connection:
        save_company(connection, APPLE)
        load_facts(connection, APPLE.cik, first + facts(2025, Revenues="950000000", NetIncomeLoss="-50000000"))
    refresh_metrics(database)
    app = create_app(Workbench(settings_at(tmp_path), database, objects))  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000/api/v1") as client,
    ):
        yield client


async def test_ratios_carry_their_operands(figures: httpx.AsyncClient) -> None:
    found = (await figures.get("/companies/AAPL/ratios", params={"as_of": "2024-12-31"})).json()
    by_name = {ratio["line"]: ratio for ratio in found["ratios"]}
    (margin,) = by_name["gross_margin"]["values"]
    assert (margin["value"], margin["unit"], margin["formula"]) == ("40.0000", "pct", "gross_profit / revenue")
    assert [fact["value"] for fact in margin["facts"]] == ["400000000", "1000000000"]
    (growth,) = by_name["revenue_growth"]["values"]
    assert (growth["value"], growth["reason"]) == (None, "operand_missing")
    # The revenue of the newer report, and a gross profit it does not repeat.
    now = (await figures.get("/companies/AAPL/ratios")).json()
    assert {r["line"]: r["values"][0]["reason"] for r in now["ratios"]}["gross_margin"] == "operand_restated_apart"


async def test_a_ratio_leads_to_the_filings_of_its_operands(figures: httpx.AsyncClient) -> None:
    asked = {"ratio": "gross_margin", "period_end": "2023-12-31", "as_of": "2024-12-31"}
    answer = await figures.get("/companies/AAPL/ratios/provenance", params=asked)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["kind"], found["value"], found["formula"]) == ("ratios", "40.0000", "gross_profit / revenue")
    assert [operand["value"] for operand in found["operands"]] == ["400000000", "1000000000"]
    assert {operand["reason"] for operand in found["operands"]} == {"filing_not_archived"}


async def test_ratios_as_csv(figures: httpx.AsyncClient) -> None:
    answer = await figures.get("/companies/AAPL/ratios", params={"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.splitlines()[0].startswith("line,label,period_start")


async def test_restatements_are_classified(figures: httpx.AsyncClient) -> None:
    found = (await figures.get("/companies/AAPL/restatements")).json()
    (changed,) = found["restatements"]
    (period,) = changed["changes"]
    assert (changed["kind"], changed["concept"], changed["lines"]) == ("reclassification", "us-gaap:Revenues", ["revenue"])
    assert changed["filing"]["accession"] == "0000320193-25-000001"
    assert (period["difference_pct"], period["before"]["value"]) == ("-5.00", "1000000000")
    assert found["counts"] == {"reclassification": 1}
    earlier = (await figures.get("/companies/AAPL/restatements", params={"as_of": "2024-12-31"})).json()
    assert (earlier["is_known"], earlier["restatements"]) == (True, [])
    unknown = (await figures.get("/companies/AAPL/restatements", params={"as_of": "2009-01-01"})).json()
    assert (unknown["is_known"], unknown["filings_from"], unknown["counts"]) == (False, found["filings_from"], {})
    assert (await figures.get("/companies/AAPL/restatements", params={"kind": "mood"})).status_code == 422


async def test_exceptions_over_all_companies(figures: httpx.AsyncClient) -> None:
    (found,) = (await figures.get("/checks")).json()["checks"]
    assert (found["name"], found["period_label"], found["company"]["ticker"]) == (
        "assets_are_liabilities_and_equity",
        "FY 2023",
        "AAPL",
    )
    assert (await figures.get("/checks", params={"name": "luck"})).status_code == 400
    assert (await figures.get("/checks", params={"ticker": "NONE"})).status_code == 404


async def test_an_audit_has_counts_and_breaks_with_their_facts(figures: httpx.AsyncClient) -> None:
    found = (await figures.get("/audit", params={"ticker": "AAPL"})).json()
    ((audit,), next_offset) = found["audits"], found["next_offset"]
    assert (audit["company"]["ticker"], audit["columns"], next_offset) == ("AAPL", 6, None)
    counted = next(each for each in audit["identities"] if each["name"] == "assets_are_liabilities_and_equity")
    assert (counted["checked"], counted["holds"], counted["broken_marked"], counted["broken_unmarked"]) == (1, 0, 1, 0)
    (broken,) = audit["breaks"]
    assert (broken["difference"], broken["is_marked"], broken["period_label"]) == ("100000000", True, "FY 2023")
    assert [fact["accession"] for each in broken["figures"] for fact in each["figure"]["facts"]] == [
        "0000320193-24-000001"
    ] * 2
    assert (await figures.get("/audit", params={"offset": 1})).json()["audits"] == []
    assert (await figures.get("/audit", params={"limit": 21})).status_code == 422
