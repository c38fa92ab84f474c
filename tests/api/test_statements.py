"""Statements over HTTP: JSON and CSV of one question, as of any date."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import httpx
import pytest

from db.companies import save_company
from db.engine import Database
from db.facts.loading import load_facts
from db.screens import valuation
from db.statements import as_known, ratios
from tests.api.conftest import APPLE, Opener
from tests.conftest import clone
from workbench.adapters.object_store import FolderStore
from workbench.domain.facts.fact import Concept, Fact
from workbench.domain.identity import Accession, Company
from workbench.runtime import Workbench

pytestmark = pytest.mark.anyio

ADDRESS = "/api/v1/companies/AAPL/statements/income"

# Apple's fiscal years 2022 to 2024, each as its own 10-K reports it: revenue, net income and total assets.
YEARS = (
    ("2021-09-26", "2022-09-24", "0000320193-22-000108", "2022-10-28", "394328000000", "99803000000", "352755000000"),
    ("2022-09-25", "2023-09-30", "0000320193-23-000106", "2023-11-03", "383285000000", "96995000000", "352583000000"),
    ("2023-10-01", "2024-09-28", "0000320193-24-000123", "2024-11-01", "391035000000", "93736000000", "364980000000"),
)


def facts() -> Iterator[Fact]:
    for start, end, accession, filed_on, revenue, net_income, assets in YEARS:
        for tag, begin, value in (
            ("RevenueFromContractWithCustomerExcludingAssessedTax", date.fromisoformat(start), revenue),
            ("NetIncomeLoss", date.fromisoformat(start), net_income),
            ("Assets", None, assets),
        ):
            yield Fact(
                APPLE.cik, Concept("us-gaap", tag), "USD", begin, date.fromisoformat(end), Decimal(value),
                Accession(accession), "10-K", date.fromisoformat(filed_on),
            )  # fmt: skip


@pytest.fixture(scope="module")
def with_facts(postgres_url: str) -> Iterator[Database]:
    """A database of Apple's `YEARS`."""
    database = Database(clone(postgres_url, "api_statements"))
    with database.write() as connection:
        save_company(connection, APPLE)
        load_facts(connection, APPLE.cik, facts())
    yield database
    database.close()


@pytest.fixture
def filled(with_facts: Database) -> Database:
    return with_facts


@pytest.fixture
def workbench(workbench: Workbench, filled: Database, objects: FolderStore) -> Workbench:
    return Workbench(workbench.settings, filled, objects)


async def test_a_figure_comes_with_its_proof(client: httpx.AsyncClient) -> None:
    statement = (await client.get(ADDRESS)).json()
    assert statement["company"] == {"ticker": "AAPL", "cik": 320193, "name": "Apple Inc.", "display_name": "Apple"}
    assert [period["fiscal_year"] for period in statement["periods"]] == [2022, 2023, 2024]
    line = next(line for line in statement["lines"] if line["line"] == "revenue")
    newest = line["values"][-1]
    assert (newest["value"], newest["status"], newest["unit"]) == ("391035000000", "reported", "USD")
    assert newest["known_on"] == "2024-11-01"
    assert [(fact["accession"], fact["form"], fact["filed_on"]) for fact in newest["facts"]] == [
        ("0000320193-24-000123", "10-K", "2024-11-01")
    ]


async def test_as_of_and_periods_narrow_it(client: httpx.AsyncClient) -> None:
    statement = (await client.get(f"{ADDRESS}?as_of=2024-10-31&periods=1")).json()
    assert statement["as_of"] == "2024-10-31"
    assert [period["fiscal_year"] for period in statement["periods"]] == [2023]
    nothing = (await client.get(f"{ADDRESS}?as_of=2001-01-01")).json()
    assert nothing["periods"] == []
    assert (nothing["is_known"], nothing["filings_from"]) == (False, "2022-10-28")
    assert (statement["is_known"], statement["filings_from"]) == (True, None)


async def test_csv_by_parameter_or_by_accept(client: httpx.AsyncClient) -> None:
    by_parameter = await client.get(f"{ADDRESS}?format=csv")
    by_accept = await client.get(ADDRESS, headers={"Accept": "text/csv"})
    assert by_parameter.content == by_accept.content
    assert by_parameter.headers["content-type"] == "text/csv; charset=utf-8"
    assert by_parameter.headers["content-disposition"] == 'attachment; filename="AAPL-income-annual.csv"'
    rows = [row for row in csv.DictReader(io.StringIO(by_accept.text)) if row["line"] == "revenue"]
    assert [(row["period_end"], row["value"], row["accessions"]) for row in rows] == [
        ("2022-09-24", "394328000000", "0000320193-22-000108"),
        ("2023-09-30", "383285000000", "0000320193-23-000106"),
        ("2024-09-28", "391035000000", "0000320193-24-000123"),
    ]
    wins = await client.get(f"{ADDRESS}?format=json", headers={"Accept": "text/csv"})
    assert wins.headers["content-type"] == "application/json"


async def test_the_same_question_has_the_same_tag(opened: Opener) -> None:
    tags = set()
    for _ in range(2):
        async with opened() as client:
            tags.add((await client.get(f"{ADDRESS}?as_of=2024-12-31")).headers["etag"])
    assert len(tags) == 1


@pytest.fixture
def apple_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules fail on Apple's facts, wherever they are used."""

    def fail(company: Company, *_: object, **__: object) -> None:
        assert company == APPLE
        raise ZeroDivisionError("division by zero")

    for module, name in ((as_known, "assemble"), (ratios, "compute"), (valuation, "KnownCompany")):
        monkeypatch.setattr(module, name, fail)


@pytest.mark.parametrize("resource", ["statements/income", "statements/balance", "ratios", "valuation"])
async def test_a_company_that_cannot_be_computed_is_one_honest_problem(
    client: httpx.AsyncClient, apple_fails: None, resource: str
) -> None:
    answer = await client.get(f"/api/v1/companies/AAPL/{resource}", params={"as_of": "2024-12-01"})
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (503, "/problems/not-computable")
    assert "of Apple Inc. (AAPL) cannot be computed from its facts (ZeroDivisionError: division by zero)" in problem["detail"]
    assert "other companies are not affected" in problem["hint"]
    assert "Traceback" not in answer.text


async def test_all_else_goes_on_beside_a_company_that_cannot_be_computed(client: httpx.AsyncClient, apple_fails: None) -> None:
    assert (await client.get("/api/v1/companies")).status_code == 200
    assert (await client.get("/api/v1/companies/AAPL")).status_code == 200
    screened = await client.get("/api/v1/screen", params={"where": "revenue > 1"})
    assert screened.status_code == 200, screened.text
    assert (screened.json()["matched"], screened.json()["undecided"]) == (0, 1)
