"""`workbench trail`: who did what, and whether the record is whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.markup import escape

from db.operations import audit
from workbench import runtime
from workbench.analysis.operations.audit_json import AUDIT_COLUMNS, audit_entry, audit_row
from workbench.cli.console import console, new_table, say
from workbench.cli.output import Format, write_csv, write_json
from workbench.domain.errors import IntegrityError, InvalidRequest
from workbench.domain.operations.audit_trail import AuditQuery
from workbench.domain.rights.ownership import LOCAL_USER

_FEWEST_DAYS = 30


def list_trail(
    *,
    actor: Annotated[str | None, typer.Option(help="Only entries of this user.")] = None,
    action: Annotated[str | None, typer.Option(help="Only this action, or all that begin with it and a dot.")] = None,
    address: Annotated[str | None, typer.Option(help="Only entries from this address.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Number of newest entries.", min=1)] = 50,
    output: Format = "table",
) -> None:
    """Search the audit trail, newest first.

    JSON has one line for each entry.
    """
    query = AuditQuery(actor=actor, action=action, address=address, limit=limit)
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        entries = audit.search_entries(connection, query)
    if output == "json":
        for entry in entries:
            write_json(dict(audit_entry(entry)))
    elif output == "csv":
        write_csv(AUDIT_COLUMNS, map(audit_row, entries))
    else:
        table = new_table("Number", "Time (UTC)", "User", "Action", "Details")
        for entry in entries:
            details = ", ".join(f"{name} {value}" for name, value in sorted(entry.detail.items()))
            at = f"{entry.at:%Y-%m-%d %H:%M:%S}"
            table.add_row(str(entry.audit_id), at, escape(entry.actor), entry.action, escape(details))
        console.print(table)


def verify(
    head: Annotated[
        str | None, typer.Option(help="A hash that an earlier verification showed; it must still be in the trail.")
    ] = None,
) -> None:
    """Check that no entry was changed, removed or put between others.

    The chain itself cannot show that its newest entries were cut off, or that all of it was written anew. Keep the hash that
    this command shows somewhere else, and give it as `--head` the next time.
    """
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        check = audit.verify_chain(connection)
        is_there = head is None or audit.holds_hash(connection, head)
    if check.broken_at is not None:
        raise IntegrityError(
            f"the audit trail is broken at entry {check.broken_at:,}: it, or an entry before it, was changed or removed"
        )
    if not is_there:
        raise IntegrityError("the audit trail does not hold this hash: entries were cut off or written anew")
    say(f"The audit trail is whole: {check.entries:,} entries, {check.first_id or 0:,} to {check.last_id or 0:,}")
    say(f"Head: {check.head or 'none'}")


def shorten(
    days: Annotated[int, typer.Option(help=f"Days to keep entries for, at least {_FEWEST_DAYS}.", show_default=False)],
) -> None:
    """Remove old entries of the audit trail; the rest stays verifiable."""
    if days < _FEWEST_DAYS:
        raise InvalidRequest(f"entries of the last {_FEWEST_DAYS} days cannot be removed")
    with runtime.open_workbench() as workbench, workbench.database.owner.write() as connection:
        removed = audit.remove_before(connection, datetime.now(UTC) - timedelta(days=days), actor=LOCAL_USER)
    say(f"Removed {removed:,} {'entry' if removed == 1 else 'entries'}")
