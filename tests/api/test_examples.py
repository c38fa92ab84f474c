"""The examples in the API's description are real answers, cut short: recorded by this test and compared by it.

After a change that answers differently on purpose, `WORKBENCH_TEST_UPDATE=1 pytest tests/api/test_examples.py` records anew.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pyotp
import pytest

import api
from api.examples import read_examples
from api.security import accounts
from db.engine import Database
from tests.api import example_data
from tests.api.conftest import PASSWORD, Opener
from tests.conftest import clone
from workbench.adapters.object_store import FolderStore
from workbench.domain.rights.roles import Role
from workbench.parse.html.decoding import MAX_BYTES
from workbench.runtime import Workbench
from workbench.runtime.company_cache import CompanyCache
from workbench.settings import RateLimits

pytestmark = pytest.mark.anyio

FILE = Path(api.__file__).with_name("examples.json")
V1 = "/api/v1"
COMPANY = "/companies/{ticker}"


class Request(NamedTuple):
    """What is sent for the example of a route: its path filled in, and the body, if any."""

    method: str
    path: str
    address: str
    body: dict[str, Any] = {}  # noqa: RUF012  only read
    user: str | None = None  # who signed in; by default who works at this machine
    headers: dict[str, str] = {}  # noqa: RUF012  only read


# In the order of sending: what removes something comes last.
REQUESTS = (
    Request("GET", "/health/live", "/health/live"),
    Request("GET", "/health/ready", "/health/ready"),
    Request("POST", "/auth/token", "/auth/token", {"data": {"username": "ada", "password": PASSWORD}}),
    Request("GET", "/auth/me", "/auth/me"),
    Request("GET", "/roles", "/roles"),
    Request("GET", "/settings", "/settings"),
    Request("PUT", "/settings/stored/{name}", "/settings/stored/news_api.api_key", {"json": {"value": "a-key-of-the-vendor"}}),
    Request("GET", "/settings/stored", "/settings/stored"),
    Request("DELETE", "/settings/stored/{name}", "/settings/stored/news_api.api_key"),
    Request("GET", "/flags", "/flags"),
    Request("GET", "/audit-trail", "/audit-trail?action=sign_in&limit=1"),
    Request("GET", "/auth/sessions", "/auth/sessions", user="ada"),
    Request("POST", "/auth/sessions/end", "/auth/sessions/end", user="ada"),
    Request("GET", "/users/{name}/sessions", "/users/ada/sessions"),
    Request("DELETE", "/users/{name}/sessions", "/users/ada/sessions"),
    Request("GET", "/users", "/users"),
    Request("PATCH", "/users/{name}", "/users/eve", {"json": {"role": "analyst"}}),
    Request("POST", "/users/{name}/reset-link", "/users/eve/reset-link"),
    Request("POST", "/auth/second-factor", "/auth/second-factor", {"data": {"password": PASSWORD}}, user="eve"),
    Request("POST", "/auth/second-factor/confirm", "/auth/second-factor/confirm", {"data": {"code": "{code}"}}, user="eve"),
    Request("DELETE", "/users/{name}", "/users/eve"),
    Request("POST", "/signing-keys", "/signing-keys", {"json": {}}),
    Request("GET", "/signing-keys", "/signing-keys"),
    Request("GET", "/companies", "/companies?q=apple"),
    Request("GET", COMPANY, "/companies/AAPL"),
    Request("GET", f"{COMPANY}/filings", "/companies/AAPL/filings?forms=10-K&as_of=2024-12-31&limit=1"),
    Request("GET", f"{COMPANY}/facts", "/companies/AAPL/facts?concept=Assets&as_of=2024-12-31&limit=1"),
    Request("GET", f"{COMPANY}/news", "/companies/AAPL/news"),
    Request("GET", f"{COMPANY}/events", "/companies/AAPL/events?type=results&as_of=2024-12-31&limit=1"),
    Request("GET", f"{COMPANY}/changes", "/companies/AAPL/changes?item=1A"),
    Request("GET", f"{COMPANY}/similar", "/companies/AAPL/similar?as_of=2024-12-31"),
    Request("GET", f"{COMPANY}/segments", "/companies/ACME/segments"),
    Request("GET", f"{COMPANY}/statements/{{kind}}", "/companies/AAPL/statements/income?as_of=2024-12-31&periods=1"),
    Request(
        "GET", f"{COMPANY}/statements/{{kind}}/provenance", "/companies/ACME/statements/income/provenance?line=revenue"
    ),
    Request("GET", f"{COMPANY}/ratios", "/companies/AAPL/ratios?as_of=2024-12-31&periods=1"),
    Request(
        "GET", f"{COMPANY}/ratios/provenance", "/companies/AAPL/ratios/provenance?ratio=net_margin&as_of=2024-12-31"
    ),
    Request(
        "POST", "/verify", "/verify?as_of=2024-12-31",
        {"json": {"sentence": "Apple's net margin was 24.0 % in fiscal 2024"}},
    ),
    Request("GET", f"{COMPANY}/valuation", "/companies/AAPL/valuation?as_of=2013-03-01"),
    Request(
        "GET", f"{COMPANY}/valuation/history", "/companies/AAPL/valuation/history?as_of=2013-03-01&every=month&points=1"
    ),
    Request("GET", f"{COMPANY}/restatements", "/companies/NVDA/restatements?kind=split&limit=1"),
    Request("GET", "/audit", "/audit?ticker=NVDA"),
    Request("GET", "/restatements", "/restatements?kind=split&limit=1"),
    Request("GET", "/checks", "/checks?ticker=AAPL&result=passed&limit=1"),
    Request(
        "GET", "/comparison", "/comparison?ticker=AAPL,NVDA&measure=revenue&columns=1&as_of=2024-12-31",
    ),
    Request("GET", "/screen", "/screen?where=revenue%3E%3D10B&as_of=2024-12-31"),
    Request("GET", "/documents", "/documents"),
    Request("GET", "/documents/{document}", "/documents/broker-note.html"),
    Request("GET", "/documents/{document}/text", "/documents/broker-note.html/text?end=40"),
    Request(
        "POST", "/documents", "/documents",
        {"files": {"file": ("memo.txt", b"Devices sell worse than a year ago.")}, "data": {"date": "2024-05-02"}},
    ),
    Request("POST", "/documents", "/documents", {"files": {"file": ("memo.txt", b"Devices sell worse than a year ago.")}}),
    Request(
        "PATCH", "/documents/{document}", "/documents/memo.txt", {"data": {"company": "Orchard Foods", "period": "2023Q2"}}
    ),
    Request("DELETE", "/documents/{document}", "/documents/memo.txt"),
    Request(
        "POST", "/documents", "/documents", {"files": {"file": ("plan.txt", b"Services grow.")}},
        headers={"Prefer": "respond-async"},
    ),
    Request("GET", "/filings", "/filings?forms=10-K&as_of=2024-12-31&limit=1"),
    Request("GET", "/filings/{accession}", "/filings/0000320193-24-000123"),
    Request("GET", "/filings/{accession}/sections", "/filings/0000320193-24-000123/sections?item=1A"),
    Request("GET", "/filings/{accession}/text", "/filings/0000320193-24-000123/text?item=1A&end=400"),
    Request("GET", "/prices/{ticker}", "/prices/AAPL?since=2013-03-01&as_of=2013-03-01"),
    Request("GET", "/prices/{ticker}/bars", "/prices/AAPL/bars?interval=month&since=2013-02-01&as_of=2013-02-28"),
    Request("GET", "/search", "/search?q=port%20of%20Oakland%20supply%20risk%20fiscal%202024&form=10-K&k=1"),
    Request("GET", "/passages/{passage}", "/passages/{passage}"),  # the hit of the search before
    Request("GET", "/destinations", "/destinations?q=net%20m&ticker=AAPL"),
    Request("GET", "/reports", "/reports?limit=1"),
    Request("GET", "/reports/schedules", "/reports/schedules"),
    Request("PUT", "/sharing/{kind}/{name}", "/sharing/watchlists/chips", {"json": {"roles": ["analyst"]}}),
    Request("GET", "/sharing/{kind}/{name}", "/sharing/watchlists/chips"),
    Request(
        "PUT", "/reports/schedules/{name}", "/reports/schedules/nvidia-weekly",
        {"json": {"notebook": "company_review", "parameters": {"ticker": "NVDA"}, "cron": "0 6 * * 1"}},
    ),
    Request("GET", "/reports/{number}", "/reports/1"),
    Request("GET", "/reports/{number}/comparison", "/reports/1/comparison?with=2"),
    Request(
        "PUT", "/views/{name}", "/views/large%20and%20profitable",
        {"json": {"kind": "screen", "parameters": {"where": "revenue >= 10B; net_margin@ttm > 20", "sort": "net_margin@ttm"}}},
    ),
    Request("GET", "/views", "/views"),
    Request("GET", "/views/{name}", "/views/large%20and%20profitable"),
    Request("DELETE", "/views/{name}", "/views/large%20and%20profitable"),
    Request("GET", "/series", "/series?series=AAPL:revenue,AAPL:close&as_of=2013-03-01&span=1y&marks=filings,splits"),
    Request("GET", "/watchlists", "/watchlists"),
    Request("GET", "/watchlists/{name}", "/watchlists/chips"),
    Request(
        "POST", "/reports", "/reports",
        {"json": {"notebook": "company_review", "parameters": {"ticker": "AAPL", "as_of": "2024-12-31"}}},
    ),
    Request("POST", "/exports", "/exports", {"json": {"table": "screen", "arguments": {"where": ["revenue >= 10B"]}}}),
    Request("GET", "/tasks", "/tasks"),
    Request("GET", "/tasks/{task}", "/tasks/4"),
    Request("POST", "/tasks/{task}/cancel", "/tasks/4/cancel"),
    Request(
        "POST", "/reports", "/reports",
        {"json": {"notebook": "company_review", "parameters": {"ticker": "NVDA", "as_of": "2024-12-31"}}},
    ),
    Request("POST", "/reports/{number}/cancel", "/reports/4/cancel"),
    Request("POST", "/companies", "/companies", {"json": {"company": "MSFT", "forms": "10-K"}}),
    Request("PUT", "/watchlists/{name}/companies/{ticker}", "/watchlists/phones/companies/AAPL"),
    Request("DELETE", "/watchlists/{name}/companies/{ticker}", "/watchlists/phones/companies/NVDA"),
    Request(
        "POST", "/notes", "/notes",
        {"json": {
            "ticker": "AAPL", "period": "annual", "figure": "revenue@2023-09-30", "text": "52 weeks, after 53 in fiscal 2023.",
            "tags": "calendar", "shared_with": "analyst",
        }},
    ),
    Request("GET", "/notes", "/notes?ticker=AAPL"),
    Request("DELETE", "/notes/{note}", "/notes/1"),
    Request("PUT", "/reviews/{accession}", "/reviews/0000320193-24-000123"),
    Request("GET", "/reviews", "/reviews?ticker=AAPL"),
    Request("DELETE", "/reviews/{accession}", "/reviews/0000320193-24-000123"),
    Request("GET", "/alerts", "/alerts"),
    Request("GET", "/alerts/channels", "/alerts/channels"),
    Request("GET", "/alerts/notices", "/alerts/notices"),
    Request("GET", "/alerts/unread", "/alerts/unread"),
    Request("POST", "/alerts/notices/read", "/alerts/notices/read", {"json": {"notice": 1}}),
    Request("POST", "/alerts", "/alerts", {"json": {"condition": "event results", "channel": "ops", "ticker": "NVDA"}}),
    Request("POST", "/alerts/preview", "/alerts/preview?days=3660&limit=1", {"json": {"condition": "filing 10-Q"}}),
    Request("GET", "/alerts/{alert}", "/alerts/1"),
    Request("GET", "/alerts/{alert}/preview", "/alerts/1/preview?days=3660&limit=1"),
    Request("DELETE", "/alerts/{alert}", "/alerts/1"),
)  # fmt: skip

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|\+00:00)")
_HOME = re.compile(r"/\S+/examples\d+\b")  # the folder of the fixture
_LONGEST_LIST, _LONGEST_TEXT = 2, 160
# What differs from one installation, version or run to the next.
_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_FIXED = {
    "access_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl",
    "audit_id": 7,
    "refresh_token": "wbr_VG9rZW4gb2YgYW4gZXhhbXBsZSwgZ29vZCBmb3Igb25l",
    "refresh_expires_in": 2592000,
    "session": "6f1c0e9e-1d3b-4c58-9a57-0d4b6f5f3c11",
    "kid": "9d2f4c1a7b3e5d60",
    "link": "https://workbench.example/sign-in/reset?token=wbl_TGluayBvZiBhbiBleGFtcGxlLCBnb29kIGZvciBvbmU",
    "secret": "JBSWY3DPEHPK3PXP",
    "uri": "otpauth://totp/Corporate%20Intelligence%20Workbench:eve?secret=JBSWY3DPEHPK3PXP",
    "recovery_codes": ["5d41c-8f07a-92be3-61d0c", "0b7e4-c1a85-3f9d2-47e6b"],
    "client": "python-httpx/0.28.1",
    "code_version": "0.2.0",
    "document_id": 12,
    "hash": _SHA256,
    "next_before": 7,
    "passage": 42,
    "notebook_sha256": _SHA256,
    "figures_sha256": _SHA256,
}


@pytest.fixture(scope="module")
def filled_for_examples(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    home = tmp_path_factory.mktemp("examples")
    database = Database(clone(postgres_url, "api_examples"))
    settings = example_data.settings_for_examples(home)
    workbench = Workbench(settings, database, FolderStore(home / "objects"), now=lambda: example_data.NOW)
    example_data.fill(workbench, home / "scratch")
    accounts.add_user(database, "ada", Role.ANALYST, PASSWORD, actor="local")
    accounts.add_user(database, "rea", Role.VIEWER, PASSWORD, actor="local")
    accounts.add_user(database, "eve", Role.VIEWER, PASSWORD, actor="local")
    yield workbench
    database.close()


@pytest.fixture
def workbench(filled_for_examples: Workbench) -> Workbench:
    return filled_for_examples


async def test_examples_are_real_answers_cut_short(
    opened: Opener, workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as client:
        answers = await _recorded(client)
    async with opened() as client, opened(client="192.0.2.1", url="http://example.org") as stranger:
        problems = await _recorded_problems(client, stranger, monkeypatch)
    limits = {"local_access": True, "administrator": {"requests": 0, "searches": 1}}
    async with opened(settings=workbench.settings.model_copy(update={"rate_limits": RateLimits(**limits)})) as client:
        problems |= await _recorded_refusal(client)
    monkeypatch.setattr(FolderStore, "put", _failing)
    async with opened() as client:
        failed = await client.get(f"{V1}/health/ready")
    answers["GET /health/ready"][str(failed.status_code)] = _cut(failed.json())
    found = {"answers": answers, "problems": problems}
    if os.environ.get("WORKBENCH_TEST_UPDATE"):
        FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert _comparable(json.loads(FILE.read_text(encoding="utf-8"))) == _comparable(found)


async def test_examples_are_of_all_answers(opened: Opener) -> None:
    async with opened() as client:
        schema = (await client.get(f"{V1}/openapi.json")).json()
    described = {
        (f"{method.upper()} {path.removeprefix(V1)}", status)
        for path, item in schema["paths"].items()
        for method, route in item.items()
        for status, answer in route["responses"].items()
        if "application/json" in answer.get("content", {})
    }
    assert described == {(name, status) for name, examples in read_examples()["answers"].items() for status in examples}


def test_long_parts_are_cut_and_times_are_fixed() -> None:
    answer = {
        "rows": [1, 2, 3],
        "text": "word " * 60,
        "at": "2031-05-06T07:08:09.123+00:00",
        "measures": {"a": 1, "b": 2, "c": 3},
    }
    assert _cut(answer) == {
        "rows": [1, 2],
        "text": f"{('word ' * 60)[:160].rstrip()}…",
        "at": "2026-01-31T09:00:00+00:00",
        "measures": {"a": 1, "b": 2},
    }


async def _recorded(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    secret, passage = pyotp.random_base32(), 0
    for request in REQUESTS:
        headers = {**request.headers, **(await _signed_in(client, request.user) if request.user else {})}
        body = request.body
        if "{code}" in str(body):
            body = {"data": {"code": pyotp.TOTP(secret).now()}}
        address = request.address.replace("{passage}", str(passage))
        answer = await client.request(request.method, f"{V1}{address}", headers=headers, **body)
        if request.path == "/search":
            passage = answer.json()["hits"][0]["passage"]
        if request.path == "/auth/second-factor":
            secret = answer.json()["secret"]
        assert answer.is_success, f"{request.address}: {answer.text}"
        found.setdefault(f"{request.method} {request.path}", {})[str(answer.status_code)] = _cut(answer.json())
    return found


async def _signed_in(client: httpx.AsyncClient, name: str) -> dict[str, str]:
    token = (await client.post(f"{V1}/auth/token", data={"username": name, "password": PASSWORD})).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


async def _recorded_problems(
    client: httpx.AsyncClient, stranger: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> dict[str, dict[str, Any]]:
    """One problem of each status that routes name, by status."""
    viewer = await _signed_in(client, "rea")
    too_large = {"files": {"file": ("report.txt", b"word " * (MAX_BYTES // 5 + 1))}}
    await client.put(f"{V1}/watchlists/own/companies/AAPL", headers=await _signed_in(client, "ada"))
    asked = [
        await client.get(f"{V1}/companies/AA PL!"),
        await stranger.get(f"{V1}/companies"),
        await client.put(f"{V1}/watchlists/chips/companies/AAPL", headers=viewer),
        await client.get(f"{V1}/companies/ZZZZ"),
        await client.delete(f"{V1}/users/ada"),
        await client.post(f"{V1}/documents", **too_large),
        await client.get(f"{V1}/companies?limit=501"),
        await client.post(f"{V1}/alerts/channels/ops/test"),
    ]
    monkeypatch.setattr(CompanyCache, "resolve", _failing)  # asked for a company that no cache has
    asked.append(await client.get(f"{V1}/companies/MSFT", headers={"X-Request-ID": "0123456789abcdef"}))
    return _by_status(asked)


async def _recorded_refusal(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    """The problem of a second search within a minute, for a client who may send one; its wait does not vary."""
    asked = [await client.get(f"{V1}/search?q=risk") for _ in range(2)]
    refused = _by_status(asked[1:])
    refused["429"]["hint"] = re.sub(r"\d+ seconds", "60 seconds", refused["429"]["hint"])
    return refused


def _by_status(answers: list[httpx.Response]) -> dict[str, dict[str, Any]]:
    problems = {str(answer.status_code): _cut(answer.json()) for answer in answers}
    return {status: {name: problem[name] for name in problem if name != "title"} for status, problem in problems.items()}


def _failing(*_: object) -> None:
    raise OSError("no space left on device")


def _cut(value: Any) -> Any:
    """The value with lists of two, texts of a line, and the same time everywhere: the moment of recording tells nothing."""
    if isinstance(value, dict):
        return {name: _fixed(name, each) for name, each in _shortened(value).items()}
    if isinstance(value, list):
        return [_cut(each) for each in value[:_LONGEST_LIST]]
    if not isinstance(value, str):
        return value
    if found := _TIME.fullmatch(value):
        return f"2026-01-31T09:00:00{found[1]}"
    value = _HOME.sub("/var/lib/corporate-intel-workbench", value)
    value = value.replace(f"{example_data.NEWS.filed_on:%-d %b %Y}", "31 Jan 2026")
    return value if len(value) <= _LONGEST_TEXT else f"{value[:_LONGEST_TEXT].rstrip()}…"


def _fixed(name: str, value: Any) -> Any:
    return _FIXED[name] if name in _FIXED and value is not None else _cut(value)


def _shortened(value: dict[str, Any]) -> dict[str, Any]:
    """The first two entries of `measures`, the one mapping whose names are data; every field of all others."""
    return {
        name: dict(list(each.items())[:_LONGEST_LIST]) if name == "measures" and isinstance(each, dict) else each
        for name, each in value.items()
    }


def _comparable(value: Any) -> Any:
    """The value with fractions to two places: the last digits of a similarity differ between processors."""
    if isinstance(value, dict):
        return {name: _comparable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_comparable(each) for each in value]
    return round(value, 2) if isinstance(value, float) else value
