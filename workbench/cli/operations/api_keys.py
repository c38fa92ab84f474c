"""`workbench users keys`: keys with which programs call the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape

from api.security import api_keys
from db.operations.api_keys import list_keys as stored_keys
from workbench import runtime
from workbench.cli.console import console, new_table, note, say
from workbench.cli.operations.users import UserName
from workbench.cli.output import Format, TableOrJson, write_json, write_records
from workbench.domain.operations.accounts import ApiKey, Scope, parse_user_name
from workbench.domain.rights.ownership import LOCAL_USER

_COLUMNS = ("user", "label", "prefix", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at", "is_good")
Label = Annotated[
    str, typer.Argument(metavar="LABEL", help="What the key is for; unique among the user's valid keys.", show_default=False)
]


def add(
    name: UserName,
    label: Label,
    *,
    scope: Annotated[Scope, typer.Option(help="`write` includes `read` and is limited by the user's role.")] = Scope.READ,
    days: Annotated[int, typer.Option(help="Days until the key expires; 0 means never.", min=0, max=3650)] = 365,
    output: TableOrJson = "table",
) -> None:
    """Create an API key and print it once.

    The key is not stored. A program sends it as `X-API-Key` or as `Authorization: Bearer`.
    """
    scopes = {Scope.READ, scope}
    with runtime.open_workbench() as workbench:
        key, secret = api_keys.add_key(workbench.database, name, label, scopes=scopes, days=days or None, actor=LOCAL_USER)
    if output == "json":
        write_json(_record(key) | {"key": secret})
        return
    until = f"valid until {key.expires_at:%Y-%m-%d}" if key.expires_at else "valid until it is revoked"
    note(f"Created the key {key.label!r} of {key.user_name}, {until}. It is not shown again:")
    typer.echo(secret)


def list_keys(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Only keys of this user.", show_default=False)] = None,
    *,
    output: Format = "table",
) -> None:
    """List the API keys, including revoked and expired ones."""
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        result = stored_keys(connection, parse_user_name(name) if name else None)
    if output != "table":
        write_records(output, "keys", [_record(key) for key in result], _COLUMNS)
        return
    if not result:
        say("There are no API keys. Create one with `workbench users keys add NAME LABEL`.")
        return
    table = new_table("User", "Label", "Begins with", "Scopes", "Last used (UTC)", "State")
    for key in result:
        used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
        scopes = ", ".join(sorted(key.scopes))
        table.add_row(escape(key.user_name), escape(key.label), f"{key.prefix}…", scopes, used, _state(key))
    console.print(table)


def revoke(name: UserName, label: Label) -> None:
    """Revoke an API key.

    It stops working within seconds.
    """
    with runtime.open_workbench() as workbench:
        key = api_keys.revoke_key(workbench.database, name, label, actor=LOCAL_USER)
    say(f"Revoked the key {key.label!r} of {key.user_name}")


def _state(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    if key.expires_at is None:
        return "valid"
    return f"{'valid until' if key.is_good(datetime.now(UTC)) else 'expired'} {key.expires_at:%Y-%m-%d}"


def _record(key: ApiKey) -> dict[str, object]:
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
