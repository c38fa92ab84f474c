"""What `workbench up` says: where it is, who may use it, what is stored, and what to do next."""

from __future__ import annotations

import socket

from db.companies import search_companies
from db.operations.inventory import inventory
from workbench.cli.console import console, counted, say
from workbench.runtime import Workbench


def print_address(listener: socket.socket) -> None:
    """Prints where the workbench is and how to stop it."""
    console.print(f"\nThe workbench is running at [bold]{address_of(listener)}[/bold]", highlight=False, soft_wrap=True)
    say("  Press Ctrl-C to stop it.")


def print_first_start(listener: socket.socket) -> None:
    """Prints where the progress of a first start is shown."""
    console.print(
        f"\nFirst start: loading the starter data. Progress is shown here and at [bold]{address_of(listener)}[/bold]",
        highlight=False, soft_wrap=True,
    )  # fmt: skip


def print_contents(workbench: Workbench) -> None:
    """Prints what is stored, and what to do with it."""
    with workbench.database.read() as connection:
        stored = inventory(connection)
        some = search_companies(connection, None, 1)
    say(
        f"  {counted(stored.companies, 'company', 'companies')}, {counted(stored.filings, 'filing')}, "
        f"{counted(stored.facts, 'fact')}, {counted(stored.passages, 'passage')} and "
        f"{counted(stored.daily_bars, 'daily price')} in {workbench.settings.home}"
    )
    command = f"workbench statement {some[0].ticker or some[0].cik} income" if some else "workbench ingest AAPL"
    console.print(f"  Try this in another terminal: [bold]{command}[/bold]\n", highlight=False, soft_wrap=True)


def address_of(listener: socket.socket) -> str:
    """The address of the pages."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
