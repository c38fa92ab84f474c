"""Documents of one's own over HTTP."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from api.security import accounts
from db.companies import save_company
from db.engine import Database
from tests.api.conftest import APPLE, PASSWORD, Opener, settings_at
from tests.conftest import clone
from tests.parse.pdfs import pdf
from workbench.adapters.object_store import FolderStore
from workbench.domain.rights.roles import Role
from workbench.parse.html.decoding import MAX_BYTES
from workbench.runtime import Workbench

pytestmark = pytest.mark.anyio

REPORT = pdf([["A preface."], ["The harvest of walnuts fell by a third."]], labels="0 << /S /r >> 1 << /S /D >>")
DOCUMENTS = "/api/v1/documents"


@pytest.fixture(scope="module")
def own_database(postgres_url: str) -> Iterator[Database]:
    database = Database(clone(postgres_url, "api_documents"))
    with database.write() as connection:
        save_company(connection, APPLE)
    accounts.add_user(database, "rea", Role.VIEWER, PASSWORD, actor="local")
    yield database
    database.close()


@pytest.fixture
def workbench(own_database: Database, objects: FolderStore, tmp_path: Path) -> Workbench:
    return Workbench(settings_at(tmp_path), own_database, objects)


async def _send(client: httpx.AsyncClient, content: bytes, name: str, **said: str) -> httpx.Response:
    return await client.post(DOCUMENTS, files={"file": (name, content)}, data=said)


async def test_a_document_is_added_once_found_read_and_removed(client: httpx.AsyncClient, objects: FolderStore) -> None:
    sent = await _send(client, REPORT, "nuts.pdf", ticker="AAPL", form="note", date="2024-05-01")
    assert sent.status_code == 201
    added = sent.json()["document"]
    assert (sent.json()["is_new"], added["company"], added["form"], added["pages"]) == (True, "AAPL", "NOTE", 2)
    assert added["sha256"] == hashlib.sha256(REPORT).hexdigest()
    again = await _send(client, REPORT, "other.pdf")
    assert (again.status_code, again.json()["is_new"]) == (200, False)
    assert again.json()["document"]["document_id"] == added["document_id"]
    hit = (await client.get("/api/v1/search", params={"q": "walnut harvest", "form": "NOTE"})).json()["hits"][0]
    assert (hit["accession"], hit["document"], hit["title"], hit["page"]) == (None, "nuts.pdf", "nuts", 2)
    read = await client.get(f"{DOCUMENTS}/nuts.pdf", params={"page": 2})
    page = read.json()["text"][0]
    assert (page["page_label"], page["text"], page["start"]) == ("1", hit["text"], hit["start"])
    assert (await client.get(DOCUMENTS, params={"ticker": "AAPL"})).json()["documents"][0]["document"] == "nuts.pdf"
    assert (await client.delete(f"{DOCUMENTS}/{added['document_id']}")).json()["document"] == "nuts.pdf"
    assert (await client.get(f"{DOCUMENTS}/nuts.pdf")).status_code == 404
    assert list(objects.list("")) == []


async def test_what_a_document_is_about_can_be_corrected(client: httpx.AsyncClient) -> None:
    await _send(client, REPORT, "nuts.pdf")
    sent = {"company": "Orchard Foods", "form": "10-q", "period": "2023Q2"}
    answer = await client.patch(f"{DOCUMENTS}/nuts.pdf", data=sent)
    document = answer.json()
    assert (answer.status_code, document["company"], document["form"]) == (200, None, "10-Q")
    assert document["subject"] == {
        "company": "Orchard Foods", "fiscal_year": 2023, "fiscal_quarter": 2, "is_corrected": True,
    }  # fmt: skip
    mine = (await client.patch(f"{DOCUMENTS}/nuts.pdf", data={"company": "AAPL"})).json()
    assert (mine["company"], mine["subject"]["fiscal_quarter"]) == ("AAPL", 2)
    assert (await client.patch(f"{DOCUMENTS}/nuts.pdf", data={"period": "spring"})).status_code == 400
    assert (await client.patch(f"{DOCUMENTS}/nobody.pdf", data=sent)).status_code == 404
    await client.delete(f"{DOCUMENTS}/nuts.pdf")


async def test_one_that_cannot_be_read_leaves_nothing(client: httpx.AsyncClient, objects: FolderStore) -> None:
    for content, name, words in (
        (b"", "empty.pdf", "empty"),
        (REPORT[:200], "cut.pdf", "damaged"),
        (pdf([["x"]], is_locked=True), "locked.pdf", "password"),
    ):
        answer = await _send(client, content, name)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/unreadable-document")
        assert words in answer.json()["detail"]
    assert (await _send(client, REPORT, "a.pdf", ticker="ZZZZ")).status_code == 404
    assert (await _send(client, REPORT, "a.pdf", date="2999-01-01")).status_code == 400
    assert (await client.post(DOCUMENTS, data={"title": "no file"})).status_code == 422
    assert (await client.get(DOCUMENTS)).json()["documents"] == []
    assert list(objects.list("")) == []


async def test_one_of_a_hundred_megabytes_is_refused_before_it_is_read(client: httpx.AsyncClient) -> None:
    stated = await client.post(DOCUMENTS, headers={"content-length": "100000000", "content-type": "multipart/form-data"})
    assert stated.status_code == 413
    sent = 0

    async def stream() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        while sent < 2 * MAX_BYTES:
            sent += 1 << 20
            yield b"word " * (1 << 18)

    unstated = await client.post(DOCUMENTS, content=stream(), headers={"content-type": "multipart/form-data; boundary=x"})
    assert unstated.status_code == 413
    assert unstated.json()["type"].endswith("-too-large")  # Python 3.13 has another phrase for it


async def test_readers_change_nothing(opened: Opener, workbench: Workbench) -> None:
    production = settings_at(
        workbench.settings.home, environment="production", server={"secret_key": secrets.token_urlsafe(40)}
    )
    async with opened(settings=production) as client:
        assert (await client.post(DOCUMENTS, files={"file": ("a.pdf", REPORT)})).status_code == 401
        token = (await client.post("/api/v1/auth/token", data={"username": "rea", "password": PASSWORD})).json()
        bearer = {"Authorization": f"Bearer {token['access_token']}"}
        refused = await client.post(DOCUMENTS, files={"file": ("a.pdf", REPORT)}, headers=bearer)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/permission-refused")
        assert (await client.delete(f"{DOCUMENTS}/1", headers=bearer)).status_code == 403
        assert (await client.get(DOCUMENTS, headers=bearer)).json()["documents"] == []
