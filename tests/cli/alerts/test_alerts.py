"""`workbench alerts`, as somebody types it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from db.companies import save_company
from db.engine import Database
from db.filings.filing_index import save_filings
from tests.notifiers import MemoryNotifier, Webhook
from workbench import runtime
from workbench.adapters.object_store import FolderStore
from workbench.cli.main import app
from workbench.domain.errors import InvalidRequest, NotFound, SourceRefused
from workbench.domain.filings.filing import Filing
from workbench.domain.identity import Accession, Cik, Company, Listing, Ticker
from workbench.ingest.alerts.notices import look, send_due
from workbench.runtime import Workbench
from workbench.settings import Settings

APPLE = Company(Cik(320193), "Apple Inc.", (Listing(Ticker("AAPL"), "Nasdaq"),))
NOW = datetime.now(UTC)


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with Webhook() as server:
        yield server


@pytest.fixture
def runner(database: Database, hook: Webhook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    with database.write() as connection:
        save_company(connection, APPLE)
        save_filings(connection, [Filing(APPLE.cik, Accession("0000320193-24-000001"), "10-Q", NOW.date())])
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_ALERTS__CHANNELS__OPS", f"json://me:hunter2hunter2@127.0.0.1:{hook.port}/")

    @contextmanager
    def opened() -> Iterator[Workbench]:
        yield Workbench(Settings.load(), database, FolderStore(tmp_path / "objects"))

    monkeypatch.setattr(runtime, "open_workbench", opened)
    return CliRunner()


def run(runner: CliRunner, *arguments: str) -> str:
    result = runner.invoke(app, ["alerts", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "hunter2" not in result.output
    return result.output


def ask(runner: CliRunner, *arguments: str) -> Any:
    return json.loads(run(runner, *arguments, "--format", "json"))


def test_an_alert_from_its_making_to_its_end(runner: CliRunner, database: Database) -> None:
    made = run(
        runner, "add", "filing 10-K,10-Q", "--company", "aapl", "--to", "ops", "--quiet", "22:00-7:00", "--zone", "Asia/Tokyo"
    )
    assert made == "Added alert 1: A new 10-K or 10-Q: AAPL\nto ops, at once, quiet 22:00-07:00, Asia/Tokyo\n"
    digest = ask(runner, "add", "failed run", "--to", "ops", "--digest", "weekly", "--weekday", "fri", "--at", "7:30")
    created = digest.pop("created_at")
    assert abs(datetime.fromisoformat(created) - NOW).total_seconds() < 3600
    assert digest == {
        "alert": 2, "owner": "local", "condition": "failed run flow", "kind": "failed_run",
        "sentence": "A failed run (flow)", "fault": None, "ticker": None, "cik": None, "watchlist": None, "channel": "ops",
        "cadence": "weekly", "digest_at": "07:30", "digest_weekday": "friday", "quiet_hours": None, "time_zone": "UTC",
        "shared_with": [],
    }  # fmt: skip
    assert [each["alert"] for each in ask(runner, "list")["alerts"]] == [1, 2]
    assert "A new 10-K or 10-Q: AAPL" in run(runner, "list")

    shown = ask(runner, "preview", "1")
    assert (shown["found"], shown["notices"][0]["title"]) == (1, "AAPL filed a 10-Q")
    assert shown["notices"][0]["link"] == "http://127.0.0.1:8000/reader?accession=0000320193-24-000001"
    assert "AAPL filed a 10-Q" in run(runner, "preview", "1", "--days", "2")
    assert ask(runner, "deliveries")["notices"] == []
    assert [each["state"] for each in ask(runner, "deliveries", "--state", "known")["notices"]] == ["known"]

    assert run(runner, "remove", "1") == "Removed alert 1: A new 10-K or 10-Q: AAPL\n"
    assert [each["alert"] for each in ask(runner, "list")["alerts"]] == [2]


def test_what_was_given_up_is_listed_and_sent_again(runner: CliRunner, database: Database) -> None:
    run(runner, "add", "filing", "--to", "ops")
    with database.write() as connection:
        save_filings(connection, [Filing(APPLE.cik, Accession("0000320193-24-000002"), "8-K", NOW.date())])
    notifier = MemoryNotifier(error=lambda: SourceRefused("the service of the channel ops answered 401"))
    look(database, now=NOW)
    list(send_due(database, notifier, clock=lambda: NOW, base="http://x"))
    (found,) = ask(runner, "deliveries", "--alert", "1")["notices"]
    assert (found["state"], found["attempts"], found["error"]) == ("failed", 1, "the service of the channel ops answered 401")
    assert "answered 401" in " ".join(run(runner, "deliveries").split())
    assert run(runner, "resend", "1").startswith("1 notification will be sent again")
    assert "due" in run(runner, "deliveries")


def test_channels_are_named_and_tried(runner: CliRunner, hook: Webhook) -> None:
    assert run(runner, "channels") == "inbox\nops\n"
    assert ask(runner, "channels") == {"channels": ["inbox", "ops"]}
    assert run(runner, "test", "ops") == "Sent a test message through ops\n"
    assert [each.title for each in hook.received] == ["Test notification from the workbench"]


@pytest.mark.parametrize(
    ("arguments", "kind", "said"),
    [
        (["add", "filing", "--to", "pigeon"], NotFound, "no channel 'pigeon'"),
        (["add", "filing", "--to", "ops", "--quiet", "late"], InvalidRequest, "is not a time of day"),
        (["add", "filing", "--to", "ops", "--at", "07:00"], InvalidRequest, "only a digest has a time"),
        (["add", "revenue > lots", "--to", "ops"], InvalidRequest, "is not a number"),
        (["remove", "9"], NotFound, "no alert 9"),
        (["preview", "9"], NotFound, "no alert 9"),
        (["test", "pigeon"], NotFound, "no channel 'pigeon'"),
    ],
)
def test_wrong_words_are_refused_in_one_line(
    runner: CliRunner, arguments: list[str], kind: type[Exception], said: str
) -> None:
    result = runner.invoke(app, ["alerts", *arguments])
    assert isinstance(result.exception, kind)
    assert said in str(result.exception)
    assert ask(runner, "list") == {"alerts": []}
