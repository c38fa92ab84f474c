"""What the one flow asks of its job before anything runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows import prefect_flow
from flows.jobs import Job, find_job
from workbench.domain.errors import InvalidRequest, NotFound


class Attempts:
    """Stands in for the task, and records what it is asked for."""

    def __init__(self) -> None:
        self.options: dict[str, Any] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def with_options(self, **options: Any) -> Attempts:
        self.options = options
        return self

    def __call__(self, name: str, parameters: dict[str, Any]) -> str:
        self.calls.append((name, parameters))
        return "saved"


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> Attempts:
    found = Attempts()
    monkeypatch.setattr(prefect_flow, "attempt", found)
    return found


def run(name: str, **given: Any) -> str:
    outcome: str = prefect_flow.run.fn(name, given or None)
    return outcome


@pytest.mark.parametrize("name", ["news", "load-bulk", "prices"])
def test_time_out_and_retries_are_those_of_the_job(attempts: Attempts, name: str) -> None:
    job: Job = find_job(name)
    assert run(name) == "saved"
    assert attempts.calls == [(name, dict(job.parameters))]
    assert attempts.options == {
        "name": name,
        "retries": job.retries,
        "retry_delay_seconds": job.retry_delay_seconds,
        "timeout_seconds": job.timeout_seconds,
    }


def test_given_parameters_replace_those_of_the_job_and_keep_their_types(attempts: Attempts) -> None:
    run("load-bulk", everyone=True)
    run("read-filings", days="3")
    assert attempts.calls == [
        ("load-bulk", {"archive": "both", "everyone": True}),
        ("read-filings", {"forms": "10-K,10-Q,8-K", "days": 3}),
    ]


@pytest.mark.parametrize(
    ("name", "given", "error"),
    [("news", {"day": 1}, InvalidRequest), ("news", {"days": "x"}, InvalidRequest), ("weather", {}, NotFound)],
)
def test_what_the_table_does_not_know_starts_nothing(
    attempts: Attempts, name: str, given: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        run(name, **given)
    assert attempts.calls == []


def test_only_the_retention_job_deletes_old_runs_of_the_server(attempts: Attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    deleted: list[str] = []

    def forget(flow: str, *, before: datetime) -> None:
        assert before < datetime.now(UTC) - timedelta(days=80)
        deleted.append(flow)

    monkeypatch.setattr(prefect_flow, "forget_flow_runs", forget)
    run("news")
    assert deleted == []
    run("retention")
    assert deleted == ["run-job"]
    assert find_job(prefect_flow.RETENTION).name == "retention"
