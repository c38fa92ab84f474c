"""Every client of another process ends its call in time, with the right error, whatever the other end does."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest

from tests.stubborn_server import BEHAVIOURS, RETRY_AFTER_SECONDS, Behaviour, Protocol, StubbornServer
from workbench.adapters.cache import RedisCache
from workbench.adapters.dbt import DbtMarts
from workbench.adapters.minio_store import MinioStore
from workbench.adapters.notifier import AppriseNotifier
from workbench.adapters.openai_embedder import OpenAiEmbedder
from workbench.adapters.secret_store import AwsSecretStore, VaultSecretStore
from workbench.adapters.vault.client import VaultLogin
from workbench.domain.alerts.notices import Message
from workbench.domain.errors import MalformedDocument, SetupError, SourceError, SourceUnavailable, WorkbenchError
from workbench.parse.uploads import bounded_process
from workbench.parse.uploads.pdf_reader import read_pdf
from workbench.reports import pdf
from workbench.sources.http import HttpClient
from workbench.sources.keyed_api import KeyedApi
from workbench.sources.remote_file import RemoteFile
from workbench.sources.request_budget import RateLimiter
from workbench.sources.shared_request_budget import SharedRateLimiter

BOUND_SECONDS = 1.0
SLACK_SECONDS = 4.0  # for a busy machine: this is no benchmark, and without the bound a call takes half a minute and more
MESSAGE = Message(key="k", title="AAPL filed a 10-K", text="AAPL filed a 10-K", html="<p>AAPL filed a 10-K</p>")

Call = Callable[[StubbornServer, Path], object]


def edgar(server: StubbornServer, folder: Path) -> object:
    with closing(http_client(folder)) as client:
        return client.get(f"{server.url}/a")


def edgar_part(server: StubbornServer, folder: Path) -> object:
    with closing(http_client(folder)) as client:
        return RemoteFile(client, f"{server.url}/archive.zip").read(10)


def http_client(folder: Path) -> HttpClient:
    limiter = RateLimiter(folder / "budget", per_second=1000)
    return HttpClient(
        contact="t@example.org", limiter=limiter, timeout_seconds=BOUND_SECONDS, attempts=3, longest_seconds=BOUND_SECONDS
    )


def vendor(server: StubbornServer, folder: Path) -> object:
    limiter = RateLimiter(folder / "budget", per_second=1000)
    api = KeyedApi(
        server.url, "key", limiter=limiter, judge=lambda *_: None, key_parameter="apikey",
        timeout_seconds=BOUND_SECONDS, longest_seconds=BOUND_SECONDS,
    )  # fmt: skip
    with closing(api):
        return api.get("/query", {"symbol": "AAPL"})


def embeddings(server: StubbornServer, folder: Path) -> object:
    endpoint = OpenAiEmbedder(
        f"{server.url}/v1", "m", dimensions=3, timeout_seconds=BOUND_SECONDS, longest_seconds=BOUND_SECONDS
    )
    with closing(endpoint):
        return endpoint.embed(["revenue grew"])


def store(server: StubbornServer) -> MinioStore:
    return MinioStore(server.url, bucket="lake", access_key="a", secret_key="b", timeout_seconds=BOUND_SECONDS)


def vault(server: StubbornServer, folder: Path) -> object:
    login = VaultLogin(role_id="role", secret_id="secret")
    return VaultSecretStore(server.url, login=login, timeout_seconds=BOUND_SECONDS).get("NAME")


def aws(server: StubbornServer, folder: Path) -> object:
    return AwsSecretStore(region="us-east-1", endpoint=server.url, timeout_seconds=BOUND_SECONDS).get("NAME")


def webhook(server: StubbornServer, folder: Path) -> object:
    address = f"json://127.0.0.1:{server.port}/hook"
    return AppriseNotifier({"ops": address}, timeout_seconds=BOUND_SECONDS).send("ops", MESSAGE)


def mail(server: StubbornServer, folder: Path) -> object:
    address = f"mailto://127.0.0.1:{server.port}?from=a@example.org&to=b@example.org"
    return AppriseNotifier({"ops": address}, timeout_seconds=BOUND_SECONDS).send("ops", MESSAGE)


def redis_cache(server: StubbornServer, folder: Path) -> object:
    with closing(RedisCache(f"redis://127.0.0.1:{server.port}/0", timeout_seconds=BOUND_SECONDS)) as cache:
        return cache.version()


def redis_budget(server: StubbornServer, folder: Path) -> object:
    url = f"redis://127.0.0.1:{server.port}/0"
    with closing(SharedRateLimiter(url, "edgar", folder / "budget", timeout_seconds=BOUND_SECONDS)) as budget:
        return budget.budget()


@dataclass(frozen=True)
class Client:
    """A call to a server that behaves badly; `tells_pause`: its error says how long the server wants to be left alone."""

    call: Call
    protocol: Protocol = "http"
    tells_pause: bool = True


CLIENTS = {
    "edgar": Client(edgar),
    "edgar archive in parts": Client(edgar_part),
    "vendor": Client(vendor),
    "embeddings": Client(embeddings),
    "object store get": Client(lambda server, _: store(server).get("raw/a")),
    "object store put": Client(lambda server, _: store(server).put("raw/a", b"x" * 100_000)),
    "object store list": Client(lambda server, _: list(store(server).list("raw/"))),
    "object store stat": Client(lambda server, _: store(server).stat("raw/a")),
    "vault": Client(vault),
    "aws": Client(aws),
    "webhook": Client(webhook, tells_pause=False),  # Apprise keeps the headers of an answer to itself
    "mail": Client(mail, protocol="smtp", tells_pause=False),
    "redis cache": Client(redis_cache, protocol="redis", tells_pause=False),
    "redis budget": Client(redis_budget, protocol="redis", tells_pause=False),
}


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """The AWS client reads its descriptions of services once, which takes a busy machine longer than the bound of a call."""
    boto3.client("secretsmanager", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b").close()


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
@pytest.mark.parametrize("name", CLIENTS)
def test_a_call_ends_within_its_bound(name: str, behaviour: Behaviour, tmp_path: Path) -> None:
    client = CLIENTS[name]
    if name == "object store stat" and behaviour in ("cuts", "trickles a body"):
        return  # the answer to HEAD has no body: it is whole with its head
    with StubbornServer(behaviour, client.protocol) as server:
        started = time.monotonic()
        with pytest.raises(SourceError) as failure:
            client.call(server, tmp_path)
        took = time.monotonic() - started
        assert server.connections >= 1
    assert took < BOUND_SECONDS + SLACK_SECONDS
    assert failure.value.is_transient
    assert isinstance(failure.value, SourceUnavailable)
    if behaviour == "refuses":
        assert failure.value.retry_after_seconds == (RETRY_AFTER_SECONDS if client.tells_pause else None)


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_an_answer_is_made_without_a_cache_that_answers_badly(behaviour: Behaviour) -> None:
    with StubbornServer(behaviour, "redis") as server:
        started = time.monotonic()
        with closing(RedisCache(f"redis://127.0.0.1:{server.port}/0", timeout_seconds=BOUND_SECONDS)) as cache:
            assert cache.answer("key", lambda: b"made", seconds=60) == b"made"
        assert time.monotonic() - started < BOUND_SECONDS + SLACK_SECONDS


@pytest.fixture
def stuck(tmp_path: Path) -> Path:
    """A program that starts another, and neither ends nor closes its output."""
    program = tmp_path / "stuck"
    program.write_text("#!/bin/sh\nsleep 300 &\necho began\nsleep 300\n")
    program.chmod(0o755)
    return program


def dbt(program: Path, folder: Path) -> object:
    marts = DbtMarts(
        str(program), "postgresql://127.0.0.1/none", project=folder, folder=folder / "marts", timeout_seconds=BOUND_SECONDS
    )
    return marts.build()


def chromium(program: Path, folder: Path) -> object:
    return pdf.to_pdf("<p>a report</p>")


def pdf_reader(program: Path, folder: Path) -> object:
    return read_pdf(b"%PDF-1.4 %%EOF")


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (dbt, SetupError("dbt took longer than 1 s")),
        (chromium, SetupError("did not print the report: stuck took longer than 1 seconds")),
        (pdf_reader, MalformedDocument("it takes more than")),
    ],
)
def test_a_program_that_does_not_end_is_ended(
    call: Callable[[Path, Path], object], error: WorkbenchError, stuck: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (pdf, bounded_process):
        monkeypatch.setattr(module, "_SECONDS", BOUND_SECONDS)
    monkeypatch.setattr(pdf, "find_browser", lambda: str(stuck))
    monkeypatch.setattr(bounded_process.sys, "executable", str(stuck))
    if call is pdf_reader:  # which is this program's own, and starts no other
        stuck.write_text("#!/bin/sh\nexec sleep 300\n")
    started = time.monotonic()
    with pytest.raises(type(error), match=error.message):
        call(stuck, tmp_path)
    assert time.monotonic() - started < BOUND_SECONDS + SLACK_SECONDS
