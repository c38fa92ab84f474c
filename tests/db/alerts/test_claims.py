"""Notifications as stored: each once a rule, claimed alone or together, and what their record says of each attempt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from db.alerts import deliveries, rules
from db.alerts.deliveries import Batch
from workbench.domain.alerts.delivery_times import Cadence, QuietHours, Schedule
from workbench.domain.alerts.notices import Delivery, Notice, NoticeState
from workbench.domain.alerts.rules import AlertRule, parse_condition
from workbench.domain.identity import Cik

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
LEASE, MINUTE = timedelta(minutes=5), timedelta(minutes=1)
DAILY = Schedule(Cadence.DAILY)


def rule(connection: sa.Connection, owner: str = "ada", channel: str = "ops", schedule: Schedule = DAILY) -> AlertRule:
    return rules.save_rule(
        connection, owner=owner, condition=parse_condition("filing 10-K"), channel=channel, schedule=schedule, created_at=NOW
    )  # fmt: skip


def save(
    connection: sa.Connection, to: AlertRule, *subjects: str, due_at: datetime = NOW, state: NoticeState = NoticeState.PENDING
) -> int:
    notices = [Notice(subject, subject.title()) for subject in subjects]
    return deliveries.save_notices(connection, to.rule_id, notices, state=state, found_at=NOW - MINUTE, due_at=due_at)


def claim(connection: sa.Connection, now: datetime = NOW, passing_over: Sequence[str] = ()) -> Batch:
    batch = deliveries.claim(connection, now, lease=LEASE, passing_over=passing_over)
    assert batch is not None
    return batch


def subjects(batch: Batch) -> list[str]:
    return [notice.subject for _, notice in batch.notices]


def only(connection: sa.Connection) -> Delivery:
    (found,) = deliveries.list_deliveries(connection, states=list(NoticeState))
    return found


def test_a_notification_comes_back_as_it_was_found(connection: sa.Connection) -> None:
    ada = rule(connection, channel="mail")
    notice = Notice(
        "0000320193-24-000123", "Apple filed a 10-K", Cik(320193), "Apple Inc.", (("Form", "10-K"), ("Filed", "2024-11-01")),
        "/reader?accession=0000320193-24-000123", "https://www.sec.gov/x",
    )  # fmt: skip
    saved = deliveries.save_notices(
        connection, ada.rule_id, [notice], state=NoticeState.PENDING, found_at=NOW - MINUTE, due_at=NOW
    )  # fmt: skip
    assert saved == 1
    found = only(connection)
    assert found == Delivery(
        found.notice_id, ada.rule_id, "mail", NoticeState.PENDING, notice, NOW - MINUTE, NOW, 0, None, None
    )  # fmt: skip
    batch = claim(connection)
    assert (batch.notices, batch.notice_ids) == (((ada, notice),), (found.notice_id,))


def test_each_match_of_a_rule_is_notified_once(connection: sa.Connection) -> None:
    ada, other = rule(connection), rule(connection)
    assert save(connection, ada) == 0
    assert save(connection, ada, "a", "b", "a") == 2
    assert save(connection, ada, "b", "c") == 1
    assert save(connection, ada, "a", "b") == 0
    # What another rule was told of is new to this one.
    assert save(connection, other, "a") == 1
    assert deliveries.new_subjects(connection, ada.rule_id, ["c", "d"]) == {"d"}
    assert deliveries.new_subjects(connection, other.rule_id, ["a", "b", "c"]) == {"b", "c"}
    first, second = Notice("x", "First"), Notice("x", "Second")
    deliveries.save_notices(
        connection, ada.rule_id, [first, second], state=NoticeState.KNOWN, found_at=NOW, due_at=NOW
    )  # fmt: skip
    (known,) = deliveries.list_deliveries(connection, states=[NoticeState.KNOWN])
    assert known.notice.title == "First"


def test_notifications_are_listed_newest_first_without_those_known_before(connection: sa.Connection) -> None:
    ada = rule(connection)
    save(connection, ada, "old", state=NoticeState.KNOWN)
    save(connection, ada, "a", "b", "c")
    listed = [each.notice.subject for each in deliveries.list_deliveries(connection, owner="ada")]
    assert listed == ["c", "b", "a"]
    page = deliveries.list_deliveries(connection, owner="ada", limit=1, offset=1)
    assert [each.notice.subject for each in page] == ["b"]
    known = deliveries.list_deliveries(connection, states=[NoticeState.KNOWN, NoticeState.SENT])
    assert [each.notice.subject for each in known] == ["old"]
    save(connection, ada, *(str(number) for number in range(120)))
    assert len(deliveries.list_deliveries(connection)) == 100
    assert len(deliveries.list_deliveries(connection, limit=None)) == 123


def test_a_digest_has_everything_of_its_owner_its_channel_and_its_cadence(connection: sa.Connection) -> None:
    first, second = rule(connection), rule(connection)
    for number, other in enumerate((
        rule(connection, "bob"), rule(connection, channel="mail"), rule(connection, schedule=Schedule(Cadence.WEEKLY))
    )):  # fmt: skip
        save(connection, other, f"of another {number}", due_at=NOW - MINUTE)
    save(connection, second, "b", "a", due_at=NOW - 2 * MINUTE)
    save(connection, first, "c", due_at=NOW)
    save(connection, first, "later", due_at=NOW + MINUTE)
    batch = claim(connection)
    assert (batch.channel, subjects(batch), batch.attempts) == ("ops", ["b", "a", "c"], 1)
    assert [each for each, _ in batch.notices] == [second, second, first]
    states = {each.notice.subject: (each.state, each.attempts) for each in deliveries.list_deliveries(connection)}
    assert {states[subject] for subject in "abc"} == {(NoticeState.SENDING, 1)}
    assert states["later"] == (NoticeState.PENDING, 0)
    assert [len(claim(connection).notice_ids) for _ in range(3)] == [1, 1, 1]
    assert deliveries.claim(connection, NOW, lease=LEASE) is None


@pytest.mark.parametrize(("number", "together"), [(10, 1), (11, 11)])
def test_notifications_at_once_come_one_by_one_up_to_ten(connection: sa.Connection, number: int, together: int) -> None:
    ada = rule(connection, schedule=Schedule())
    save(connection, ada, "second", *(str(each) for each in range(number - 2)))
    save(connection, ada, "first", due_at=NOW - MINUTE)
    batch = claim(connection)
    assert len(batch.notice_ids) == together
    assert "first" in subjects(batch)


def test_the_longest_due_comes_first_then_the_first_found(connection: sa.Connection) -> None:
    ada = rule(connection, schedule=Schedule())
    save(connection, ada, "b", due_at=NOW - MINUTE)
    save(connection, ada, "c", due_at=NOW - MINUTE)
    save(connection, ada, "a", due_at=NOW - 2 * MINUTE)
    assert [subjects(claim(connection)) for _ in range(3)] == [["a"], ["b"], ["c"]]


def test_a_channel_that_is_passed_over_and_quiet_hours_wait(connection: sa.Connection) -> None:
    quiet = Schedule(quiet=QuietHours(time(12), time(13), "UTC"))
    save(connection, rule(connection, channel="mail", schedule=Schedule()), "mail")
    save(connection, rule(connection, channel="ops", schedule=quiet), "quiet", due_at=NOW - MINUTE)
    assert subjects(claim(connection)) == ["mail"]
    assert deliveries.claim(connection, NOW + 59 * MINUTE, lease=LEASE, passing_over=["mail"]) is None
    assert subjects(claim(connection, NOW + 60 * MINUTE, passing_over=["mail"])) == ["quiet"]


def test_what_was_sent_is_over(connection: sa.Connection) -> None:
    save(connection, rule(connection), "a")
    deliveries.note_sent(connection, claim(connection), NOW + MINUTE)
    sent = only(connection)
    assert (sent.state, sent.sent_at, sent.error, sent.attempts) == (NoticeState.SENT, NOW + MINUTE, None, 1)
    assert deliveries.claim(connection, NOW + 10 * LEASE, lease=LEASE) is None


def test_what_failed_is_due_again_until_there_were_enough_attempts(connection: sa.Connection) -> None:
    save(connection, rule(connection), "a")
    batch = claim(connection)
    deliveries.note_retry(connection, batch, "refused", NOW + 2 * MINUTE, most_attempts=2)
    waiting = only(connection)
    assert (waiting.state, waiting.error, waiting.due_at, waiting.attempts) == (
        NoticeState.PENDING, "refused", NOW + 2 * MINUTE, 1
    )  # fmt: skip
    assert deliveries.claim(connection, NOW + MINUTE, lease=LEASE) is None
    batch = claim(connection, NOW + 2 * MINUTE)
    assert batch.attempts == 2
    deliveries.note_retry(connection, batch, "refused again", NOW + 9 * MINUTE, most_attempts=2)
    failed = only(connection)
    assert (failed.state, failed.error, failed.attempts) == (NoticeState.FAILED, "refused again", 2)
    # It is sent again when somebody asks for it, as if for the first time, and forgets its error once it arrived.
    assert deliveries.send_again(connection, [failed.rule_id], NOW + 3 * MINUTE) == 1
    again = only(connection)
    assert (again.state, again.attempts, again.due_at) == (NoticeState.PENDING, 0, NOW + 3 * MINUTE)
    deliveries.note_sent(connection, claim(connection, NOW + 3 * MINUTE), NOW + 4 * MINUTE)
    assert only(connection).error is None
    assert deliveries.send_again(connection, [failed.rule_id], NOW) == 0


def test_a_result_is_noted_of_what_is_being_sent_only(connection: sa.Connection) -> None:
    ada = rule(connection, schedule=Schedule())
    save(connection, ada, "a", "b")
    first, second = claim(connection), claim(connection)
    deliveries.note_failed(connection, first, "refused")
    # Its lease was over and another process has the result: a late one changes nothing.
    deliveries.note_sent(connection, first, NOW)
    states = {each.notice.subject: (each.state, each.error) for each in deliveries.list_deliveries(connection)}
    assert states == {"a": (NoticeState.FAILED, "refused"), "b": (NoticeState.SENDING, None)}
    deliveries.note_failed(connection, second, "full")
    states = {each.notice.subject: (each.state, each.error) for each in deliveries.list_deliveries(connection)}
    assert states == {"a": (NoticeState.FAILED, "refused"), "b": (NoticeState.FAILED, "full")}
