"""What a user owns is that user's: others neither find, count nor miss it, until it is shared with their role.

The tables of roles and owners in docs/security.md are written by `WORKBENCH_TEST_UPDATE=1 pytest
tests/api/security/test_ownership.py`, and compared otherwise.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import anyio.to_thread
import httpx
import pytest
from bokeh_fastapi.handler import DocHandler  # type: ignore[import-untyped]
from starlette.responses import HTMLResponse

from api.security import permissions
from db.engine import Database
from tests.api.conftest import Opener
from tests.api.security.owned_work import OLGA, V1, Owned, fill, make, make_one, share_one, signed_in, workbench_at
from tests.conftest import clone
from workbench import pages
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.rights.ownership import LOCAL, NOBODY, Caller, Shareable
from workbench.domain.rights.roles import Role
from workbench.ingest.filings.uploads import add_document
from workbench.pages.frame.page import Content
from workbench.pages.frame.selection import Selection
from workbench.pages.frame.visitor import visited_by, visitor
from workbench.pages.reader.page import reader_page
from workbench.pages.reports.page import reports_page
from workbench.pages.search.page import search_page
from workbench.reports import run
from workbench.reports.report_queue import run_queued
from workbench.runtime import Workbench
from workbench.search.understanding import understand

pytestmark = pytest.mark.anyio

DOCS = Path(__file__).parents[3] / "docs" / "security.md"
PRIVATE, SHARED = "quokkas and their burrows", "wombats and their tunnels"
# Answered from what everybody may read: a private document must not move a byte of it.
PUBLIC_QUESTIONS = (
    "/search?q=quokkas",
    "/search?q=quokkas%20burrows&mode=words",
    "/search?q=quokkas%20burrows&mode=vector",
    "/search?q=supply%20risk&as_of=2025-01-31",
    "/search?q=quokkas&as_of=2025-01-31",
    "/search?q=aplle%20quokkas",
    "/search?q=newest%2010-K%20supply&ticker=AAPL&per_filing=true",
    "/documents",
    "/documents?ticker=AAPL",
    "/documents/quokkas.html",
    "/search?q=risk&document=quokkas.html",
    "/search?q=revenue%20of%20apple%20in%202024",
    "/companies/AAPL",
    "/companies?q=apple",
    "/companies/AAPL/similar",
    "/companies/AAPL/changes?item=1A",
    "/companies/AAPL/filings",
    "/reports",
    "/reports/schedules",
    "/watchlists",
    "/watchlists/quokkas",
    "/views",
    "/views/quokkas",
    "/alerts",
    "/alerts/notices",
    "/notes",
    "/notes?ticker=AAPL",
    "/reviews?ticker=AAPL",
)
ALIKE = "/search?q=quokkas%20make%20and%20sell"


@pytest.fixture(scope="module")
def server(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    database = Database(clone(postgres_url, "api_ownership"))
    workbench = workbench_at(database, tmp_path_factory.mktemp("ownership"))
    fill(workbench)
    yield workbench
    database.close()


@pytest.fixture
def workbench(server: Workbench) -> Workbench:
    return server


async def test_private_work_moves_nothing_that_others_are_answered(opened: Opener, workbench: Workbench) -> None:
    async with opened(client="203.0.113.9", url="https://workbench.example") as client:
        headers = await signed_in(client)

        async def answers(name: str) -> list[tuple[int, str]]:
            asked = [await client.get(f"{V1}{question}", headers=headers[name]) for question in (*PUBLIC_QUESTIONS, ALIKE)]
            return [(answer.status_code, answer.text) for answer in asked]

        before = {name: await answers(name) for name in ("a-viewer", "a-analyst", "a-operator")}
        private = make(workbench, PRIVATE)
        for name, known in before.items():
            assert dict(zip(PUBLIC_QUESTIONS, await answers(name), strict=False)) == dict(
                zip(PUBLIC_QUESTIONS, known, strict=False)
            )
        mine = await client.get(f"{V1}/search?q=quokkas%20burrows", headers=headers["olga"])
        assert mine.json()["hits"][0]["document"] == "quokkas.html"
        assert "quokkas" in mine.json()["hits"][0]["text"]
        # What is not theirs is as if it were not there, to the letter.
        for name in ("a-viewer", "a-analyst", "a-researcher", "a-operator"):
            for place, number in _places(private):
                missing = "987654" if number.isdigit() else "nothing"
                there = await client.get(f"{V1}{place.format(number)}", headers=headers[name])
                gone = await client.get(f"{V1}{place.format(missing)}", headers=headers[name])
                assert there.status_code == gone.status_code == 404, place
                assert there.text.replace(number, missing) == gone.text, place


def _places(owned: Owned) -> list[tuple[str, str]]:
    return [
        ("/documents/{}", owned.documents),
        ("/search?q=risk&document={}", owned.documents),
        ("/reports/{}", owned.reports),
        ("/reports/{}/file", owned.reports),
        ("/watchlists/{}", owned.watchlists),
        ("/views/{}", owned.views),
        ("/alerts/{}", owned.alerts),
    ]


async def test_the_same_bytes_of_another_user_are_another_document(opened: Opener, workbench: Workbench) -> None:
    async with opened(client="203.0.113.9", url="https://workbench.example") as client:
        headers = await signed_in(client)
        numbers = []
        for name in ("olga", "a-analyst", "olga"):
            files = {"file": ("tender.txt", b"The tender for the bridge closes in May.")}
            sent = await client.post(f"{V1}/documents", files=files, headers=headers[name])
            numbers.append((sent.status_code, sent.json()["document"]["document_id"], sent.json()["document"]["owner"]))
        assert [status for status, _, _ in numbers] == [201, 201, 200]
        assert numbers[0][1] == numbers[2][1] != numbers[1][1]
        place = f"{V1}/documents/{numbers[0][1]}"
        assert (await client.delete(place, headers=headers["a-analyst"])).status_code == 404
        assert (await client.delete(place, headers=headers["olga"])).status_code == 200
        # The other's document keeps the bytes that both had.
        kept = await client.get(f"{V1}/documents/{numbers[1][1]}", headers=headers["a-analyst"])
        assert "closes in May" in kept.json()["text"][0]["text"]
        assert (await client.delete(f"{V1}/documents/{numbers[1][1]}", headers=headers["a-analyst"])).status_code == 200


async def test_an_owner_shares_with_a_role_and_takes_it_back(opened: Opener, workbench: Workbench) -> None:
    owned = make(workbench, "numbats and their logs")
    async with opened(client="203.0.113.9", url="https://workbench.example") as client:
        headers = await signed_in(client)
        place = f"{V1}/sharing/documents/{owned.documents}"
        document = f"{V1}/documents/{owned.documents}"
        assert (await client.put(place, json={"roles": ["viewer"]}, headers=headers["a-analyst"])).status_code == 404
        assert (await client.put(place, json={"roles": ["king"]}, headers=headers["olga"])).status_code == 400
        shared = await client.put(place, json={"roles": ["viewer", "operator"]}, headers=headers["olga"])
        assert shared.json() == {
            "kind": "documents", "name": owned.documents, "owner": "olga", "roles": ["viewer", "operator"],
        }  # fmt: skip
        found = {
            name: (await client.get(document, headers=headers[name])).status_code
            for name in ("a-viewer", "a-operator", "a-analyst")
        }
        assert found == {"a-viewer": 200, "a-operator": 200, "a-analyst": 404}
        hits = (await client.get(f"{V1}/search?q=numbats", headers=headers["a-viewer"])).json()["hits"]
        assert hits[0]["document"] == "numbats.html"
        await client.put(place, json={"roles": []}, headers=headers["olga"])
        assert (await client.get(document, headers=headers["a-viewer"])).status_code == 404
        # A filing has no owner, so nobody shares or hides it.
        assert (
            await client.put(f"{V1}/sharing/documents/1", json={"roles": []}, headers=headers["a-administrator"])
        ).status_code == 404


def test_companies_of_private_documents_are_recognized_for_their_owner_alone(workbench: Workbench) -> None:
    text = b"Brightwater Pumps Inc.\n\nAnnual report for the fiscal year ended December 31, 2023.\n\nRevenue was 41 million."
    own = add_document(
        workbench.database, workbench.objects, content=text, name="Brightwater Pumps Inc 2023.txt", owner="olga"
    ).document
    asked = "What was the revenue of Brightwater Pumps in 2023?"
    for caller, documents in ((OLGA, [(own.document.document_id,)]), (Caller("a-analyst", Role.ANALYST), []), (NOBODY, [])):
        with workbench.database.read() as connection:
            understood = understand(connection, asked, caller=caller)
        assert [mention.documents for mention in understood.own_companies] == documents


async def test_a_queued_report_is_run_as_who_ordered_it(
    opened: Opener, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    callers: list[Caller] = []

    def made(*_: Any, caller: Caller, **__: Any) -> None:
        callers.append(caller)
        raise InvalidRequest("no kernel here")

    monkeypatch.setattr(run, "make_report", made)
    order = {"notebook": "company_review", "parameters": {"ticker": "AAPL"}}
    async with opened(client="203.0.113.9", url="https://workbench.example") as client:
        headers = await signed_in(client)
        ordered = (await client.post(f"{V1}/reports", json=order, headers=headers["olga"])).json()
        with pytest.raises(InvalidRequest):
            await anyio.to_thread.run_sync(run_queued, workbench, ordered["report_id"])
        place = f"{V1}/reports/{ordered['report_id']}"
        assert (await client.get(place, headers=headers["olga"])).json()["status"] == "failed"
        assert (await client.get(place, headers=headers["a-analyst"])).status_code == 404
    assert callers == [OLGA]


async def test_a_page_knows_its_visitor(opened: Opener, workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    visitors: list[Caller] = []

    def seen(_: Workbench, __: Selection) -> Content:
        visitors.append(visitor())
        return Content("Seen", {})

    monkeypatch.setattr(pages, "reader_page", seen)
    async with opened(client="203.0.113.9", url="https://workbench.example") as client:
        headers = await signed_in(client)
        for name in ("olga", "a-operator"):
            assert (await client.get("/reader", headers=headers[name])).status_code == 200
    assert visitors == [OLGA, Caller("a-operator", Role.OPERATOR)]
    assert visitor() == NOBODY


def test_pages_show_what_their_visitor_may_read(workbench: Workbench) -> None:
    owned = make(workbench, "dibblers and their dunes")
    runs = Selection(report=int(owned.reports), other=int(owned.reports))
    for caller, is_shown in ((OLGA, True), (LOCAL, True), (Caller("a-analyst", Role.ANALYST), False), (NOBODY, False)):
        with visited_by(caller):
            listed = reader_page(workbench, Selection()).panels["own"].html
            hits = search_page(workbench, Selection(q="dibblers")).panels["hits"].html
            schedules = reports_page(workbench, Selection()).panels["schedules"].html
            place = f"document={owned.documents}"
            assert (place in listed, place in hits, "dibblers" in schedules) == (is_shown,) * 3
            for build, selection in ((reader_page, Selection(document=owned.documents)), (reports_page, runs)):
                with nullcontext() if is_shown else pytest.raises(NotFound):
                    build(workbench, selection)


async def test_who_may_do_what_is_as_the_document_says(
    opened: Opener, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def empty(*_: Any) -> HTMLResponse:  # what is on a page costs time, and says nothing of who may open it
        return HTMLResponse()

    monkeypatch.setattr(DocHandler, "get", empty)
    async with opened(client="203.0.113.9", url="https://workbench.example") as client:
        headers = await signed_in(client)
        roles = await _role_table(client, headers)
        owners = await _owner_table(client, headers, workbench)
    text = DOCS.read_text(encoding="utf-8")
    written = _between(_between(text, "roles", roles), "owners", owners)
    print(roles, owners, sep="\n")  # noqa: T201  pytest shows it with -s, and where the comparison fails
    if os.environ.get("WORKBENCH_TEST_UPDATE"):
        DOCS.write_text(written, encoding="utf-8")
    assert written == DOCS.read_text(encoding="utf-8")


def _between(text: str, name: str, table: str) -> str:
    begin, end = f"<!-- {name}: recorded -->\n", f"<!-- {name}: end -->"
    assert begin in text
    head, _, rest = text.partition(begin)
    return f"{head}{begin}\n{table}\n\n{end}{rest.partition(end)[2]}"


# What stands for each parameter of an address; the things named are nobody's.
_VALUES = {
    "ticker": "AAPL", "kind": "income", "accession": "0000320193-24-000123", "document": "987654", "number": "987654",
    "alert": "987654", "note": "987654", "task": "987654", "passage": "987654", "name": "nothing", "channel": "ops",
    "session": "6f1c0e9e-1d3b-4c58-9a57-0d4b6f5f3c11",
}  # fmt: skip
_SHARING = {"kind": "documents", "name": "987654"}


async def _role_table(client: httpx.AsyncClient, headers: dict[str, dict[str, str]]) -> str:
    """Every request as nobody and as every role: what the guard says, whatever is there."""
    listed = [f"{method} {V1}{path}" for routes in permissions.ROUTES.values() for method, path in map(str.split, routes)]
    pages = [f"GET {path}" for paths in permissions.PAGES.values() for path in paths]
    callers = ["nobody", *(f"a-{role.value}" for role in Role)]
    rows = []
    for request in [*sorted(permissions.OPEN), *sorted(permissions.SIGNED_IN), *sorted(listed), *sorted(pages)]:
        method, path = request.split()
        values = _SHARING if path.startswith(f"{V1}/sharing") else _VALUES
        address = re.sub(r"\{(\w+)\}", lambda part, values=values: values[part[1]], path)  # type: ignore[misc]
        cells = []
        for name in callers:
            answer = await client.request(method, address, headers={**headers[name], "accept": "application/json"})
            assert answer.status_code < 500, f"{request} as {name}: {answer.text}"
            cells.append({401: "sign in", 403: "–"}.get(answer.status_code, "yes"))
            if path.endswith("/sign-out") and name != "nobody":
                headers |= await signed_in(client, (name,))
        rows.append((request.replace(V1, ""), cells))
    return _table(("request", "nobody", *(role.value for role in Role)), rows)


async def _owner_table(client: httpx.AsyncClient, headers: dict[str, dict[str, str]], workbench: Workbench) -> str:
    """Every request that names something owned: as a role that it is not shared with, as one that it is, as its owner."""
    callers = [*(f"a-{role.value}" for role in Role), "olga"]
    rows = []
    for word, roles in (("private", ()), ("shared", (Role.ANALYST,))):
        made = {kind: make_one(workbench, kind, f"{word} words") for kind in Shareable}
        for request, body in _requests():
            cells = []
            for name in callers:
                # What the caller before has changed or removed is made again.
                for kind in Shareable:
                    if f"{{{kind.value}}}" in request:
                        made[kind] = _as_before(workbench, kind, made[kind], word, roles)
                cells.append(str(await _status(client, request, body, made, headers[name])))
            rows.append((f"{request} ({word}{' with analysts' if roles else ''})", cells))
    return _table(("request", *(role.value for role in Role), "its owner"), rows)


def _as_before(workbench: Workbench, kind: Shareable, name: str, word: str, roles: tuple[Role, ...]) -> str:
    try:
        share_one(workbench, kind, name, roles)
    except NotFound:
        name = make_one(workbench, kind, f"{word} words")
        share_one(workbench, kind, name, roles)
    return name


async def _status(
    client: httpx.AsyncClient, request: str, body: dict[str, Any], made: dict[Shareable, str], headers: dict[str, str]
) -> int:
    method, address = request.split()
    values = {kind.value: name for kind, name in made.items()}
    sent = {key: value if key != "rerun" else int(made[Shareable.REPORTS]) for key, value in body.items()}
    answer = await client.request(
        method, f"{V1}{address.format(**values)}", headers=headers, **({"json": sent} if sent else {})
    )
    assert answer.status_code < 500, f"{request}: {answer.text}"
    return answer.status_code


def _requests() -> list[tuple[str, dict[str, Any]]]:
    sharing = [
        (f"{method} /sharing/{kind.value}/{{{kind.value}}}", body)
        for kind in Shareable
        for method, body in (("GET", {}), ("PUT", {"roles": ["viewer"]}))
    ]
    return [
        ("GET /documents/{documents}", {}),
        ("GET /documents/{documents}/text", {}),
        ("PATCH /documents/{documents}", {}),
        ("DELETE /documents/{documents}", {}),
        ("GET /search?q=words&document={documents}", {}),
        ("GET /reports/{reports}", {}),
        ("GET /reports/{reports}/file", {}),
        ("GET /reports/{reports}/comparison?with={reports}", {}),
        ("POST /reports", {"rerun": 0}),
        ("POST /reports/{reports}/cancel", {}),
        ("DELETE /reports/schedules/{schedules}", {}),
        ("GET /watchlists/{watchlists}", {}),
        ("DELETE /watchlists/{watchlists}", {}),
        ("DELETE /watchlists/{watchlists}/companies/AAPL", {}),
        ("GET /views/{views}", {}),
        ("DELETE /views/{views}", {}),
        ("GET /alerts/{alerts}", {}),
        ("GET /alerts/{alerts}/preview", {}),
        ("DELETE /alerts/{alerts}", {}),
        ("DELETE /notes/{notes}", {}),
        *sharing,
    ]


def _table(header: tuple[str, ...], rows: list[tuple[str, list[str]]]) -> str:
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    lines += [f"| `{name}` | {' | '.join(cells)} |" for name, cells in rows]
    return "\n".join(lines)


def test_the_tests_of_owners_name_every_route_with_something_owned() -> None:
    named = re.compile(r"/(documents|reports|watchlists|views|alerts|notes|sharing)/\{")
    owned = {
        (method, re.sub(r"\{\w+\}", "*", path).replace("/companies/*", "/companies/AAPL"))
        for routes in permissions.ROUTES.values()
        for method, path in map(str.split, routes)
        if named.search(path) or path.startswith("/reports/schedules/")
    }
    tested = {
        (method, re.sub(r"\{\w+\}", "*", address.partition("?")[0]))
        for method, address in (request.split() for request, _ in _requests())
    }
    sharing = {(method, re.sub(r"^/sharing/\w+/", "/sharing/*/", address)) for method, address in tested}
    # These create the caller's own list, view or schedule of that name.
    creating = {("PUT", "/watchlists/*/companies/AAPL"), ("PUT", "/views/*"), ("PUT", "/reports/schedules/*")}
    assert owned - sharing == creating
