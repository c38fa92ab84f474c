"""`workbench users`: who may sign in."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from workbench.cli.console import console
from workbench.cli.main import app
from workbench.domain.errors import InvalidRequest
from workbench.domain.operations.accounts import LOCAL_USER, SHORTEST_PASSWORD, Role, check_password, parse_user_name

users = typer.Typer(help="Who may sign in: accounts, their roles and passwords.", no_args_is_help=True)
app.add_typer(users, name="users")

Name = Annotated[str, typer.Argument(help="Letters, digits and . _ @ -; the same in upper and lower case.")]


@users.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What the user may do.")] = Role.READER,
) -> None:
    """Make an account; the password is asked for, or read from standard input when that is no terminal."""
    from api.security import accounts
    from workbench.runtime import open_workbench

    name = parse_user_name(name)
    password = _new_password(name)
    with open_workbench() as workbench:
        user = accounts.add_user(workbench.database, name, role, password, actor=LOCAL_USER)
    console.print(f"{escape(user.name)} may sign in, as {user.role.value}")


@users.command("list")
def list_accounts(
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines instead of a table.")] = False,
) -> None:
    """Show the accounts."""
    from db.operations.accounts import list_users
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.read() as connection:
        found = list_users(connection)
    if as_json:
        _print_lines(
            {"name": user.name, "role": user.role.value, "is_active": user.is_active, "created_at": user.created_at}
            for user in found
        )
        return
    if not found:
        console.print("no accounts yet: `workbench users add NAME` makes one")
        return
    table = Table("Name", "Role", "May sign in", "Since", box=None, header_style="bold")
    for user in found:
        table.add_row(escape(user.name), user.role.value, "yes" if user.is_active else "no", f"{user.created_at:%Y-%m-%d}")
    console.print(table)


@users.command()
def password(name: Name) -> None:
    """Give an account a new password; it is signed out everywhere."""
    from api.security import accounts
    from workbench.runtime import open_workbench

    name = parse_user_name(name)
    new = _new_password(name)
    with open_workbench() as workbench:
        user = accounts.change_password(workbench.database, name, new, actor=LOCAL_USER)
    console.print(f"{escape(user.name)} has a new password")


@users.command()
def disable(name: Name) -> None:
    """Shut an account out: it cannot sign in, and its tokens end within seconds."""
    _set_active(name, is_active=False)
    console.print(f"{escape(name)} is shut out")


@users.command()
def enable(name: Name) -> None:
    """Let an account in again that was shut out."""
    _set_active(name, is_active=True)
    console.print(f"{escape(name)} may sign in again")


@users.command()
def log(
    limit: Annotated[int, typer.Option("--limit", "-n", help="How many entries.", min=1)] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines instead of a table.")] = False,
) -> None:
    """Show who signed in or failed to, and what became of accounts, the newest first."""
    from db.operations.audit import list_entries
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.read() as connection:
        entries = list_entries(connection, limit=limit)
    if as_json:
        _print_lines({"at": entry.at, "actor": entry.actor, "action": entry.action, **entry.detail} for entry in entries)
        return
    table = Table("When (UTC)", "Who", "What", "Of", box=None, header_style="bold")
    for entry in entries:
        table.add_row(
            f"{entry.at:%Y-%m-%d %H:%M:%S}", escape(entry.actor), entry.action, escape(", ".join(entry.detail.values()))
        )
    console.print(table)


def _set_active(name: str, *, is_active: bool) -> None:
    from api.security import accounts
    from workbench.runtime import open_workbench

    with open_workbench() as workbench:
        accounts.set_active(workbench.database, name, is_active=is_active, actor=LOCAL_USER)


def _new_password(name: str) -> str:
    """A password that will do, typed twice at a terminal, or the first line of standard input."""
    if not sys.stdin.isatty():
        given = sys.stdin.readline().rstrip("\r\n")
        check_password(given, name=name)
        return given
    first: str = typer.prompt(f"Password ({SHORTEST_PASSWORD} characters or more)", hide_input=True, err=True)
    check_password(first, name=name)
    if typer.prompt("The same again", hide_input=True, err=True) != first:
        raise InvalidRequest("the two passwords differ; nothing was changed")
    return first


def _print_lines(rows: Iterable[dict[str, object]]) -> None:
    import orjson

    for row in rows:
        sys.stdout.write(orjson.dumps(row).decode() + "\n")
