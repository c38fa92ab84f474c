"""`workbench alerts`: notifications, their delivery, and the channels they go through."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.text import Text

from db.alerts.deliveries import list_deliveries, send_again
from db.alerts.rules import get_rule, list_rules
from workbench import runtime
from workbench.analysis.alerts.alerts_json import delivery_as_json
from workbench.cli.alerts.alert_table import alert_table, delivery_state
from workbench.cli.console import console, counted, note, say
from workbench.cli.output import Format, write_csv, write_json, write_records
from workbench.domain.alerts.notices import NoticeState
from workbench.domain.alerts.rules import INBOX
from workbench.ingest.alerts.notices import send_trial

_COLUMNS = (
    "notice", "alert", "channel", "state", "found_at", "due_at", "attempts", "sent_at", "error", "read_at", "subject", "title",
    "cik", "link", "source_url",
)  # fmt: skip


class State(StrEnum):
    """Which notifications are listed."""

    KNOWN = "known"
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


def deliveries(
    *,
    alert: Annotated[int | None, typer.Option(help="Only notifications of this alert.")] = None,
    state: Annotated[
        list[State] | None,
        typer.Option(help="Only this state; may be repeated. `known` is what was there before the alert and is never sent."),
    ] = None,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=10_000, help="Number of newest notifications.")] = 50,
    output: Format = "table",
) -> None:
    """List notifications and their delivery state, newest first."""
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        wanted = [NoticeState(name) for name in state or ()]
        results = list_deliveries(connection, rule_id=alert, states=wanted, limit=limit)
        base = workbench.settings.server.address
    if output != "table":
        write_records(output, "notices", [dict(delivery_as_json(each, base)) for each in results], _COLUMNS)
    elif not results:
        say("There are no such notifications.")
    else:
        table = alert_table("Notification", "Alert", "Found (UTC)", "Title", "Channel", "State")
        for each in results:
            table.add_row(
                str(each.notice_id), str(each.rule_id), f"{each.found_at.astimezone(UTC):%Y-%m-%d %H:%M}",
                Text(each.notice.title), each.channel, Text(delivery_state(each)),
            )  # fmt: skip
        console.print(table)


def resend(alert: Annotated[int | None, typer.Argument(metavar="ALERT", help="Only those of this alert.")] = None) -> None:
    """Send failed notifications again.

    Fix their channel first. They are sent when the job `notices` runs next.
    """
    with runtime.open_workbench() as workbench, workbench.database.write() as connection:
        rules = [get_rule(connection, alert)] if alert is not None else list_rules(connection)
        count = send_again(connection, [rule.rule_id for rule in rules], datetime.now(UTC))
    say(f"{counted(count, 'notification')} will be sent again; send them now with `workbench flows run notices`")


def channels(*, output: Format = "table") -> None:
    """List the notification channels.

    The inbox is the workbench itself. Addresses of the others are secrets and are not shown.
    """
    with runtime.open_workbench() as workbench:
        names = [INBOX, *workbench.notifier.channels]
    if output == "json":
        write_json({"channels": names})
    elif output == "csv":
        write_csv(("channel",), ([name] for name in names))
    else:
        say("\n".join(names))
    if names == [INBOX]:
        note(
            "Notifications in the inbox are on the page /alerts. "
            "`workbench settings set alerts.channels.ops` adds a channel, ops."
        )


def test(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="One of `workbench alerts channels`.", show_default=False)],
) -> None:
    """Send a test message through a channel."""
    with runtime.open_workbench() as workbench:
        send_trial(workbench.notifier, channel, base=workbench.settings.server.address)
    say(f"Sent a test message through {channel}")
