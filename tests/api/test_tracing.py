"""Traces: one from the request over its queries to the task that it queued, without anything of a user; nothing while off."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span as SentSpan
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from api.app import create_app
from db.engine import Database
from db.operations.tasks import add_task
from flows import task_worker
from flows.fan_out import fan_out
from flows.task_worker import work_one
from tests.flows.doubles import square
from workbench import tracing
from workbench.adapters.cache import ProcessCache
from workbench.adapters.object_store import FolderStore
from workbench.adapters.traced import TracedCache, TracedObjectStore
from workbench.domain.errors import NotFound, SourceUnavailable
from workbench.domain.operations.tasks import Task, TaskKind
from workbench.runtime import Workbench
from workbench.service_settings import Traces
from workbench.settings import LocalFanOut, Settings
from workbench.sources.http import HttpClient
from workbench.sources.request_budget import RateLimiter

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{PARENT}-01"  # the example of W3C Trace Context


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    tracing.configure(Traces(), version="0", exporter=exporter)
    yield exporter
    tracing.stop()


def recorded(exporter: InMemorySpanExporter, name: str) -> ReadableSpan:
    (found,) = [each for each in exporter.get_finished_spans() if each.name == name]
    return found


def ids(span: ReadableSpan) -> tuple[str, str]:
    """The trace, and the span."""
    assert span.context is not None
    return f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}"


def parent_of(span: ReadableSpan) -> str | None:
    return f"{span.parent.span_id:016x}" if span.parent is not None else None


@pytest.fixture
async def client(
    exporter: InMemorySpanExporter,
    filled: Database,
    tmp_path: Path,
) -> AsyncIterator[tuple[httpx.AsyncClient, Workbench]]:
    database = Database(filled.url)  # the statements of an engine are recorded from its beginning
    workbench = Workbench(Settings(home=tmp_path), database, FolderStore(tmp_path / "objects"))
    app = create_app(workbench, role="api")
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as http,
    ):
        exporter.clear()
        yield http, workbench
    database.close()


@pytest.mark.anyio
async def test_a_request_its_queries_and_its_task_are_one_trace_without_anything_of_the_user(
    client: tuple[httpx.AsyncClient, Workbench], exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    http, workbench = client
    asked = {"headers": {"traceparent": TRACEPARENT}}
    assert (await http.get("/api/v1/companies/AAPL/filings?forms=10-K", **asked)).status_code == 200  # type: ignore[arg-type]
    request = recorded(exporter, "GET /companies/{ticker}/filings")
    assert (ids(request)[0], parent_of(request)) == (TRACE, PARENT)
    assert request.attributes == {
        "http.request.method": "GET", "http.route": "/companies/{ticker}/filings", "http.response.status_code": 200,
    }  # fmt: skip
    queries = [each for each in exporter.get_finished_spans() if each.name == "SELECT"]
    assert ids(request)[1] in {parent_of(each) for each in queries}
    assert {ids(each)[0] for each in queries} == {TRACE}
    assert any("sec_filings" in str((each.attributes or {})["db.query.text"]) for each in queries)
    assert not any(word in each.to_json() for each in exporter.get_finished_spans() for word in ("AAPL", "10-K", "320193"))
    # The task that a request queues goes on with its trace, in whatever process.
    with tracing.span_of(TRACEPARENT, "POST /reports", "server"), workbench.database.write() as connection:
        add_task(connection, TaskKind.EMBED, {}, most_waiting=1)
    done: list[Task] = []
    monkeypatch.setitem(task_worker.HANDLERS, TaskKind.EMBED, lambda _, task: done.append(task))  # type: ignore[arg-type]
    assert work_one(workbench, [TaskKind.EMBED]) is not None
    task = recorded(exporter, "task embed")
    assert ids(task)[0] == TRACE
    assert parent_of(task) == ids(recorded(exporter, "POST /reports"))[1]
    assert [each.tries for each in done] == [1]


@pytest.mark.anyio
async def test_a_failed_request_says_so_and_a_wrong_header_begins_a_trace(
    client: tuple[httpx.AsyncClient, Workbench], exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    http, _ = client
    answer = await http.get("/api/v1/companies/NOBODY", headers={"traceparent": "00-zz-1-01"})
    assert answer.status_code == 404
    request = recorded(exporter, "GET /companies/{ticker}")
    assert (parent_of(request), request.status.is_ok) == (None, True)  # what a caller asked wrongly is no failure
    monkeypatch.setattr("api.roles.routes.json_response", lambda *_: 1 / 0)
    assert (await http.get("/api/v1/roles")).status_code == 500
    failed = recorded(exporter, "GET /roles")
    assert (failed.status.is_ok, (failed.attributes or {})["error.type"]) == (False, "500")


def test_calls_of_cache_and_objects_are_spans(exporter: InMemorySpanExporter, tmp_path: Path) -> None:
    cache, objects = TracedCache(ProcessCache()), TracedObjectStore(FolderStore(tmp_path))
    for _ in range(2):
        assert cache.answer("company:AAPL", lambda: b"x", seconds=60) == b"x"
    hits = [(each.attributes or {})["cache.hit"] for each in exporter.get_finished_spans()]
    assert hits == [False, True]
    objects.put("raw/1", b"four")
    assert objects.get("raw/1") == b"four"
    assert (recorded(exporter, "objects get").attributes or {})["object.bytes"] == 4
    assert [each.key for each in objects.list("raw/")] == ["raw/1"]
    assert recorded(exporter, "objects list").end_time is not None
    with pytest.raises(NotFound):
        objects.stat("raw/2")
    failed = recorded(exporter, "objects stat")
    assert (failed.status.is_ok, (failed.attributes or {})["error.type"], failed.events) == (False, "NotFound", ())


def test_a_request_to_the_sec_is_a_span_that_the_sec_does_not_learn_of(exporter: InMemorySpanExporter, tmp_path: Path) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(503 if "busy" in str(request.url) else 200, stream=httpx.ByteStream(b"{}"))

    limiter = RateLimiter(tmp_path / "budget", per_second=1000, longest_wait_seconds=2)
    client = HttpClient(contact="Test test@example.org", limiter=limiter, attempts=1, transport=httpx.MockTransport(answer))
    with tracing.span("job facts"):
        client.get("https://data.sec.gov/api/xbrl/companyfacts/CIK0000320193.json")
    with pytest.raises(SourceUnavailable):
        client.get("https://data.sec.gov/busy")
    client.close()
    first = exporter.get_finished_spans()[0]
    attributes = first.attributes or {}
    assert (attributes["server.address"], attributes["http.response.status_code"]) == ("data.sec.gov", 200)
    assert parent_of(first) == ids(recorded(exporter, "job facts"))[1]
    assert not any("traceparent" in request.headers for request in asked)


@pytest.fixture
def collector() -> Iterator[tuple[str, list[SentSpan]]]:
    """A receiver of OTLP over HTTP, and the spans that it got."""
    got: list[SentSpan] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            body = self.rfile.read(int(self.headers["Content-Length"]))
            for part in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in part.scope_spans:
                    got.extend(scope.spans)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", got
    server.shutdown()
    server.server_close()


def test_workers_of_a_job_send_their_part_of_its_trace(collector: tuple[str, list[SentSpan]], tmp_path: Path) -> None:
    address, got = collector
    settings = Settings(home=tmp_path, fan_out=LocalFanOut(workers=1), traces=Traces(endpoint=address))
    tracing.configure(settings.traces, version="0")
    with tracing.span_of(TRACEPARENT, "job squares", "internal"):
        assert sorted(each.result or 0 for each in fan_out(square, [2, 3], settings)) == [4, 9]
    tracing.stop()
    job, *units = sorted(got, key=lambda each: each.name)
    assert [each.name for each in units] == ["unit square", "unit square"]
    assert {each.trace_id.hex() for each in got} == {TRACE}
    assert {each.parent_span_id for each in units} == {job.span_id}


def test_a_collector_that_is_away_holds_nothing_up(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tracing.configure(Traces(endpoint="http://127.0.0.1:1", timeout_seconds=0.2), version="0")
    with tracing.span("job nothing"):
        pass
    tracing.stop()
    assert all(each.name.startswith("opentelemetry") for each in caplog.records)


def test_nothing_is_loaded_and_recorded_while_off() -> None:
    assert not tracing.is_on()
    assert tracing.span("a") is tracing.span("b", "client", key="value")
    assert (tracing.traceparent(), tracing.trace_id(), tracing.child_variables()) == (None, None, {})
    program = (
        "import sys, workbench.runtime, db.engine; print([each for each in sys.modules if each.startswith('opentelemetry')])"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip() == "[]"
