"""Request ids, log lines and the figures for Prometheus."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from db.operations import runs
from db.operations.failed_units import record_failure
from db.operations.tasks import add_task
from tests.api.conftest import Opener, settings_at
from workbench.domain.errors import DatabaseUnavailable
from workbench.domain.operations.runs import IngestReport
from workbench.domain.operations.tasks import TaskKind
from workbench.logs import JsonFormatter, request_id
from workbench.runtime import Workbench
from workbench.settings import Server

pytestmark = pytest.mark.anyio

_TOKEN = "a-token-of-the-tests"


async def _figures(client: httpx.AsyncClient, **headers: str) -> dict[tuple[str, ...], float]:
    answer = await client.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_figures_count_requests_by_route_and_rows_by_kind(client: httpx.AsyncClient, workbench: Workbench) -> None:
    at = datetime.now(UTC)
    with workbench.database.write() as connection:
        runs.save(connection, IngestReport("facts", "99", "failed", at, at, error="no answer"))
        for unit, tries in (("1", 1), ("2", 3), ("3", 3)):
            for _ in range(tries):
                record_failure(connection, "metrics", unit, ZeroDivisionError("no"), data_version="facts 1")
    for ticker in ("AAPL", "BRK-B", "NONE"):
        await client.get(f"/api/v1/companies/{ticker}")
    await client.get("/no/such/page")
    figures = await _figures(client)
    route = "/companies/{ticker}"
    assert figures["http_requests_total", "GET", route, "200"] == 2
    assert figures["http_requests_total", "GET", route, "404"] == 1
    assert figures["http_request_duration_seconds_count", route] == 3
    assert not [labels for labels in figures if any("AAPL" in label or "no/such" in label for label in labels)]
    assert figures["workbench_rows", "companies"] == 2
    assert figures["workbench_rows", "filings"] == 3
    assert figures["workbench_ingest_runs_last_day", "facts", "failed"] >= 1
    assert figures["workbench_failed_units", "metrics", "quarantined"] == 2
    assert figures["workbench_failed_units", "metrics", "retrying"] == 1


async def test_statements_pools_and_queues_are_measured(opened: Opener, workbench: Workbench) -> None:
    with workbench.database.write() as connection:
        number = add_task(connection, TaskKind.EXPORT, {"table": "facts"}, most_waiting=8)
        connection.exec_driver_sql(f"update tasks set queued_at = now() - interval '90 seconds' where task_id = {number}")
    async with opened() as client:
        before = await _figures(client)
        assert (await client.get("/api/v1/companies/AAPL")).status_code == 200
        with pytest.raises(DatabaseUnavailable):
            _too_slow(workbench)  # what a time limit ends is among the slow ones
        with workbench.database.read():
            figures = await _figures(client)
    name = "workbench_database_statement_seconds"
    assert figures[f"{name}_count", "select"] > before[f"{name}_count", "select"]
    assert figures[f"{name}_bucket", "select", "+Inf"] == figures[f"{name}_count", "select"]
    assert figures[f"{name}_count", "select"] - figures[f"{name}_bucket", "select", "0.05"] >= 1
    assert figures["workbench_tasks_waiting", "export"] == 1
    assert figures["workbench_tasks_waiting", "report"] == 0
    assert 90 <= figures["workbench_tasks_oldest_seconds", "export"] < 150
    assert figures["workbench_tasks_oldest_seconds", "report"] == 0
    assert figures["workbench_slow_requests", "waiting"] == figures["workbench_slow_requests", "running"] == 0
    assert figures["workbench_database_connections", "in_use"] == 1
    assert figures["workbench_database_connections", "most"] == 2 * (8 + 8)  # the defaults


def _too_slow(workbench: Workbench) -> None:
    with workbench.database.read() as connection:
        connection.exec_driver_sql("set local statement_timeout = 60")
        connection.exec_driver_sql("select pg_sleep(5)")


async def test_prometheus_comes_in_by_its_token_and_nobody_else_without(opened: Opener, workbench: Workbench) -> None:
    server = Server(host="0.0.0.0", metrics_token=SecretStr(_TOKEN))
    async with opened(settings=settings_at(workbench.settings.home, server=server), client="203.0.113.9") as client:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": _TOKEN}):
            assert (await client.get("/metrics", headers=headers)).status_code == 401
        assert await _figures(client, Authorization=f"Bearer {_TOKEN}")
        refused = await client.get("/api/v1/companies/AAPL", headers={"Authorization": f"Bearer {_TOKEN}"})
        assert refused.status_code == 401


async def test_every_answer_carries_the_request_s_id(client: httpx.AsyncClient) -> None:
    given = {"X-Request-ID": "trace-0123456789"}
    assert (await client.get("/api/v1/health/live", headers=given)).headers["x-request-id"] == "trace-0123456789"
    own = [
        (await client.get("/no/such", headers={"X-Request-ID": bad})).headers["x-request-id"] for bad in ("x y", "", "a" * 99)
    ]
    assert len(set(own)) == 3
    assert all(len(each) == 32 for each in own)


async def test_a_request_is_one_line_with_its_id(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    lines = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(JsonFormatter().format(record)))

    keep, observed = Keep(), logging.getLogger("api.observed")
    observed.addHandler(keep)
    with caplog.at_level(logging.INFO, "api.observed"):
        await client.get("/api/v1/companies?q=1", headers={"X-Request-ID": "trace-0123456789"})
    observed.removeHandler(keep)
    [line] = lines
    assert line["request_id"] == "trace-0123456789"
    assert (line["method"], line["path"], line["status"]) == ("GET", "/api/v1/companies", 200)
    assert line["level"] == "info"
    assert request_id.get() == "-"
