"""`workbench failures`: units of work that failed, and another try for those that are quarantined."""

from __future__ import annotations

from datetime import UTC
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from db.operations.failed_units import list_failed, retry_failed
from workbench import runtime
from workbench.cli.console import console, counted, new_table, say
from workbench.cli.output import Format, write_records
from workbench.domain.errors import NotFound
from workbench.domain.operations.failed_units import FailedUnit

_MOST_SHOWN = 1000
_COLUMNS = ("kind", "unit", "error", "message", "place", "tries", "is_quarantined", "first_failed_at", "last_failed_at")


def list_failures(
    kind: Annotated[str | None, typer.Option(help="Only this kind of work, such as metrics or filing.")] = None,
    output: Format = "table",
) -> None:
    """List the units of work that failed, newest first.

    A unit is tried again at each run of its job. After three failures with the same data it is quarantined: skipped until its
    data or the code change, or until `workbench failures retry`.
    """
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        failed_units = list_failed(connection, kinds=(kind,) if kind else (), limit=_MOST_SHOWN)
    if output != "table":
        write_records(output, "failures", [_record(each) for each in failed_units], _COLUMNS)
    elif not failed_units:
        say("Nothing has failed.", "green")
    else:
        console.print(_table(failed_units))


def retry(
    kind: Annotated[str | None, typer.Argument(metavar="KIND", help="Only this kind of work.", show_default=False)] = None,
    unit: Annotated[str | None, typer.Argument(metavar="UNIT", help="Only this unit of it.", show_default=False)] = None,
) -> None:
    """Retry quarantined units.

    They are tried at the next run of their job; `workbench flows run JOB` runs it now. The exit code is 1 when there are none.
    """
    with runtime.open_workbench() as workbench, workbench.database.write() as connection:
        count = retry_failed(connection, kind, unit)
    if not count:
        named = " ".join(filter(None, (kind, unit)))
        raise NotFound(f"no unit{f' {named}' if named else ''} is quarantined", hint="see `workbench failures list`")
    say(f"{counted(count, 'unit')} will be tried again at the next run; `workbench flows run JOB` runs a job now")


def _record(each: FailedUnit) -> dict[str, object]:
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


def _table(failed_units: list[FailedUnit]) -> Table:
    table = new_table("Kind", "Unit", "State", "Tries", "Since (UTC)", "Error")
    for each in failed_units:
        state = "quarantined" if each.is_quarantined else "to be retried"
        error = f"{each.error_type}: {each.message}" + (f"\n{each.place}" if each.place else "")
        since = f"{each.first_failed_at.astimezone(UTC):%Y-%m-%d %H:%M}"
        table.add_row(escape(each.kind), escape(each.unit), state, str(each.tries), since, escape(error))
    return table
