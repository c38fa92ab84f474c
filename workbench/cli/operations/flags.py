"""`workbench flags`: switches for those who run the workbench."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer
from rich.table import Table

from workbench.cli.console import console
from workbench.cli.main import app
from workbench.domain.operations.accounts import LOCAL_USER
from workbench.domain.operations.flags import FLAGS

flags = typer.Typer(help="Switches that take effect at once in every process.", no_args_is_help=True)
app.add_typer(flags, name="flags")

Name = Annotated[str, typer.Argument(help=f"One of {', '.join(FLAGS)}.")]


@flags.command("list")
def list_switches(
    output: Annotated[Literal["table", "json"], typer.Option("--format", help="For people, or for machines.")] = "table",
) -> None:
    """Show the switches, and who turned them last."""
    from db.operations.feature_flags import list_flags
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.read() as connection:
        found = list_flags(connection)
    if output == "json":
        shapes = [
            {
                "name": flag.name,
                "is_enabled": flag.is_enabled,
                "changed_by": flag.changed_by,
                "changed_at": flag.changed_at.isoformat() if flag.changed_at else None,
            }
            for flag in found
        ]
        typer.echo(json.dumps({"flags": shapes}))
        return
    table = Table("Switch", "State", "Holds back while off", "Turned by", "When (UTC)", box=None, header_style="bold")
    for flag in found:
        when = f"{flag.changed_at:%Y-%m-%d %H:%M}" if flag.changed_at else ""
        table.add_row(flag.name, "on" if flag.is_enabled else "off", FLAGS[flag.name], flag.changed_by or "", when)
    console.print(table)


@flags.command()
def on(name: Name) -> None:
    """Turn a switch on."""
    _turn(name, is_enabled=True)


@flags.command()
def off(name: Name) -> None:
    """Turn a switch off."""
    _turn(name, is_enabled=False)


def _turn(name: str, *, is_enabled: bool) -> None:
    from db.operations.feature_flags import set_flag
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.write() as connection:
        set_flag(connection, name, is_enabled=is_enabled, actor=LOCAL_USER)
    console.print(f"{name.strip().lower()} is {'on' if is_enabled else 'off'}")
