"""Links in mailed reports by which a recipient stops them. A link is a random secret, of which the database has the hash."""

from __future__ import annotations

from db.engine import Database
from db.operations import audit
from db.operations import report_deliveries as stored
from workbench.domain.errors import NotFound
from workbench.domain.operations.report_deliveries import WEBHOOK, ReportDelivery, Subscription
from workbench.domain.operations.reports import ReportRun, RunStatus
from workbench.domain.rights.random_secrets import fingerprint, new_secret
from workbench.runtime import Workbench

PATH = "/unsubscribe"


def unsubscribe_link(workbench: Workbench, report: ReportRun, delivery: ReportDelivery) -> str | None:
    """The link for this delivery, in place of that of an earlier attempt; None for what no schedule sends to a channel."""
    if report.schedule is None or report.status is RunStatus.FAILED or delivery.recipient.startswith(WEBHOOK):
        return None
    token = new_secret()
    with workbench.database.write() as connection:
        stored.set_unsubscribe_hash(connection, delivery, fingerprint(token))
    return f"{workbench.settings.server.address}{PATH}?token={token}"


def subscription_of(database: Database, token: str) -> Subscription:
    """What the link stops; raises NotFound for a link that is not good."""
    with database.read() as connection:
        subscription = stored.find_subscription(connection, fingerprint(token))
    if subscription is None:
        raise NotFound("this link is not good", hint="ask the owner of the report to remove you as a recipient")
    return subscription


def unsubscribe(database: Database, token: str, *, address: str) -> Subscription:
    """Stops the schedule's reports to the recipient; again, it changes nothing. Raises NotFound as `subscription_of`."""
    subscription = subscription_of(database, token)
    with database.write() as connection:
        if stored.remove_recipient(connection, subscription):
            audit.record(
                connection,
                "?",
                "report.unsubscribed",
                schedule=subscription.schedule,
                owner=subscription.owner,
                recipient=subscription.recipient,
                address=address,
            )
    return subscription
