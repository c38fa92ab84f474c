"""`workbench alerts`: conditions on which somebody is notified."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import typer
from rich.text import Text

from db.alerts.rules import delete_rule, get_rule, list_rules
from workbench import runtime
from workbench.analysis.alerts.alerts_json import notice_as_json, rule_as_json
from workbench.cli.alerts.alert_table import alert_table
from workbench.cli.console import console, counted, say
from workbench.cli.output import Format, TableOrJson, write_json, write_records
from workbench.domain.alerts.delivery_times import Schedule
from workbench.domain.alerts.notices import Notice
from workbench.domain.alerts.rules import INBOX
from workbench.domain.rights.ownership import LOCAL_USER
from workbench.ingest.alerts import notices

_COLUMNS = (
    "alert", "owner", "condition", "kind", "sentence", "fault", "ticker", "cik", "watchlist", "channel", "cadence",
    "digest_at", "digest_weekday", "quiet_hours", "time_zone", "created_at",
)  # fmt: skip
AlertNumber = Annotated[
    int, typer.Argument(metavar="ALERT", help="Its number in `workbench alerts list`.", show_default=False)
]


def add(
    condition: Annotated[
        str,
        typer.Argument(
            metavar="CONDITION",
            help="`filing`, `filing 10-K,10-Q`, `event results,people`, `restatement`, `failed run`, `report apple-weekly`, "
            "`screen revenue >= 10B; pe < 20` or a figure such as `net_margin@quarter < 10`. With `every` before it, a "
            "figure notifies each time the condition holds, not only when it becomes true.",
            show_default=False,
        ),
    ],
    *,
    to: Annotated[str, typer.Option(metavar="CHANNEL", help="One of `workbench alerts channels`.")] = INBOX,
    company: Annotated[str | None, typer.Option(metavar="COMPANY", help="Only this company: ticker or CIK.")] = None,
    watchlist: Annotated[str | None, typer.Option(metavar="LIST", help="Only companies on this list.")] = None,
    digest: Annotated[
        Literal["daily", "weekly"] | None, typer.Option(help="Send one message a day or week; by default at once.")
    ] = None,
    at: Annotated[str | None, typer.Option(metavar="HH:MM", help="Time of the digest.", show_default="08:00")] = None,
    weekday: Annotated[str | None, typer.Option(metavar="DAY", help="Day of a weekly digest.", show_default="Monday")] = None,
    quiet: Annotated[str | None, typer.Option(metavar="HH:MM-HH:MM", help="Send nothing during these hours.")] = None,
    zone: Annotated[str | None, typer.Option(help="Time zone of these times, such as Europe/Berlin.")] = None,
    owner: Annotated[str, typer.Option(help="Owner of the alert and of the watchlist.")] = LOCAL_USER,
    output: TableOrJson = "table",
) -> None:
    """Add an alert.

    Alerts apply to data that arrives after they are added. The job `notices` checks every 15 minutes.
    """
    with runtime.open_workbench() as workbench:
        schedule = Schedule.parse(
            zone=zone or workbench.settings.alerts.time_zone, digest=digest, at=at, weekday=weekday, quiet=quiet
        )
        rule = notices.add_rule(
            workbench.database, workbench.notifier, owner=owner, condition=condition, channel=to, schedule=schedule,
            now=datetime.now(UTC), company=company, watchlist=watchlist,
        )  # fmt: skip
    if output == "json":
        write_json(rule_as_json(rule))
        return
    say(f"Added alert {rule.rule_id}: {rule.sentence}\nto {rule.channel}, {rule.schedule}")


def list_alerts(
    *,
    owner: Annotated[str | None, typer.Option(help="Only alerts of this person.")] = None,
    output: Format = "table",
) -> None:
    """List the alerts."""
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        alert_rules = list_rules(connection, owner)
    if output != "table":
        write_records(output, "alerts", [dict(rule_as_json(rule)) for rule in alert_rules], _COLUMNS)
    elif not alert_rules:
        say("There are no alerts. Add one with `workbench alerts add`.")
    else:
        table = alert_table("Alert", "Condition", "Channel", "Schedule", "Owner")
        for rule in alert_rules:
            table.add_row(str(rule.rule_id), Text(rule.sentence), rule.channel, str(rule.schedule), Text(rule.owner))
        console.print(table)


def remove(alert: AlertNumber) -> None:
    """Remove an alert and its pending notifications."""
    with runtime.open_workbench() as workbench, workbench.database.write() as connection:
        rule = get_rule(connection, alert)
        delete_rule(connection, rule.rule_id)
    say(f"Removed alert {rule.rule_id}: {rule.sentence}")


def preview(
    alert: AlertNumber,
    *,
    days: Annotated[int, typer.Option(min=1, max=3660, help="Number of days to look back.")] = 30,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, help="Number of newest notifications.")] = 10,
    output: TableOrJson = "table",
) -> None:
    """Show what an alert would have sent in the last days.

    Nothing is sent.
    """
    now = datetime.now(UTC)
    with runtime.open_workbench() as workbench:
        with workbench.database.read() as connection:
            rule = get_rule(connection, alert)
        result = notices.preview(workbench.database, rule, since=now.date() - timedelta(days=days), now=now)
        base = workbench.settings.server.address
    shown = result[-limit:]
    if output == "json":
        documents = [notice_as_json(notice, base) for notice in shown]
        write_json({"alert": rule_as_json(rule), "days": days, "found": len(result), "notices": documents})
        return
    newest = f", the newest {limit}:" if len(result) > limit else ""
    say(f"{rule.sentence}: {counted(len(result), 'notification')} in the last {counted(days, 'day')}{newest}")
    for notice in shown:
        console.print()
        _print(notice, base)


def _print(notice: Notice, base: str) -> None:
    console.print(Text(notice.title, style="bold"))
    for name, value in notice.facts:
        console.print(Text.assemble((f"  {name}: ", "dim"), value), soft_wrap=True)
    if notice.page:
        console.print(Text.assemble(("  Page: ", "dim"), base + notice.page), soft_wrap=True)
