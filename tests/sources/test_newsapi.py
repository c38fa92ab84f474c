"""NewsAPI over HTTP: paging parameters, its codes, and a key that travels in a header."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import SHARED
from tests.replay_server import ReplayServer, Reply
from workbench.domain.errors import InvalidRequest, RateLimited, SourceRefused, SourceUnavailable, WorkbenchError
from workbench.sources.keyed_api import KeyedApi
from workbench.sources.newsapi import NewsApiSource, judge
from workbench.sources.request_budget import RateLimiter

KEY = "K3Y-THAT-NEVER-SHOWS"


@contextmanager
def source(server: ReplayServer, folder: Path) -> Iterator[NewsApiSource]:
    api = KeyedApi(
        server.url,
        KEY,
        limiter=RateLimiter(folder / "budget", per_second=100),
        judge=judge,
        key_header="X-Api-Key",
        patience_seconds=0,
        sleep=lambda _: None,
    )
    with closing(NewsApiSource(api)) as opened:
        yield opened


def refusal(status: int, code: str) -> Reply:
    return Reply(json.dumps({"status": "error", "code": code, "message": f"about {KEY}"}).encode(), status=status)


def test_the_question_and_the_key_in_its_header(tmp_path: Path) -> None:
    with ReplayServer(lambda _: Reply(b'{"status":"ok"}')) as server, source(server, tmp_path) as vendor:
        fetched = vendor.articles('"Apple" OR AAPL', since=date(2024, 6, 1), page=2)
    assert server.asked[0].path == "/v2/everything"
    assert server.asked[0].parameters == {
        "q": '"Apple" OR AAPL', "language": "en", "sortBy": "publishedAt", "pageSize": "100", "page": "2",
        "from": "2024-06-01",
    }  # fmt: skip
    assert server.asked[0].headers["x-api-key"] == KEY
    assert KEY not in fetched.url


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (refusal(401, "apiKeyInvalid"), SourceRefused),
        (refusal(401, "apiKeyDisabled"), SourceRefused),
        (refusal(429, "rateLimited"), RateLimited),
        (refusal(429, "apiKeyExhausted"), RateLimited),
        (refusal(426, "maximumResultsReached"), SourceRefused),
        (refusal(426, "parameterInvalid"), SourceRefused),
        (refusal(400, "parameterInvalid"), InvalidRequest),
        (refusal(500, "unexpectedError"), SourceUnavailable),
        (refusal(200, "somethingNew"), SourceRefused),
        (Reply(b"<html>", status=502), SourceUnavailable),
        (Reply(b"", status=426), SourceRefused),
    ],
)
def test_refusals_are_told_apart_and_the_key_never_shows(tmp_path: Path, reply: Reply, error: type[WorkbenchError]) -> None:
    with (
        ReplayServer(lambda _: reply) as server,
        source(server, tmp_path) as vendor,
        pytest.raises(error) as caught,
    ):
        vendor.articles("x", since=None, page=1)
    assert KEY not in repr(caught.value.__dict__) + str(caught.value)


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("name", "status", "error"),
    [
        ("401_apiKeyInvalid.json", 401, SourceRefused),
        ("426_parameterInvalid_too_far.json", 426, SourceRefused),
        ("429_rateLimited.json", 429, RateLimited),
    ],
)
def test_recorded_refusals(name: str, status: int, error: type[WorkbenchError]) -> None:
    body = (SHARED / "data" / "newsapi" / "errors" / name).read_bytes()
    assert isinstance(judge(status, body), error)
