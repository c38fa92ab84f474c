"""Alerts, each its owner's own, about the companies of its owner's lists."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from db.alerts import deliveries, rules, watchlists
from db.companies import save_company
from db.engine import Database
from db.tables import loaded_parts
from workbench.domain.alerts.delivery_times import Cadence, QuietHours, Schedule
from workbench.domain.alerts.notices import Notice, NoticeState
from workbench.domain.alerts.rules import AlertRule, parse_condition
from workbench.domain.errors import NotFound
from workbench.domain.identity import Cik, Company

APPLE, NIKE, COSTCO = Cik(320193), Cik(320187), Cik(909832)
NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _lists(connection: sa.Connection) -> None:
    """Ada and Bob have each a list of the same name."""
    for cik in (APPLE, NIKE, COSTCO):
        save_company(connection, Company(cik, f"Company {cik}"))
    for owner, ciks in (("ada", [NIKE, APPLE]), ("bob", [COSTCO])):
        watchlists.create(connection, owner, "mine")
        watchlists.add_members(connection, owner, "mine", ciks)


def rule(connection: sa.Connection, owner: str, watchlist: str | None = "mine") -> AlertRule:
    return rules.save_rule(
        connection, owner=owner, condition=parse_condition("filing 10-K"), channel="ops", schedule=Schedule(),
        created_at=NOW, watchlist=watchlist,
    )  # fmt: skip


def test_a_rule_is_about_its_owners_list_alone(connection: sa.Connection) -> None:
    ada, bob = rule(connection, "ada"), rule(connection, "bob")
    assert rules.companies_of(connection, ada) == [NIKE, APPLE]
    assert rules.companies_of(connection, bob) == [COSTCO]
    assert rules.companies_of(connection, rule(connection, "bob", None)) == [NIKE, APPLE, COSTCO]
    watchlists.create(connection, "bob", "other")
    watchlists.add_members(connection, "bob", "other", [APPLE])
    assert rules.companies_of(connection, bob) == [COSTCO]
    with pytest.raises(NotFound, match="no watchlist 'other'"):
        rule(connection, "ada", "other")


def test_a_rule_is_shown_to_its_owner_alone(connection: sa.Connection) -> None:
    ada, bob = rule(connection, "ada"), rule(connection, "bob")
    assert [each.rule_id for each in rules.list_rules(connection, "ada")] == [ada.rule_id]
    assert [each.rule_id for each in rules.list_rules(connection)] == [ada.rule_id, bob.rule_id]
    assert rules.get_rule(connection, ada.rule_id, owner="ada") == ada
    assert rules.get_rule(connection, ada.rule_id) == ada
    with pytest.raises(NotFound):
        rules.get_rule(connection, ada.rule_id, owner="bob")
    rules.delete_rule(connection, ada.rule_id)
    assert rules.list_rules(connection) == [bob]


def test_new_facts_are_those_loaded_since_the_last_look_or_within_the_longest_load_before(connection: sa.Connection) -> None:
    own = rule(connection, "ada")
    rules.save_baselines(connection, own.rule_id, {NIKE: date(2024, 4, 1), APPLE: date(2024, 4, 2)})
    looked_at = connection.scalar(sa.text("select now()"))
    for cik, before in ((NIKE, timedelta(hours=1)), (APPLE, timedelta(minutes=59))):
        part = {"cik": cik.number, "part": "facts", "sha256": "0" * 64, "reader": "test", "loaded_at": looked_at - before}
        connection.execute(sa.insert(loaded_parts).values(part))
    found = rules.baselines(connection, own.rule_id)
    assert found == {NIKE: (date(2024, 4, 1), False), APPLE: (date(2024, 4, 2), True)}
    # A company that is looked at again keeps its day; one that is left out is known no more.
    rules.save_baselines(connection, own.rule_id, {APPLE: date(2024, 4, 30)})
    assert {cik: each.since for cik, each in rules.baselines(connection, own.rule_id).items()} == {APPLE: date(2024, 4, 2)}


def test_a_rule_comes_back_as_it_was_made(connection: sa.Connection) -> None:
    quiet = QuietHours(time(22), time(7), "America/New_York")
    schedule = Schedule(Cadence.WEEKLY, "America/New_York", time(8, 30), 4, quiet)
    values: dict[str, Any] = {"channel": "ops", "schedule": schedule, "created_at": NOW}
    condition = parse_condition("filing 10-K")
    watchlists.create(connection, "ada", "other")
    of_company = rules.save_rule(
        connection, owner="ada", condition=condition, company=Company(NIKE, "any name"), **values
    )  # fmt: skip
    of_list = rules.save_rule(connection, owner="ada", condition=condition, watchlist=" mine ", **values)
    of_all = rules.save_rule(connection, owner="ada", condition=condition, **values)
    expected = {"owner": "ada", "condition": condition, "channel": "ops", "schedule": schedule, "created_at": NOW}
    for rule, company, watchlist in (
        (of_company, Company(NIKE, f"Company {NIKE}"), None), (of_list, None, "mine"), (of_all, None, None)
    ):  # fmt: skip
        assert rule == AlertRule(rule_id=rule.rule_id, company=company, watchlist=watchlist, **expected)
        assert rules.get_rule(connection, rule.rule_id) == rule
    assert rules.list_rules(connection, "ada") == [of_company, of_list, of_all]
    assert rules.list_rules(connection, "bob") == []
    assert rules.companies_of(connection, of_company) == [NIKE]
    without_quiet = rules.save_rule(
        connection, owner="ada", condition=condition, channel="ops", schedule=Schedule(), created_at=NOW
    )  # fmt: skip
    assert without_quiet.schedule == Schedule()


def test_who_asks_for_an_alert_of_another_is_told_that_there_is_none(connection: sa.Connection) -> None:
    ada = rule(connection, "ada")
    for number, owner in ((ada.rule_id, "bob"), (ada.rule_id, ""), (ada.rule_id + 1, "ada"), (ada.rule_id + 1, None)):
        with pytest.raises(NotFound) as unknown:
            rules.get_rule(connection, number, owner=owner)
        assert unknown.value.message == f"there is no alert {number}"
        assert unknown.value.hint == "list them with `workbench alerts list`"
    with pytest.raises(NotFound) as unknown:
        rule(connection, "carol", " mine ")
    assert unknown.value.message == "there is no watchlist 'mine'"
    assert unknown.value.hint == "list them with `workbench watchlist list`"


def test_what_a_rule_has_looked_at_is_its_own(connection: sa.Connection) -> None:
    ada, bob = rule(connection, "ada"), rule(connection, "bob")
    day = date(2024, 4, 1)
    rules.save_baselines(connection, ada.rule_id, {NIKE: day, APPLE: day})
    rules.save_baselines(connection, bob.rule_id, {COSTCO: day, NIKE: date(2024, 4, 9)})
    rules.save_baselines(connection, ada.rule_id, {APPLE: day})
    assert rules.baselines(connection, ada.rule_id) == {APPLE: (day, False)}
    assert rules.baselines(connection, bob.rule_id) == {COSTCO: (day, False), NIKE: (date(2024, 4, 9), False)}
    rules.delete_rule(connection, ada.rule_id)
    assert rules.baselines(connection, ada.rule_id) == {}
    assert len(rules.baselines(connection, bob.rule_id)) == 2


def test_a_rule_is_checked_by_one_process_at_a_time(database: Database) -> None:
    with database.write() as connection:
        ours, other = rule(connection, "ada", None), rule(connection, "ada", None)
    with database.engine.begin() as one, database.engine.begin() as two:
        two.execute(sa.text("set local lock_timeout = '5s'"))
        assert rules.lock_rule(one, ours.rule_id)
        assert not rules.lock_rule(two, ours.rule_id)
        assert rules.lock_rule(two, other.rule_id)
        assert not rules.lock_rule(two, other.rule_id + 1)
        # What another process found is saved meanwhile.
        notice = Notice("subject", "Title")
        assert deliveries.save_notices(
            two, ours.rule_id, [notice], state=NoticeState.PENDING, found_at=NOW, due_at=NOW
        ) == 1  # fmt: skip
    with database.engine.begin() as two:
        assert rules.lock_rule(two, ours.rule_id)
