"""A workbench over HTTP gives what the workbench itself gives: every method, the same frames and the same errors."""

from __future__ import annotations

import inspect
import logging
import math
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pandas as pd
import pytest
from starlette.testclient import TestClient

import workbench as library
from api.app import create_app
from workbench.adapters.workbench_api import WorkbenchApi
from workbench.domain.errors import (
    FutureDate,
    InvalidIdentifier,
    InvalidRequest,
    MalformedDocument,
    NotComputable,
    NotFound,
    NotOverHttp,
    SetupError,
    SourceUnavailable,
    TooManyRequests,
    WorkbenchError,
)
from workbench.domain.identity import Cik, Ticker
from workbench.runtime import Workbench
from workbench.runtime.questions import frame_questions
from workbench.runtime.remote import RemoteWorkbench

DAY = "2024-12-31"
KEY = "wbk_a-secret-that-nobody-sees"

# Every method with its arguments: at least one answer with rows where the loaded data has some.
CALLS: dict[str, list[tuple[tuple[Any, ...], dict[str, Any]]]] = {
    "company": [(("aapl",), {}), ((320193,), {})],
    "companies": [((), {}), (("apple",), {"limit": 1}), (("nobody at all",), {})],
    "statement": [
        (("AAPL",), {"as_of": DAY}),
        (("AAPL", "balance", "quarterly"), {"as_of": date(2020, 6, 30), "periods": 3, "exact": True}),
        (("AAPL", "income"), {"as_filed": True, "periods": 8}),
        (("AAPL", "cashflow", "ttm"), {"known_on": True, "periods": 2}),
        (("AAPL",), {"as_of": DAY, "periods": 1, "empty_lines": True}),
        (("AAPL",), {"as_of": "2005-01-01"}),
        (("AAPL",), {"as_of": "2005-01-01", "known_on": True}),
    ],
    "figures": [(("AAPL", "income", "quarterly"), {"as_of": DAY, "periods": 4, "exact": exact}) for exact in (False, True)],
    "ratios": [(("AAPL", "ttm"), {"periods": 3, "exact": exact, "as_of": DAY}) for exact in (False, True)]
    + [(("AAPL",), {"known_on": True, "periods": 2}), (("AAPL",), {"long": True, "periods": 2})],
    "valuation": [((Ticker("AAPL"),), {"as_of": "2013-03-01", "exact": exact}) for exact in (False, True)] + [(("AAPL",), {})],
    "valuation_history": [
        (("AAPL", "month"), {"as_of": "2013-03-01", "points": 2, "exact": exact}) for exact in (False, True)
    ],
    "compare": [
        ((["AAPL"], ["revenue", "eps_diluted", "net_margin"]), {"as_of": DAY, "columns": 3, "exact": exact})
        for exact in (False, True)
    ]
    + [((Cik(320193), ("revenue",), "quarterly"), {"known_on": True, "columns": 2})]
    + [(("AAPL", "revenue, net_margin"), {"long": True, "columns": 2})],
    "facts": [(("AAPL", "Assets"), {"as_of": DAY, "exact": exact}) for exact in (False, True)]
    + [(("AAPL", "us-gaap:NoSuchThing"), {})],
    "provenance": [
        (("AAPL", "net_margin"), {"period_end": pd.Timestamp("2024-09-28"), "as_of": DAY, "exact": exact})
        for exact in (False, True)
    ],
    "segments": [(("AAPL",), {}), (("AAPL", "quarterly"), {"periods": 2})],
    "restatements": [(("AAPL",), {}), (("AAPL",), {"as_of": "2005-01-01"})],
    "checks": [(("AAPL",), {"as_of": DAY})],
    "events": [(("AAPL",), {"as_of": DAY, "limit": 5})],
    "news": [(("AAPL",), {})],
    "filings": [
        (("AAPL", ("10-K", "8-K")), {"as_of": DAY, "limit": 5}),
        (("AAPL", "10-K, 8-K"), {"as_of": DAY, "limit": 5}),
        (("AAPL",), {}),
    ],
    "prices": [(("AAPL",), {"as_of": "2013-03-01"}), (("AAPL",), {"source": "nowhere"})],
    "bars": [(("AAPL", "month"), {"since": "2013-01-01", "as_of": "2013-03-01"}), (("AAPL",), {"as_of": "1990-01-01"})],
    "returns": [
        (("AAPL",), {"closes": "raw", "as_of": "2013-03-01"}),
        ((["AAPL"], "log", "raw"), {"as_of": "2013-03-01", "wide": True}),
    ],
    "event_study": [
        (("AAPL",), {"items": ["2.02"]}),
        (("AAPL",), {"items": ["2.02"], "by_event": True, "window": (-3, 3), "level": 0.9}),
    ],
    "screen": [
        (("revenue > 100B",), {"show": "net_margin@ttm", "as_of": DAY}),
        ((["revenue > 100B"],), {"as_of": DAY, "long": True, "exact": True}),
        (("revenue > 1T",), {"as_of": DAY}),
    ],
    "panel": [
        ((["2013-03-01", date(2024, 12, 31)], "AAPL", "revenue, gross_margin@annual"), {"wide": True}),
        ((DAY, ["AAPL"], ["revenue", "pe"]), {"exact": True}),
    ],
    "scores": [(("AAPL",), {"as_of": "2013-02-01", "periods": 1, "parts": parts}) for parts in (False, True)],
    "watchlists": [((), {})],
    "concepts": [((), {}), (("AAPL", "inventorynet"), {}), ((), {"query": "p/e"})],
    "section": [(("AAPL", "1A"), {"as_of": DAY})],
    "text_history": [(("AAPL", "1A"), {"as_of": DAY, "limit": 2})],
    "similar": [(("AAPL",), {"as_of": DAY})],
    "search": [(("frost in the orchard",), {"companies": "AAPL", "forms": ["10-K"], "items": ("1A",), "k": 3})],
}
# Two filings with the item are needed, and the loaded data has one: both say so.
REFUSED = {"changes": (("AAPL", "1A"), {"as_of": DAY})}
# What a workbench over HTTP cannot do: the lake is asked on the machine that has it.
NOT_OVER_HTTP = {"describe", "lake_files", "snapshots", "sql"}


