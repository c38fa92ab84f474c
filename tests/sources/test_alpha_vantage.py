"""Alpha Vantage over HTTP: its refusals that come with status 200, its limits, and a key that never shows."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.conftest import SHARED
from tests.replay_server import Asked, ReplayServer, Reply
from workbench.domain.errors import (
    NotFound,
    RateLimited,
    SourceRefused,
    SourceUnavailable,
    WorkbenchError,
)
from workbench.domain.identity import Ticker
from workbench.sources.alpha_vantage import AlphaVantageSource, judge
from workbench.sources.keyed_api import KeyedApi
from workbench.sources.request_budget import RateLimiter

KEY = "K3Y-THAT-NEVER-SHOWS"
IBM = Ticker("IBM")
CSV = b"timestamp,open,high,low,close,volume\r\n2024-06-07,2,3,1,2.5,100\r\n"


@contextmanager
def source(server: ReplayServer, folder: Path, *, is_adjusted: bool = False) -> Iterator[AlphaVantageSource]:
    limiter = RateLimiter(folder / "budget", per_second=100)
    api = KeyedApi(
        server.url, KEY, limiter=limiter, judge=judge, key_parameter="apikey", patience_seconds=0, sleep=lambda _: None
    )
    with closing(AlphaVantageSource(api, is_adjusted=is_adjusted)) as opened:
        yield opened


def said(**body: str) -> Reply:
    return Reply(json.dumps(body).encode())


def test_the_question_and_where_it_is_kept(tmp_path: Path) -> None:
    with ReplayServer(lambda _: Reply(CSV, media_type="application/x-download")) as server, source(server, tmp_path) as vendor:
        fetched = vendor.daily(Ticker("BRK-B"), is_full=True)
        assert fetched.content == CSV
        assert fetched.url.endswith("/query?function=TIME_SERIES_DAILY&symbol=BRK-B&outputsize=full&datatype=csv")
        assert server.asked[0].parameters["apikey"] == KEY
        with source(server, tmp_path, is_adjusted=True) as adjusted:
            adjusted.daily(IBM, is_full=False)
    assert server.asked[1].parameters["function"] == "TIME_SERIES_DAILY_ADJUSTED"
    assert server.asked[1].parameters["outputsize"] == "compact"
    assert (vendor.name, adjusted.name) == ("alpha-vantage", "alpha-vantage-adjusted")


@pytest.mark.parametrize(
    ("reply", "error", "times"),
    [
        (said(Note="Our standard API call frequency is 5 calls per minute and 500 calls per day."), RateLimited, 1),
        (
            said(Information=f"We have detected your API key as {KEY} and our rate limit is 25 requests per day."),
            RateLimited,
            1,
        ),
        (
            said(Information="Spread out your requests (1 request per second), free keys have 25 requests per day."),
            RateLimited,
            1,
        ),
        (said(Information="This is a premium endpoint. You may subscribe to a premium plan."), SourceRefused, 1),
        (said(**{"Error Message": "the parameter apikey is invalid or missing."}), SourceRefused, 1),
        (said(Information="Something never seen before."), SourceRefused, 1),
        (said(**{"Error Message": "Invalid API call. Please retry."}), NotFound, 1),
        (said(), NotFound, 1),
        (Reply(b"busy", status=503), SourceUnavailable, 3),
        (Reply(b"no", status=403), SourceRefused, 1),
        (Reply(b"slow", status=429, headers={"Retry-After": "7"}), RateLimited, 1),
    ],
)
def test_refusals_are_told_apart_and_the_key_never_shows(
    tmp_path: Path, reply: Reply, error: type[WorkbenchError], times: int
) -> None:
    with (
        ReplayServer(lambda _: reply) as server,
        source(server, tmp_path) as vendor,
        pytest.raises(error) as caught,
    ):
        vendor.daily(IBM, is_full=False)
    assert len(server.asked) == times
    assert KEY not in repr(caught.value.__dict__) + str(caught.value)


def test_a_limit_stops_every_process_of_the_home(tmp_path: Path) -> None:
    with (
        ReplayServer(lambda _: said(Information="Our limit is 25 requests per day.")) as server,
        source(server, tmp_path) as vendor,
    ):
        for _ in range(3):
            with pytest.raises(RateLimited):
                vendor.daily(IBM, is_full=False)
    assert len(server.asked) == 1


def test_a_short_pause_is_waited_for_and_asked_again(tmp_path: Path) -> None:
    replies = [Reply(b"", status=429, headers={"Retry-After": "1"}), Reply(CSV)]
    with ReplayServer(lambda _: replies.pop(0)) as server:
        api = KeyedApi(
            server.url, KEY, limiter=RateLimiter(tmp_path / "budget", per_second=100), judge=judge, patience_seconds=5
        )
        with closing(AlphaVantageSource(api)) as vendor:
            assert vendor.daily(IBM, is_full=False).content == CSV


def test_no_answer_is_unavailable(tmp_path: Path) -> None:
    with ReplayServer(lambda _: Reply()) as server:
        pass
    with source(server, tmp_path) as vendor, pytest.raises(SourceUnavailable, match="could not be reached") as caught:
        vendor.daily(IBM, is_full=False)
    assert KEY not in repr(caught.value.__dict__)


def test_nothing_that_is_logged_has_the_key(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with ReplayServer(lambda _: Reply(CSV)) as server, source(server, tmp_path) as vendor:
        vendor.daily(IBM, is_full=False)
    assert "HTTP Request: GET" in caplog.text
    assert KEY not in caplog.text


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("note_5_per_minute.json", RateLimited),
        ("information_daily_limit.json", RateLimited),
        ("information_premium_endpoint.json", SourceRefused),
        ("error_message_invalid_call.json", NotFound),
    ],
)
def test_recorded_refusals(tmp_path: Path, name: str, error: type[WorkbenchError]) -> None:
    body = (SHARED / "data" / "alphavantage" / "errors" / name).read_bytes()

    def reply(_: Asked) -> Reply:
        return Reply(body)

    with ReplayServer(reply) as server, source(server, tmp_path) as vendor, pytest.raises(error):
        vendor.daily(IBM, is_full=False)
