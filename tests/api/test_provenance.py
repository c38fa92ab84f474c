"""From a figure to the element that prints it, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from db.engine import Database
from tests import inline_filing
from tests.api.conftest import Opener, settings_at
from tests.conftest import clone
from workbench.adapters.object_store import FolderStore
from workbench.runtime import Workbench

pytestmark = pytest.mark.anyio

ADDRESS = "/api/v1/companies/ACME/statements"


@pytest.fixture(scope="module")
def acme(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, FolderStore]]:
    """A database with Acme's report, read only."""
    home = tmp_path_factory.mktemp("acme")
    database, objects = Database(clone(postgres_url, "api_provenance")), FolderStore(home / "objects")
    inline_filing.ingest(database, objects, inline_filing.build(home / "edgar"))
    yield database, objects
    database.close()


@pytest.fixture
def workbench(acme: tuple[Database, FolderStore], tmp_path: Path) -> Workbench:
    return Workbench(settings_at(tmp_path), *acme)


async def test_a_figure_leads_to_the_element_that_prints_it(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{ADDRESS}/income/provenance?line=revenue&period_end=2023-12-31")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["value"], found["status"], found["period_label"]) == ("5000000", "reported", "FY 2023")
    (operand,) = found["operands"]
    assert operand["concept"] == "us-gaap:Revenues"
    assert (operand["element"]["element_id"], operand["element"]["text"]) == ("f-1", "5.0")
    assert answer.headers["etag"]


async def test_what_is_asked_wrongly_and_what_is_not_there_is_said(client: httpx.AsyncClient) -> None:
    for query, status, said in (
        ("income/provenance", 422, "line"),
        ("income/provenance?line=anvils", 404, "no line 'anvils'"),
        ("income/provenance?line=revenue&period_end=2019-12-31", 404, "2019-12-31"),
        ("income/provenance?line=revenue&as_of=2023-01-01", 404, "no periods"),
        ("income/provenance?line=revenue&as_of=2999-01-01", 400, "2999"),
        ("../ratios/provenance", 422, "ratio"),
        ("../ratios/provenance?ratio=anvils", 404, "there is no ratio 'anvils'"),
    ):
        answer = await client.get(f"{ADDRESS}/{query}")
        assert answer.status_code == status, query
        assert said in answer.text


async def test_segments_with_the_element_of_each_figure(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/companies/ACME/segments?periods=1")
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["breakdowns"]
    assert [(row["label"], row["values"][0]["value"], row["values"][0]["element"]["text"]) for row in found["rows"]] == [
        ("Anvils", "3200000", "3.2"),
        ("Hand and Power Hammers", "1800000", "1.8"),
    ]
    assert found["adds_up"] == [True]
    assert (await client.get("/api/v1/companies/ACME/segments?period=ttm")).status_code == 422
    assert (await client.get("/api/v1/companies/ACME/segments?as_of=2024-01-01")).json()["breakdowns"] == []


async def test_nobody_else_may_ask(opened: Opener) -> None:
    async with opened(client="192.0.2.1", url="http://example.org") as stranger:
        assert (await stranger.get(f"{ADDRESS}/income/provenance?line=revenue")).status_code == 401
