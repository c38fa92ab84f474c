"""`workbench users keys`: keys for programs that ask the API."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.markup import escape
from rich.table import Table

from workbench.cli.console import console, error_console
from workbench.cli.operations.users import Name, users
from workbench.domain.operations.accounts import LOCAL_USER, Scope, parse_user_name

if TYPE_CHECKING:
    from workbench.domain.operations.accounts import ApiKey

keys = typer.Typer(help="Keys for programs that ask the API in a user's name.", no_args_is_help=True)
users.add_typer(keys, name="keys")

Label = Annotated[str, typer.Argument(help="What the key is for; unique among the user's keys that stand.")]
Output = Annotated[Literal["table", "json"], typer.Option("--format", help="For people, or for machines.")]


@keys.command()
def add(
    name: Name,
    label: Label,
    *,
    scope: Annotated[Scope, typer.Option(help="write: as an analyst, as far as the user may; it reads too.")] = Scope.READ,
    days: Annotated[int, typer.Option(help="How long the key stands; 0: until it is revoked.", min=0, max=3650)] = 365,
    output: Output = "table",
) -> None:
    """Make a key and print it, once: it is kept nowhere.

    A program sends it as `X-API-Key` or as `Authorization: Bearer`.
    """
    from api.security import api_keys
    from workbench.runtime import open_workbench

    scopes = {Scope.READ, scope}
    with open_workbench() as workbench:
        key, secret = api_keys.add_key(workbench.database, name, label, scopes=scopes, days=days or None, actor=LOCAL_USER)
    if output == "json":
        typer.echo(json.dumps(_shape(key) | {"key": secret}, ensure_ascii=False))
        return
    until = f"until {key.expires_at:%Y-%m-%d}" if key.expires_at else "until it is revoked"
    error_console.print(f"{escape(key.user_name)}'s key {escape(key.label)!r}, good {until}; it is not shown again:")
    typer.echo(secret)


@keys.command("list")
def list_keys(
    name: Annotated[str | None, typer.Argument(help="Only those of this user.")] = None, *, output: Output = "table"
) -> None:
    """Show the keys, those that are over too."""
    from db.operations import api_keys
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.read() as connection:
        found = api_keys.list_keys(connection, parse_user_name(name) if name else None)
    if output == "json":
        typer.echo(json.dumps({"keys": [_shape(key) for key in found]}, ensure_ascii=False))
        return
    if not found:
        console.print("no keys: `workbench users keys add NAME LABEL` makes one")
        return
    table = Table("User", "Label", "Begins", "Good for", "Last used (UTC)", "State", box=None, header_style="bold")
    for key in found:
        used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
        scope = ", ".join(sorted(key.scopes))
        table.add_row(escape(key.user_name), escape(key.label), f"{key.prefix}…", scope, used, _state(key))
    console.print(table)


@keys.command()
def revoke(name: Name, label: Label) -> None:
    """End a key: within seconds it opens nothing any more."""
    from api.security import api_keys
    from workbench.runtime import open_workbench

    with open_workbench() as workbench:
        key = api_keys.revoke_key(workbench.database, name, label, actor=LOCAL_USER)
    console.print(f"{escape(key.user_name)}'s key {escape(key.label)!r} is revoked")


def _state(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    if key.expires_at is None:
        return "stands"
    return f"{'stands until' if key.is_good(datetime.now(UTC)) else 'over since'} {key.expires_at:%Y-%m-%d}"


def _shape(key: ApiKey) -> dict[str, object]:
    return {
        "user": key.user_name,
        "label": key.label,
        "prefix": key.prefix,
        "scopes": sorted(key.scopes),
        "created_at": key.created_at.isoformat(),
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        "last_used_at": key.last_used_at.isoformat() if key.last_used_at else None,
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        "is_good": key.is_good(datetime.now(UTC)),
    }
