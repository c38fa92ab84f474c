"""The description of the API: complete, with examples that are true to it, and shown without help from outside."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import jsonschema  # type: ignore[import-untyped]
import pytest

from api.problems import Problem
from workbench.runtime.questions import frame_questions

pytestmark = pytest.mark.anyio

OPEN = {
    "/api/v1/health/live", "/api/v1/health/ready", "/api/v1/auth/token", "/api/v1/auth/session", "/api/v1/auth/session/code",
    "/api/v1/auth/password-resets", "/api/v1/auth/password-resets/use",
}  # fmt: skip


def routes(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, route) for path, item in schema["paths"].items() for method, route in item.items()]


@pytest.fixture
async def schema(client: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get("/api/v1/openapi.json")).json()
    return found


async def test_it_describes_the_api_and_nothing_else(schema: dict[str, Any]) -> None:
    assert set(schema["paths"]) == {
        *OPEN,
        "/api/v1/audit-trail",
        "/api/v1/auth/me",
        "/api/v1/roles",
        "/api/v1/auth/sessions",
        "/api/v1/auth/sessions/end",
        "/api/v1/auth/sessions/{session}/end",
        "/api/v1/auth/sign-out",
        "/api/v1/auth/password",
        "/api/v1/auth/second-factor",
        "/api/v1/auth/second-factor/confirm",
        "/api/v1/auth/second-factor/off",
        "/api/v1/users",
        "/api/v1/users/{name}",
        "/api/v1/users/{name}/reset-link",
        "/api/v1/users/{name}/second-factor",
        "/api/v1/users/{name}/sessions",
        "/api/v1/users/{name}/sessions/{session}",
        "/api/v1/signing-keys",
        "/api/v1/alerts",
        "/api/v1/alerts/channels",
        "/api/v1/alerts/channels/{channel}/test",
        "/api/v1/alerts/notices",
        "/api/v1/alerts/notices/read",
        "/api/v1/alerts/unread",
        "/api/v1/destinations",
        "/api/v1/alerts/preview",
        "/api/v1/alerts/{alert}",
        "/api/v1/alerts/{alert}/preview",
        "/api/v1/companies",
        "/api/v1/companies/{ticker}",
        "/api/v1/companies/{ticker}/changes",
        "/api/v1/companies/{ticker}/similar",
        "/api/v1/companies/{ticker}/facts",
        "/api/v1/companies/{ticker}/filings",
        "/api/v1/companies/{ticker}/news",
        "/api/v1/companies/{ticker}/ratios",
        "/api/v1/companies/{ticker}/ratios/provenance",
        "/api/v1/companies/{ticker}/valuation",
        "/api/v1/companies/{ticker}/valuation/history",
        "/api/v1/companies/{ticker}/restatements",
        "/api/v1/audit",
        "/api/v1/checks",
        "/api/v1/companies/{ticker}/segments",
        "/api/v1/companies/{ticker}/statements/{kind}",
        "/api/v1/companies/{ticker}/statements/{kind}/provenance",
        "/api/v1/companies/{ticker}/events",
        "/api/v1/comparison",
        "/api/v1/documents",
        "/api/v1/documents/{document}",
        "/api/v1/documents/{document}/text",
        "/api/v1/flags",
        "/api/v1/settings",
        "/api/v1/settings/stored",
        "/api/v1/settings/stored/{name}",
        "/api/v1/settings/stored/{name}/test",
        "/api/v1/passages/{passage}",
        "/api/v1/restatements",
        "/api/v1/filings",
        "/api/v1/filings/{accession}",
        "/api/v1/filings/{accession}/sections",
        "/api/v1/filings/{accession}/text",
        *(f"/api/v1/frames/{name}" for name in frame_questions()),
        "/api/v1/prices/{ticker}",
        "/api/v1/prices/{ticker}/bars",
        "/api/v1/notes",
        "/api/v1/notes/{note}",
        "/api/v1/reviews",
        "/api/v1/reviews/{accession}",
        "/api/v1/reports",
        "/api/v1/reports/schedules",
        "/api/v1/reports/schedules/{name}",
        "/api/v1/sharing/{kind}/{name}",
        "/api/v1/reports/{number}",
        "/api/v1/reports/{number}/cancel",
        "/api/v1/reports/{number}/comparison",
        "/api/v1/reports/{number}/file",
        "/api/v1/screen",
        "/api/v1/search",
        "/api/v1/series",
        "/api/v1/tasks",
        "/api/v1/tasks/{task}",
        "/api/v1/tasks/{task}/cancel",
        "/api/v1/tasks/{task}/events",
        "/api/v1/tasks/{task}/file",
        "/api/v1/exports",
        "/api/v1/verify",
        "/api/v1/views",
        "/api/v1/views/{name}",
        "/api/v1/watchlists",
        "/api/v1/watchlists/{name}",
        "/api/v1/watchlists/{name}/companies/{ticker}",
    }
    assert {"HTTPValidationError", "ValidationError"}.isdisjoint(schema["components"]["schemas"])


async def test_every_route_says_what_it_does_and_how_it_fails(schema: dict[str, Any]) -> None:
    for path, method, route in routes(schema):
        where = f"{method} {path}"
        assert route["summary"], where
        assert route["description"], where
        failures = {status: answer for status, answer in route["responses"].items() if status[0] in "45"}
        if path not in {"/api/v1/health/live", "/api/v1/health/ready"}:
            assert "500" in failures, where
            assert "401" in failures, where
            for status, answer in failures.items():
                example = answer["content"]["application/problem+json"]["example"]
                assert Problem.model_validate(example).status == int(status), where
        if path not in OPEN:
            assert route["security"] == [{"OAuth2PasswordBearer": []}, {"APIKeyHeader": []}], where


async def test_every_answer_has_an_example_that_is_true_to_its_schema(schema: dict[str, Any]) -> None:
    for path, method, route in routes(schema):
        for status, answer in route["responses"].items():
            content = answer.get("content", {}).get("application/json")
            if content is None:
                continue
            described = content["schema"]
            name = described.get("$ref", "").rsplit("/", 1)[-1]
            example = content.get("example") or schema["components"]["schemas"][name].get("example")
            assert example is not None, f"{method} {path} {status}"
            jsonschema.validate(example, {**described, "components": schema["components"]})


async def test_answers_without_data_are_true_to_their_schemas(client: httpx.AsyncClient) -> None:
    """The client checks each answer (`tests/api/described.py`); those with data are the examples."""
    for address in (
        "/health/ready",
        "/auth/me",
        "/companies",
        "/companies/BRK.B",
        "/companies/AAPL/filings",
        "/companies/AAPL/facts?concept=Assets",
        "/companies/AAPL/news",
        "/filings",
        "/companies/AAPL/ratios?period=ttm",
        "/companies/AAPL/restatements?kind=split",
        "/companies/AAPL/valuation",
        "/companies/AAPL/valuation/history?every=month",
        "/audit?ticker=AAPL",
        "/checks?ticker=AAPL",
        "/companies/AAPL/segments",
        "/companies/AAPL/statements/balance",
        "/filings/0000320193-24-000123",
        "/companies/AAPL/events",
        "/documents",
        "/prices/AAPL",
        "/prices/AAPL/bars?interval=month",
        "/search?q=revenue",
        "/comparison?ticker=AAPL&measure=revenue,net_margin",
        "/screen?where=revenue%3E1B",
        "/watchlists",
    ):
        answer = await client.get(f"/api/v1{address}")
        assert answer.status_code == 200, answer.text


async def test_an_answer_that_is_not_as_described_is_noticed(client: httpx.AsyncClient) -> None:
    request = client.build_request("GET", "/api/v1/auth/me")
    for content in ({"name": "ada", "role": "analyst"}, {"name": 1, "role": "analyst", "known_by": "token"}):
        (check,) = client.event_hooks["response"]
        with pytest.raises(jsonschema.ValidationError):
            await check(httpx.Response(200, json=content, request=request))


async def test_pages_for_people_ask_no_other_host(client: httpx.AsyncClient, schema: dict[str, Any]) -> None:
    for address in ("/api/docs", "/sign-in", "/sign-out"):
        page = await client.get(address)
        assert page.headers["content-type"].startswith("text/html")
        loaded = re.findall(r"""(?:src|href|action)\s*=\s*["']?([^"'\s>]+)|url\(([^)]+)\)|@import""", page.text)
        assert [address for address, _ in loaded if not re.match(r"/(?!/)", address)] == []
        assert "<script" not in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
    text = (await client.get("/api/docs")).text
    for path, _, route in routes(schema):
        assert f"<code>{path}</code>" in text
        assert route["summary"].replace("'", "&#x27;") in text


async def test_every_answer_carries_its_guards(client: httpx.AsyncClient) -> None:
    for address in ("/api/v1/companies", "/api/v1/nothing", "/api/docs", "/", "/static/js/bokeh.min.js"):
        headers = (await client.get(address)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors" in headers["content-security-policy"]
        assert "http:" not in headers["content-security-policy"]
        assert headers["referrer-policy"] == "same-origin"
    token = await client.post("/api/v1/auth/token", data={"username": "x", "password": "y"})
    assert "no-store" in token.headers["cache-control"]
    assert (await client.get("/")).headers["location"] == "/home"


async def test_the_docs_name_every_route(schema: dict[str, Any]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`?]*)[^`]*`", page))
    assert named == {(method.upper(), path.removeprefix("/api/v1")) for path, method, _ in routes(schema)}
