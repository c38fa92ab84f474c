"""Items of a filing and search over HTTP, on one small filing of our own making."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from db.companies import save_company
from db.engine import Database
from db.filings.filing_index import save_filings
from tests.api.conftest import APPLE, TEN_K_2024
from tests.conftest import clone
from workbench.adapters.embedder import WordLlamaEmbedder
from workbench.adapters.object_store import FolderStore
from workbench.domain.filings.filing import NewDocument
from workbench.ingest.archive import store
from workbench.ingest.filings.documents import index_document
from workbench.ingest.search.passages import embed_missing
from workbench.runtime import Workbench

pytestmark = pytest.mark.anyio

RISK = "A single port handles most of our shipments, and a strike there would delay deliveries."
PAPER = f"""<html><body>
<p><b>PART I</b></p>
<p><b>Item 1. Business</b></p><p>{"We make and sell widgets in many countries through our own shops. " * 12}</p>
<p><b>Item 1A. Risk Factors</b></p><p>{RISK} {"Currencies may move against us as well. " * 20}</p>
<p><b>Item 2. Properties</b></p><p>{"We own one warehouse and rent three. " * 12}</p>
<p><b>Item 8. Financial Statements and Supplementary Data</b></p><p><b>NOTES TO CONSOLIDATED FINANCIAL STATEMENTS</b></p>
<p><b>Note 1. Policies</b></p><p>{"Widgets are revenue when they are taken over. " * 12}</p>
<p><b>Note 2. Leases</b></p><p>{"Three warehouses are let to us until the year after next, with options to stay. " * 12}</p>
</body></html>""".encode()
SECTIONS = "/api/v1/filings/0000320193-24-000123/sections"


@pytest.fixture(scope="module")
def store_of_module(tmp_path_factory: pytest.TempPathFactory) -> FolderStore:
    return FolderStore(Path(tmp_path_factory.mktemp("objects")))


@pytest.fixture(scope="module")
def with_text(postgres_url: str, store_of_module: FolderStore) -> Iterator[Database]:
    database = Database(clone(postgres_url, "api_text"))
    with database.write() as connection:
        save_company(connection, APPLE)
        save_filings(connection, [TEN_K_2024])
        index_document(
            connection,
            store_of_module,
            PAPER,
            NewDocument(
                name=TEN_K_2024.primary_document or "",
                origin="filing",
                sha256=store(store_of_module, PAPER),
                form="10-K",
                cik=APPLE.cik,
                accession=TEN_K_2024.accession,
                filed_on=TEN_K_2024.filed_on,
            ),
        )
    embed_missing(database, WordLlamaEmbedder())
    yield database
    database.close()


@pytest.fixture
def workbench(workbench: Workbench, with_text: Database, store_of_module: FolderStore) -> Workbench:
    return Workbench(workbench.settings, with_text, store_of_module)


async def test_items_are_spans_with_their_text_on_request(client: httpx.AsyncClient) -> None:
    found = (await client.get(SECTIONS)).json()
    assert (found["accession"], found["form"], found["filed_on"]) == ("0000320193-24-000123", "10-K", "2024-11-01")
    assert [section["item"] for section in found["sections"]] == ["1", "1A", "2", "8"]
    assert all(section["text"] is None for section in found["sections"])
    one = (await client.get(f"{SECTIONS}?item=1a&text=true")).json()["sections"]
    assert [section["item"] for section in one] == ["1A"]
    assert RISK in one[0]["text"]
    assert one[0]["end"] - one[0]["start"] == len(one[0]["text"])


async def test_notes_are_listed_with_their_item_and_cited(client: httpx.AsyncClient) -> None:
    notes = (await client.get(f"{SECTIONS}?item=8")).json()["notes"]
    assert [(note["number"], note["title"]) for note in notes] == [("1", "Policies"), ("2", "Leases")]
    assert (await client.get(f"{SECTIONS}?item=1A")).json()["notes"] == []
    span = {"start": notes[1]["start"], "end": notes[1]["end"]}
    text = (await client.get(SECTIONS.replace("sections", "text"), params=span)).json()["text"]
    assert text.startswith("Note 2. Leases")
    hit = (await client.get("/api/v1/search", params={"q": "warehouses let with options to stay"})).json()["hits"][0]
    assert (hit["item"], hit["note"], hit["context"]) == ("8", "2, Leases", None)


async def test_items_that_are_not_there_and_filings_not_yet_filed(client: httpx.AsyncClient) -> None:
    missing = await client.get(f"{SECTIONS}?item=7A")
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/not-found")
    assert "1A" in missing.json()["hint"]
    assert (await client.get(f"{SECTIONS}?item=everything")).status_code == 400
    assert (await client.get(f"{SECTIONS}?as_of=2024-10-31")).status_code == 404


async def test_a_hit_is_a_citation_into_the_items(client: httpx.AsyncClient) -> None:
    result = (await client.get("/api/v1/search", params={"q": "strike at the port", "ticker": "AAPL", "item": "1A"})).json()
    hit = result["hits"][0]
    assert (hit["company"], hit["accession"], hit["item"]) == ("AAPL", "0000320193-24-000123", "1A")
    assert RISK in hit["text"]
    section = (await client.get(f"{SECTIONS}?item=1A&text=true")).json()["sections"][0]
    start = hit["start"] - section["start"]
    assert section["text"][start : start + len(hit["text"])] == hit["text"]


async def test_search_keeps_to_its_filters(client: httpx.AsyncClient) -> None:
    async def hits(**parameters: str) -> int:
        answer = await client.get("/api/v1/search", params={"q": "strike at the port", **parameters})
        return len(answer.json()["hits"])

    assert await hits() > 0
    assert await hits(form="10-K,10-Q") > 0
    assert await hits(mode="words") > 0
    assert await hits(form="8-K") == 0
    assert await hits(as_of="2024-10-31") == 0


async def test_a_damaged_archive_is_our_failure_and_says_so_in_the_log(
    client: httpx.AsyncClient, store_of_module: FolderStore, caplog: pytest.LogCaptureFixture
) -> None:
    key = next(store_of_module.list("text/")).key
    content = store_of_module.get(key)
    assert hashlib.sha256(content).hexdigest() in key
    store_of_module.put(key, b"something else")
    try:
        answer = await client.get(f"{SECTIONS}?text=true")
    finally:
        store_of_module.put(key, content)
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/integrity-error")
    assert "IntegrityError" in caplog.text


async def test_the_text_of_a_span_and_of_an_item(client: httpx.AsyncClient) -> None:
    address = SECTIONS.replace("/sections", "/text")
    whole = (await client.get(address)).json()
    assert (whole["start"], whole["end"], whole["length"]) == (0, len(whole["text"]), len(whole["text"]))
    at = whole["text"].index(RISK)
    span = (await client.get(address, params={"start": at, "end": at + len(RISK)})).json()
    assert (span["text"], span["start"], span["cik"]) == (RISK, at, 320193)
    item = (await client.get(address, params={"item": "1A", "start": 5})).json()
    section = (await client.get(SECTIONS, params={"item": "1A", "text": "true"})).json()["sections"][0]
    assert (item["start"], item["end"], item["text"]) == (section["start"] + 5, section["end"], section["text"][5:])
    beyond = (await client.get(address, params={"start": 10**9})).json()
    assert (beyond["text"], beyond["start"]) == ("", whole["length"])


@pytest.mark.parametrize(
    ("parameters", "status"),
    [({"item": "9A"}, 404), ({"document": "other.htm"}, 404), ({"as_of": "2024-10-31"}, 404), ({"start": "-1"}, 422)],
)
async def test_a_span_that_is_not_there(client: httpx.AsyncClient, parameters: dict[str, str], status: int) -> None:
    answer = await client.get(SECTIONS.replace("/sections", "/text"), params=parameters)
    assert answer.status_code == status


async def test_a_question_for_a_figure_is_answered_or_said_to_have_none(client: httpx.AsyncClient) -> None:
    asked = (await client.get("/api/v1/search", params={"q": "What was Apple's revenue in fiscal 2023?"})).json()["figures"]
    (figure,) = asked["figures"]
    assert (figure["company"]["cik"], figure["measure"], figure["period"]) == (320193, "revenue", "fiscal 2023")
    assert (figure["reason"], figure["figure"], asked["reason"]) == ("period_not_loaded", None, None)  # no facts are loaded
    unknown = (await client.get("/api/v1/search", params={"q": "Apple's services revenue in fiscal 2023"})).json()["figures"]
    assert (unknown["figures"], unknown["reason"]) == ([], "words_not_understood")
    assert (await client.get("/api/v1/search", params={"q": "currencies"})).json()["figures"] is None
