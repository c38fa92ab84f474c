"""Notices are shown to the owner of their alert, and claimed when they are due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from db.alerts import deliveries, rules
from workbench.domain.alerts.delivery_times import Schedule
from workbench.domain.alerts.notices import Notice, NoticeState
from workbench.domain.alerts.rules import AlertRule, parse_condition

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=5)


@pytest.fixture
def both(connection: sa.Connection) -> dict[str, AlertRule]:
    """An alert of Ada's and one of Bob's, each with a notice that is due now."""
    made = {}
    for owner in ("ada", "bob"):
        made[owner] = rules.save_rule(
            connection, owner=owner, condition=parse_condition("filing 10-K"), channel="ops", schedule=Schedule(),
            created_at=NOW,
        )  # fmt: skip
        notice = Notice(f"of {owner}", f"For {owner}")
        deliveries.save_notices(connection, made[owner].rule_id, [notice], state=NoticeState.PENDING, found_at=NOW, due_at=NOW)
    return made


def titles(connection: sa.Connection, owner: str | None, rule: AlertRule | None = None) -> list[str]:
    found = deliveries.list_deliveries(connection, owner=owner, rule_id=rule.rule_id if rule else None)
    return [each.notice.title for each in found]


def test_notices_are_shown_to_their_owner_alone(connection: sa.Connection, both: dict[str, AlertRule]) -> None:
    assert titles(connection, "ada") == ["For ada"]
    assert titles(connection, "bob") == ["For bob"]
    assert titles(connection, "eve") == []
    assert titles(connection, None) == ["For bob", "For ada"]
    # Also when another's alert is asked for by its number.
    assert titles(connection, "bob", both["ada"]) == []
    assert titles(connection, None, both["ada"]) == ["For ada"]


def test_a_notice_is_due_at_its_time_and_again_when_its_lease_ends(
    connection: sa.Connection, both: dict[str, AlertRule]
) -> None:
    moment = timedelta(microseconds=1)
    assert deliveries.claim(connection, NOW - moment, lease=LEASE) is None
    assert deliveries.claim(connection, NOW, lease=LEASE) is not None
    assert deliveries.claim(connection, NOW, lease=LEASE) is not None
    assert deliveries.claim(connection, NOW + LEASE - moment, lease=LEASE) is None
    assert deliveries.claim(connection, NOW + LEASE, lease=LEASE) is not None


def test_only_notices_of_the_rules_that_are_named_are_sent_again(
    connection: sa.Connection, both: dict[str, AlertRule]
) -> None:
    for _ in both:
        batch = deliveries.claim(connection, NOW, lease=LEASE)
        assert batch is not None
        deliveries.note_failed(connection, batch, "refused")
    assert deliveries.send_again(connection, [both["ada"].rule_id], NOW) == 1
    states = {each.notice.title: each.state for each in deliveries.list_deliveries(connection)}
    assert states == {"For ada": NoticeState.PENDING, "For bob": NoticeState.FAILED}
