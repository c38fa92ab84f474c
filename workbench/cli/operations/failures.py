"""`workbench failures`: units of work that failed, and another try for those that are quarantined."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from workbench.cli.console import console
from workbench.cli.main import app

if TYPE_CHECKING:
    from rich.table import Table

    from workbench.domain.operations.failed_units import FailedUnit

failures = typer.Typer(help="Show work that failed, such as one company's figures, and let it be tried again.")
app.add_typer(failures, name="failures")

_MOST_SHOWN = 1000


@failures.callback(invoke_without_command=True)
def main(context: typer.Context) -> None:
    """List failed units, as `workbench failures list` does, where no command is given."""
    if context.invoked_subcommand is None:
        list_failures()


@failures.command("list")
def list_failures(
    kind: Annotated[str | None, typer.Option(help="Only this kind of work, such as metrics or filing.")] = None,
    output: Annotated[Literal["table", "json"], typer.Option("--format", help="For people, or for machines.")] = "table",
) -> None:
    """List units that failed and were not done since, the last failure first (times in UTC).

    A unit is tried again at each run of its job. After three tries over the same data it is quarantined: passed over until its
    data or the code change, or until `workbench failures retry`.
    """
    from db.operations.failed_units import list_failed
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.read() as connection:
        found = list_failed(connection, kinds=(kind,) if kind else (), limit=_MOST_SHOWN)
    if output == "json":
        typer.echo(json.dumps({"failures": [_plain(each) for each in found]}, ensure_ascii=False, indent=2))
    elif not found:
        console.print("Nothing has failed.", highlight=False)
    else:
        console.print(_table(found))


@failures.command()
def retry(
    kind: Annotated[str | None, typer.Argument(metavar="[KIND]", help="Only this kind of work.")] = None,
    unit: Annotated[str | None, typer.Argument(metavar="[UNIT]", help="Only this unit of it.")] = None,
) -> None:
    """Let quarantined units be tried again: all, those of a kind, or one. Ends with 1 where there is none.

    The next run of the job does it; `workbench flows run NAME` runs it now.
    """
    from db.operations.failed_units import retry_failed
    from workbench.domain.errors import NotFound
    from workbench.runtime import open_workbench

    with open_workbench() as workbench, workbench.database.write() as connection:
        count = retry_failed(connection, kind, unit)
    if not count:
        asked = " ".join(filter(None, (kind, unit)))
        raise NotFound(f"no unit{f' {asked}' if asked else ''} is quarantined", hint="`workbench failures` lists what failed")
    units = "1 unit is" if count == 1 else f"{count:,} units are"
    console.print(f"{units} tried again by the next run; `workbench flows run NAME` runs a job now.", highlight=False)


def _plain(each: FailedUnit) -> dict[str, object]:
    return {
        "kind": each.kind,
        "unit": each.unit,
        "error": each.error_type,
        "message": each.message,
        "place": each.place,
        "tries": each.tries,
        "is_quarantined": each.is_quarantined,
        "first_failed_at": each.first_failed_at.astimezone(UTC).isoformat(),
        "last_failed_at": each.last_failed_at.astimezone(UTC).isoformat(),
    }


def _table(found: list[FailedUnit]) -> Table:
    from rich.markup import escape
    from rich.table import Table

    table = Table("Kind", "Unit", "State", "Tries", "Since", "Error")
    for each in found:
        state = "quarantined" if each.is_quarantined else "tried again"
        error = f"{each.error_type}: {each.message}" + (f"\n{each.place}" if each.place else "")
        since = f"{each.first_failed_at.astimezone(UTC):%Y-%m-%d %H:%M}"
        table.add_row(escape(each.kind), escape(each.unit), state, str(each.tries), since, escape(error))
    return table
