"""Links in notifications by which a reader stops them: the alert then notifies in the inbox alone."""

from __future__ import annotations

from collections.abc import Sequence

from db.alerts import unsubscribing as stored
from db.engine import Database
from db.operations import audit
from workbench.domain.alerts.rules import AlertRule
from workbench.domain.errors import NotFound
from workbench.domain.rights.random_secrets import fingerprint, new_secret

PATH = "/unsubscribe/alerts"


def unsubscribe_link(database: Database, notice_ids: Sequence[int], base: str) -> str:
    """The link for the message of these notifications, in place of that of an earlier attempt."""
    token = new_secret()
    with database.write() as connection:
        stored.set_unsubscribe_hash(connection, notice_ids, fingerprint(token))
    return f"{base.rstrip('/')}{PATH}?token={token}"


def alerts_of(database: Database, token: str) -> list[AlertRule]:
    """The alerts that the link stops; raises NotFound for a link that is not good."""
    with database.read() as connection:
        rules = stored.rules_behind(connection, fingerprint(token))
    if not rules:
        raise NotFound("this link is not good", hint="ask the owner of the alert to remove it")
    return rules


def unsubscribe(database: Database, token: str, *, address: str) -> list[AlertRule]:
    """Stops messages of the alerts, which notify in the inbox then; again, it changes nothing. Raises as `alerts_of`."""
    rules = alerts_of(database, token)
    with database.write() as connection:
        if stored.move_to_inbox(connection, [each.rule_id for each in rules]):
            for each in rules:
                audit.record(
                    connection, "?", "alert.unsubscribed", rule=str(each.rule_id), channel=each.channel, address=address
                )
    return rules