class InProcess(httpx.BaseTransport):
    """Requests to an application of this process, as if from this machine."""

    def __init__(self, client: TestClient) -> None:
        self._client = client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """What the application answers; its body is unpacked already."""
        answer = self._client.request(request.method, str(request.url), headers=dict(request.headers), content=request.read())
        headers = {name: value for name, value in answer.headers.items() if name not in ("content-encoding", "content-length")}
        return httpx.Response(answer.status_code, headers=headers, content=answer.content)


@pytest.fixture(scope="module")
def transport(loaded: Workbench) -> Iterator[httpx.BaseTransport]:
    with TestClient(create_app(loaded, role="api"), client=("127.0.0.1", 50000)) as client:
        yield InProcess(client)


@pytest.fixture
def remote(transport: httpx.BaseTransport) -> Iterator[RemoteWorkbench]:
    with_app = RemoteWorkbench(WorkbenchApi("http://127.0.0.1:8000", transport=transport))
    yield with_app
    with_app.close()


def _public(kind: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}


def test_every_method_is_there_with_the_same_parameters() -> None:
    assert _public(RemoteWorkbench) == _public(Workbench) == set(CALLS) | set(REFUSED) | NOT_OVER_HTTP | {"close"}
    for name in (*CALLS, *REFUSED):
        assert inspect.signature(getattr(RemoteWorkbench, name)) == inspect.signature(getattr(Workbench, name)), name


