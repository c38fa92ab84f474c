"""Every error has the one shape and the right status, and tells nothing of the inside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.errors import STATUS, status_of
from api.problems import Problem
from tests.api.conftest import Opener
from workbench.domain import errors
from workbench.domain.as_of import today
from workbench.domain.operations.first_start import FirstStart, Stage
from workbench.runtime import Workbench
from workbench.runtime.company_cache import CompanyCache

pytestmark = pytest.mark.anyio

TOMORROW = (today() + timedelta(days=2)).isoformat()


def the_problem(answer: httpx.Response, status: int) -> Problem:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = Problem.model_validate_json(answer.content)
    assert problem.status == status
    assert problem.type.startswith("/problems/")
    assert problem.detail.strip()
    assert "\n" not in problem.detail
    return problem


def test_the_table_knows_every_branch() -> None:
    expected = {
        errors.InvalidIdentifier: 400, errors.FutureDate: 400, errors.NotFound: 404, errors.PermissionRefused: 403,
        errors.TooManyRequests: 429, errors.TooManyAttempts: 429, errors.NotAuthenticated: 401, errors.Conflict: 409,
        errors.RateLimited: 503, errors.QueueFull: 503, errors.StillInProgress: 409, errors.KeyReused: 422,
        errors.SourceRefused: 503, errors.SourceUnavailable: 503, errors.MalformedDocument: 502, errors.SetupError: 500,
        errors.DatabaseUnavailable: 503, errors.NotComputable: 503,
        errors.IntegrityError: 500, errors.UnreadableDocument: 422, errors.DocumentTooLarge: 413,
        errors.Interrupted: 503, errors.WorkbenchError: 500,
    }  # fmt: skip
    made: dict[type[errors.WorkbenchError], Any] = {
        errors.TooManyRequests: {"retry_after_seconds": 1},
        errors.TooManyAttempts: {"retry_after_seconds": 1},
        errors.QueueFull: {"retry_after_seconds": 1},
        errors.StillInProgress: {"retry_after_seconds": 1},
    }
    assert {kind: status_of(kind("x", **made.get(kind, {}))) for kind in expected} == expected
    assert set(STATUS) <= {*expected, errors.InvalidRequest, errors.SourceError}


@pytest.mark.parametrize(
    ("path", "status", "kind", "says"),
    [
        ("/api/v1/companies/ZZZZ", 404, "not-found", "ZZZZ"),
        ("/api/v1/companies/999999999", 404, "not-found", "999999999"),
        ("/api/v1/companies/AA%20PL!", 400, "invalid-identifier", "neither a ticker"),
        ("/api/v1/companies/12345678901", 400, "invalid-identifier", "one to ten digits"),
        ("/api/v1/companies/0", 400, "invalid-identifier", "CIK"),
        ("/api/v1/companies/ZZZZ/filings", 404, "not-found", "ZZZZ"),
        ("/api/v1/companies/ZZZZ/statements/income", 404, "not-found", "ZZZZ"),
        ("/api/v1/companies/AAPL/statements/incom", 422, "invalid-parameters", "income"),
        ("/api/v1/companies/AAPL/statements/income?period=weekly", 422, "invalid-parameters", "annual"),
        (f"/api/v1/companies/AAPL/statements/income?as_of={TOMORROW}", 400, "future-date", "future"),
        (f"/api/v1/companies/AAPL/filings?as_of={TOMORROW}", 400, "future-date", "future"),
        (f"/api/v1/prices/AAPL?as_of={TOMORROW}", 400, "future-date", "future"),
        (f"/api/v1/search?q=x&as_of={TOMORROW}", 400, "future-date", "future"),
        ("/api/v1/companies/AAPL/filings?as_of=yesterday", 400, "invalid-request", "2024-06-30"),
        ("/api/v1/companies/AAPL/filings?since=2024-13-01", 400, "invalid-request", "since"),
        ("/api/v1/companies?limit=0", 422, "invalid-parameters", "limit"),
        ("/api/v1/companies?limit=many", 422, "invalid-parameters", "limit"),
        ("/api/v1/companies?offset=99999999999999999999", 422, "invalid-parameters", "offset"),
        ("/api/v1/filings/0000320193-99-000001", 404, "not-found", "0000320193-99-000001"),
        ("/api/v1/filings/nonsense", 400, "invalid-identifier", "accession"),
        ("/api/v1/filings/0000320193-24-000123?as_of=2024-10-31", 404, "not-found", "2024-11-01"),
        ("/api/v1/filings/0000320193-99-000001/sections", 404, "not-found", "0000320193-99-000001"),
        ("/api/v1/filings/0000320193-24-000123/sections", 404, "not-found", "not here yet"),
        ("/api/v1/prices/ZZZZ", 404, "not-found", "ZZZZ"),
        ("/api/v1/prices/999999999", 404, "not-found", "999999999"),
        ("/api/v1/search", 422, "invalid-parameters", "q"),
        ("/api/v1/search?q=", 422, "invalid-parameters", "query.q: is empty"),
        (f"/api/v1/search?q={'x' * 10_000}", 400, "invalid-request", "10,000"),
        ("/api/v1/search?q=x&ticker=ZZZZ", 404, "not-found", "ZZZZ"),
        ("/api/v1/search?q=a%00b", 400, "bad-request", "null"),
        ("/api/v1/companies/A%00", 400, "bad-request", "null"),
        ("/api/v1/nothing", 404, "not-found", "/api/v1/nothing"),
        ("/nothing", 404, "not-found", "/nothing"),
        ("/static/../../etc/passwd", 404, "not-found", ""),
        ("/static/%2e%2e/%2e%2e/etc/passwd", 404, "not-found", ""),
    ],
)
async def test_wrong_questions(client: httpx.AsyncClient, path: str, status: int, kind: str, says: str) -> None:
    problem = the_problem(await client.get(path), status)
    assert problem.type == f"/problems/{kind}"
    assert says in problem.detail


async def test_wrong_methods_bodies_and_media(client: httpx.AsyncClient) -> None:
    refused = await client.delete("/api/v1/companies")
    assert "DELETE" in the_problem(refused, 405).detail
    assert refused.headers["allow"] == "GET, HEAD, POST"
    refused = await client.get("/api/v1/watchlists/retail/companies/AAPL")
    the_problem(refused, 405)
    assert refused.headers["allow"] == "DELETE, PUT"
    the_problem(await client.post("/api/v1/auth/token"), 422)
    the_problem(await client.post("/api/v1/auth/token", json={"username": "a"}), 422)
    the_problem(await client.post("/api/v1/auth/token", data={"username": "x" * 100_000, "password": "x"}), 413)

    async def endless() -> Any:
        for _ in range(100):
            yield b"x" * 10_000

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    the_problem(await client.post("/api/v1/auth/token", content=endless(), headers=headers), 413)


async def test_too_many_failures_say_when_to_come_again(client: httpx.AsyncClient) -> None:
    form = {"username": "mallory", "password": "wrong"}
    for _ in range(5):
        the_problem(await client.post("/api/v1/auth/token", data=form), 401)
    answer = await client.post("/api/v1/auth/token", data=form)
    the_problem(answer, 429)
    assert answer.headers["retry-after"] == "900"


async def test_our_own_failures_say_nothing_of_the_inside(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("the inside: /secret/path")

    def badly_set_up(*_: object) -> None:
        raise errors.SetupError("the inside: /secret/path", hint="/secret/hint")

    for failure in (broken, badly_set_up):
        caplog.clear()
        monkeypatch.setattr(CompanyCache, "resolve", failure)
        answer = await client.get("/api/v1/companies/AAPL", headers={"X-Request-ID": "trace-8765"})
        the_problem(answer, 500)
        assert "request id trace-8765" in answer.json()["detail"]
        assert "secret" not in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "the inside" in caplog.text


async def test_not_ready_is_said_with_503(opened: Opener, workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(workbench.objects, "put", full)
    async with opened() as client:
        answer = await client.get("/api/v1/health/ready")
        assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
        assert not answer.json()["parts"]["objects"]["is_ok"]
        assert answer.json()["parts"]["database"]["is_ok"]
        assert (await client.get("/api/v1/health/live")).status_code == 200


async def test_a_first_start_answers_with_its_progress_what_it_has_no_data_for(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as client:
        step = FirstStart(Stage.COMPANIES, 5, 14)
        monkeypatch.setattr(Workbench, "filling", step)
        ready = await client.get("/api/v1/health/ready")
        assert ready.status_code == 503
        assert ready.json()["parts"]["starter data"] == {"is_ok": False, "detail": str(step)}
        refused = await client.get("/api/v1/companies")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "3")
        assert refused.json()["detail"] == "the first start is in progress: starter data: loading companies, 5 of 14"
        page = await client.get("/company?ticker=AAPL", headers={"accept": "text/html"})
        assert page.status_code == 503
        assert "Starter data: loading companies, 5 of 14" in page.text
        assert 'value="5" max="14"' in page.text
        assert (await client.get("/api/v1/health/live")).status_code == 200
        assert (await client.get("/assets/none.js")).status_code == 404  # asked for, since scripts of pages need no data
        of_companies = (
            "companies", "companies/AAPL", "companies/AAPL/statements/income", "screen?where=revenue>1",
            "destinations?q=apple", "views?kind=screen",
        )  # fmt: skip
        later = ("companies/AAPL/similar", "companies?as_of=2020-01-02", "screen?where=revenue>1&as_of=2020-01-02", "checks")
        for stage, ready, waiting in (
            (Stage.SEARCH, of_companies, ("search?q=iron", *later)),
            (Stage.HISTORY, (*of_companies, "search?q=iron"), ("search?q=iron&as_of=2020-01-02", *later)),
        ):
            monkeypatch.setattr(Workbench, "filling", FirstStart(stage, 1, 14))
            for path, status in [*((path, 200) for path in ready), *((path, 503) for path in waiting)]:
                assert (await client.get(f"/api/v1/{path}")).status_code == status, (stage, path)
        monkeypatch.setattr(Workbench, "filling", None)
        assert "starter data" not in (await client.get("/api/v1/health/ready")).json()["parts"]
        assert (await client.get("/api/v1/companies")).status_code == 200


_PIECES = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_ROUTES = st.sampled_from(
    ["companies/{}", "companies/{}/filings", "companies/{}/statements/income", "companies/AAPL/statements/{}", "filings/{}",
     "filings/{}/sections", "prices/{}", "{}"]
)  # fmt: skip
_PARAMETERS = st.dictionaries(
    st.sampled_from(["ticker", "form", "item", "document", "sector", "fiscal_year", "ignore", "as_of", "k", "offset", "mode"]),
    st.one_of(_PIECES, st.integers().map(str), st.dates().map(str)),
    max_size=4,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(route=_ROUTES, piece=_PIECES)
async def test_no_address_breaks_anything(client: httpx.AsyncClient, route: str, piece: str) -> None:
    from urllib.parse import quote

    answer = await client.get("/api/v1/" + route.format(quote(piece, safe="")))
    if answer.status_code not in {200, 307}:
        assert answer.status_code in {400, 404, 422}, answer.text
        the_problem(answer, answer.status_code)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parameters=_PARAMETERS)
async def test_no_search_breaks_anything(client: httpx.AsyncClient, parameters: dict[str, str]) -> None:
    answer = await client.get("/api/v1/search", params={"q": "revenue"} | parameters)
    if answer.status_code != 200:
        assert answer.status_code in {400, 404, 422}, answer.text
        the_problem(answer, answer.status_code)


async def test_options_is_no_method_of_ours(client: httpx.AsyncClient) -> None:
    the_problem(await client.options("/api/v1/companies"), 405)


def test_the_application_is_made_without_a_running_loop(workbench: Workbench) -> None:
    assert create_app(workbench).title
