"""Alerts, each its owner's own, about the companies of its owner's lists."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from db.alerts import rules, watchlists
from db.companies import save_company
from db.tables import loaded_parts
from workbench.domain.alerts.delivery_times import Schedule
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
