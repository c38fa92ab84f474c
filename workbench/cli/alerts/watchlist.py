"""`workbench watchlist`: lists of companies that somebody follows."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from db.alerts import watchlists
from db.companies import get_companies, resolve
from workbench import runtime
from workbench.cli.console import console, counted, new_table, say
from workbench.cli.output import Format, write_records
from workbench.domain.rights.ownership import LOCAL_USER

ListName = Annotated[str, typer.Argument(metavar="LIST", help="Name of the list.", show_default=False)]
Companies = Annotated[list[str], typer.Argument(metavar="COMPANY", help="Tickers or CIKs.", show_default=False)]
Owner = Annotated[str, typer.Option(help="Owner of the list.")]


def add(name: ListName, companies: Companies, *, owner: Owner = LOCAL_USER) -> None:
    """Add companies to a list.

    A list that does not exist is created.
    """
    with runtime.open_workbench() as workbench, workbench.database.write() as connection:
        ciks = [resolve(connection, text).cik for text in companies]
        if name.strip() not in {each.name for each in watchlists.watchlists(connection, owner)}:
            watchlists.create(connection, owner, name)
        added = watchlists.add_members(connection, owner, name, ciks)
        total = len(watchlists.members(connection, owner, name))
    say(f"{name}: {added} added, {counted(total, 'company', 'companies')} on the list")


def remove(name: ListName, companies: Companies, *, owner: Owner = LOCAL_USER) -> None:
    """Remove companies from a list."""
    with runtime.open_workbench() as workbench, workbench.database.write() as connection:
        ciks = [resolve(connection, text).cik for text in companies]
        removed = watchlists.remove_members(connection, owner, name, ciks)
        left = len(watchlists.members(connection, owner, name))
    say(f"{name}: {removed} removed, {counted(left, 'company', 'companies')} on the list")


def delete(name: ListName, *, owner: Owner = LOCAL_USER) -> None:
    """Delete a list.

    Its companies stay in the workbench.
    """
    with runtime.open_workbench() as workbench, workbench.database.write() as connection:
        watchlists.delete(connection, owner, name)
    say(f"Deleted the list {name}")


def list_watchlists(*, owner: Owner = LOCAL_USER, output: Format = "table") -> None:
    """List the watchlists."""
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        results = watchlists.watchlists(connection, owner)
    if output != "table":
        records = [
            {"name": each.name, "companies": each.companies, "created_at": each.created_at.isoformat()} for each in results
        ]
        write_records(output, "watchlists", records, ("name", "companies", "created_at"), owner=owner)
    elif not results:
        say("There are no watchlists. Create one with `workbench watchlist add LIST TICKER...`.")
    else:
        table = new_table("List", "Companies", "Created")
        for each in results:
            table.add_row(escape(each.name), str(each.companies), f"{each.created_at:%Y-%m-%d}")
        console.print(table)


def show(name: ListName, *, owner: Owner = LOCAL_USER, output: Format = "table") -> None:
    """Show the companies on a list.

    They stand in the order in which they were added.
    """
    with runtime.open_workbench() as workbench, workbench.database.read() as connection:
        companies = get_companies(connection, watchlists.members(connection, owner, name))
    if output != "table":
        records = [
            {"cik": str(each.cik), "ticker": each.ticker.symbol if each.ticker else None, "name": each.name}
            for each in companies
        ]
        columns = ("cik", "ticker", "name")
        write_records(output, "companies", records, columns, owner=owner, name=name.strip())
    elif not companies:
        say(f"The list {name.strip()} has no companies. Add some with `workbench watchlist add`.")
    else:
        table = new_table("Ticker", "Company", "CIK")
        for each in companies:
            table.add_row(each.ticker.symbol if each.ticker else "", escape(each.name), str(each.cik))
        console.print(table)
