"""What changed in an item, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from db.engine import Database
from tests import two_reports
from tests.conftest import clone
from tests.two_reports import NEW, OLD, QUARTERS
from workbench.adapters.object_store import FolderStore
from workbench.runtime import Workbench

pytestmark = pytest.mark.anyio

CHANGES = "/api/v1/companies/ACME/changes"


@pytest.fixture(scope="module")
def reports(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, FolderStore]]:
    database = Database(clone(postgres_url, "api_changes"))
    store = FolderStore(Path(tmp_path_factory.mktemp("objects")))
    with database.write() as connection:
        two_reports.save(connection, store)
    yield database, store
    database.close()


@pytest.fixture
def workbench(workbench: Workbench, reports: tuple[Database, FolderStore]) -> Workbench:
    return Workbench(workbench.settings, *reports)


async def test_changes_are_citations(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{CHANGES}?item=1a")
    found = answer.json()
    assert (found["from"]["accession"], found["to"]["accession"]) == (str(OLD), str(NEW))
    assert [change["kind"] for change in found["changes"]] == ["removed", "added", "reworded", "moved", "numbers"]
    sections = (await client.get(f"/api/v1/filings/{NEW}/sections?item=1A&text=true")).json()["sections"][0]
    new = found["changes"][1]["new"]
    assert sections["text"][new["start"] - sections["start"] :].startswith(new["text"])
    again = await client.get(f"{CHANGES}?item=1a", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_it_can_be_narrowed(client: httpx.AsyncClient) -> None:
    found = (await client.get(f"{CHANGES}?form=10-Q&kind=added&kind=removed&limit=1")).json()
    assert (found["from"]["accession"], found["to"]["accession"]) == tuple(map(str, QUARTERS))
    assert len(found["changes"]) == 1
    turned = (await client.get(f"{CHANGES}?from={NEW}&to={OLD}")).json()
    assert turned["from"]["accession"] == str(NEW)


@pytest.mark.parametrize(
    ("query", "status"),
    [("item=everything", 400), ("to=12", 400), (f"from={NEW}&to={NEW}", 400), ("item=7", 404), ("as_of=2023-12-31", 404),
     (f"to={OLD}", 404), ("kind=none", 422), ("limit=0", 422)],
)  # fmt: skip
async def test_what_is_asked_wrongly(client: httpx.AsyncClient, query: str, status: int) -> None:
    answer = await client.get(f"{CHANGES}?{query}")
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
