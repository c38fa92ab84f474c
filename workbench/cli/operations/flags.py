"""`workbench flags`: feature flags, which take effect at once in every process."""

from __future__ import annotations

from typing import Annotated

import typer

from db.operations.feature_flags import list_flags, set_flag
from workbench import runtime
from workbench.cli.console import console, new_table, say
from workbench.cli.output import Format, write_records
from workbench.domain.operations.flags import FLAGS
from workbench.domain.rights.ownership import LOCAL_USER

_COLUMNS = ("name", "is_enabled", "changed_by", "changed_at")
FlagName = Annotated[str, typer.Argument(metavar="NAME", help=f"One of {', '.join(FLAGS)}.", show_default=False)]


def list_feature_flags(output: Format = "table") -> None:
    """List the feature flags and who changed them last."""
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        flags = list_flags(connection)
    if output != "table":
        records = [
            {
                "name": flag.name,
                "is_enabled": flag.is_enabled,
                "changed_by": flag.changed_by,
                "changed_at": flag.changed_at.isoformat() if flag.changed_at else None,
            }
            for flag in flags
        ]
        write_records(output, "flags", records, _COLUMNS)
        return
    table = new_table("Flag", "State", "When off", "Changed by", "Changed (UTC)")
    for flag in flags:
        when = f"{flag.changed_at:%Y-%m-%d %H:%M}" if flag.changed_at else ""
        table.add_row(flag.name, "on" if flag.is_enabled else "off", FLAGS[flag.name], flag.changed_by or "", when)
    console.print(table)


def on(name: FlagName) -> None:
    """Turn a feature flag on.

    It takes effect at once in every process.
    """
    _set(name, is_enabled=True)


def off(name: FlagName) -> None:
    """Turn a feature flag off.

    It takes effect at once in every process.
    """
    _set(name, is_enabled=False)


def _set(name: str, *, is_enabled: bool) -> None:
    with runtime.open_workbench() as workbench, workbench.database.write() as connection:
        set_flag(connection, name, is_enabled=is_enabled, actor=LOCAL_USER)
    say(f"{name.strip().lower()} is {'on' if is_enabled else 'off'}")
