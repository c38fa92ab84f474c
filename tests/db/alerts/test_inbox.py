"""The inbox belongs to the owner of the alerts: read once, counted, and out of others' reach."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from db.alerts import deliveries, inbox, rules
from workbench.domain.alerts.delivery_times import Schedule
from workbench.domain.alerts.notices import Notice, NoticeState
from workbench.domain.alerts.rules import INBOX, parse_condition

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def filled(connection: sa.Connection) -> sa.Connection:
    """Ada has two notifications and one that was there before, Bob has one."""
    for owner, titles in (("ada", ["first", "second"]), ("bob", ["third"])):
        rule = rules.save_rule(
            connection, owner=owner, condition=parse_condition("filing 10-K"), channel=INBOX, schedule=Schedule(),
            created_at=NOW,
        )  # fmt: skip
        found = [Notice(title, title) for title in titles]
        deliveries.save_notices(connection, rule.rule_id, found, state=NoticeState.SENT, found_at=NOW, due_at=NOW)
        before = [Notice("before", "before")]
        deliveries.save_notices(connection, rule.rule_id, before, state=NoticeState.KNOWN, found_at=NOW, due_at=NOW)
    return connection


def test_what_was_read_is_counted_no_more_and_keeps_its_time(filled: sa.Connection) -> None:
    assert inbox.unread(filled, "ada") == 2
    newest = deliveries.list_deliveries(filled, owner="ada")[0]
    assert inbox.mark_read(filled, "ada", NOW, newest.notice_id) == 1
    assert inbox.unread(filled, "ada") == 1
    assert inbox.mark_read(filled, "ada", LATER) == 1
    assert [each.read_at for each in deliveries.list_deliveries(filled, owner="ada")] == [NOW, LATER]
    assert inbox.mark_read(filled, "ada", LATER) == 0


def test_nobody_reads_for_another(filled: sa.Connection) -> None:
    of_ada = deliveries.list_deliveries(filled, owner="ada")[0].notice_id
    assert inbox.mark_read(filled, "bob", NOW, of_ada) == 0
    assert inbox.mark_read(filled, "bob", NOW) == 1
    assert (inbox.unread(filled, "ada"), inbox.unread(filled, "bob"), inbox.unread(filled, "eve")) == (2, 0, 0)


def test_the_inbox_needs_no_delivery(filled: sa.Connection) -> None:
    assert {(each.state, each.sent_at) for each in deliveries.list_deliveries(filled)} == {(NoticeState.SENT, NOW)}
    assert deliveries.claim(filled, LATER, lease=timedelta(minutes=5)) is None
