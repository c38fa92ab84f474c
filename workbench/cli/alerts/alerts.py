"""`workbench alerts`: what somebody wants to be told of, and what was told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from workbench.cli.console import console
from workbench.cli.main import app
from workbench.domain.operations.accounts import LOCAL_USER

if TYPE_CHECKING:
    from workbench.domain.alerts.notices import Delivery, Notice

alerts = typer.Typer(
    help="Be told of filings, events, restatements, figures, reports and failed runs, by mail, Slack or webhook.",
    no_args_is_help=True,
)
app.add_typer(alerts, name="alerts")

Number = Annotated[int, typer.Argument(metavar="ALERT", help="Its number, as `workbench alerts list` shows it.")]
Output = Annotated[Literal["table", "json"], typer.Option("--format", help="For people, or for machines.")]


class State(StrEnum):
    """Which notices are listed."""

    KNOWN = "known"
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@alerts.command()
def add(
    condition: Annotated[
        str,
        typer.Argument(
            metavar="CONDITION",
            help="`filing`, `filing 10-K,10-Q`, `event results,people`, `restatement`, `failed run`, `report apple-weekly`, a "
            "figure such as `net_margin@quarter < 10`, or `every net_margin@quarter < 10` to be told each time and not only "
            "when it becomes so.",
        ),
    ],
    *,
    to: Annotated[str, typer.Option(metavar="CHANNEL", help="One of `workbench alerts channels`.")],
    company: Annotated[str | None, typer.Option(metavar="TICKER-or-CIK", help="Only of this company.")] = None,
    watchlist: Annotated[str | None, typer.Option(metavar="LIST", help="Only of companies on this list.")] = None,
    digest: Annotated[
        Literal["daily", "weekly"] | None, typer.Option(help="All of a day or week in one message; at once without.")
    ] = None,
    at: Annotated[str | None, typer.Option(metavar="HH:MM", help="When the digest goes out; 08:00 if not said.")] = None,
    weekday: Annotated[str | None, typer.Option(metavar="DAY", help="Of a weekly digest; Monday if not said.")] = None,
    quiet: Annotated[str | None, typer.Option(metavar="HH:MM-HH:MM", help="Nothing goes out within these hours.")] = None,
    zone: Annotated[str | None, typer.Option(help="Of all these times, such as Europe/Berlin.")] = None,
    owner: Annotated[str, typer.Option(help="Whose it is, and whose watchlist is meant.")] = LOCAL_USER,
    output: Output = "table",
) -> None:
    """Add an alert on what comes in from now on; what is here already is not told."""
    from workbench.analysis.alerts.alerts_json import rule_as_json
    from workbench.domain.alerts.delivery_times import Schedule
    from workbench.ingest.alerts.notices import add_rule
    from workbench.runtime import open_workbench

    with open_workbench() as workbench:
        schedule = Schedule.parse(
            zone=zone or workbench.settings.alerts.time_zone, digest=digest, at=at, weekday=weekday, quiet=quiet
        )
        rule = add_rule(
            workbench.database, workbench.notifier, owner=owner, condition=condition, channel=to, schedule=schedule,
            now=datetime.now(UTC), company=company, watchlist=watchlist,
        )  # fmt: skip
    if output == "json":
        typer.echo(json.dumps(rule_as_json(rule), ensure_ascii=False))
        return
    _say(f"alert {rule.rule_id}: {rule.sentence}\nto {rule.channel}, {rule.schedule}")


@alerts.command("list")
def list_alerts(
    *,
    owner: Annotated[str | None, typer.Option(help="Only this person's.")] = None,
    output: Output = "table",
) -> None:
    """List the alerts of everybody."""
    from db.alerts.rules import list_rules
    from workbench.analysis.alerts.alerts_json import rule_as_json
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.read() as connection:
        found = list_rules(connection, owner)
    if output == "json":
        typer.echo(json.dumps({"alerts": [rule_as_json(rule) for rule in found]}, ensure_ascii=False))
    elif not found:
        _say("There are no alerts; `workbench alerts add --help` shows how to make one.")
    else:
        table = _table("Alert", "What", "To", "When", "Owner")
        for rule in found:
            table.add_row(str(rule.rule_id), Text(rule.sentence), rule.channel, str(rule.schedule), Text(rule.owner))
        console.print(table)


@alerts.command()
def remove(alert: Number) -> None:
    """Remove an alert, with what it has still to tell."""
    from db.alerts.rules import delete_rule, get_rule
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.write() as connection:
        rule = get_rule(connection, alert)
        delete_rule(connection, rule.rule_id)
    _say(f"alert {rule.rule_id} is removed: {rule.sentence}")


@alerts.command()
def preview(
    alert: Number,
    *,
    days: Annotated[int, typer.Option(min=1, max=3660, help="How far back.")] = 30,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, help="Only the newest so many.")] = 10,
    output: Output = "table",
) -> None:
    """Show what an alert would have told of the last days; nothing is sent."""
    from db.alerts.rules import get_rule
    from workbench.analysis.alerts.alerts_json import notice_as_json, rule_as_json
    from workbench.ingest.alerts import notices
    from workbench.runtime import open_workbench

    now = datetime.now(UTC)
    with open_workbench() as workbench:
        with workbench.database.read() as connection:
            rule = get_rule(connection, alert)
        found = notices.preview(workbench.database, rule, since=now.date() - timedelta(days=days), now=now)
        base = workbench.settings.server.address
    shown = found[-limit:]
    if output == "json":
        shapes = [notice_as_json(notice, base) for notice in shown]
        shape = {"alert": rule_as_json(rule), "days": days, "found": len(found), "notices": shapes}
        typer.echo(json.dumps(shape, ensure_ascii=False))
        return
    _say(f"{rule.sentence}: {len(found)} in the last {days} days" + (f", the newest {limit}:" if len(found) > limit else ""))
    for notice in shown:
        console.print()
        _print(notice, base)


@alerts.command()
def deliveries(
    *,
    alert: Annotated[int | None, typer.Option(help="Only of this alert.")] = None,
    state: Annotated[
        list[State] | None,
        typer.Option(help="Only these; may be repeated. Without, all but what was known before."),
    ] = None,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=10_000, help="Notices to list.")] = 50,
    output: Output = "table",
) -> None:
    """List notices, the newest first, and what became of each."""
    from db.alerts.deliveries import list_deliveries
    from workbench.analysis.alerts.alerts_json import delivery_as_json
    from workbench.domain.alerts.notices import NoticeState
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.read() as connection:
        wanted = [NoticeState(name) for name in state or ()]
        found = list_deliveries(connection, rule_id=alert, states=wanted, limit=limit)
        base = workbench.settings.server.address
    if output == "json":
        typer.echo(json.dumps({"notices": [delivery_as_json(each, base) for each in found]}, ensure_ascii=False))
    elif not found:
        _say("There are no such notices.")
    else:
        table = _table("Notice", "Alert", "Found (UTC)", "What", "To", "Became")
        for each in found:
            table.add_row(
                str(each.notice_id), str(each.rule_id), f"{each.found_at.astimezone(UTC):%Y-%m-%d %H:%M}",
                Text(each.notice.title), each.channel, Text(_became(each)),
            )  # fmt: skip
        console.print(table)


@alerts.command()
def resend(alert: Annotated[int | None, typer.Argument(metavar="ALERT", help="Only of this alert.")] = None) -> None:
    """Have what was given up sent again, once its channel is mended."""
    from db.alerts.deliveries import send_again
    from db.alerts.rules import get_rule, list_rules
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.write() as connection:
        rules = [get_rule(connection, alert)] if alert is not None else list_rules(connection)
        count = send_again(connection, [rule.rule_id for rule in rules], datetime.now(UTC))
    _say(f"{count} to be sent again at the next look; `workbench flows run notices` looks now")


@alerts.command()
def channels(*, output: Output = "table") -> None:
    """List the channels that the settings name; their addresses are secrets and are not shown."""
    from workbench.runtime import notifier
    from workbench.settings import Settings

    names = list(notifier(Settings.load()).channels)
    if output == "json":
        typer.echo(json.dumps({"channels": names}))
    elif names:
        _say("\n".join(names))
    else:
        _say("No channel is set; WORKBENCH_ALERTS__CHANNELS__OPS=mailto://... makes one that is called ops.")


@alerts.command()
def test(channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="One of `workbench alerts channels`.")]) -> None:
    """Send a message through a channel, to see that it arrives."""
    from workbench.ingest.alerts.notices import send_trial
    from workbench.runtime import notifier
    from workbench.runtime.secrets import with_secrets
    from workbench.settings import Settings

    settings = with_secrets(Settings.load())
    send_trial(notifier(settings), channel, base=settings.server.address)
    _say(f"sent through {channel}")


def _became(delivery: Delivery) -> str:
    if delivery.sent_at is not None:
        return f"sent {delivery.sent_at.astimezone(UTC):%Y-%m-%d %H:%M}"
    if delivery.state == "pending":
        tried = f", tried {delivery.attempts}: {delivery.error}" if delivery.error else ""
        return f"due {delivery.due_at.astimezone(UTC):%Y-%m-%d %H:%M}{tried}"
    return f"{delivery.state.value}: {delivery.error}" if delivery.error else delivery.state.value


def _print(notice: Notice, base: str) -> None:
    console.print(Text(notice.title, style="bold"))
    for name, value in notice.facts:
        console.print(Text.assemble((f"  {name}: ", "dim"), value), soft_wrap=True)
    if notice.page:
        console.print(Text.assemble(("  Page: ", "dim"), base + notice.page), soft_wrap=True)


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for name in columns:
        table.add_column(name, no_wrap=name in ("Alert", "Notice", "Found (UTC)"))
    return table


def _say(text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