@pytest.mark.parametrize("name", CALLS)
def test_answers_are_equal(loaded: Workbench, remote: RemoteWorkbench, name: str) -> None:
    for values, named in CALLS[name]:
        expected, answer = getattr(loaded, name)(*values, **named), getattr(remote, name)(*values, **named)
        if not isinstance(expected, pd.DataFrame):
            assert answer == expected
            continue
        pd.testing.assert_frame_equal(answer, expected, check_exact=True, check_column_type="exact", check_freq=False)
        assert _plain(answer.attrs) == _plain(expected.attrs)


def _plain(attrs: dict[str, Any]) -> dict[str, Any]:
    return {name: "NaN" if isinstance(value, float) and math.isnan(value) else value for name, value in attrs.items()}


def test_a_frame_has_what_the_company_filed(remote: RemoteWorkbench) -> None:
    frame = remote.statement("AAPL", as_of=DAY, periods=1, exact=True)
    assert frame.loc["revenue", pd.Timestamp("2024-09-28")] == Decimal(391_035_000_000)  # Apple's 10-K of fiscal 2024


@pytest.mark.parametrize("name", sorted(NOT_OVER_HTTP))
def test_what_http_does_not_give_says_so(remote: RemoteWorkbench, name: str) -> None:
    with pytest.raises(NotOverHttp, match=f"{name} is not available over HTTP"):
        getattr(remote, name)("select 1")


@pytest.mark.parametrize(
    ("name", "values", "named", "kind"),
    [
        ("statement", ("ZZZZ",), {}, NotFound),
        ("company", ("ZZZZ",), {}, NotFound),
        ("statement", ("AA PL!",), {}, InvalidIdentifier),
        ("statement", (object(),), {}, InvalidIdentifier),
        ("statement", ("AAPL", "profit"), {}, InvalidRequest),
        ("ratios", ("AAPL", "weekly"), {}, InvalidRequest),
        ("ratios", ("AAPL",), {"as_of": "9999-01-01"}, FutureDate),
        ("ratios", ("AAPL",), {"as_of": "last year"}, InvalidRequest),
        ("provenance", ("AAPL", "anvils"), {}, InvalidRequest),
        ("facts", ("AAPL", "us-gaap:"), {}, InvalidRequest),
        ("watchlists", ("nothing",), {}, NotFound),
        ("screen", ("revenu > 1",), {}, InvalidRequest),
        ("changes", *REFUSED["changes"], NotFound),
    ],
)
def test_errors_are_equal(
    *, loaded: Workbench, remote: RemoteWorkbench, name: str, values: tuple[Any, ...], named: dict[str, Any], kind: type
) -> None:
    found = []
    for asked in (loaded, remote):
        with pytest.raises(WorkbenchError) as raised:
            getattr(asked, name)(*values, **named)
        found.append((type(raised.value), raised.value.message, raised.value.hint))
    assert found[0] == found[1]
    assert found[0][0] is kind


def test_an_empty_text_that_is_needed_is_refused_by_both(loaded: Workbench, remote: RemoteWorkbench) -> None:
    for asked in (loaded, remote):
        with pytest.raises(InvalidRequest):
            asked.facts("AAPL", "")


def _answering(*answers: httpx.Response | Exception) -> tuple[WorkbenchApi, list[httpx.Request], list[float]]:
    left, asked, pauses = list(answers), list[httpx.Request](), list[float]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        given = left.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    api = WorkbenchApi(
        "https://workbench.example/", KEY, transport=httpx.MockTransport(answer), sleep=pauses.append, attempts=3
    )
    return api, asked, pauses


def _problem(status: int, name: str, headers: dict[str, str] | None = None) -> httpx.Response:
    body = {"type": f"/problems/{name}", "title": "x", "status": status, "detail": "what happened", "hint": "what helps"}
    return httpx.Response(status, json=body, headers={**(headers or {}), "content-type": "application/problem+json"})


