"""`workbench users`: accounts that may sign in."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.markup import escape

from api.security import accounts, password_resets, second_factors
from api.security.passwords import check_new_password
from db.operations.accounts import list_users
from db.operations.audit import list_entries
from workbench import runtime
from workbench.cli.console import console, new_table, note, say
from workbench.cli.output import Format, TableOrJson, write_csv, write_json
from workbench.domain.errors import InvalidRequest, NotFound
from workbench.domain.operations.accounts import SHORTEST_PASSWORD, parse_user_name
from workbench.domain.rights.ownership import LOCAL_USER
from workbench.domain.rights.roles import Role

UserName = Annotated[
    str,
    typer.Argument(metavar="NAME", help="Letters, digits and . _ @ -; upper and lower case are the same.", show_default=False),
]


def add(
    name: UserName,
    role: Annotated[Role, typer.Option(help="What the user is allowed to do.")] = Role.VIEWER,
) -> None:
    """Add an account.

    The password is asked for, or read from standard input when that is not a terminal.
    """
    name = parse_user_name(name)
    new = _new_password(name)
    with runtime.open_workbench() as workbench:
        user = accounts.add_user(workbench.database, name, role, new, actor=LOCAL_USER)
    say(f"Added {user.name} with the role {user.role.value}")


def list_accounts(output: Format = "table") -> None:
    """List the accounts.

    JSON has one line for each account.
    """
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        users = list_users(connection)
    if output == "json":
        for user in users:
            created_at = user.created_at.isoformat()
            write_json(
                {"name": user.name, "role": user.role.value, "is_active": user.is_active, "created_at": created_at}
            )  # fmt: skip
    elif output == "csv":
        rows = ((user.name, user.role.value, user.is_active, user.created_at.isoformat()) for user in users)
        write_csv(("name", "role", "is_active", "created_at"), rows)
    elif not users:
        say("There are no accounts. Add one with `workbench users add NAME`.")
    else:
        table = new_table("Name", "Role", "Can sign in", "Created")
        for user in users:
            can_sign_in = "yes" if user.is_active else "no"
            table.add_row(escape(user.name), user.role.value, can_sign_in, f"{user.created_at:%Y-%m-%d}")
        console.print(table)


def password(name: UserName) -> None:
    """Set a new password and sign the user out everywhere."""
    name = parse_user_name(name)
    new = _new_password(name)
    with runtime.open_workbench() as workbench:
        user = accounts.change_password(workbench.database, name, new, actor=LOCAL_USER)
    say(f"Set a new password for {user.name}")


def disable(name: UserName) -> None:
    """Disable an account.

    The user cannot sign in, and is signed out within seconds.
    """
    _set_active(name, is_active=False)
    say(f"Disabled {name}")


def enable(name: UserName) -> None:
    """Enable a disabled account."""
    _set_active(name, is_active=True)
    say(f"Enabled {name}")


def role(
    name: UserName,
    new: Annotated[Role, typer.Argument(metavar="ROLE", help="What the user is allowed to do.", show_default=False)],
) -> None:
    """Change a user's role."""
    with runtime.open_workbench() as workbench:
        user = accounts.set_role(workbench.database, name, new, actor=LOCAL_USER)
    say(f"{user.name} has the role {user.role.value}")


def channel(
    name: UserName,
    to: Annotated[
        str | None, typer.Argument(metavar="CHANNEL", help="Its name in the settings; without one, none.", show_default=False)
    ] = None,
) -> None:
    """Set the notification channel that reaches a user: for links to set a new password, and unusual sign-ins."""
    with runtime.open_workbench() as workbench:
        if to is not None and to not in workbench.notifier.channels:
            raise NotFound(f"there is no channel {to!r}", hint="set WORKBENCH_ALERTS__CHANNELS__<NAME> first")
        user = accounts.set_channel(workbench.database, name, to, actor=LOCAL_USER)
    say(f"Messages to {user.name} go through {to}" if to else f"Messages to {user.name} are not sent")


def reset_link(name: UserName) -> None:
    """Print a link with which a user sets a new password, once and within an hour."""
    with runtime.open_workbench() as workbench:
        link = password_resets.make_link(
            workbench.database, name, workbench.settings.server.address, actor=LOCAL_USER
        )  # fmt: skip
    note("Give this link to the user. It is good once, within an hour:")
    typer.echo(link)


def delete(
    name: UserName,
    *,
    give_to: Annotated[str | None, typer.Option(help="Who gets what the user owns.")] = None,
    with_data: Annotated[bool, typer.Option("--with-data", help="Delete what the user owns.")] = False,
) -> None:
    """Delete an account with its sessions, API keys and second factor.

    Documents, reports, schedules, watchlists, alerts, views and notes of the user are given to another user or deleted too.
    """
    with runtime.open_workbench() as workbench:
        owned = accounts.delete_user(
            workbench.database, workbench.objects, name, give_to=give_to, with_data=with_data, actor=LOCAL_USER
        )  # fmt: skip
    became = f"given to {give_to}" if give_to else "deleted too"
    what = f"; {owned} {became}" if owned else ""
    say(f"Deleted {parse_user_name(name)}{what}")


def turn_second_factor_off(name: UserName) -> None:
    """Turn off the one-time codes of a user who lost the device and the recovery codes."""
    name = parse_user_name(name)
    with runtime.open_workbench() as workbench:
        second_factors.turn_off(workbench.database, name, actor=LOCAL_USER)
    say(f"Signing in as {name} needs no code")


def log(
    limit: Annotated[int, typer.Option("--limit", "-n", help="Number of newest entries.", min=1)] = 20,
    output: TableOrJson = "table",
) -> None:
    """Show sign-ins and changes of accounts, newest first.

    JSON has one line for each entry.
    """
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        entries = list_entries(connection, limit=limit)
    if output == "json":
        for entry in entries:
            write_json({"at": entry.at.isoformat(), "actor": entry.actor, "action": entry.action, **entry.detail})
        return
    table = new_table("Time (UTC)", "User", "Action", "Details")
    for entry in entries:
        table.add_row(
            f"{entry.at:%Y-%m-%d %H:%M:%S}", escape(entry.actor), entry.action, escape(", ".join(entry.detail.values()))
        )
    console.print(table)


def _set_active(name: str, *, is_active: bool) -> None:
    with runtime.open_workbench() as workbench:
        accounts.set_active(workbench.database, name, is_active=is_active, actor=LOCAL_USER)


def _new_password(name: str) -> str:
    """A valid password, typed twice on a terminal, or the first line of standard input."""
    if not sys.stdin.isatty():
        given = sys.stdin.readline().rstrip("\r\n")
        check_new_password(given, name=name)
        return given
    first: str = typer.prompt(f"Password ({SHORTEST_PASSWORD} characters or more)", hide_input=True, err=True)
    check_new_password(first, name=name)
    if typer.prompt("Repeat the password", hide_input=True, err=True) != first:
        raise InvalidRequest("the two passwords differ; nothing was changed")
    return first
