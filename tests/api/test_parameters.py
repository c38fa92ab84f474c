"""A query parameter that a route does not know, that is repeated or empty, is refused on every route."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.api.test_errors import the_problem

pytestmark = pytest.mark.anyio

_PLACES = {
    "ticker": "AAPL", "kind": "income", "accession": "0000320193-24-000123", "document": "1", "number": "1", "name": "retail",
    "alert": "1", "channel": "ops", "session": "1", "note": "1", "task": "1", "passage": "1",
}  # fmt: skip
_KNOWN = "This route takes as_of, format, period, periods"
_MEANT = f"unknown parameter; did you mean {{}}? {_KNOWN}"


@pytest.fixture
async def schema(client: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get("/api/v1/openapi.json")).json()
    return found


async def test_every_route_refuses_a_parameter_that_it_does_not_know(
    client: httpx.AsyncClient, schema: dict[str, Any]
) -> None:
    asked = 0
    for path, item in schema["paths"].items():
        for method, route in item.items():
            answer = await client.request(method, path.format(**_PLACES), params={"surprise": "1"})
            problem = the_problem(answer, 422)
            assert problem.type == "/problems/invalid-parameters", path
            assert [wrong.field for wrong in problem.errors or []] == ["query.surprise"], path
            known = sorted(each["name"] for each in route.get("parameters", []) if each["in"] == "query")
            says = f"This route takes {', '.join(known)}" if known else "this route takes none"
            assert problem.detail.endswith(says), path
            asked += 1
    assert asked > 40


async def test_every_parameter_of_one_value_is_refused_twice(client: httpx.AsyncClient, schema: dict[str, Any]) -> None:
    asked = set()
    for path, item in schema["paths"].items():
        for each in item.get("get", {}).get("parameters", []):
            kinds = {each["schema"].get("type"), *(kind.get("type") for kind in each["schema"].get("anyOf", []))}
            if each["in"] == "query" and "array" not in kinds:
                name = each["name"]
                problem = the_problem(await client.get(path.format(**_PLACES), params=[(name, "1"), (name, "2")]), 422)
                assert f"query.{name}" in {wrong.field for wrong in problem.errors or []}, (path, name)
                assert f"query.{name}: was sent 2 times" in problem.detail, (path, name)
                asked.add(name)
    assert {"as_of", "limit", "with", "format", "period"} <= asked


async def test_every_parameter_is_refused_when_it_is_empty(client: httpx.AsyncClient, schema: dict[str, Any]) -> None:
    asked = set()
    for path, item in schema["paths"].items():
        for method, route in item.items():
            for name in (each["name"] for each in route.get("parameters", []) if each["in"] == "query"):
                for query in (f"{name}=", name, f"{name}=%20"):
                    answer = await client.request(method, f"{path.format(**_PLACES)}?{query}")
                    problem = the_problem(answer, 422)
                    says = f"query.{name}: is empty; give a value or leave the parameter out"
                    assert says in problem.detail, (path, query, problem.detail)
                asked.add(name)
    assert {"as_of", "limit", "q", "since", "format", "where"} <= asked


async def test_no_text_of_a_parameter_is_described_as_possibly_empty(schema: dict[str, Any]) -> None:
    described = [
        (path, each["name"], shape)
        for path, item in schema["paths"].items()
        for route in item.values()
        for each in route.get("parameters", [])
        if each["in"] == "query"
        for shape in _shapes(each["schema"])
        if shape.get("type") == "string"
    ]
    may_be_empty = [
        (path, name)
        for path, name, shape in described
        if not (shape.get("minLength", 0) >= 1 or shape.keys() & {"enum", "const", "format", "pattern"})
    ]
    assert len(described) > 100
    assert may_be_empty == []


def _shapes(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for inner in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())):
        yield from _shapes(inner)


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        (
            "asof=2015-01-01&perod=quarterly",
            f"query.asof: {_MEANT.format('as_of')}; query.perod: {_MEANT.format('period')}",
        ),
        (
            "AS_OF=2015-01-01",
            "query.AS_OF: unknown parameter; did you mean as_of? This route takes as_of, format, period, periods",
        ),
        ("as_of=", "query.as_of: is empty; give a value or leave the parameter out"),
        ("as_of=2015-01-01&as_of=", "query.as_of: was sent 2 times but takes one value"),
        ("%0Ax=1", f"query.?x: unknown parameter; {_KNOWN}"),
    ],
)
async def test_the_problem_names_the_parameter_and_what_was_meant(client: httpx.AsyncClient, query: str, detail: str) -> None:
    problem = the_problem(await client.get(f"/api/v1/companies/AAPL/statements/income?{query}"), 422)
    assert problem.detail == detail


async def test_lists_may_be_repeated(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/companies/AAPL/filings?forms=10-K&forms=8-K")
    assert [filing["form"] for filing in answer.json()["filings"]] == ["10-K", "8-K", "10-K"]


async def test_a_flood_of_parameters_is_answered_shortly(client: httpx.AsyncClient) -> None:
    query = "&".join(f"{'x' * 100}{number}=1" for number in range(300))
    problem = the_problem(await client.get(f"/api/v1/companies?{query}"), 422)
    assert len(problem.errors or []) == 10
    assert len(problem.detail) < 2000


# What a parameter of any kind may be given by a program that errs.
_ODD = (
    "", "0", "-1", "99999999999999999999", "-9223372036854775809", "1.5", "NaN", "0001-01-01", "9999-12-31", "2015-02-30",
    "2015-01-01T00:00:00", "日本 '\"%_\\", ",;,", "(((", "x" * 3000,
)  # fmt: skip
_NEEDED = {
    "q": "revenue", "ticker": "AAPL", "series": "AAPL:revenue", "measure": "revenue", "line": "revenue", "with": "1",
    "ratio": "net_margin", "company": "AAPL", "companies": "AAPL", "measures": "revenue", "query": "revenue",
    "concept": "Assets", "item": "1A", "dates": "2024-12-31",
}  # fmt: skip


async def test_what_is_no_day_is_refused_on_every_route(client: httpx.AsyncClient, schema: dict[str, Any]) -> None:
    asked = set()
    for path, item in schema["paths"].items():
        parameters = [each for each in item.get("get", {}).get("parameters", []) if each["in"] == "query"]
        needed = {each["name"]: _NEEDED[each["name"]] for each in parameters if each["required"]}
        for name in {each["name"] for each in parameters} & {"as_of", "since", "until", "period_end"}:
            for value in ("G", "2024-02-30", *(["2999-12-31"] if name == "as_of" else [])):
                answer = await client.get(path.format(**_PLACES), params={**needed, name: value})
                assert answer.status_code in {400, 422}, (path, name, value, answer.text)
                asked.add(path)
    assert {"/api/v1/frames/concepts", "/api/v1/frames/prices", "/api/v1/companies"} <= asked


async def test_no_value_of_a_parameter_breaks_a_route(client: httpx.AsyncClient, schema: dict[str, Any]) -> None:
    answered: dict[int, int] = {}
    for path, item in schema["paths"].items():
        parameters = [each for each in item.get("get", {}).get("parameters", []) if each["in"] == "query"]
        needed = {each["name"]: _NEEDED[each["name"]] for each in parameters if each["required"]}
        for name in (each["name"] for each in parameters):
            for value in _ODD:
                answer = await client.get(path.format(**_PLACES), params={**needed, name: value})
                if (path, answer.status_code) == ("/api/v1/auth/sessions", 403):
                    continue  # a user at this machine did not sign in
                assert answer.status_code in {200, 400, 404, 422}, (path, name, value, answer.text)
                if answer.status_code != 200:
                    the_problem(answer, answer.status_code)
                answered[answer.status_code] = answered.get(answer.status_code, 0) + 1
    assert set(answered) == {200, 400, 404, 422}
    assert sum(answered.values()) > 1000