_OK: Callable[[], httpx.Response] = lambda: httpx.Response(200, json={"ok": True})  # noqa: E731


def test_a_busy_server_is_asked_again_when_it_says() -> None:
    wait = {"retry-after": "7"}
    api, asked, pauses = _answering(_problem(429, "too-many-requests", wait), _problem(503, "queue-full", wait), _OK())
    assert api.get("/roles").json() == {"ok": True}
    assert pauses == [7.0, 7.0]
    assert {request.headers["x-api-key"] for request in asked} == {KEY}
    assert str(asked[0].url) == "https://workbench.example/api/v1/roles"


def test_tries_are_bounded() -> None:
    api, asked, _ = _answering(*(_problem(429, "too-many-requests", {"retry-after": "7"}) for _ in range(3)))
    with pytest.raises(TooManyRequests, match="what happened") as refused:
        api.get("/roles")
    assert (len(asked), refused.value.retry_after_seconds) == (3, 7.0)
    # A pause that takes longer than anybody waits for is left to the caller.
    api, asked, pauses = _answering(_problem(429, "too-many-requests", {"retry-after": "3600"}))
    with pytest.raises(TooManyRequests):
        api.get("/roles")
    assert pauses == []
    # Figures that these rules cannot compute are not computed by asking again.
    api, asked, _ = _answering(_problem(503, "not-computable"))
    with pytest.raises(NotComputable):
        api.get("/roles")
    assert len(asked) == 1


def test_no_answer_and_strange_answers_are_errors_of_the_tree() -> None:
    api, asked, _ = _answering(*(httpx.ConnectError("refused") for _ in range(3)))
    with pytest.raises(SourceUnavailable, match=r"https://workbench\.example gave no answer"):
        api.get("/roles")
    assert len(asked) == 3
    for given, kind in (
        (httpx.Response(200, text="<html>a proxy</html>", headers={"content-type": "text/html"}), MalformedDocument),
        (httpx.Response(404, text="nginx"), SourceUnavailable),
        (_problem(409, "a-kind-of-later-versions"), WorkbenchError),
        (httpx.Response(400, content=b"[", headers={"content-type": "application/problem+json"}), MalformedDocument),
    ):
        api, _, _ = _answering(*[given] * 3)
        with pytest.raises(kind):
            api.get("/roles")


def test_the_key_is_in_no_error_no_log_and_no_repr(caplog: pytest.LogCaptureFixture) -> None:
    api, _, _ = _answering(httpx.ConnectError("refused"), httpx.ReadTimeout("late"), _problem(401, "not-authenticated"))
    with caplog.at_level(logging.DEBUG), pytest.raises(WorkbenchError) as refused:
        api.get("/roles")
    shown = f"{refused.value!r} {refused.value} {refused.value.__dict__} {api!r} {RemoteWorkbench(api)!r} {caplog.text}"
    assert KEY not in shown


@pytest.mark.parametrize("url", ["workbench.example", "ftp://workbench.example", "https://ada:secret@workbench.example", ""])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SetupError) as refused:
        library.connect(url)
    assert "secret" not in str(refused.value)


def test_connect_takes_the_key_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_API_KEY", KEY)
    remote = library.connect("https://workbench.example/api/v1")
    assert remote._api._client.headers["x-api-key"] == KEY
    assert repr(remote) == "RemoteWorkbench(WorkbenchApi('https://workbench.example'))"
    remote.close()


def test_an_empty_text_is_left_out_as_the_methods_take_it() -> None:
    arguments = {each.name: each for each in frame_questions()["concepts"].arguments}
    sent = {name: argument.as_text("") for name, argument in arguments.items()}
    assert sent == {"company": [], "query": [], "as_of": []}
    assert arguments["query"].as_text("Revenue") == ["Revenue"]
    assert {each.name: each for each in frame_questions()["search"].arguments}["query"].as_text("") == [""]  # refused
