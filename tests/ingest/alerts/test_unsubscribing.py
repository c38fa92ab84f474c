"""Links in notifications that stop them."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.app import create_app
from db.alerts.inbox import unread
from db.alerts.rules import list_rules
from db.engine import Database
from db.operations.audit import list_entries
from tests.ingest.alerts.alerting import MONDAY, arrive, filing, rule, tell
from tests.notifiers import MemoryNotifier
from workbench.adapters.object_store import FolderStore
from workbench.domain.errors import NotFound
from workbench.ingest.alerts.unsubscribing import alerts_of, unsubscribe
from workbench.runtime import Workbench
from workbench.settings import Settings


def link_in(notifier: MemoryNotifier) -> str:
    """The secret in the only link that stops the newest message, which mail has in its head as well."""
    _, message = notifier.received[-1]
    (token,) = re.findall(r"Stop these messages: \S+/unsubscribe/alerts\?token=([\w-]+)", message.text)
    assert message.unsubscribe is not None
    assert message.unsubscribe.endswith(token)
    assert f'href="{message.unsubscribe}"' in message.html
    return str(token)


def test_a_reader_stops_an_alert_which_then_stands_in_the_inbox(here: Database, notifier: MemoryNotifier) -> None:
    rule(here, notifier, "filing 8-K", company="AAPL")
    other = rule(here, notifier, "filing 10-Q", company="AAPL")
    tell(here, notifier)
    arrive(here, filing(2, "8-K"))
    tell(here, notifier, MONDAY + timedelta(hours=1))
    token = link_in(notifier)
    with here.read() as connection:
        assert token not in str(connection.execute(sa.text("select * from alert_notices")).all())
    assert [each.sentence for each in alerts_of(here, token)] == ["A new 8-K: AAPL"]
    for _ in range(2):  # a second click changes nothing
        assert len(unsubscribe(here, token, address="203.0.113.9")) == 1
    arrive(here, filing(3, "8-K"), filing(4, "10-Q"))
    tell(here, notifier, MONDAY + timedelta(hours=2))
    assert notifier.titles == ["AAPL filed an 8-K", "AAPL filed a 10-Q"]
    with here.read() as connection:
        channels = {each.rule_id: each.channel for each in list_rules(connection)}
        actions = [each.action for each in list_entries(connection)]
        assert unread(connection, "local") == 3
    assert channels.pop(other.rule_id) == "ops"
    assert list(channels.values()) == ["inbox"]
    assert actions.count("alert.unsubscribed") == 1
    for wrong in ("", "guessed", token + "x"):
        with pytest.raises(NotFound):
            unsubscribe(here, wrong, address="203.0.113.9")


def test_the_link_is_a_page_that_asks(here: Database, notifier: MemoryNotifier, objects: FolderStore, tmp_path: Path) -> None:
    rule(here, notifier, "filing 8-K", company="AAPL")
    tell(here, notifier)
    arrive(here, filing(2, "8-K"))
    tell(here, notifier, MONDAY + timedelta(hours=1))
    token = link_in(notifier)
    app = create_app(Workbench(Settings(home=tmp_path), here, objects), role="pages")
    place = f"/unsubscribe/alerts?token={token}"
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("203.0.113.9", 50000)) as client:
        asked = client.get(place)
        assert (asked.status_code, "A new 8-K: AAPL" in asked.text, "<script" in asked.text) == (200, True, False)
        with here.read() as connection:
            assert [each.channel for each in list_rules(connection)] == ["ops"]
        done = client.post(place, data={"List-Unsubscribe": "One-Click"})
        assert (done.status_code, "not sent any longer" in done.text) == (200, True)
        assert client.post("/unsubscribe/alerts?token=guessed").status_code == 404
    with here.read() as connection:
        assert [each.channel for each in list_rules(connection)] == ["inbox"]
