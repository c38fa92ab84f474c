"""Observability: a request id and a log line for each request, and metrics for Prometheus."""

from __future__ import annotations

import hmac
import logging
import re
import time
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import uuid4

from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.security.audit_trail import AuditTrail
from api.slow_work import SlowWork
from db.operations.failed_units import count_failed
from db.operations.inventory import inventory
from db.operations.runs import outcomes
from db.operations.tasks import waiting_tasks
from db.server import ping
from workbench.domain.errors import DatabaseUnavailable
from workbench.logs import request_id
from workbench.runtime import Workbench
from workbench.secret_values import Secret, current
from workbench.tracing import mark_failed, span_of

if TYPE_CHECKING:
    from opentelemetry.trace import Span

logger = logging.getLogger(__name__)

router = APIRouter()

PATH = "/metrics"
_MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_CACHE_SECONDS = 15.0
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# A caller's id goes into logs and responses, so only plain letters, digits and dashes are accepted.
_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class Metrics:
    """The metrics of one application: requests as they happen, database counts when they are read."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._until = 0.0
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter("http_requests", "HTTP requests", ["method", "route", "status"], registry=self.registry)
        self.seconds = Histogram(
            "http_request_duration_seconds", "Duration of HTTP requests", ["route"], buckets=_BUCKETS, registry=self.registry
        )
        self._is_up = Gauge("workbench_database_up", "1 when the database answers, else 0", registry=self.registry)
        self._rows = Gauge("workbench_rows", "Rows by kind; large ones estimated", ["kind"], registry=self.registry)
        self._runs = Gauge(
            "workbench_ingest_runs_last_day",
            "Ingest runs that ended within the last day",
            ["kind", "outcome"],
            registry=self.registry,
        )
        self._saved_at = Gauge(
            "workbench_last_saved_timestamp_seconds", "When data was last saved, by kind", ["kind"], registry=self.registry
        )

        self._failed = Gauge(
            "workbench_failed_units",
            "Failed units of work by kind; quarantined ones are not retried until their data or the code changes",
            ["kind", "state"],
            registry=self.registry,
        )

        self._statements = Histogram(
            "workbench_database_statement_seconds",
            "Duration of the statements that this process sent to the database",
            ["kind"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        workbench.database.measure(lambda kind, seconds: self._statements.labels(kind).observe(seconds))
        self._connections = Gauge(
            "workbench_database_connections", "Connections of this process's pools", ["state"], registry=self.registry
        )
        self._waiting = Gauge("workbench_tasks_waiting", "Queued tasks by kind", ["kind"], registry=self.registry)
        self._oldest = Gauge(
            "workbench_tasks_oldest_seconds", "How long the oldest queued task of a kind has waited", ["kind"],
            registry=self.registry,
        )  # fmt: skip

    def watch(self, trail: AuditTrail, slow_work: SlowWork) -> None:
        """Adds how many events of the audit trail wait to be written or were lost, and the slow requests of this process."""
        slow = Gauge("workbench_slow_requests", "Slow requests of this process", ["state"], registry=self.registry)
        slow.labels("running").set_function(lambda: slow_work.running)
        slow.labels("waiting").set_function(lambda: slow_work.waiting)
        waiting = Gauge(
            "workbench_audit_waiting", "Events of the audit trail that are not written yet", registry=self.registry
        )
        waiting.set_function(lambda: trail.waiting)
        lost = Gauge("workbench_audit_lost", "Events of the audit trail that could not be written", registry=self.registry)
        lost.set_function(lambda: trail.lost)

    async def text(self) -> bytes:
        """All metrics in Prometheus's text format; database counts are at most 15 seconds old.

        Without the database the last counts are repeated and `workbench_database_up` is 0.
        """
        try:
            await self._read_database()
        except DatabaseUnavailable as error:
            logger.warning("metrics without the database: %s", error)
            self._is_up.set(0)
        else:
            self._is_up.set(1)
        connections = self._workbench.database.connections()
        self._connections.labels("in_use").set(connections.in_use)
        self._connections.labels("most").set(connections.most)
        return generate_latest(self.registry)

    async def _read_database(self) -> None:
        async with self._workbench.database.read_async() as connection:
            if time.monotonic() < self._until:
                await connection.run_sync(ping)
                return
            rows = await connection.run_sync(inventory)
            runs = await connection.run_sync(outcomes)
            failed = await connection.run_sync(count_failed)
            waiting = await connection.run_sync(waiting_tasks)
        self._until = time.monotonic() + _CACHE_SECONDS
        for kind in ("companies", "filings", "facts", "passages", "vectors", "daily_bars"):
            self._rows.labels(kind).set(getattr(rows, kind))
        self._failed.clear()
        for each in failed:
            self._failed.labels(each.kind, "quarantined").set(each.quarantined)
            self._failed.labels(each.kind, "retrying").set(each.failed - each.quarantined)
        for kind, (count, oldest) in waiting.items():
            self._waiting.labels(kind.value).set(count)
            self._oldest.labels(kind.value).set(oldest)
        self._runs.clear()
        for run in runs:
            self._runs.labels(run.kind, run.outcome).set(run.last_day)
            if run.outcome == "saved":
                self._saved_at.labels(run.kind).set(run.latest_at.timestamp())


class Observed:
    """The outermost layer: records each request's id, duration and status, and lets Prometheus in with its own token."""

    def __init__(self, app: ASGIApp, metrics: Metrics, token: Secret | None) -> None:
        self._app = app
        self._metrics = metrics
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request; websockets and the lifespan pass through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        received_id = headers.get("x-request-id", "")
        this_id = received_id if _ID.fullmatch(received_id) else uuid4().hex
        before, begun, status = request_id.set(this_id), time.perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = this_id
            await send(message)

        try:
            with span_of(headers.get("traceparent"), scope["method"], "server") as recorded:
                try:
                    await self._answer(scope, receive, answer, headers)
                finally:
                    self._note(scope, status, time.perf_counter() - begun)
                    if recorded is not None:
                        _describe(recorded, scope, status)
        finally:
            request_id.reset(before)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        if scope["path"] == PATH and self._is_prometheus(headers.get("authorization", "")):
            await Response(await self._metrics.text(), media_type=_MEDIA_TYPE)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_prometheus(self, authorization: str) -> bool:
        return self._token is not None and hmac.compare_digest(
            authorization.encode(), f"Bearer {current(self._token)}".encode()
        )

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = _route(scope)
        self._metrics.requests.labels(scope["method"], route, str(status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        fields = {"method": scope["method"], "path": scope["path"], "status": status, "milliseconds": round(seconds * 1000, 1)}
        logger.info("%s %r %d", scope["method"], scope["path"], status, extra={"fields": fields})


def _route(scope: Scope) -> str:
    # Labels need few values: the route's pattern, never the requested path. FastAPI gives the pattern without the
    # router's prefix, older versions with it.
    return str(getattr(scope.get("route"), "path", None) or "other").removeprefix("/api/v1")


def _describe(recorded: Span, scope: Scope, status: int) -> None:
    """Names the span by the route's pattern; the path and query are the user's."""
    route = _route(scope)
    recorded.update_name(f"{scope['method']} {route}")
    recorded.set_attributes({"http.request.method": scope["method"], "http.route": route, "http.response.status_code": status})
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        mark_failed(recorded, str(status))


@router.get(PATH, include_in_schema=False)
async def metrics(request: Request) -> Response:
    """The metrics, for operators and administrators; Prometheus uses its own token."""
    figures: Metrics = request.app.state.metrics
    return Response(await figures.text(), media_type=_MEDIA_TYPE)
