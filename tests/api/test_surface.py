"""What programs may build on, over all routes: every list is a table and has pages, and what has not says why here."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio

V1 = "/api/v1"
ARROW, PARQUET = "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"

_WITHIN_ONE = "a part of one thing, not a list of things"
_FEW = "as many as a person or the installation has: at most some dozens"
_BY_TIME = "bounded by its days or periods"
_OWN_FILE = "/frames gives it as a table"

WITHOUT_TABLES = {
    "/companies/{ticker}": _WITHIN_ONE,
    "/companies/{ticker}/statements/{kind}/provenance": "a tree: operands have operands; " + _OWN_FILE,
    "/companies/{ticker}/ratios/provenance": "a tree: operands have operands; " + _OWN_FILE,
    "/companies/{ticker}/segments": "a table in each breakdown; " + _OWN_FILE,
    "/destinations": "suggestions while somebody types",
    "/documents/{document}": _WITHIN_ONE,
    "/reports/{number}/comparison": "two lists of different rows",
}
WITHOUT_PAGES = {
    **WITHOUT_TABLES,
    "/alerts": _FEW,
    "/alerts/{alert}/preview": "the newest notifications, by limit",
    "/audit-trail": "its cursor is the entry before which a page ends, because entries are added all the time",
    "/auth/sessions": _FEW,
    "/companies/{ticker}/changes": "a ranking of one comparison, by limit",
    "/companies/{ticker}/ratios": _BY_TIME,
    "/companies/{ticker}/similar": "a ranking, by limit",
    "/companies/{ticker}/statements/{kind}": _BY_TIME,
    "/companies/{ticker}/valuation": _BY_TIME,
    "/companies/{ticker}/valuation/history": _BY_TIME,
    "/comparison": "as many companies as are named",
    "/filings/{accession}/sections": _WITHIN_ONE,
    "/flags": _FEW,
    "/prices/{ticker}": _BY_TIME,
    "/prices/{ticker}/bars": _BY_TIME,
    "/reports/schedules": _FEW,
    "/reviews": "as many as a company has filings",
    "/roles": _FEW,
    "/series": _BY_TIME,
    "/settings": _FEW,
    "/settings/stored": _FEW,
    "/signing-keys": _FEW,
    "/users": _FEW,
    "/users/{name}/sessions": _FEW,
    "/views": _FEW,
    "/watchlists": _FEW,
    "/watchlists/{name}": _FEW,
}
NAMED = {
    "raw facts": "GET /companies/{ticker}/facts",
    "returns": "GET /frames/returns",
    "news": "GET /companies/{ticker}/news",
    "passages by id": "GET /passages/{passage}",
    "text of a filing by span": "GET /filings/{accession}/text",
    "text of a document by span": "GET /documents/{document}/text",
    "saved screens": "PUT /views/{name}",
    "restatements of all companies": "GET /restatements",
    "new filings since a cursor": "GET /filings",
    "exports": "POST /exports",
    "tasks": "GET /tasks/{task}",
    "a task's progress as events": "GET /tasks/{task}/events",
    "cancelling a task": "POST /tasks/{task}/cancel",
    "users": "GET /users",
    "keys that sign": "GET /signing-keys",
    "roles": "GET /roles",
    "sessions": "GET /auth/sessions",
    "audit": "GET /audit-trail",
    "flags": "GET /flags",
    "settings without secrets": "GET /settings",
    "watchlists": "GET /watchlists/{name}",
    "notes": "POST /notes",
    "the inbox of alerts": "GET /alerts/notices",
    "checking a claimed figure": "POST /verify",
}


@pytest.fixture
async def schema(client: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"{V1}/openapi.json")).json()
    return found


def _lists(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The routes that are read and whose JSON has a list of objects, by their paths."""
    shapes = schema["components"]["schemas"]

    def resolved(shape: dict[str, Any]) -> dict[str, Any]:
        return resolved(shapes[shape["$ref"].rpartition("/")[2]]) if "$ref" in shape else shape

    def is_list(shape: dict[str, Any]) -> bool:
        return "properties" in resolved(resolved(shape).get("items", {}))

    found = {}
    for path, item in schema["paths"].items():
        content = item.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        answer = resolved(content.get("application/json", {}).get("schema", {}))
        if any(is_list(field) for field in answer.get("properties", {}).values()):
            found[path.removeprefix(V1)] = item["get"]
    return found


async def test_every_list_is_a_table_and_has_pages(schema: dict[str, Any]) -> None:
    lists = _lists(schema)
    assert len(lists) > 40
    tables = {
        path for path, route in lists.items() if {"text/csv", PARQUET, ARROW} <= set(route["responses"]["200"]["content"])
    }
    assert set(lists) - tables == set(WITHOUT_TABLES)
    names = {path: {each["name"] for each in route["parameters"]} for path, route in lists.items() if "parameters" in route}
    paged = {path for path, known in names.items() if {"cursor", "offset"} <= known and known & {"limit", "k"}}
    assert set(lists) - paged == set(WITHOUT_PAGES)


async def test_a_new_list_without_a_table_or_pages_is_found(schema: dict[str, Any]) -> None:
    route = schema["paths"][f"{V1}/companies"]["get"]
    del route["responses"]["200"]["content"][PARQUET]
    with pytest.raises(AssertionError, match="/companies"):
        await test_every_list_is_a_table_and_has_pages(schema)


async def test_every_subject_has_its_route(schema: dict[str, Any]) -> None:
    routes = {f"{method.upper()} {path.removeprefix(V1)}" for path, item in schema["paths"].items() for method in item}
    assert {what: route for what, route in NAMED.items() if route not in routes} == {}


async def test_lists_of_accounts_and_saved_things_are_files_too(client: httpx.AsyncClient) -> None:
    for path, column in (
        ("/users", "role"),
        ("/views", "address"),
        ("/roles", "name"),
        ("/reports/schedules", "cron"),
        ("/signing-keys", "kid"),
        ("/reviews?ticker=AAPL", "accession"),
    ):
        answer = await client.get(f"{V1}{path}", headers={"accept": "text/csv"})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("text/csv")
        assert column in answer.text.splitlines()[0].split(","), (path, answer.text)


async def test_pages_of_a_screen_have_links(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{V1}/screen", params={"where": "revenue >= 1", "limit": 1, "offset": 1})
    assert answer.status_code == 200, answer.text
    assert 'rel="first"' in answer.headers["link"]
    assert "where=revenue" in answer.headers["link"]
