"""What an operator sees of the process: an id and a log line for each request, and figures for Prometheus."""

from __future__ import annotations

import hmac
import logging
import re
import time
from uuid import uuid4

from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.operations.failed_units import count_failed
from db.operations.inventory import inventory
from db.operations.runs import outcomes
from db.server import ping
from workbench.domain.errors import DatabaseUnavailable
from workbench.logs import request_id
from workbench.runtime import Workbench

logger = logging.getLogger(__name__)

router = APIRouter()

PATH = "/metrics"
_MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_REMEMBERED_SECONDS = 15.0
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# An id from outside goes into logs and answers: only what cannot be mistaken for anything else is taken over.
_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class Metrics:
    """The figures of one application: its requests as they come, the database's rows as they stand when asked."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._until = 0.0
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter("http_requests", "Requests answered", ["method", "route", "status"], registry=self.registry)
        self.seconds = Histogram(
            "http_request_duration_seconds", "Until the answer's end", ["route"], buckets=_BUCKETS, registry=self.registry
        )
        self._is_up = Gauge("workbench_database_up", "1 when the database answers, else 0", registry=self.registry)
        self._rows = Gauge("workbench_rows", "Rows by kind; large ones estimated", ["kind"], registry=self.registry)
        self._runs = Gauge(
            "workbench_ingest_runs_last_day",
            "Ingest runs that ended within a day",
            ["kind", "outcome"],
            registry=self.registry,
        )
        self._saved_at = Gauge(
            "workbench_last_saved_timestamp_seconds", "When data last came in, by kind", ["kind"], registry=self.registry
        )

        self._failed = Gauge(
            "workbench_failed_units",
            "Failed units of work by kind; quarantined ones are not retried until their data or the code changes",
            ["kind", "state"],
            registry=self.registry,
        )

    async def text(self) -> bytes:
        """All of them in Prometheus's text format; the figures of rows are at most fifteen seconds old.

        Without the database they are those of the last time, and `workbench_database_up` is 0.
        """
        try:
            await self._ask_database()
        except DatabaseUnavailable as error:
            logger.warning("metrics without the database: %s", error)
            self._is_up.set(0)
        else:
            self._is_up.set(1)
        return generate_latest(self.registry)

    async def _ask_database(self) -> None:
        async with self._workbench.database.read_async() as connection:
            if time.monotonic() < self._until:
                await connection.run_sync(ping)
                return
            here = await connection.run_sync(inventory)
            runs = await connection.run_sync(outcomes)
            failed = await connection.run_sync(count_failed)
        self._until = time.monotonic() + _REMEMBERED_SECONDS
        for kind in ("companies", "filings", "facts", "passages", "vectors", "daily_bars"):
            self._rows.labels(kind).set(getattr(here, kind))
        self._failed.clear()
        for each in failed:
            self._failed.labels(each.kind, "quarantined").set(each.quarantined)
            self._failed.labels(each.kind, "retrying").set(each.failed - each.quarantined)
        self._runs.clear()
        for run in runs:
            self._runs.labels(run.kind, run.outcome).set(run.last_day)
            if run.outcome == "saved":
                self._saved_at.labels(run.kind).set(run.latest_at.timestamp())


class Observed:
    """The outermost layer: knows each request's id, duration and status, and lets Prometheus in by its own token."""

    def __init__(self, app: ASGIApp, metrics: Metrics, token: str | None) -> None:
        self._app = app
        self._metrics = metrics
        self._token = f"Bearer {token}" if token else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; websockets and the lifespan pass."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        own = given if _ID.fullmatch(given) else uuid4().hex
        before, begun, status = request_id.set(own), time.perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = own
            await send(message)

        try:
            if scope["path"] == PATH and self._knows(headers.get("authorization", "")):
                await Response(await self._metrics.text(), media_type=_MEDIA_TYPE)(scope, receive, answer)
            else:
                await self._app(scope, receive, answer)
        finally:
            self._note(scope, status, time.perf_counter() - begun)
            request_id.reset(before)

    def _knows(self, authorization: str) -> bool:
        return self._token is not None and hmac.compare_digest(authorization.encode(), self._token.encode())

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        # Labels have few values: a route's pattern, never the address that was asked. FastAPI gives it without the prefix of
        # the router that it was included by, older versions with it.
        route = str(getattr(scope.get("route"), "path", None) or "other").removeprefix("/api/v1")
        self._metrics.requests.labels(scope["method"], route, str(status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        fields = {"method": scope["method"], "path": scope["path"], "status": status, "milliseconds": round(seconds * 1000, 1)}
        logger.info("%s %r %d", scope["method"], scope["path"], status, extra={"fields": fields})


@router.get(PATH, include_in_schema=False)
async def metrics(request: Request) -> Response:
    """The figures, for whoever may ask questions; Prometheus itself comes with its token."""
    figures: Metrics = request.app.state.metrics
    return Response(await figures.text(), media_type=_MEDIA_TYPE)
