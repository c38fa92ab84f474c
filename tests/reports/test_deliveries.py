"""Reports reach their recipients once: by mail with files, and by a signed webhook; failures reach the owner."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.app import create_app
from db.engine import Database
from db.operations import report_deliveries
from db.operations import reports as db_reports
from db.operations.audit import list_entries
from tests.notifiers import MailServer, Received, Webhook
from workbench.adapters.object_store import FolderStore
from workbench.adapters.signed_webhooks import WebhookTarget
from workbench.domain.errors import Conflict, InvalidRequest, NotFound, SetupError
from workbench.domain.operations.report_deliveries import DeliveryState, Subscription, parse_recipients
from workbench.ingest import archive
from workbench.reports import deliveries
from workbench.reports.schedules import add
from workbench.reports.unsubscribing import subscription_of, unsubscribe
from workbench.runtime import Workbench
from workbench.settings import Alerts, Reports, Settings

NOW = datetime(2026, 1, 5, 6, tzinfo=UTC)
SECRET = "a secret of sixteen letters"
PAGE = "<html><body>The review</body></html>"


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        # The database says when a delivery becomes due.
        self.now = datetime.now(UTC) + timedelta(minutes=1)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with Webhook() as server:
        yield server


@pytest.fixture
def workbench(
    database: Database, tmp_path: Path, mail: MailServer, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> Workbench:
    """A workbench with a mail channel and a signed webhook, without a Chromium."""
    monkeypatch.setattr(deliveries, "find_browser", lambda: None)
    address = f"mailto://127.0.0.1:{mail.port}?from=w@example.org&to=ada@example.org"
    crm = SecretStr(f"http://:{quote(SECRET)}@127.0.0.1:{hook.port}/reports")
    settings = Settings(
        home=tmp_path, alerts=Alerts(channels={"ops": SecretStr(address)}), reports=Reports(webhooks={"crm": crm})
    )
    return Workbench(settings, database, FolderStore(tmp_path / "objects"))


def begun(workbench: Workbench, *recipients: str) -> int:
    """A run of a schedule with these recipients; its failures go to the channel ops."""
    add(workbench, "weekly", "company_review", ["ticker=KO"], "0 6 * * 1", recipients=recipients, failure_channel="ops")
    with workbench.database.write() as connection:
        return db_reports.begin_run(
            connection, notebook="company_review", title="Company review: KO", parameters={"ticker": "KO"},
            as_of=date(2026, 1, 5), cells=4, schedule="weekly",
        )  # fmt: skip


def finished(workbench: Workbench, *recipients: str) -> int:
    report_id = begun(workbench, *recipients)
    html, figures = archive.store(workbench.objects, PAGE.encode()), archive.store(workbench.objects, b"")
    for _ in range(2):  # a process that ends a run twice delivers it once
        with workbench.database.write() as connection:
            db_reports.finish_run(
                connection,
                report_id,
                manifest={"figures_sha256": "0"},
                html_sha256=html,
                figures_file_sha256=figures,
                figures=0,
            )
    return report_id


def sent(workbench: Workbench, clock: Clock) -> list[str]:
    return [report.outcome for report in deliveries.send_due(workbench, clock)]


def test_each_recipient_gets_each_report_once(workbench: Workbench, mail: MailServer, hook: Webhook) -> None:
    clock = Clock()
    report_id = finished(workbench, "ops", "webhook:crm", "ops")
    assert sent(workbench, clock) == ["saved", "saved"]
    assert sent(workbench, clock) == []
    (letter,) = mail.received
    assert letter.title == "Company review: KO"
    assert "The report Company review: KO is attached." in letter.text
    name = f"company_review-2026-01-05-{report_id}"
    assert set(letter.files) == {f"{name}.html", f"{name}.xlsx"}
    assert letter.files[f"{name}.html"].decode().strip() == PAGE
    assert letter.files[f"{name}.xlsx"].startswith(b"PK")
    ((body, headers),) = hook.bodies
    assert headers["Idempotency-Key"] == f"report-{report_id}-webhook:crm"
    moment, _, digest = headers["Workbench-Signature"].partition(",v1=")
    signed = f"{moment.removeprefix('t=')}.".encode() + body
    assert hmac.compare_digest(digest, hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest())
    document: dict[str, Any] = json.loads(body)
    assert [file["name"] for file in document["files"]] == [f"{name}.html", f"{name}.xlsx"]
    assert base64.b64decode(document["files"][0]["content_base64"]).decode() == PAGE
    with workbench.database.read() as connection:
        states = {each.recipient: each.state for each in report_deliveries.list_deliveries(connection)}
    assert states == {"ops": DeliveryState.SENT, "webhook:crm": DeliveryState.SENT}


def link_in(letter: Received) -> str:
    (link,) = re.findall(r"http://127\.0\.0\.1:8000/unsubscribe\?token=([\w-]+)", letter.text)
    assert link in letter.head["List-Unsubscribe"].replace(" ", "")
    return link


def test_a_recipient_stops_the_reports_with_the_link_in_the_mail(
    workbench: Workbench, mail: MailServer, hook: Webhook
) -> None:
    clock = Clock()
    finished(workbench, "ops", "webhook:crm")
    sent(workbench, clock)
    token = link_in(mail.received[0])
    assert b"unsubscribe" not in hook.bodies[0][0]
    with workbench.database.read() as connection:
        assert token not in str(connection.execute(sa.text("select * from report_deliveries")).all())
    assert subscription_of(workbench.database, token) == Subscription("weekly", "local", "ops", "Company review: KO")
    # A run that has ended meanwhile is not sent any longer either.
    finished(workbench, "ops", "webhook:crm")
    for _ in range(2):  # a second click changes nothing
        assert unsubscribe(workbench.database, token, address="203.0.113.9").recipient == "ops"
    sent(workbench, clock)
    assert (len(mail.received), len(hook.bodies)) == (1, 2)
    with workbench.database.read() as connection:
        (schedule,) = db_reports.list_schedules(connection)
        actions = [each.action for each in list_entries(connection)]
    assert (schedule.recipients, actions.count("report.unsubscribed")) == (("webhook:crm",), 1)
    for wrong in ("", "guessed", token + "x"):
        with pytest.raises(NotFound):
            unsubscribe(workbench.database, wrong, address="203.0.113.9")


def test_the_link_is_a_page_that_asks_and_one_click_for_mail_programs(workbench: Workbench, mail: MailServer) -> None:
    finished(workbench, "ops")
    sent(workbench, Clock())
    token = link_in(mail.received[0])
    app = create_app(workbench, role="pages")
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("203.0.113.9", 50000)) as client:
        asked = client.get(f"/unsubscribe?token={token}")
        assert (asked.status_code, "Stop sending it" in asked.text, "<script" in asked.text) == (200, True, False)
        with workbench.database.read() as connection:
            (schedule,) = db_reports.list_schedules(connection)
        assert schedule.recipients == ("ops",)
        done = client.post(f"/unsubscribe?token={token}", data={"List-Unsubscribe": "One-Click"})
        assert (done.status_code, "is not sent to ops any longer" in done.text) == (200, True)
        assert client.post("/unsubscribe?token=guessed").status_code == 404
        assert client.get("/unsubscribe").status_code == 404


def test_what_a_receiver_cannot_take_now_is_sent_later_once(workbench: Workbench, hook: Webhook) -> None:
    clock = Clock()
    report_id = finished(workbench, "webhook:crm")
    hook.status = 503
    assert sent(workbench, clock) == ["failed"]
    assert sent(workbench, clock) == []
    clock.now += timedelta(minutes=6)
    hook.status = 200
    assert sent(workbench, clock) == ["saved"]
    assert [headers["Idempotency-Key"] for _, headers in hook.bodies] == [f"report-{report_id}-webhook:crm"] * 2
    assert len(hook.received) == 1


def test_a_receiver_that_refuses_is_not_asked_again(workbench: Workbench, hook: Webhook) -> None:
    clock = Clock()
    finished(workbench, "webhook:crm")
    hook.status = 401
    sent(workbench, clock)
    clock.now += timedelta(days=1)
    assert sent(workbench, clock) == []
    with workbench.database.read() as connection:
        (delivery,) = report_deliveries.list_deliveries(connection)
    assert (delivery.state, delivery.error) == (DeliveryState.FAILED, "the webhook crm answered 401")


def test_a_delivery_whose_process_died_is_claimed_again(workbench: Workbench, mail: MailServer) -> None:
    clock = Clock()
    finished(workbench, "ops")
    with workbench.database.write() as connection:
        lost = report_deliveries.claim_delivery(connection, clock(), lease=deliveries.LEASE)
    assert lost is not None
    assert sent(workbench, clock) == []
    clock.now += deliveries.LEASE
    assert sent(workbench, clock) == ["saved"]
    assert [letter.key for letter in mail.received] == [lost.key]
    with workbench.database.write() as connection:  # the process was only slow: what it says changes nothing
        report_deliveries.note_failed(connection, lost, "too late")
        (delivery,) = report_deliveries.list_deliveries(connection)
    assert delivery.state is DeliveryState.SENT


def test_a_failed_run_goes_to_its_owner_with_the_notebook(workbench: Workbench, mail: MailServer, hook: Webhook) -> None:
    report_id = begun(workbench, "webhook:crm")
    notebook = archive.store(workbench.objects, b'{"cells": [], "error": "ZeroDivisionError"}')
    with workbench.database.write() as connection:
        db_reports.fail_run(connection, report_id, "cell 2: ZeroDivisionError", notebook_sha256=notebook)
    assert sent(workbench, Clock()) == ["saved"]
    (letter,) = mail.received
    assert letter.title == "Failed: Company review: KO"
    assert "cell 2: ZeroDivisionError" in letter.text
    (content,) = letter.files.values()
    assert b"ZeroDivisionError" in content
    assert hook.received == []


def test_a_cancelled_run_goes_to_nobody(workbench: Workbench) -> None:
    report_id = begun(workbench, "webhook:crm")
    with workbench.database.write() as connection:
        db_reports.request_cancel(connection, report_id)
        assert db_reports.is_cancel_requested(connection, report_id)
        db_reports.fail_run(connection, report_id, "it was cancelled")
    assert sent(workbench, Clock()) == []
    with workbench.database.write() as connection, pytest.raises(Conflict, match="is failed"):
        db_reports.request_cancel(connection, report_id)


def test_a_schedule_names_channels_that_are_there(workbench: Workbench) -> None:
    with pytest.raises(NotFound, match="there is no channel 'webhook:crn'") as error:
        begun(workbench, "webhook:crn")
    assert error.value.hint == "there are ops, webhook:crm"
    begun(workbench, "ops")
    schedule = add(workbench, "weekly", "company_review", ["ticker=PEP"], "0 7 * * 1")
    assert (schedule.recipients, schedule.failure_channel) == (("ops",), "ops")
    nobody = add(workbench, "weekly", "company_review", ["ticker=PEP"], "0 7 * * 1", recipients=[])
    assert nobody.recipients == ()


def test_recipients_are_names() -> None:
    assert parse_recipients(["Ops", "webhook:CRM", "ops "]) == ("ops", "webhook:crm")
    with pytest.raises(InvalidRequest):
        parse_recipients(["ada@example.org"])
    with pytest.raises(InvalidRequest, match="at most 20 recipients"):
        parse_recipients(f"c{number}" for number in range(21))


@pytest.mark.parametrize("address", ["https://example.org", "https://:short@example.org", "mailto://:" + "s" * 20 + "@x"])
def test_an_address_without_a_secret_is_refused_without_being_shown(address: str) -> None:
    with pytest.raises(SetupError, match="the address of the webhook crm is not https") as error:
        WebhookTarget.parse("crm", address)
    assert "example" not in f"{error.value} {error.value.hint}"
