"""What each kind of answer means, and how politely it is asked for again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests import edgar_folder
from tests.conftest import MIRROR
from tests.edgar_server import RATE_EXCEEDED, UNDECLARED_TOOL, Answer, EdgarServer, titled
from workbench.domain.errors import (
    InvalidRequest,
    MalformedDocument,
    NotFound,
    RateLimited,
    SetupError,
    SourceRefused,
    SourceUnavailable,
)
from workbench.domain.identity import Cik
from workbench.sources.edgar import EdgarSource
from workbench.sources.http import HttpClient, user_agent
from workbench.sources.request_budget import RateLimiter

ACME = Cik(edgar_folder.CIK)
FACTS = "api/xbrl/companyfacts/CIK0001234567.json"


class Rig:
    """A server, and a source that asks it; `naps` are the back-offs it would have slept."""

    def __init__(self, server: EdgarServer, folder: Path) -> None:
        self.server = server
        self.naps: list[float] = []
        self.limiter = RateLimiter(folder / "budget", per_second=1000, longest_wait_seconds=2)
        self.client = HttpClient(
            contact="Test test@example.org",
            limiter=self.limiter,
            timeout_seconds=0.5,
            attempts=3,
            cooldown_seconds=2,
            sleep=self.naps.append,
        )
        self.source = EdgarSource(server.url, self.client)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with EdgarServer(edgar_folder.build(tmp_path / "edgar")) as server:
        rig = Rig(server, tmp_path)
        yield rig
        rig.client.close()


def test_the_contact_goes_with_each_request(rig: Rig) -> None:
    rig.source.tickers()
    assert "(Test test@example.org)" in rig.server.requests[0][2]


@pytest.mark.parametrize("contact", [None, "", "  ", "Jane Doe", "jane@", "Jane\njane@example.org", "Zoë zoe@example.org"])
def test_without_a_contact_nothing_is_asked(tmp_path: Path, contact: str | None) -> None:
    with pytest.raises(SetupError) as caught:
        HttpClient(contact=contact, limiter=RateLimiter(tmp_path / "budget"))
    assert "WORKBENCH_CONTACT" in (caught.value.hint or "")


def test_contacts_of_every_usual_form_are_taken() -> None:
    for contact in ("jane@example.org", "Jane Doe jane@example.org", "Jane Doe <jane@example.org>", "Acme (jane@example.org)"):
        assert contact in user_agent(contact)


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_passing_trouble_is_asked_again_with_growing_waits(rig: Rig, status: int) -> None:
    rig.server.script(FACTS, Answer(status=status), Answer(status=status))
    assert rig.source.company_facts(ACME).content
    assert len(rig.server.requests) == 3
    assert 0.5 <= rig.naps[0] <= 1.0 <= rig.naps[1] <= 2.0


def test_in_the_end_the_trouble_is_told(rig: Rig) -> None:
    rig.server.script(FACTS, *(Answer(status=503) for _ in range(3)))
    with pytest.raises(SourceUnavailable, match="503") as caught:
        rig.source.company_facts(ACME)
    assert caught.value.url == f"{rig.server.url}/{FACTS}"
    rig.server.script(FACTS, *(Answer(status=429) for _ in range(3)))
    with pytest.raises(RateLimited):
        rig.source.company_facts(ACME)


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_kept_by_everybody(rig: Rig, form: str) -> None:
    value = "1" if form == "seconds" else format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    rig.server.script(FACTS, Answer(status=429, headers={"Retry-After": value}))
    started = time.monotonic()
    rig.source.company_facts(ACME)
    assert time.monotonic() - started >= 0.9
    assert rig.naps == []


def test_a_retry_after_of_an_hour_is_told_and_not_waited_for(rig: Rig) -> None:
    rig.server.script(FACTS, Answer(status=503, headers={"Retry-After": "3600"}))
    with pytest.raises(SourceUnavailable) as caught:
        rig.source.company_facts(ACME)
    assert caught.value.retry_after_seconds == 3600
    assert len(rig.server.requests) == 1


@pytest.mark.parametrize("status", [200, 403, 429])
def test_the_rate_threshold_page_is_known_whatever_its_status(rig: Rig, status: int) -> None:
    rig.server.script(FACTS, Answer(status=status, body=RATE_EXCEEDED))
    started = time.monotonic()
    assert rig.source.company_facts(ACME).content.startswith(b"{")
    assert time.monotonic() - started >= 1.9
    assert len(rig.server.requests) == 2


def test_an_undeclared_tool_is_not_tried_again(rig: Rig) -> None:
    rig.server.script(FACTS, Answer(status=403, body=UNDECLARED_TOOL))
    with pytest.raises(SourceRefused) as caught:
        rig.source.company_facts(ACME)
    assert "WORKBENCH_CONTACT" in (caught.value.hint or "")
    assert len(rig.server.requests) == 1


def test_another_403_is_a_refusal_and_an_unavailable_page_passes(rig: Rig) -> None:
    rig.server.script(FACTS, Answer(status=403, body=b"<html>no</html>"))
    with pytest.raises(SourceRefused, match="403"):
        rig.source.company_facts(ACME)
    rig.server.script(FACTS, Answer(status=200, body=titled("File Unavailable")))
    assert rig.source.company_facts(ACME).content.startswith(b"{")


def test_no_answer_and_a_cut_body_are_asked_again(rig: Rig) -> None:
    rig.server.script(FACTS, Answer(delay=0.8), Answer(cut=50))
    assert rig.source.company_facts(ACME).content.startswith(b"{")
    rig.server.script(FACTS, *(Answer(cut=20) for _ in range(3)))
    with pytest.raises(SourceUnavailable, match="could not be fetched"):
        rig.source.company_facts(ACME)


def test_nobody_listening_is_unavailable(tmp_path: Path) -> None:
    with EdgarServer(tmp_path) as server:
        url = server.url
    limiter = RateLimiter(tmp_path / "budget", per_second=1000)
    client = HttpClient(contact="t@example.org", limiter=limiter, attempts=2, sleep=lambda _: None)
    with pytest.raises(SourceUnavailable):
        EdgarSource(url, client).tickers()
    client.close()


def test_wrong_gzip_and_a_strange_wrapping_are_rubbish_and_not_asked_again(rig: Rig) -> None:
    rig.server.script(FACTS, Answer(body=b'{"plain": 1}', headers={"Content-Encoding": "gzip"}))
    with pytest.raises(MalformedDocument, match="is declared as gzip"):
        rig.source.company_facts(ACME)
    rig.server.script(FACTS, Answer(body=b"x", headers={"Content-Encoding": "br"}))
    with pytest.raises(MalformedDocument, match="br"):
        rig.source.company_facts(ACME)
    assert len(rig.server.requests) == 2


def test_redirects_stay_on_the_host_and_end(rig: Rig) -> None:
    rig.server.script(FACTS, Answer(status=301, body=b"", headers={"Location": "/files/company_tickers.json"}))
    fetched = rig.source.company_facts(ACME)
    assert b"OLD" in fetched.content
    assert fetched.url.endswith(FACTS)
    rig.server.script(FACTS, *(Answer(status=302, body=b"", headers={"Location": "http://[::1"}) for _ in range(3)))
    with pytest.raises(SourceUnavailable, match="could not be fetched"):
        rig.source.company_facts(ACME)
    rig.server.script(FACTS, Answer(status=302, body=b"", headers={"Location": "https://example.org/x"}))
    with pytest.raises(SourceRefused, match=r"example\.org"):
        rig.source.company_facts(ACME)
    rig.server.script("*", *(Answer(status=302, body=b"", headers={"Location": f"/{FACTS}"}) for _ in range(18)))
    with pytest.raises(SourceUnavailable, match="in a loop"):
        rig.source.company_facts(ACME)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org",
        "http://",
        "https://user:secret@example.org",
        "https://example.org/?key=1",
        "http://[::1",
        "http://h:99999",
        "http://a b",
    ],
)
def test_a_base_url_that_is_none_is_refused_without_repeating_it(rig: Rig, url: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        EdgarSource(url, rig.client)
    assert "secret" not in str(caught.value)


def test_the_secs_two_hosts_are_asked_for_what_lives_there(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(rig.client, "get", asked.append)
    source = EdgarSource("https://www.sec.gov/", rig.client)
    source.tickers()
    source.submissions(Cik(320193))
    source.company_facts(Cik(320193))
    assert asked == [
        "https://www.sec.gov/files/company_tickers_exchange.json",
        "https://data.sec.gov/submissions/CIK0000320193.json",
        "https://data.sec.gov/api/xbrl/companyfacts/CIK0000320193.json",
    ]


@pytest.mark.mirror
def test_the_secs_own_error_bodies(rig: Rig) -> None:
    folder = MIRROR / "_errors"
    expected = {"403": NotFound, "404": NotFound, "503": SourceUnavailable, "automated_tool": SourceRefused}
    for start, error in expected.items():
        files = sorted(folder.glob(f"{start}*"))
        assert files
        for file in files:
            status = int(start) if start.isdigit() else 403
            rig.server.script(FACTS, *(Answer(status=status, body=file.read_bytes()) for _ in range(3)))
            with pytest.raises(error):
                rig.source.company_facts(ACME)
            rig.server._scripts.clear()
    rig.server.script(FACTS, Answer(status=403, body=(folder / "rate_exceeded.html").read_bytes()))
    assert rig.source.company_facts(ACME).content.startswith(b"{")
    assert rig.server.requests[-1][0] - rig.server.requests[-2][0] >= 1.9
